/** Text of floating-point moves, loads and stores: words go as they are. */
import type { FloatOperation } from '../../operations/float.ts';
import { emitRead, emitWrite } from './access.ts';
import { type Emitter, line, read, write } from './emitter.ts';
import { addressText, listAddress } from './memory.ts';

type Of<Kind extends FloatOperation['kind']> = Extract<FloatOperation, { kind: Kind }>;

const scratch = new DataView(new ArrayBuffer(8));

export function emitFloatTransfer(emitter: Emitter, operation: FloatOperation): void {
  switch (operation.kind) {
    case 'vfp-immediate':
      emitImmediate(emitter, operation);
      break;
    case 'vfp-core':
      if (operation.toCore) write(emitter, operation.rt, `FW[${operation.vn}]`);
      else line(emitter, `FW[${operation.vn}]=${read(emitter, operation.rt)};`);
      break;
    case 'vfp-core-pair':
      emitCorePair(emitter, operation);
      break;
    case 'vfp-load':
    case 'vfp-store':
      emitSingle(emitter, operation);
      break;
    case 'vfp-load-multiple':
    case 'vfp-store-multiple':
      emitMultiple(emitter, operation);
      break;
    default:
      throw new Error(`internal error: ${operation.kind} is no transfer`);
  }
}

function emitImmediate(emitter: Emitter, { double, vd, value }: Of<'vfp-immediate'>): void {
  if (!double) {
    scratch.setFloat32(0, value);
    line(emitter, `FW[${vd}]=${scratch.getInt32(0)};`);
    return;
  }
  scratch.setFloat64(0, value);
  line(emitter, `FW[${vd * 2}]=${scratch.getInt32(4)};FW[${vd * 2 + 1}]=${scratch.getInt32(0)};`);
}

function emitCorePair(emitter: Emitter, { toCore, rt, rt2, vm }: Of<'vfp-core-pair'>): void {
  if (!toCore) {
    line(emitter, `FW[${vm}]=${read(emitter, rt)};FW[${vm + 1}]=${read(emitter, rt2)};`);
    return;
  }
  write(emitter, rt, `FW[${vm}]`);
  write(emitter, rt2, `FW[${vm + 1}]`);
}

function words(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `FW[${first + n}]`);
}

function emitSingle(
  emitter: Emitter,
  { kind, double, vd, address: where }: Of<'vfp-load' | 'vfp-store'>,
): void {
  const { address } = addressText(emitter, where);
  const registers = double ? words(vd * 2, 2) : words(vd, 1);
  transfer(emitter, kind === 'vfp-load', address, registers);
}

function emitMultiple(emitter: Emitter, operation: Of<'vfp-load-multiple' | 'vfp-store-multiple'>): void {
  const { kind, rn, first, count, writeBack, before } = operation;
  const { address, after } = listAddress(emitter, rn, count, before);
  transfer(emitter, kind === 'vfp-load-multiple', address, words(first, count));
  if (writeBack) write(emitter, rn, after);
}

function transfer(emitter: Emitter, isLoad: boolean, address: string, registers: readonly string[]): void {
  const shape = { address, width: 4, count: registers.length, mustAlign: true } as const;
  if (!isLoad) {
    emitWrite(emitter, shape, registers);
    return;
  }
  const values = emitRead(emitter, shape, true);
  registers.forEach((register, n) => {
    line(emitter, `${register}=${values[n] ?? '0'};`);
  });
}
