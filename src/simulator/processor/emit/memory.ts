/** Text of loads and stores of core registers. Registers change only after every access of the instruction went well. */
import type { MemoryOperation } from '../../operations/memory.ts';
import type { Address } from '../../operations/operand.ts';
import { emitRead, emitWrite } from './access.ts';
import { bind, type Emitter, line, read, write } from './emitter.ts';
import { branchTo } from './exits.ts';
import type { EmittersOf } from './operation.ts';

type Of<Kind extends MemoryOperation['kind']> = Extract<MemoryOperation, { kind: Kind }>;

export type AddressText = {
  /** A name or number: where the access goes. */
  readonly address: string;
  /** Register and name of its new value. */
  readonly writeBack: { readonly register: number; readonly value: string } | undefined;
};

export function addressText(emitter: Emitter, address: Address): AddressText {
  switch (address.mode) {
    case 'literal':
      return { address: String(address.address | 0), writeBack: undefined };
    case 'register': {
      const base = read(emitter, address.rn);
      const offset = `(${read(emitter, address.rm)}${address.shift === 0 ? '' : `<<${address.shift}`})`;
      return { address: bind(emitter, `${base}+${offset}|0`), writeBack: undefined };
    }
    case 'immediate':
      return immediateAddress(emitter, address);
  }
}

function immediateAddress(
  emitter: Emitter,
  { rn, offset, index }: Extract<Address, { mode: 'immediate' }>,
): AddressText {
  const base = bind(emitter, read(emitter, rn));
  if (index === 'offset' && offset === 0) return { address: base, writeBack: undefined };
  const moved = bind(emitter, `${base}+(${offset})|0`);
  if (index === 'offset') return { address: moved, writeBack: undefined };
  return { address: index === 'pre' ? moved : base, writeBack: { register: rn, value: moved } };
}

function applyWriteBack(emitter: Emitter, { writeBack }: AddressText): void {
  if (writeBack !== undefined) write(emitter, writeBack.register, writeBack.value);
}

export const memoryEmitters: EmittersOf<MemoryOperation['kind']> = {
  load,
  store,
  'load-dual': dual,
  'store-dual': dual,
  'load-multiple': loadMultiple,
  'store-multiple': storeMultiple,
  'load-exclusive': loadExclusive,
  'store-exclusive': storeExclusive,
};

function load(emitter: Emitter, { width, signed, rt, address: where }: Of<'load'>): void {
  const place = addressText(emitter, where);
  const [value = '0'] = emitRead(
    emitter,
    { address: place.address, width, count: 1, mustAlign: false },
    signed,
  );
  applyWriteBack(emitter, place);
  if (rt === 15) branchTo(emitter, value, 'interworking');
  else write(emitter, rt, value);
}

function store(emitter: Emitter, { width, rt, address: where }: Of<'store'>): void {
  const place = addressText(emitter, where);
  emitWrite(emitter, { address: place.address, width, count: 1, mustAlign: false }, [read(emitter, rt)]);
  applyWriteBack(emitter, place);
}

function dual(emitter: Emitter, { kind, rt, rt2, address: where }: Of<'load-dual' | 'store-dual'>): void {
  const place = addressText(emitter, where);
  const transfer = { address: place.address, width: 4, count: 2, mustAlign: true } as const;
  if (kind === 'store-dual') {
    emitWrite(emitter, transfer, [read(emitter, rt), read(emitter, rt2)]);
    applyWriteBack(emitter, place);
    return;
  }
  const [first = '0', second = '0'] = emitRead(emitter, transfer, true);
  applyWriteBack(emitter, place);
  write(emitter, rt, first);
  write(emitter, rt2, second);
}

/** First address of a list, and the base after it. */
export function listAddress(
  emitter: Emitter,
  rn: number,
  words: number,
  before: boolean,
): { readonly address: string; readonly after: string } {
  const base = bind(emitter, read(emitter, rn));
  const moved = bind(emitter, `${base}+(${before ? -4 * words : 4 * words})|0`);
  return { address: before ? moved : base, after: moved };
}

function loadMultiple(
  emitter: Emitter,
  { rn, registers, writeBack, before }: Of<'load-multiple' | 'store-multiple'>,
): void {
  const { address, after } = listAddress(emitter, rn, registers.length, before);
  const values = emitRead(emitter, { address, width: 4, count: registers.length, mustAlign: true }, true);
  if (writeBack) write(emitter, rn, after);
  let target: string | undefined;
  registers.forEach((register, n) => {
    const value = values[n] ?? '0';
    if (register === 15) target = value;
    else write(emitter, register, value);
  });
  if (target !== undefined) branchTo(emitter, target, 'interworking');
}

function storeMultiple(
  emitter: Emitter,
  { rn, registers, writeBack, before }: Of<'load-multiple' | 'store-multiple'>,
): void {
  const { address, after } = listAddress(emitter, rn, registers.length, before);
  const values = registers.map((register) => read(emitter, register));
  emitWrite(emitter, { address, width: 4, count: registers.length, mustAlign: true }, values);
  if (writeBack) write(emitter, rn, after);
}

/** Exclusive accesses must be aligned whatever CCR says; the monitor remembers one address. */
function exclusiveAddress(emitter: Emitter, rn: number, offset: number): string {
  return bind(emitter, `${read(emitter, rn)}+${offset}|0`);
}

function loadExclusive(emitter: Emitter, { width, rt, rn, offset }: Of<'load-exclusive'>): void {
  const address = exclusiveAddress(emitter, rn, offset);
  const [value = '0'] = emitRead(emitter, { address, width, count: 1, mustAlign: true }, false);
  line(emitter, `W[30]=${address};W[31]=1;`);
  write(emitter, rt, value);
}

function storeExclusive(emitter: Emitter, { width, rd, rt, rn, offset }: Of<'store-exclusive'>): void {
  const address = exclusiveAddress(emitter, rn, offset);
  const passes = bind(emitter, `W[31]===1&&W[30]===${address}`);
  line(emitter, `if(${passes}){`);
  emitWrite(emitter, { address, width, count: 1, mustAlign: true }, [read(emitter, rt)]);
  line(emitter, '}');
  line(emitter, 'W[31]=0;');
  write(emitter, rd, `${passes}?0:1`);
}
