/** JSON that is checked by its schema when it is written, and again when it is read. */
import type { z } from 'zod';
import { invariant, parseJson } from '../base/index.ts';
import { type ReportFile, reportInvalid, reportVersionUnknown, wholeReport } from './failures.ts';

/** The value as text: keys in the schema's order, so that equal values are equal bytes. */
export function writeChecked<T>(schema: z.ZodType<T>, value: T): string {
  const checked = schema.safeParse(value);
  const problems = checked.success ? [] : problemsOf(checked.error);
  invariant(checked.success, `a report that breaks its own schema: ${problems.join('; ')}`);
  return `${JSON.stringify(checked.data, null, 2)}\n`;
}

/** Throws `FILE_NOT_JSON`, `REPORT_VERSION_UNKNOWN` or `REPORT_INVALID`. */
export function readChecked<T>(schema: z.ZodType<T>, text: string, file: ReportFile): T {
  const value = parseJson(text, { kind: 'usage', hint: wholeReport(file) });
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) throw reportVersionUnknown(version);
  const checked = schema.safeParse(value);
  if (!checked.success) throw reportInvalid(file, problemsOf(checked.error));
  return checked.data;
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || 'report'}: ${issue.message}`);
}
