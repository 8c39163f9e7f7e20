/** `mcunet report`: renders a report again. */
import { exitCodes } from '../../base/index.ts';
import { toHtml, toJson, toMarkdown } from '../../report/index.ts';
import type { Context } from '../context.ts';
import { readReport } from './verify.ts';

export const formats = ['markdown', 'html', 'json'] as const;
export type Format = (typeof formats)[number];

export async function renderReport(path: string, format: Format, context: Context): Promise<number> {
  const report = await readReport(path, context);
  const render = { markdown: toMarkdown, html: toHtml, json: toJson }[format];
  context.print(render(report));
  return exitCodes.pass;
}
