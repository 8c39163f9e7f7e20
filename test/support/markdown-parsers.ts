/** Markdown through parsers of GitHub's flavour, and what a page says beside its words. */
import { execFileSync, spawnSync } from 'node:child_process';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** HTML of Markdown. Raw HTML passes, so that whatever a name could smuggle in is seen. */
type Parser = (markdown: string) => string;

const micromarkParser: Parser = (markdown) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

/** GitHub's own; it looks for addresses where the other has stopped looking. */
const extensions = ['table', 'strikethrough', 'autolink', 'tasklist', 'footnotes'];
const cmarkParser: Parser = (markdown) =>
  execFileSync('cmark-gfm', ['--unsafe', ...extensions.flatMap((name) => ['-e', name])], {
    input: markdown,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });

export const hasCmark: boolean = spawnSync('cmark-gfm', ['--version']).status === 0;
export const parsers: readonly (readonly [string, Parser])[] = [
  ['micromark', micromarkParser],
  ...(hasCmark ? [['cmark-gfm', cmarkParser] as const] : []),
];

const tag = /<!--[\s\S]*?-->|<[!?/]?[a-z][^>]*>/gi;

/** The page without its words: elements, their attributes and their order. */
export function structure(html: string): string {
  return html.replaceAll('<span>$</span>', '').match(tag)?.join('\n') ?? '';
}

/** Words in which GitHub looks for mentions, issues, commits and links once Markdown is done: those outside of code. */
export function linkableWords(html: string): string {
  return html.replaceAll(/<(code|pre|a|span)\b[^>]*>[\s\S]*?<\/\1>/gi, ' code ').replaceAll(tag, '');
}

export const linkable: RegExp =
  /@\w|(?<![&\w])#\d|\bgh-\d|[\w-]\/[\w.-]+#\d|\w@[0-9a-f]{7}|:\/\/|\bwww\.|\b[0-9a-f]{40}\b|\$[^$]+\$/i;
