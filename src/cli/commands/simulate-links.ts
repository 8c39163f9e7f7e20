/** Opens what the firmware's UART and the debugger are joined to, and says where they are. */
import { type ByteLink, listenForOne, openPseudoTerminal, openStandardStreams } from '../../host/index.ts';

export type UartChoice =
  | { readonly kind: 'stdio' | 'pty' }
  /** 0 is any free port. */
  | { readonly kind: 'tcp'; readonly port: number };

const firstInputMilliseconds = 250;

type Surroundings = {
  readonly remark: (text: string) => void;
  readonly whenInterrupted: Promise<void>;
};

/** `undefined` where the user lost patience before anyone came. */
export async function openUart(
  choice: UartChoice,
  surroundings: Surroundings,
): Promise<ByteLink | undefined> {
  if (choice.kind === 'stdio') {
    const link = openStandardStreams();
    // What lies in a pipe already is there from the first cycle on, so that such runs are the same each time.
    await link.wait(firstInputMilliseconds);
    return link;
  }
  if (choice.kind === 'tcp') return waitForClient(choice.port, 'UART', surroundings);
  const { path, link } = await openPseudoTerminal();
  surroundings.remark(`UART: ${path}`);
  return link;
}

export async function waitForClient(
  port: number,
  purpose: string,
  { remark, whenInterrupted }: Surroundings,
): Promise<ByteLink | undefined> {
  const listener = await listenForOne(port);
  remark(`${purpose}: 127.0.0.1:${listener.port}, waiting for a client`);
  const client = await Promise.race([listener.client, whenInterrupted]);
  if (client === undefined) listener.close();
  return client ?? undefined;
}
