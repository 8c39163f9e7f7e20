/** Packets that name addresses: memory, breakpoints, watchpoints. */
import { Failure } from '../../base/index.ts';
import type { Machine } from '../run/machine-door.ts';
import type { Watchpoint } from './execution.ts';
import { fromHex, toHex } from './packets.ts';

const ok = 'OK';
const notSupported = '';
const badArgument = 'E16';
const badAddress = 'E0e';

/** `mADDRESS,BYTES`: memory, or registers of peripherals, which reading may change as on the chip. */
export function readMemory(machine: Machine, packet: string): string {
  const [address, bytes] = parseRange(packet.slice(1));
  if (address === undefined || bytes === undefined) return badArgument;
  return orBadAddress(() =>
    toHex(machine.readRegisters(address, bytes) ?? machine.readMemory(address, bytes)),
  );
}

/** `MADDRESS,BYTES:HEX` and `XADDRESS,BYTES:BINARY`. */
export function writeMemory(machine: Machine, packet: string): string {
  const [, range = '', content = ''] = /^.([^:]*):([\s\S]*)$/.exec(packet) ?? [];
  const [address, bytes] = parseRange(range);
  const values = packet.startsWith('M')
    ? fromHex(content)
    : Uint8Array.from(content, (character) => character.charCodeAt(0));
  if (address === undefined || values === undefined || values.length !== bytes) return badArgument;
  return orBadAddress(() => {
    machine.writeMemory(address, values);
    return ok;
  });
}

type Places = {
  readonly machine: Machine;
  readonly breakpoints: Set<number>;
  watchpoints: readonly Watchpoint[];
};

/** `Z` sets and `z` clears: 0 and 1 are breakpoints, 2 watches for changes. */
export function changeStop(places: Places, packet: string): string {
  const [, kind, range = ''] = /^[Zz]([0-4]),([^;]*)/.exec(packet) ?? [];
  const [address, bytes] = parseRange(range);
  if (kind === undefined || kind === '3' || kind === '4') return notSupported;
  if (address === undefined || bytes === undefined) return badArgument;
  const { machine, breakpoints } = places;
  const sets = packet.startsWith('Z');
  if (kind === '2') {
    const others = places.watchpoints.filter((point) => point.address !== address || point.bytes !== bytes);
    return orBadAddress(() => {
      machine.readMemory(address, bytes);
      places.watchpoints = sets ? [...others, { address, bytes }] : others;
      return ok;
    });
  }
  if (sets) breakpoints.add(address);
  else breakpoints.delete(address);
  machine.setBreakpoints(breakpoints);
  return ok;
}

function parseRange(text: string): readonly [number | undefined, number | undefined] {
  const [, address, bytes] = /^([0-9a-f]+),([0-9a-f]+)$/i.exec(text) ?? [];
  if (address === undefined || bytes === undefined) return [undefined, undefined];
  return [Number.parseInt(address, 16), Number.parseInt(bytes, 16)];
}

function orBadAddress(access: () => string): string {
  try {
    return access();
  } catch (error) {
    if (error instanceof Failure && error.code === 'ADDRESS_NOT_IN_MEMORY') return badAddress;
    throw error;
  }
}
