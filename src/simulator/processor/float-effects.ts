/** Registers that floating-point instructions read and write. */
import type { Operation, RegisterId } from '../instruction.ts';
import { addressReads, type Read, reads } from './effects.ts';

const firstSingle = 16;

/** The ids of one floating-point register: one for a single, two for a double. */
function ids(register: number, double: boolean): readonly RegisterId[] {
  if (!double) return [firstSingle + register];
  return [firstSingle + register * 2, firstSingle + register * 2 + 1];
}

function range(first: number, count: number): readonly RegisterId[] {
  return Array.from({ length: count }, (_, index) => firstSingle + first + index);
}

export function floatReads(operation: Operation): readonly Read[] {
  switch (operation.kind) {
    case 'vfp-binary':
    case 'vfp-select':
      return reads('operand', ...ids(operation.vn, operation.double), ...ids(operation.vm, operation.double));
    case 'vfp-accumulate':
      return [
        ...reads('operand', ...ids(operation.vn, operation.double), ...ids(operation.vm, operation.double)),
        ...reads('accumulator', ...ids(operation.vd, operation.double)),
      ];
    case 'vfp-unary':
    case 'vfp-round':
    case 'vfp-to-integer':
      return reads('operand', ...ids(operation.vm, operation.double));
    case 'vfp-compare':
      return reads(
        'operand',
        ...ids(operation.vd, operation.double),
        ...(operation.vm === undefined ? [] : ids(operation.vm, operation.double)),
      );
    case 'vfp-from-integer':
      return reads('operand', ...ids(operation.vm, false));
    case 'vfp-fixed':
      return reads('operand', ...ids(operation.vd, operation.double));
    case 'vfp-precision':
      return reads('operand', ...ids(operation.vm, !operation.toDouble));
    case 'vfp-half':
      // The other half of a destination is kept.
      return reads(
        'operand',
        ...ids(operation.vm, operation.double && operation.toHalf),
        ...(operation.toHalf ? ids(operation.vd, false) : []),
      );
    default:
      return transferReads(operation);
  }
}

function transferReads(operation: Operation): readonly Read[] {
  switch (operation.kind) {
    case 'vfp-core':
      return operation.toCore
        ? reads('operand', ...ids(operation.vn, false))
        : reads('operand', operation.rt);
    case 'vfp-core-pair':
      return operation.toCore
        ? reads('operand', ...range(operation.vm, 2))
        : reads('operand', operation.rt, operation.rt2);
    case 'vfp-load':
      return addressReads(operation.address);
    case 'vfp-store':
      return [
        ...addressReads(operation.address),
        ...reads('store-data', ...ids(operation.vd, operation.double)),
      ];
    case 'vfp-load-multiple':
      return reads('address', operation.rn);
    case 'vfp-store-multiple':
      return [
        ...reads('address', operation.rn),
        ...reads('store-data', ...range(operation.first, operation.count)),
      ];
    case 'vmsr':
      return reads('operand', operation.rt);
    default:
      return [];
  }
}

export function floatWrites(operation: Operation): readonly RegisterId[] {
  switch (operation.kind) {
    case 'vfp-binary':
    case 'vfp-accumulate':
    case 'vfp-unary':
    case 'vfp-round':
    case 'vfp-select':
    case 'vfp-from-integer':
    case 'vfp-fixed':
    case 'vfp-immediate':
    case 'vfp-load':
      return ids(operation.vd, operation.double);
    case 'vfp-to-integer':
      return ids(operation.vd, false);
    case 'vfp-precision':
      return ids(operation.vd, operation.toDouble);
    case 'vfp-half':
      return ids(operation.vd, operation.double && !operation.toHalf);
    case 'vfp-core':
      return operation.toCore ? [operation.rt] : ids(operation.vn, false);
    case 'vfp-core-pair':
      return operation.toCore ? [operation.rt, operation.rt2] : range(operation.vm, 2);
    case 'vfp-load-multiple':
      return [...range(operation.first, operation.count), ...(operation.writeBack ? [operation.rn] : [])];
    case 'vfp-store-multiple':
      return operation.writeBack ? [operation.rn] : [];
    case 'vmrs':
      return operation.rt === 15 ? [] : [operation.rt];
    default:
      return [];
  }
}
