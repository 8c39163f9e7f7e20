/** Failures of the machine: files that are not there, folders that cannot be written, programs that do not exist. */
import { Failure } from '../base/index.ts';

export const fileNotFound = (path: string): Failure =>
  new Failure({
    code: 'FILE_NOT_FOUND',
    kind: 'usage',
    message: 'no such file',
    where: path,
    hint: 'check the path; it is relative to the current folder, and in mcunet.yml to that file',
  });

export const fileUnreadable = (path: string, cause: unknown): Failure =>
  new Failure({
    code: 'FILE_UNREADABLE',
    kind: 'usage',
    message: `cannot be read (${reasonOf(cause)})`,
    where: path,
    hint: 'check that it is a file and that this user may read it',
    cause,
  });

export const outputNotWritable = (path: string, cause: unknown): Failure =>
  new Failure({
    code: 'OUTPUT_NOT_WRITABLE',
    kind: 'usage',
    message: `cannot be written (${reasonOf(cause)})`,
    where: path,
    hint: 'choose another folder with --out, or make this one writable; nothing was written',
    cause,
  });

export const diskFull = (path: string, cause: unknown): Failure =>
  new Failure({
    code: 'DISK_FULL',
    kind: 'usage',
    message: 'no space left on the device',
    where: path,
    hint: 'free some space and run again; nothing half-written was left',
    cause,
  });

export const programNotFound = (program: string, cause: unknown): Failure =>
  new Failure({
    code: 'PROGRAM_NOT_FOUND',
    kind: 'toolchain',
    message: 'this program is not installed or not executable',
    where: program,
    hint: 'install it and make sure that it is on PATH',
    cause,
  });

export const portNotOpened = (port: number, reason: string, cause: unknown): Failure =>
  new Failure({
    code: 'PORT_NOT_OPENED',
    kind: 'usage',
    message: `TCP port ${port} cannot be opened (${reason})`,
    hint: 'choose another port, or 0 for any free one',
    cause,
  });

export const pseudoTerminalNotOpened = (reason: string, cause: unknown): Failure =>
  new Failure({
    code: 'TERMINAL_NOT_OPENED',
    kind: 'usage',
    message: `no pseudo-terminal could be opened (${reason})`,
    hint: 'install util-linux, which has the program script, or use a TCP port',
    cause,
  });

export const serialPortNotOpened = (path: string, reason: string, cause: unknown): Failure =>
  new Failure({
    code: 'SERIAL_PORT_NOT_OPENED',
    kind: 'toolchain',
    message: `this serial port cannot be opened (${reason})`,
    where: path,
    hint: 'check that the board is connected and that this user may use its port (group dialout)',
    cause,
  });

/** The system's error name of anything thrown by Node's file functions, for example `EACCES`. */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

function reasonOf(thrown: unknown): string {
  return errorCodeOf(thrown) ?? (thrown instanceof Error ? thrown.message : String(thrown));
}
