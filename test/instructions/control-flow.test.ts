/** Rows for what random sequences do not do: indirect branches, faults, special registers, ways to the host and back. */
import { describe, expect, test } from 'vitest';
import { slots } from '../../src/simulator/processor/state.ts';
import { type Bench, codeBase, createBench, ramBase } from './bench-core.ts';

const bkpt = 0xbe00;
const landing = codeBase + 0x200;

/** Puts half-words, a BKPT 0 after them and a BKPT 1 where they should branch to. */
function load(bench: Bench, halfWords: readonly number[]): void {
  bench.put(codeBase, ...halfWords, bkpt);
  bench.put(landing, 0xbe01);
}

/** Runs until the host was told something; no event of time is ever due. */
function run(bench: Bench, ...halfWords: readonly number[]): void {
  load(bench, halfWords);
  for (let rounds = 0; bench.events.length === 0 && rounds < 100; rounds++) {
    bench.state.nextEventCycle = Number.POSITIVE_INFINITY;
    bench.processor.run(Number.POSITIVE_INFINITY);
  }
}

describe('indirect branches', () => {
  test.each([
    ['BX r0', [0x4700]],
    ['MOV pc, r0', [0x4687]],
    ['LDR pc, [r1]', [0xf8d1, 0xf000]],
    ['LDR pc, [r1], #4', [0xf851, 0xfb04]],
    ['POP {r2, pc}', [0xbd04]],
    ['LDM r1, {r3, pc}', [0xe891, 0x8008]],
  ] as const)('%s lands', (_, halfWords) => {
    const bench = createBench();
    bench.set({ r0: landing | 1, r1: ramBase });
    const pointer = [(landing & 0xffff) | 1, landing >>> 16];
    bench.put(ramBase, ...(halfWords[0] === 0xe891 ? [0, 0] : []), ...pointer);
    bench.put(ramBase + 0x8000, 0, 0, ...pointer);
    run(bench, ...halfWords);
    expect(bench.events).toEqual(['breakpoint 1']);
    expect(bench.register(15)).toBe(landing);
  });

  test('BLX leaves the way back in LR', () => {
    const bench = createBench();
    bench.set({ r0: landing | 1 });
    run(bench, 0x4780);
    expect(bench.register(14)).toBe((codeBase + 2) | 1);
    expect(bench.events).toEqual(['breakpoint 1']);
  });

  test('an even address is an invalid state, at the target', () => {
    const bench = createBench();
    bench.set({ r0: landing });
    run(bench, 0x4700);
    expect(bench.events).toEqual(['invalid state']);
    expect(bench.register(15)).toBe(landing);
  });

  test('TBB and TBH take the entry that the index chooses', () => {
    for (const [tableBranch, entry] of [
      [0xf001, [0x7f00]],
      [0xf011, [0, 0x7e]],
    ] as const) {
      const bench = createBench();
      bench.set({ r0: ramBase, r1: 1 });
      bench.put(ramBase, ...entry);
      // Padding puts the base of the offsets where 2 * entry lands.
      const pad = landing - 2 * (tableBranch === 0xf001 ? 0x7f : 0x7e) - 4;
      bench.put(pad, 0xe8d0, tableBranch);
      bench.put(landing, 0xbe01);
      bench.set({ pc: pad });
      bench.processor.run(Number.POSITIVE_INFINITY);
      expect(bench.events).toEqual(['breakpoint 1']);
    }
  });

  test('in a handler, a branch to EXC_RETURN asks for the return; in a thread it is a fault of fetching', () => {
    const handler = createBench();
    handler.set({ ipsr: 11, r0: 0xffff_fff9 | 0 });
    run(handler, 0x4700);
    expect(handler.events).toEqual(['exception return fffffff9']);
    const thread = createBench();
    thread.set({ r0: 0xffff_fff9 | 0 });
    run(thread, 0x4700);
    expect(thread.events).toEqual(['bus error: nothing at fffffff8']);
  });
});

describe('faults leave registers as before the instruction', () => {
  test.each([
    ['LDM r1!, {r2, r3} unaligned', { r1: ramBase + 2 }, [0xc90c], 'unaligned 20000002'],
    ['LDREX r0, [r1] unaligned', { r1: ramBase + 1 }, [0xe851, 0x0f00], 'unaligned 20000001'],
    [
      'LDR r0, [r1], #4 from nowhere',
      { r1: 0x5000_0000 },
      [0xf851, 0x0b04],
      'bus error: nothing at 50000000',
    ],
    [
      'STMDB r1!, {r2, r3} to nowhere',
      { r1: 0x5000_0008 },
      [0xe921, 0x000c],
      'bus error: nothing at 50000000',
    ],
    ['VLDR s0, [r1] unaligned', { r1: ramBase + 2 }, [0xed91, 0x0a00], 'unaligned 20000002'],
  ] as const)('%s', (_, registers, halfWords, event) => {
    const bench = createBench();
    bench.processor.setFloatingPointEnabled(true);
    bench.set({ ...registers, r2: 22, r3: 33 });
    run(bench, 0xbf00, ...halfWords);
    expect(bench.events).toEqual([event]);
    expect(bench.register(15)).toBe(codeBase + 2);
    expect([bench.register(1), bench.register(2), bench.register(3)]).toEqual([registers.r1, 22, 33]);
  });

  test('inside an IT block the block goes on where it was', () => {
    const bench = createBench();
    bench.set({ z: 0, r1: 0x5000_0000, r0: 5 });
    // ITT EQ; MOVEQ r2, #7; LDREQ r0, [r1]
    run(bench, 0xbf04, 0x2207, 0x6808);
    expect(bench.events).toEqual(['bus error: nothing at 50000000']);
    expect(bench.state.words[slots.itState]).toBe(0x08);
    expect(bench.register(2)).toBe(7);
    bench.set({ r1: ramBase });
    bench.put(ramBase, 0x1234, 0);
    bench.processor.run(Number.POSITIVE_INFINITY);
    expect(bench.register(0)).toBe(0x1234);
  });

  test('division by zero gives 0, and faults where CCR.DIV_0_TRP is set', () => {
    const quiet = createBench();
    quiet.set({ r0: 9, r1: 0 });
    run(quiet, 0xfb90, 0xf0f1);
    expect([quiet.register(0), ...quiet.events]).toEqual([0, 'breakpoint 0']);
    const trapping = createBench();
    trapping.processor.setDivideByZeroTraps(true);
    trapping.set({ r0: 9, r1: 0 });
    run(trapping, 0xfb90, 0xf0f1);
    expect([trapping.register(0), ...trapping.events]).toEqual([9, 'division by zero']);
  });

  test('floating point: switched off, without a unit, and doubles on a single-precision unit', () => {
    const off = createBench('single');
    run(off, 0xee30, 0x0a00);
    expect(off.events).toEqual(['no coprocessor ee300a00']);
    const single = createBench('single');
    single.processor.setFloatingPointEnabled(true);
    run(single, 0xee30, 0x0a00, 0xee30, 0x0b00);
    expect(single.events).toEqual(['undefined ee300b00']);
    expect(single.register(15)).toBe(codeBase + 4);
    const other = createBench();
    run(other, 0xee00, 0x0110);
    expect(other.events).toEqual(['no coprocessor ee000110']);
  });
});

describe('ways to the host', () => {
  test.each([
    ['SVC', [0xdf05], 'supervisor call', 2],
    ['UDF', [0xde00], 'undefined de00', 0],
    ['WFI', [0xbf30], 'wait for interrupt', 2],
    ['BKPT', [0xbe2a], 'breakpoint 42', 0],
  ] as const)('%s', (_, halfWords, event, offset) => {
    const bench = createBench();
    run(bench, ...halfWords);
    expect(bench.events).toEqual([event]);
    expect(bench.register(15)).toBe(codeBase + offset);
  });

  test('WFE waits only where no event is there; SEV makes one', () => {
    const bench = createBench();
    run(bench, 0xbf40, 0xbf20, 0xbf20);
    expect(bench.events).toEqual(['wait for event']);
    expect(bench.register(15)).toBe(codeBase + 6);
  });

  test('a loop comes back when the next event is due, and goes on after it', () => {
    const bench = createBench();
    bench.set({ r0: 1000 });
    bench.state.nextEventCycle = 100;
    // SUBS r0, #1; BNE back
    load(bench, [0x3801, 0xd1fd]);
    bench.processor.run(Number.POSITIVE_INFINITY);
    expect(bench.register(15)).toBe(codeBase);
    const left = bench.register(0);
    expect(left).toBeGreaterThan(900);
    expect(left).toBeLessThan(1000);
    bench.state.nextEventCycle = Number.POSITIVE_INFINITY;
    bench.processor.run(Number.POSITIVE_INFINITY);
    expect(bench.register(0)).toBe(0);
    expect(bench.state.instructions).toBe(2001);
  });

  test('breakpoints stop before their instruction, in loops too', () => {
    const bench = createBench();
    bench.set({ r0: 3 });
    bench.processor.setBreakpoints(new Set([codeBase + 2]));
    load(bench, [0x3801, 0xd1fd]);
    bench.processor.run(Number.POSITIVE_INFINITY);
    expect([bench.register(15), bench.register(0)]).toEqual([codeBase + 2, 2]);
    bench.processor.run(Number.POSITIVE_INFINITY);
    expect([bench.register(15), bench.register(0)]).toEqual([codeBase + 2, 1]);
  });

  test('code that was changed in RAM is seen after ISB', () => {
    const bench = createBench();
    // MOVS r0, #1; BX LR in RAM; called, rewritten, barrier, called again.
    bench.put(ramBase, 0x2001, 0x4770);
    bench.set({ r4: ramBase | 1, r5: ramBase, r6: 0x2007 });
    run(bench, 0x47a0, 0x4601, 0x802e, 0xf3bf, 0x8f6f, 0x47a0);
    expect([bench.register(1), bench.register(0)]).toEqual([1, 7]);
  });
});

describe('special registers', () => {
  test('threads choose their stack pointer by CONTROL.SPSEL; MSP and PSP are both there', () => {
    const bench = createBench();
    bench.set({ r0: 2, r1: ramBase + 0x4000 });
    // MSR PSP, r1; MSR CONTROL, r0; MRS r2, MSP; MRS r3, PSP
    run(bench, 0xf381, 0x8809, 0xf380, 0x8814, 0xf3ef, 0x8208, 0xf3ef, 0x8309);
    expect(bench.register(13)).toBe(ramBase + 0x4000);
    expect([bench.register(2), bench.register(3)]).toEqual([ramBase + 0x8000, ramBase + 0x4000]);
  });

  test('CPSID and CPSIE set PRIMASK and FAULTMASK, but not for unprivileged code', () => {
    const bench = createBench();
    run(bench, 0xb672, 0xb671);
    expect([bench.state.words[slots.primask], bench.state.words[slots.faultmask]]).toEqual([1, 1]);
    const unprivileged = createBench();
    unprivileged.set({ control: 1 });
    run(unprivileged, 0xb672);
    expect(unprivileged.state.words[slots.primask]).toBe(0);
  });

  test('BASEPRI_MAX only ever becomes more urgent', () => {
    const bench = createBench();
    bench.set({ r0: 0x40, r1: 0x80 });
    // MSR BASEPRI_MAX, r0; MSR BASEPRI_MAX, r1; MRS r2, BASEPRI
    run(bench, 0xf380, 0x8812, 0xf381, 0x8812, 0xf3ef, 0x8211);
    expect(bench.register(2)).toBe(0x40);
  });
});
