/** The same image takes the same cycles on every machine, to the digit: figures that a change of any rule must change here. */
import { describe, expect, test } from 'vitest';
import { createMachine, type MachineOptions } from '../../src/simulator/index.ts';
import { flashImage, programStart, programs } from './programs.ts';

const kernelEnd = programStart + 0x7a;

function runKernel(chip: string, options: MachineOptions = {}) {
  const machine = createMachine(flashImage(programs.kernel), chip, options);
  machine.setBreakpoints([kernelEnd]);
  expect(machine.run({ cycles: 1e7 })).toBe('breakpoint');
  return { cycles: machine.cycles(), instructions: machine.instructions(), sum: machine.readRegister(8) };
}

describe('exact cycles', () => {
  test.each([
    ['stm32f746', 241_570],
    // Caches four times as large: all of the program's data stays.
    ['stm32f767', 189_896],
  ])('%s', (chip, cycles) => {
    expect(runKernel(chip)).toEqual({ cycles, instructions: 177_384, sum: 2_872_108_383 });
  });

  test('again, and with every function counted', () => {
    expect(runKernel('stm32f746')).toEqual(runKernel('stm32f746'));
    expect(runKernel('stm32f746', { profile: true })).toEqual(runKernel('stm32f746'));
  });
});
