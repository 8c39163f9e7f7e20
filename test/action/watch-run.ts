/** Loaded into the built action before anything else: notes every host that it connects to, and its processor time. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';

const log = process.env.MCUNET_TEST_CONNECTIONS ?? '';
const { connect } = Socket.prototype;

type Address = { readonly host?: string; readonly port?: number };

function isAddress(value: unknown): value is Address {
  return typeof value === 'object' && value !== null && 'port' in value;
}

Object.defineProperty(Socket.prototype, 'connect', {
  value(this: Socket, ...words: Parameters<Socket['connect']>): Socket {
    // Node hands on its arguments as one list.
    const given: readonly unknown[] = words.flat();
    const address = given.find(isAddress);
    appendFileSync(log, `${address?.host ?? 'localhost'}:${address?.port ?? words[0]}\n`);
    return connect.apply(this, words);
  },
});

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.MCUNET_TEST_PROCESSOR_TIME ?? '', String((user + system) / 1e6));
});
