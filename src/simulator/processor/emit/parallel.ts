/** Text of parallel additions and subtractions: two half-words or four bytes at once. */
import type { ComputeOperation, ParallelPrefix } from '../../operations/compute.ts';
import { bind, type Emitter, line, read, write } from './emitter.ts';

type ParallelOperation = Extract<ComputeOperation, { kind: 'parallel' }>;

type Lane = {
  /** Position of its result, bits. */
  readonly position: number;
  readonly a: number;
  readonly b: number;
  readonly subtract: boolean;
};

type Shape = { readonly laneBits: 8 | 16; readonly lanes: readonly Lane[] };

function halves(firstB: number, subtractLow: boolean, subtractHigh: boolean): Shape {
  return {
    laneBits: 16,
    lanes: [
      { position: 0, a: 0, b: firstB, subtract: subtractLow },
      { position: 16, a: 16, b: 16 - firstB, subtract: subtractHigh },
    ],
  };
}

function bytes(subtract: boolean): Shape {
  return {
    laneBits: 8,
    lanes: [0, 8, 16, 24].map((position) => ({ position, a: position, b: position, subtract })),
  };
}

const shapes: Readonly<Record<ParallelOperation['op'], Shape>> = {
  add16: halves(0, false, false),
  sub16: halves(0, true, true),
  asx: halves(16, true, false),
  sax: halves(16, false, true),
  add8: bytes(false),
  sub8: bytes(true),
};

function laneText(value: string, position: number, laneBits: number, signed: boolean): string {
  if (!signed) return `(${value}>>>${position}&${2 ** laneBits - 1})`;
  return `(${value}<<${32 - laneBits - position}>>${32 - laneBits})`;
}

export function emitParallel(emitter: Emitter, { prefix, op, rd, rn, rm }: ParallelOperation): void {
  const { laneBits, lanes } = shapes[op];
  const signed = prefix === 's' || prefix === 'q' || prefix === 'sh';
  const a = bind(emitter, read(emitter, rn));
  const b = bind(emitter, read(emitter, rm));
  const sums = lanes.map((lane) =>
    bind(
      emitter,
      `${laneText(a, lane.a, laneBits, signed)}${lane.subtract ? '-' : '+'}${laneText(b, lane.b, laneBits, signed)}`,
    ),
  );
  if (prefix === 's' || prefix === 'u') setGreaterOrEqual(emitter, prefix, laneBits, lanes, sums);
  const mask = 2 ** laneBits - 1;
  const results = sums.map((sum, index) => {
    const lane = `(${finish(prefix, laneBits, sum)}&${mask})`;
    const position = lanes[index]?.position ?? 0;
    return position === 0 ? lane : `${lane}<<${position}`;
  });
  write(emitter, rd, results.join('|'));
}

/** What becomes of an exact sum: wrapped, saturated, or halved. */
function finish(prefix: ParallelPrefix, laneBits: number, sum: string): string {
  switch (prefix) {
    case 's':
    case 'u':
      return sum;
    case 'sh':
    case 'uh':
      return `${sum}>>1`;
    case 'q':
      return clamped(sum, -(2 ** (laneBits - 1)), 2 ** (laneBits - 1) - 1);
    case 'uq':
      return clamped(sum, 0, 2 ** laneBits - 1);
  }
}

function clamped(sum: string, low: number, high: number): string {
  return `(${sum}<${low}?${low}:${sum}>${high}?${high}:${sum})`;
}

/** GE: no borrow, or for unsigned additions a carry; half-words set two flags each. */
function setGreaterOrEqual(
  emitter: Emitter,
  prefix: 's' | 'u',
  laneBits: number,
  lanes: readonly Lane[],
  sums: readonly string[],
): void {
  if ((emitter.position.neededFlags & 32) === 0) return;
  emitter.flagsUsed |= 32;
  const flags = lanes.map(({ position, subtract }, index) => {
    const limit = prefix === 'u' && !subtract ? 2 ** laneBits : 0;
    const ones = laneBits === 16 ? 3 : 1;
    return `(${sums[index]}>=${limit}?${ones << (position / 8)}:0)`;
  });
  line(emitter, `fg=${flags.join('|')};`);
}
