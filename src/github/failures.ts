/** Failures of the `github` room that a workflow's author can act on. */
import { Failure } from '../base/index.ts';

export function eventUnknown(name: string, known: readonly string[]): Failure {
  return new Failure({
    code: 'GITHUB_EVENT_UNKNOWN',
    kind: 'usage',
    message: `event ${JSON.stringify(name)} does not say what to do`,
    where: 'on:',
    hint: `run on one of ${known.join(', ')}, or say \`mode: verify\``,
  });
}

export function pullRequestTargetRefused(): Failure {
  return new Failure({
    code: 'GITHUB_EVENT_REFUSED',
    kind: 'usage',
    message: 'models of a pull request are not built under pull_request_target, where secrets can be read',
    where: 'on:',
    hint: 'run on pull_request',
  });
}

export function eventMalformed(
  name: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): Failure {
  return new Failure({
    code: 'GITHUB_EVENT_MALFORMED',
    kind: 'usage',
    message: `the ${name} event is not as GitHub documents it: ${issue?.message ?? 'no details'}`,
    where: `GITHUB_EVENT_PATH ${issue?.path.map(String).join('.') ?? ''}`.trim(),
    hint: 'this action must run inside GitHub Actions',
  });
}
