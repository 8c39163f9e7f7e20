/** Boards are found by name, and their memories fit together. */
import { expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { findTarget, targets } from '../../src/target/index.ts';

const failureOf = (name: string): Failure => {
  try {
    findTarget(name);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error(`${name} was found`);
};

test('finds the board of the issue with the limits of its data sheet', () => {
  const target = findTarget('stm32f746');
  expect(target).toMatchObject({ clockHz: 216_000_000, flashBytes: 1_048_576, sramBytes: 327_680 });
});

test('suggests the nearest name and lists the known ones', () => {
  expect(failureOf('STM32F764').toLine()).toContain('did you mean stm32f746? known targets: stm32f746');
  const line = failureOf('esp32').toLine();
  expect(line).toContain('unknown target "esp32"; known targets: stm32f746 [TARGET_UNKNOWN]');
});

test('quotes no more of a name than a line can hold', () => {
  expect(failureOf('x'.repeat(100_000)).toLine().length).toBeLessThan(200);
});

test.each(targets)(
  '$name: SRAM is contiguous from its origin, and flash is where code is linked',
  (target) => {
    let end = target.sramOrigin;
    for (const memory of target.memories.filter(({ kind }) => kind === 'sram')) {
      expect(memory.origin, memory.name).toBe(end);
      end += memory.bytes;
    }
    expect(end - target.sramOrigin).toBe(target.sramBytes);
    const flash = target.memories.find(({ origin }) => origin === target.flashOrigin);
    expect(flash).toMatchObject({ kind: 'flash', bytes: target.flashBytes });
  },
);
