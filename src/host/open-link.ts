/** Opens links: this process's own streams, a TCP port of this machine alone, a pseudo-terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ByteLink, linkStreams } from './byte-link.ts';
import { errorCodeOf, portNotOpened, pseudoTerminalNotOpened } from './failures.ts';

/** Nobody but this machine may reach firmware or debugger. */
const loopback = '127.0.0.1';

/** What a pseudo-terminal keeps while nobody reads it. */
const terminalBytes = 65_536;

export function openStandardStreams(): ByteLink {
  const { stdin, stdout } = process;
  return linkStreams({ readable: stdin, writable: stdout }, { onClose: () => stdin.destroy() });
}

export type Listener = {
  readonly port: number;
  /** The one client that the port is for; later ones are refused. */
  readonly client: Promise<ByteLink>;
  readonly close: () => void;
};

/** Listens on a port of the loopback interface; 0 chooses a free one. Throws a `Failure` (`PORT_NOT_OPENED`). */
export async function listenForOne(port: number): Promise<Listener> {
  // A client that has said all still wants its answers.
  const server: Server = createServer({ allowHalfOpen: true });
  const client = new Promise<ByteLink>((resolve) => {
    server.once('connection', (socket: Socket) => {
      server.close();
      socket.setNoDelay(true);
      resolve(linkStreams({ readable: socket, writable: socket }, { onClose: () => socket.destroySoon() }));
    });
  });
  server.listen({ port, host: loopback, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portNotOpened(port, errorCodeOf(error) ?? String(error), error);
  }
  const address = server.address() as AddressInfo;
  return { port: address.port, client, close: () => server.close() };
}

export type PseudoTerminal = { readonly path: string; readonly link: ByteLink };

/**
 * A pseudo-terminal in raw mode. Node cannot make one, and native modules would end the promise that this project needs
 * nothing but Node: `script`, of util-linux, which is on every common Linux system, holds it and carries the bytes.
 * The loop keeps the terminal open while clients come and go, and for no longer than we are there.
 */
export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  const keepOpen = `while kill -0 ${process.pid} 2>/dev/null; do sleep 2; done`;
  const command = `stty raw -echo && tty && ${keepOpen}`;
  const child = spawn('script', ['--quiet', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // The default shell of the user may be none that understands the command.
    env: { ...process.env, SHELL: '/bin/sh' },
    detached: true,
  });
  const end = (): void => {
    process.removeListener('exit', end);
    // Its child gets a hang-up when the terminal goes with it; politer signals it may outlive.
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(pseudoTerminalNotOpened(errorCodeOf(error) ?? String(error), error)),
    );
    child.once('exit', (status) => reject(pseudoTerminalNotOpened(`script ended with ${status}`, undefined)));
  });
  const path = await Promise.race([firstLine(child.stdout), failed]);
  failed.catch(() => undefined);
  if (!path.startsWith('/dev/')) {
    end();
    throw pseudoTerminalNotOpened(`script said '${path}'`, undefined);
  }
  const streams = { readable: child.stdout, writable: child.stdin };
  return { path, link: linkStreams(streams, { keepsBytes: terminalBytes, onClose: end }) };
}

/** The line is all that comes before the first client. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  while (!text.includes('\n')) {
    const [chunk] = await once(stream, 'data');
    text += String(chunk);
  }
  return text.trim();
}
