/** Text from outside made harmless in GitHub's Markdown and in HTML: it is shown, never obeyed. */
import { render, type Words } from './words.ts';

/** Invisible, control and direction-changing characters, which would let a name pretend to be another. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;
const replacement = '\uFFFD';
const zeroWidthSpace = '&#8203;';
/** GitHub looks for mathematics after Markdown, where a reference is a dollar again; this is how it says to write one. */
const loneDollar = '<span>&#36;</span>';

/** One line of visible characters, at most `longest` of them, cut in the middle. */
export function visibleText(text: string, longest: number): string {
  // Twice the cap is ample for a cut in the middle and bounds the work on a hostile text.
  const bounded = text.length > 4 * longest ? text.slice(0, 2 * longest) + text.slice(-2 * longest) : text;
  const clean = bounded.replaceAll(/\s+/g, ' ').replaceAll(invisible, replacement).trim();
  const points = [...clean];
  if (points.length === 0) return '(unnamed)';
  if (points.length <= longest) return clean;
  const head = Math.ceil((longest - 1) / 2);
  const tail = longest - 1 - head;
  return `${points.slice(0, head).join('')}…${points.slice(points.length - tail).join('')}`;
}

/**
 * A name as code in Markdown, in and out of tables. GitHub looks for mentions, references and links outside of code
 * only. A code span has no escapes, so a name that could end it or a table cell is written as HTML with references.
 */
export function markdownName(name: string, longest = 72): string {
  const text = visibleText(name, longest);
  return /[`|\\]/.test(text) ? htmlName(text, longest) : `\`${text}\``;
}

/**
 * A name as code in HTML that stands in Markdown, where neither of the two may find syntax. Addresses are looked for
 * when references have become characters again, so that one is broken besides.
 */
export function htmlName(name: string, longest = 72): string {
  const text = visibleText(name, longest)
    .replaceAll(/[^\p{L}\p{N}\p{M} �/-]/gu, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll('&#64;', `&#64;${zeroWidthSpace}`);
  return `<code>${text}</code>`;
}

/**
 * Prose from outside, for example a message, for the middle of a line: syntax is written as references, and mentions,
 * issue references and links, which GitHub looks for after Markdown, are broken by a zero-width space.
 */
export function markdownProse(text: string, longest = 600): string {
  return visibleText(text, longest)
    .replaceAll(/[&<>`|*~[\]\\]|(?<!\w)_|_(?!\w)/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(/(?<!&)#|@/g, (character) => `${character}${zeroWidthSpace}`)
    .replaceAll('://', `:${zeroWidthSpace}//`)
    .replaceAll(/www(?=\.)|\bgh(?=-)/gi, `$&${zeroWidthSpace}`)
    .replaceAll('$', loneDollar);
}

/** A sentence in Markdown. */
export function markdownWords(words: Words): string {
  return render(words, ({ kind, text, longest }) =>
    kind === 'name' ? markdownName(text, longest) : markdownProse(text, longest),
  );
}

/** A sentence as plain text of one line. */
export function plainWords(words: Words): string {
  return render(words, ({ text, longest }) => visibleText(text, longest));
}

/** Text in HTML, in elements and in quoted attributes. */
export function htmlText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
