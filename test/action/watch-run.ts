/** Loaded into the built action before anything else: notes every host that it connects to, and its processor time. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
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
  const times = [(user + system) / 1e6, childrenSeconds()];
  writeFileSync(process.env.MCUNET_TEST_PROCESSOR_TIME ?? '', JSON.stringify(times));
});

/** Of compilers and programs that were run, and of what these ran; Linux counts in hundredths of a second. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
