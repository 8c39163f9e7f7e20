/** Sections of Markdown files that scripts write: all between `<!-- name -->` and `<!-- /name -->`. */

export function fillSection(text: string, section: string, content: string): string {
  const pattern = new RegExp(`(<!-- ${section} -->\\n)[\\s\\S]*?(<!-- /${section} -->)`);
  if (!pattern.test(text)) throw new Error(`there is no section ${section}`);
  return text.replace(pattern, (_, start: string, end: string) => `${start}${content}\n${end}`);
}
