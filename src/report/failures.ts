/** What can be wrong with a report that is read back. */
import { Failure } from '../base/index.ts';

/** What was to be read, and what writes it. */
export type ReportFile = { readonly name: string; readonly command: string };

/** What to do about a file that is none. */
export function wholeReport({ name, command }: ReportFile): string {
  return `give the ${name} that \`${command}\` wrote`;
}

export function reportVersionUnknown(version: unknown): Failure {
  return new Failure({
    code: 'REPORT_VERSION_UNKNOWN',
    kind: 'usage',
    message: `the report has schemaVersion ${JSON.stringify(version) ?? 'none'}, and this version reads 1`,
    hint: 'make the report again with this version of mcunet',
  });
}

export function reportInvalid(file: ReportFile, problems: readonly string[]): Failure {
  return new Failure({
    code: 'REPORT_INVALID',
    kind: 'usage',
    message: `the report does not follow its schema: ${problems.slice(0, 5).join('; ')}`,
    hint: `${wholeReport(file)}, unchanged`,
    data: { problems },
  });
}
