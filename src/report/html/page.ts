/** What every page is made of: the document, sentences, and how numbers were made. */
import { plainWords, visibleText } from '../escape.ts';
import type { Provenance } from '../provenance.ts';
import type { Words } from '../words.ts';
import { style } from './style.ts';
import { type Html, html, trusted, unbroken } from './template.ts';

/** A whole document that asks nothing of the network; `ownStyle` is added to the style that all pages share. */
export function page(title: string, content: Html, ownStyle = ''): string {
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(style + ownStyle)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  return text;
}

/** Names as code, the rest as it is. */
export function sentence(words: Words): readonly Html[] {
  return words.map((part) => {
    if (typeof part === 'string') return trusted(unbroken(part));
    const text = visibleText(part.text, part.longest);
    return part.kind === 'name' ? html`<code>${text}</code>` : html`${text}`;
  });
}

export function madeSection(ways: readonly Provenance[]): Html {
  const entries = ways.map(
    ({ title, words }) => html`<dt>${title}</dt><dd>${plainWords(words)}</dd>
`,
  );
  return html`<section class="made"><h2>How these numbers were made</h2><dl>
${entries}</dl></section>`;
}
