/** Failures of data sets and of compiling and running the network on this machine. */
import { Failure } from '../base/index.ts';

export const datasetUnreadable = (where: string, message: string, hint: string, cause?: unknown): Failure =>
  new Failure({ code: 'DATASET_UNREADABLE', kind: 'usage', message, where, hint, cause });

export const datasetMismatch = (where: string, message: string, hint: string): Failure =>
  new Failure({ code: 'DATASET_MISMATCH', kind: 'usage', message, where, hint });

export const inputSizeMismatch = (where: string, bytes: number, setBytes: number): Failure =>
  new Failure({
    code: 'INPUT_SIZE_MISMATCH',
    kind: 'usage',
    message: `${bytes} bytes are not a whole number of input sets of ${setBytes} bytes`,
    where,
    hint: 'the file holds input sets back to back: every model input in order, raw little-endian',
    data: { bytes, setBytes },
  });

export const hostBuildFailed = (model: string, compilerOutput: string): Failure =>
  new Failure({
    code: 'HOST_BUILD_FAILED',
    kind: 'toolchain',
    message: `the generated C did not compile on this machine: ${firstLine(compilerOutput)}`,
    where: model,
    hint: 'install a C compiler (Debian: gcc libc6-dev); if one is there, please report this with the sources',
  });

export const hostRunFailed = (model: string, reason: string): Failure =>
  new Failure({
    code: 'HOST_RUN_FAILED',
    kind: 'toolchain',
    message: `the network did not run on this machine: ${reason}`,
    where: model,
    hint: 'run again with --verbose; if it stays, please report it with the model',
  });

function firstLine(text: string): string {
  return text.split('\n').find((line) => /error/i.test(line)) ?? text.split('\n')[0] ?? '';
}
