/** A serial port as a terminal device: `stty` sets the line, Node carries the bytes. */
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import type { SerialPort } from '../base/index.ts';
import { linkStreams } from './byte-link.ts';
import { errorCodeOf, serialPortNotOpened } from './failures.ts';
import { runProcess } from './processes.ts';

const line = ['115200', 'raw', '-echo', 'cs8', '-cstopb', '-parenb', '-crtscts', 'clocal'];

/** Linux alone: devices are files, and `stty` is part of coreutils. Throws `SERIAL_PORT_NOT_OPENED`. */
export async function openSerialPort(path: string): Promise<SerialPort> {
  const set = await runProcess({ argv: ['stty', '-F', path, ...line], timeoutMs: 10_000 });
  if (set.exitCode !== 0) throw serialPortNotOpened(path, set.stderr.trim().slice(0, 200), undefined);
  const file = openDevice(path);
  try {
    const readable = new ReadStream(file);
    const writable = new WriteStream(file);
    const close = (): void => {
      readable.destroy();
      writable.destroy();
    };
    return linkStreams({ readable, writable }, { onClose: close });
  } catch (error) {
    closeSync(file);
    throw serialPortNotOpened(path, errorCodeOf(error) ?? String(error), error);
  }
}

function openDevice(path: string): number {
  try {
    // Not to become this process's terminal, and not to wait for a carrier.
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (error) {
    throw serialPortNotOpened(path, errorCodeOf(error) ?? String(error), error);
  }
}
