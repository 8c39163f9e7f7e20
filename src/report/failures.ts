/** What can be wrong with a report that is read back. */
import { Failure } from '../base/index.ts';

/** What was to be read, and what writes it. */
export type ReportFile = { readonly name: string; readonly command: string };

export function reportNotJson({ name, command }: ReportFile, cause: unknown): Failure {
  return new Failure({
    code: 'REPORT_NOT_JSON',
    kind: 'usage',
    message: 'the report is not JSON',
    hint: `give the ${name} that \`${command}\` wrote`,
    cause,
  });
}

export function reportVersionUnknown(version: unknown): Failure {
  return new Failure({
    code: 'REPORT_VERSION_UNKNOWN',
    kind: 'usage',
    message: `the report has schemaVersion ${JSON.stringify(version) ?? 'none'}, and this version reads 1`,
    hint: 'make the report again with this version of mcunet',
  });
}

export function reportInvalid({ name, command }: ReportFile, problems: readonly string[]): Failure {
  return new Failure({
    code: 'REPORT_INVALID',
    kind: 'usage',
    message: `the report does not follow its schema: ${problems.slice(0, 5).join('; ')}`,
    hint: `give the ${name} that \`${command}\` wrote, unchanged`,
    data: { problems },
  });
}
