/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 of Blackman and Vigna ("Scrambled linear
 * pseudorandom number generators", 2018; prng.di.unimi.it), its state filled from the seed by SplitMix32, the 32-bit
 * finaliser of MurmurHash3 over a Weyl sequence.
 */

export type Random = {
  /** 0 ... 2^32 - 1. */
  readonly nextUint32: () => number;
  /** A double in [0, 1), of 32 random bits. */
  readonly uniform: () => number;
  /** A whole number in [0, bound), every one equally likely; `bound` is 1 ... 2^32. */
  readonly below: (bound: number) => number;
  /** Of the normal distribution with mean 0 and variance 1 (polar method of Marsaglia). */
  readonly normal: () => number;
};

/**
 * A stream of its own for every seed and every list of `stream` numbers: `random(7, island, generation)` needs no
 * state to be kept of other islands. Numbers count modulo 2^32.
 */
export function random(seed: number, ...stream: readonly number[]): Random {
  const nextUint32 = xoshiro128(stateOf([seed, ...stream]));
  const uniform = (): number => nextUint32() / 2 ** 32;
  return { nextUint32, uniform, below: belowFrom(nextUint32), normal: normalFrom(uniform) };
}

/** Each number is stirred into all that came before it. */
function stateOf(numbers: readonly number[]): Uint32Array {
  let key = 0;
  for (const number of numbers) key = mix((key ^ mix((number + 0x9e3779b9) | 0)) + 0x85ebca6b);
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word += 1) state[word] = mix(key + (word + 1) * 0x9e3779b9);
  // The generator never leaves the state of only zeros.
  if (state.every((value) => value === 0)) state[0] = 1;
  return state;
}

/** The finaliser of MurmurHash3: a bijection of 32-bit words. */
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function xoshiro128([a = 0, b = 0, c = 0, d = 0]: Uint32Array): () => number {
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Draws again where a remainder would favour small numbers. */
function belowFrom(nextUint32: () => number): Random['below'] {
  return (bound) => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let drawn = nextUint32();
    while (drawn >= limit) drawn = nextUint32();
    return drawn % bound;
  };
}

function normalFrom(uniform: () => number): Random['normal'] {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * factor;
        return x * factor;
      }
    }
  };
}
