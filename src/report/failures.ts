/** What can be wrong with a report that is read back. */
import { Failure } from '../base/index.ts';

export function reportNotJson(cause: unknown): Failure {
  return new Failure({
    code: 'REPORT_NOT_JSON',
    kind: 'usage',
    message: 'the report is not JSON',
    hint: 'give the report.json that `mcunet verify` wrote',
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

export function reportInvalid(problems: readonly string[]): Failure {
  return new Failure({
    code: 'REPORT_INVALID',
    kind: 'usage',
    message: `the report does not follow its schema: ${problems.slice(0, 5).join('; ')}`,
    hint: 'give the report.json that `mcunet verify` wrote, unchanged',
    data: { problems },
  });
}
