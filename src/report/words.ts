/** Sentences with marked names, so that each format can make what came from outside safe in its own way. */

/** A piece of text that was not written in this room. */
export type Quoted = {
  readonly kind: 'name' | 'prose';
  readonly text: string;
  /** Most characters to show. */
  readonly longest: number;
};

export type Words = readonly (string | Quoted)[];

export function name(text: string, longest = 72): Quoted {
  return { kind: 'name', text, longest };
}

export function prose(text: string, longest = 600): Quoted {
  return { kind: 'prose', text, longest };
}

/** A template tag: our own words as they are, marked names and other sentences put in. */
export function say(strings: TemplateStringsArray, ...values: readonly (string | Quoted | Words)[]): Words {
  return strings.flatMap((own, index): Words => {
    const value = values[index];
    return value === undefined ? [own] : [own, ...(isWords(value) ? value : [value])];
  });
}

/** Sentences or clauses one after the other. */
export function join(parts: readonly Words[], separator: string): Words {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

/** The sentence in some format: `own` for our words, `quote` for those from outside. */
export function render(
  words: Words,
  quote: (quoted: Quoted) => string,
  own: (text: string) => string = (text) => text,
): string {
  return words.map((part) => (typeof part === 'string' ? own(part) : quote(part))).join('');
}

function isWords(value: string | Quoted | Words): value is Words {
  return Array.isArray(value);
}
