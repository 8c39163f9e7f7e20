/** Failures of the action itself: how it was called, and where. */
import { Failure } from '../base/index.ts';

export const inputInvalid = (name: string, problem: string): Failure =>
  new Failure({
    code: 'ACTION_INPUT_INVALID',
    kind: 'usage',
    message: problem,
    where: `with: ${name}`,
    hint: 'action.yml lists the inputs and what they take',
  });

export const environmentInvalid = (name: string, problem: string): Failure =>
  new Failure({
    code: 'ACTION_ENVIRONMENT',
    kind: 'usage',
    message: problem,
    where: name,
    hint: 'this action must run inside GitHub Actions',
  });

export const configMissing = (path: string): Failure =>
  new Failure({
    code: 'ACTION_CONFIG_MISSING',
    kind: 'usage',
    message: 'no such file in the workspace',
    where: path,
    hint: 'run actions/checkout before this step, or name the file in `with: config:`',
  });

export const shardsMissing = (folder: string): Failure =>
  new Failure({
    code: 'ACTION_SHARDS_MISSING',
    kind: 'usage',
    message: 'no shard has left the state of its search here',
    where: folder,
    hint: 'see the jobs of the shards; run those again that failed, they go on where they stopped',
  });

export const publishRefused = (reason: string): Failure =>
  new Failure({
    code: 'ACTION_PUBLISH',
    kind: 'usage',
    message: reason,
    where: 'publish',
    hint: 'the run itself has the report in its job summary',
  });

export const releaseNotReproducible = (name: string): Failure =>
  new Failure({
    code: 'ACTION_RELEASE_NOT_REPRODUCIBLE',
    kind: 'toolchain',
    message: 'two clean builds gave different bytes; nothing was attached',
    where: name,
    hint: 'use `toolchain: container`, and report it if it happens there',
  });

export const releaseDiffers = (names: readonly string[]): Failure =>
  new Failure({
    code: 'ACTION_RELEASE_DIFFERS',
    kind: 'usage',
    message: `the release has other files of these names: ${names.join(', ')}`,
    where: 'release',
    hint: 'make a new release, or say `overwrite: true` to replace them',
  });
