/** Images that no machine could run are refused, each with what is wrong with it; good ones are placed and named. */
import { describe, expect, test } from 'vitest';
import { chips, createMachine, findChip } from '../../src/simulator/index.ts';
import { targets } from '../../src/target/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { elfFile } from './elf-file.ts';
import { flashImage, programStart, programs } from './programs.ts';

const load = (image: Uint8Array, chip = 'stm32f746') => refusalOf(() => createMachine(image, chip));

describe('raw images', () => {
  test('for another chip: the stack is where that chip has memory', () => {
    const failure = load(flashImage(programs.loop, { stackPointer: 0x2408_0000 }));
    expect(failure.code).toBe('IMAGE_NOT_FOR_CHIP');
    expect(failure.message).toContain('stack at 0x24080000');
    expect(() =>
      createMachine(flashImage(programs.loop, { stackPointer: 0x2408_0000 }), 'stm32h743'),
    ).not.toThrow();
  });

  test.each([
    ['without the Thumb bit', programStart, /Thumb bit/],
    ['outside memory', 0x9000_0001, /not in memory/],
    ['in erased flash', 0xffff_ffff, /not in memory/],
  ])('with a reset vector %s', (_, reset, pattern) => {
    const failure = load(flashImage(programs.loop, { reset }));
    expect(failure.code).toBe('IMAGE_NOT_FOR_CHIP');
    expect(failure.message).toMatch(pattern);
  });

  test('with a stack that is not aligned, or in flash', () => {
    for (const stackPointer of [0x2000_1002, 0x0800_1000, 0]) {
      expect(load(flashImage(programs.loop, { stackPointer })).message).toContain('not in RAM');
    }
  });

  test('with a stack that begins behind the last byte of RAM', () => {
    const image = flashImage(programs.loop, { stackPointer: 0x2005_0000 });
    expect(createMachine(image, 'stm32f746').readRegister(13)).toBe(0x2005_0000);
  });

  test('too large, too small, and empty', () => {
    expect(load(new Uint8Array(2 ** 20 + 1)).message).toContain('flash ends at 0x08100000');
    expect(load(new Uint8Array(7)).code).toBe('IMAGE_NOT_LOADABLE');
    expect(load(new Uint8Array(64).fill(0xff)).message).toContain('flash is erased');
  });
});

describe('ELF files', () => {
  const code = flashImage(programs.loop);

  test('run, with their symbols', () => {
    const machine = createMachine(
      elfFile({
        segments: [{ address: 0x0800_0000, bytes: code }],
        functions: [{ name: 'forever', address: programStart, bytes: 2 }],
      }),
      'stm32f746',
    );
    const failure = refusalOf(() => machine.runUntilOutput('x', 1000));
    expect(failure.where).toBe('forever (0x08000400)');
    expect(machine.symbols.find('forever')?.address).toBe(programStart);
  });

  test('for another architecture', () => {
    const failure = load(elfFile({ segments: [{ address: 0x0800_0000, bytes: code }], machine: 243 }));
    expect(failure.code).toBe('IMAGE_NOT_FOR_CORE');
    expect(failure.message).toContain('RISC-V');
  });

  test('cut short at any byte', () => {
    const whole = elfFile({ segments: [{ address: 0x0800_0000, bytes: code }] });
    for (let bytes = 8; bytes < whole.length; bytes += 7) {
      expect(['ELF_MALFORMED', 'IMAGE_NOT_LOADABLE']).toContain(load(whole.subarray(0, bytes)).code);
    }
  });

  test('with segments that overlap', () => {
    const failure = load(
      elfFile({
        segments: [
          { address: 0x0800_0000, bytes: code },
          { address: 0x0800_0200, bytes: code },
        ],
      }),
    );
    expect(failure.code).toBe('IMAGE_NOT_LOADABLE');
    expect(failure.message).toContain('reach over 0x08000200');
  });

  test('with a segment where the chip has no memory', () => {
    const failure = load(
      elfFile({
        segments: [
          { address: 0x0800_0000, bytes: code },
          { address: 0x6000_0000, bytes: code },
        ],
      }),
    );
    expect(failure.code).toBe('IMAGE_NOT_FOR_CHIP');
    expect(failure.message).toContain('0x60000000');
  });

  test('without anything to load', () => {
    expect(load(elfFile({ segments: [] })).code).toBe('IMAGE_NOT_LOADABLE');
  });
});

describe('chips', () => {
  test('are found by name, and listed where a name is unknown', () => {
    expect(findChip('STM32F746').part).toBe('STM32F746NG');
    expect(refusalOf(() => findChip('stm32f103')).hint).toContain('stm32h743');
  });

  test('have the memories that targets are linked for', () => {
    for (const target of targets) {
      const chip = findChip(target.name);
      const places = chip.storage.flatMap(({ addresses, bytes }) =>
        addresses.map((start) => ({ start, bytes })),
      );
      for (const { origin, bytes } of target.memories) {
        expect(places).toContainEqual({ start: origin, bytes });
      }
    }
  });

  test('have peripherals and memories that do not share addresses', () => {
    expect(chips.length).toBeGreaterThanOrEqual(4);
    for (const { name, storage, peripherals } of chips) {
      const ranges = [
        ...storage.flatMap(({ addresses, bytes }) => addresses.map((start) => ({ start, bytes }))),
        ...peripherals.map((place) => ({
          start: place.start,
          bytes: 'bytes' in place ? place.bytes : 0x400,
        })),
      ].sort((a, b) => a.start - b.start);
      ranges.forEach(({ start }, index) => {
        const before = ranges[index - 1];
        if (before !== undefined) expect(start, name).toBeGreaterThanOrEqual(before.start + before.bytes);
      });
    }
  });
});
