/** `search.json`: written in one order of keys, read with nothing taken on trust. */
import { z } from 'zod';
import { readChecked, writeChecked } from '../checked-json.ts';
import { searchReportSchema } from './schema.ts';
import type { SearchReport } from './types.ts';

/** The report as text: equal reports are equal bytes. What is not limited, or was found nowhere, is absent. */
export function toSearchJson(report: SearchReport): string {
  return writeChecked(searchReportSchema, report);
}

/** Reads `search.json`. Throws `FILE_NOT_JSON`, `REPORT_VERSION_UNKNOWN` or `REPORT_INVALID`. */
export function parseSearchReport(text: string): SearchReport {
  return readChecked(searchReportSchema, text, { name: 'search.json', command: 'mcunet search' });
}

/** The JSON Schema of `search.json`, draft 2020-12, made from the schema that checks it. */
export function searchReportJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(searchReportSchema, { io: 'input' });
  return { ...schema, title: 'mcunet search report', $id: 'search.schema.json' };
}
