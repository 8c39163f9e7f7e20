/** Tensor types by their codes in the schema, with their sizes and the range of their zero points. */
import type { ElementType } from '../types.ts';

/** `name` is the schema's; `type` is absent for what nothing here can compute with. */
export type TypeFacts = {
  readonly name: string;
  readonly type: ElementType | undefined;
  /** 0 where elements have no fixed size. */
  readonly bits: number;
  readonly zeroPointMin: number;
  readonly zeroPointMax: number;
};

/** In the order of their codes, from 0. */
const facts: readonly TypeFacts[] = [
  number('float32', 32, 'float32'),
  number('float16', 16),
  number('int32', 32, 'int32'),
  unsigned('uint8', 8, 'uint8'),
  number('int64', 64, 'int64'),
  number('string', 0),
  number('bool', 8, 'bool'),
  signed('int16', 16, 'int16'),
  number('complex64', 64),
  signed('int8', 8, 'int8'),
  number('float64', 64),
  number('complex128', 128),
  number('uint64', 64),
  number('resource', 0),
  number('variant', 0),
  number('uint32', 32),
  unsigned('uint16', 16),
  signed('int4', 4, 'int4'),
  number('bfloat16', 16),
  signed('int2', 2),
  unsigned('uint4', 4),
  number('float8_e4m3fn', 8),
  number('float8_e5m2', 8),
];

/** What is known of a type code; of one that the schema does not have, only the code. */
export function typeFacts(code: number): TypeFacts {
  return facts[code] ?? number(`type code ${code}`, 0);
}

/** The code of a type in the schema. */
export function typeCode(type: ElementType): number {
  return facts.findIndex((candidate) => candidate.type === type);
}

/** Bytes of so many elements; those of fewer than eight bits are packed. */
export function byteLengthOf(elements: number, bits: number): number {
  return Math.ceil((elements * bits) / 8);
}

function signed(name: string, bits: number, type?: ElementType): TypeFacts {
  return { name, type, bits, zeroPointMin: -(2 ** (bits - 1)), zeroPointMax: 2 ** (bits - 1) - 1 };
}

function unsigned(name: string, bits: number, type?: ElementType): TypeFacts {
  return { name, type, bits, zeroPointMin: 0, zeroPointMax: 2 ** bits - 1 };
}

/** Types whose zero point, if they have one at all, is an int32. */
function number(name: string, bits: number, type?: ElementType): TypeFacts {
  return { name, type, bits, zeroPointMin: -(2 ** 31), zeroPointMax: 2 ** 31 - 1 };
}
