/** HTML text in which everything that was not written in this room is escaped. */
import { htmlText, visibleText } from '../escape.ts';

/** Text that is HTML already. */
export type Html = { readonly html: string };

type Value = string | number | Html | readonly Html[];

/** A template tag: strings are made visible and escaped, `Html` goes in as it is. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((part, index) => part + (index < values.length ? render(values[index]) : ''));
  return { html: parts.join('') };
}

/** Marks text of our own making, for example a drawing, as HTML. */
export function trusted(text: string): Html {
  return { html: text };
}

/** Text in which a number keeps to its unit or its noun, however narrow the page is. */
export function unbroken(text: string): string {
  return htmlText(text).replaceAll(unitSpace, '\u00a0');
}

const unitSpace = /(?<=\d) (?=(?:[KM]?i?B|ms|MHz|MACs|pp|%)(?![\w-]))|(?<=\blayers?) (?=\d)/g;

export const nothing: Html = { html: '' };

function render(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return unbroken(visible(value));
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((part) => part.html).join('');
}

/** Empty stays empty here: a table may have an empty cell. */
function visible(text: string): string {
  return text === '' ? '' : visibleText(text, 2000);
}
