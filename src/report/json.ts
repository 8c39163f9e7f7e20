/** `report.json`: written in one order of keys, read with nothing taken on trust. */
import { z } from 'zod';
import { invariant } from '../base/index.ts';
import { reportInvalid, reportNotJson, reportVersionUnknown } from './failures.ts';
import { reportSchema } from './schema.ts';
import type { Report } from './types.ts';

/** The report as text: keys in the schema's order, so that equal reports are equal bytes. */
export function toJson(report: Report): string {
  const checked = reportSchema.safeParse(report);
  const problems = checked.success ? [] : problemsOf(checked.error);
  invariant(checked.success, `a report that breaks its own schema: ${problems.join('; ')}`);
  return `${JSON.stringify(checked.data, null, 2)}\n`;
}

/** Reads a report. Throws `REPORT_NOT_JSON`, `REPORT_VERSION_UNKNOWN` or `REPORT_INVALID`. */
export function parseReport(text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw reportNotJson(cause);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) throw reportVersionUnknown(version);
  const checked = reportSchema.safeParse(value);
  if (!checked.success) throw reportInvalid(problemsOf(checked.error));
  return checked.data;
}

/** The JSON Schema of `report.json`, draft 2020-12, made from the schema that checks it. */
export function reportJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(reportSchema), title: 'mcunet report', $id: 'report.schema.json' };
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.map(String).join('.') || 'report'}: ${issue.message}`);
}
