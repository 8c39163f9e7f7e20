/** Run-time rules: caches, line fills, hazards between accesses, branch prediction; through the text that blocks run. */
import { describe, expect, test } from 'vitest';
import { findChip } from '../../src/simulator/chips/find-chip.ts';
import { decode } from '../../src/simulator/decode/decode.ts';
import type { BlockExit } from '../../src/simulator/processor/contract.ts';
import { chipTimings } from '../../src/simulator/timing/chip-timings.ts';
import { readStatistics } from '../../src/simulator/timing/statistics.ts';
import { type ChipTimingModel, createTimingModel } from '../../src/simulator/timing/timing-model.ts';
import type { ChipTiming } from '../../src/simulator/timing/types.ts';

const timing = chipTimings.stm32f746 as ChipTiming;
const sram1 = 0x2001_0000;
const blockAddress = 0x0800_1000;

function warmModel(): ChipTimingModel {
  const model = createTimingModel(findChip('stm32f746'), timing);
  model.enableCaches({ instruction: true, data: true });
  return model;
}

type Access = readonly [kind: 'load' | 'store', address: number, bytes?: number];

/** Runs the texts of a block of one-word instructions, and returns the stalls of each access. */
function stallsOf(
  model: ChipTimingModel,
  halfWords: readonly number[],
  accesses: readonly Access[],
  from = 0,
): number[] {
  const instructions = halfWords.map((word, index) => decode(blockAddress + 2 * index, word, 0, 0));
  const block = model.scheduleBlock({ address: blockAddress, instructions });
  const texts = accesses.map(([kind, address, bytes], index) => {
    const isCached = model.isCached(address) ? '1' : '0';
    const text = block.access({ index, kind, address: `${address}`, bytes: bytes ?? 4, isCached });
    const missed = `c = c + cacheAccess(${address}, ${bytes ?? 4}, '${kind}', c + ${block.issueCycles[index]}) | 0;`;
    return `${text.before} if (${text.misses || 0}) ${missed} else { ${text.after} }`;
  });
  const names = [...Object.keys(model.constants), 'cacheAccess'];
  const body = `let c = ${from}; const seen = []; ${texts.map((text) => `{ const before = c; ${text} seen.push(c - before); }`).join('\n')} return seen;`;
  const values = [...Object.values(model.constants), model.cacheAccess];
  return new Function(...names, body)(...values) as number[];
}

const load = 0x6808; // ldr r0, [r1]
const loadOther = 0x681a; // ldr r2, [r3]
const store = 0x6008; // str r0, [r1]
const move = 0x4680; // mov r8, r0

describe('data cache (TRM 2.4, 5)', () => {
  test('tightly coupled memory never waits', () => {
    expect(stallsOf(warmModel(), [load], [['load', 0x2000_0100]])).toEqual([0]);
  });
  test('the first word of a line of SRAM takes 7 cycles, of flash 13; the line is there afterwards', () => {
    const model = warmModel();
    expect(stallsOf(model, [load], [['load', sram1]])).toEqual([7]);
    expect(stallsOf(model, [load], [['load', 0x0801_0000]], 100)).toEqual([13]);
    expect(stallsOf(model, [load], [['load', sram1 + 28]], 200)).toEqual([0]);
    expect(readStatistics(model.statistics).dataCacheMisses).toBe(2);
  });
  test('later words of a line under way arrive one a cycle, the asked one first', () => {
    const model = warmModel();
    expect(stallsOf(model, [load], [['load', sram1 + 8]], 100)).toEqual([7]);
    // The word before it is the last of the wrap: it arrives at 107 + 7.
    expect(stallsOf(model, [load], [['load', sram1 + 4]], 108)).toEqual([6]);
  });
  test('four lines of one set stay, the fifth replaces the one used longest ago', () => {
    const model = warmModel();
    const line = (index: number): Access => ['load', sram1 + 1024 * index];
    for (let index = 0; index < 4; index += 1) stallsOf(model, [load], [line(index)], 100 * index);
    expect(stallsOf(model, [load], [line(0)], 1000)).toEqual([0]);
    expect(stallsOf(model, [load], [line(4)], 1100)).toEqual([7]);
    expect(stallsOf(model, [load], [line(0)], 1200)).toEqual([0]);
    expect(stallsOf(model, [load], [line(1)], 1300)).toEqual([7]);
  });
  test('a changed line keeps the bus when it makes room', () => {
    const model = warmModel();
    stallsOf(model, [store], [['store', sram1]]);
    for (let index = 1; index < 4; index += 1)
      stallsOf(model, [load], [['load', sram1 + 1024 * index]], 100 * index);
    expect(stallsOf(model, [load], [['load', sram1 + 4096]], 1000)).toEqual([7]);
    expect(readStatistics(model.statistics).evictions).toBe(1);
    // Fill until 1015, eviction until 1023; the next line's first word cannot come before.
    expect(stallsOf(model, [load], [['load', sram1 + 64]], 1008)).toEqual([15]);
  });
  test('stores wait for their lines in four entries, the fifth stops the processor', () => {
    const model = warmModel();
    const waits = [0, 1, 2, 3, 4].map(
      (index) => stallsOf(model, [store], [['store', sram1 + 32 * index]], 100 + index)[0],
    );
    expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(waits[4]).toBeGreaterThan(0);
  });
  test('without caches every load goes over the bus', () => {
    const model = createTimingModel(findChip('stm32f746'), timing);
    stallsOf(model, [load], [['load', sram1]]);
    expect(stallsOf(model, [load], [['load', sram1]], 100)).toEqual([7]);
  });
});

describe('two loads of one cycle', () => {
  const pair = (first: number, second: number): number[] => {
    const model = warmModel();
    for (const [index, address] of [first, second].entries())
      stallsOf(model, [load], [['load', address]], 100 * index);
    return stallsOf(
      model,
      [load, loadOther],
      [
        ['load', first],
        ['load', second],
      ],
      1000,
    );
  };
  test('different banks of one line are free', () => {
    expect(pair(sram1, sram1 + 4)).toEqual([0, 0]);
  });
  test('the same address bit 2: two cycles', () => {
    expect(pair(sram1, sram1 + 8)).toEqual([0, 2]);
    expect(pair(0x2000_0000, 0x2000_0100)).toEqual([0, 2]);
  });
  test('two lines, one of them cached: one cycle', () => {
    expect(pair(sram1, sram1 + 36)).toEqual([0, 1]);
    expect(pair(0x2000_0000, 0x2000_0104)).toEqual([0, 0]);
  });
});

describe('a cached load behind a cached store', () => {
  const afterStore = (storeAt: number, loadAt: number, moves: number): number | undefined => {
    const model = warmModel();
    for (const [index, address] of [storeAt, loadAt].entries())
      stallsOf(model, [load], [['load', address]], 100 * index);
    stallsOf(model, [store], [['store', storeAt]], 1000);
    return stallsOf(model, [loadOther], [['load', loadAt]], 1001 + moves)[0];
  };
  test('waits until three cycles have passed', () => {
    expect([0, 1, 2, 3].map((moves) => afterStore(sram1, sram1 + 256, moves))).toEqual([2, 1, 0, 0]);
  });
  test('does not wait for a store of its own cycle', () => {
    expect(afterStore(sram1, sram1 + 256, -1)).toBe(0);
  });
  test('does not wait in tightly coupled memory', () => {
    expect(afterStore(0x2000_0000, sram1, 0)).toBe(0);
    expect(afterStore(sram1, 0x2000_0000, 0)).toBe(0);
  });
});

describe('instruction cache', () => {
  test('a block waits for its lines once', () => {
    const model = warmModel();
    const instructions = [decode(blockAddress, move, 0, 0)];
    const { entry } = model.scheduleBlock({ address: blockAddress, instructions });
    const run = new Function(
      ...Object.keys(model.constants),
      'start',
      `let c = start; ${entry} return c - start;`,
    );
    const enter = (start: number): number => run(...Object.values(model.constants), start) as number;
    expect(enter(0)).toBe(13);
    expect(enter(100)).toBe(0);
    model.invalidateInstructions();
    expect(enter(200)).toBe(13);
  });
});

describe('branch prediction (TRM 2.1)', () => {
  /** Cycles lost by each outcome in turn of a branch `offset` half-words on. */
  function lostCycles(encoding: number, outcomes: readonly boolean[]): number[] {
    const model = warmModel();
    const block = model.scheduleBlock({
      address: blockAddress,
      instructions: [decode(blockAddress, move, 0, 0), decode(blockAddress + 2, encoding, 0, 0)],
    });
    const lose = (taken: boolean): number => {
      const exit: BlockExit = { kind: taken ? 'taken' : 'notTaken' };
      const before = readStatistics(model.statistics).mispredictionCycles;
      new Function(...Object.keys(model.constants), `let c = 0; ${block.leave(exit)}`)(
        ...Object.values(model.constants),
      );
      return readStatistics(model.statistics).mispredictionCycles - before;
    };
    return outcomes.map(lose);
  }
  const back = 0xd1f0; // bne, backwards
  const ahead = 0xd110; // bne, forwards
  test('backwards is taken at first sight, forwards is not', () => {
    expect(lostCycles(back, [true])).toEqual([0]);
    expect(lostCycles(back, [false])).toEqual([6]);
    expect(lostCycles(ahead, [false])).toEqual([0]);
    expect(lostCycles(ahead, [true])).toEqual([6]);
  });
  test('two wrong guesses in a row change the prediction', () => {
    expect(lostCycles(back, [true, true, false, false, false, true, true, true])).toEqual([
      0, 0, 6, 6, 0, 6, 6, 0,
    ]);
  });
});
