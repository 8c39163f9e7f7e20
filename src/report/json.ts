/** `report.json`: written in one order of keys, read with nothing taken on trust. */
import { z } from 'zod';
import { readChecked, writeChecked } from './checked-json.ts';
import { reportSchema } from './schema.ts';
import type { Report } from './types.ts';

/** The report as text: keys in the schema's order, so that equal reports are equal bytes. */
export function toJson(report: Report): string {
  return writeChecked(reportSchema, report);
}

/** Reads a report. Throws `FILE_NOT_JSON`, `REPORT_VERSION_UNKNOWN` or `REPORT_INVALID`. */
export function parseReport(text: string): Report {
  return readChecked(reportSchema, text, { name: 'report.json', command: 'mcunet verify' });
}

/** The JSON Schema of `report.json`, draft 2020-12, made from the schema that checks it. */
export function reportJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(reportSchema), title: 'mcunet report', $id: 'report.schema.json' };
}
