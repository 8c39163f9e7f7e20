/** A machine runs small programs: its UART, time, interrupts, run control, and what is told of programs that go wrong. */
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine, type MachineOptions } from '../../src/simulator/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { elfFile } from './elf-file.ts';
import {
  flashImage,
  flashStart,
  handlerStart,
  type ImageOptions,
  programStart,
  programs,
} from './programs.ts';

const chip = 'stm32f746';

function machineWith(program: string, image: ImageOptions = {}, options: MachineOptions = {}): Machine {
  return createMachine(flashImage(program, image), chip, options);
}

const run = (machine: Machine, cycles = 100_000): string => machine.run({ cycles });

describe('UART', () => {
  test('bytes reach the firmware and its answers come back, in order', () => {
    const machine = machineWith(programs.echoPlusOne);
    machine.send('HAL9000');
    expect(machine.run({ cycles: 200_000, untilOutput: '1' })).toBe('output');
    expect(machine.uart.text()).toBe('IBM:111'.slice(0, 5));
    run(machine);
    expect(machine.uart.text()).toBe('IBM:111');
    expect(machine.unreadBytes()).toBe(0);
    expect(new TextDecoder().decode(machine.uart.take())).toBe('IBM:111');
    expect(machine.uart.take()).toHaveLength(0);
  });

  test('at baud pace a byte takes ten bits each way', () => {
    const machine = machineWith(programs.echoPlusOne, {}, { uartPace: 'baud' });
    machine.send(Uint8Array.of(0x09));
    machine.run({ cycles: 100_000, untilOutput: '\n' });
    const [line] = machine.uart.lines;
    const frame = 10 * 139;
    expect(line?.cycles).toBeGreaterThanOrEqual(2 * frame);
    expect(line?.cycles).toBeLessThan(2 * frame + 200);
    expect(line?.seconds).toBeCloseTo((line?.cycles ?? 0) / 16e6, 12);
  });

  test('lines carry the time at which they ended', () => {
    const machine = machineWith(programs.echoPlusOne);
    machine.send('`\f\t`\f\t');
    run(machine);
    expect(machine.uart.lines.map(({ text }) => text)).toEqual(['a', 'a']);
    const [first, second] = machine.uart.lines;
    expect(second?.cycles).toBeGreaterThan(first?.cycles ?? 0);
  });

  test.each([
    ['stm32f746', 0x4001_1000],
    ['stm32f767', 0x4000_4800],
    ['stm32h743', 0x4000_4800],
    ['stm32h7a3', 0x4000_4800],
  ])('%s talks over the USART that its board wires to the debugger', (name, start) => {
    const machine = createMachine(flashImage(programs.echoPlusOne, { patches: { 24: start } }), name);
    machine.send('HAL');
    machine.runUntilOutput('IBM', 100_000);
  });

  test('stm32f412 talks over a USART with other registers, and reaches single bits by their aliases', () => {
    const machine = createMachine(flashImage(programs.echoPlusOneF4), 'stm32f412');
    machine.send('HAL');
    machine.runUntilOutput('IBM', 100_000);
    expect(machine.readRegister(4)).toBe(1);
    expect(machine.readRegisters(0x4002_3802, 1)).toEqual(Uint8Array.of(4));
  });

  test('a USART that the chip lacks is refused', () => {
    const failure = refusalOf(() => machineWith(programs.loop, {}, { console: 'USART9' }));
    expect(failure.code).toBe('USART_UNKNOWN');
    expect(failure.hint).toContain('USART6');
  });
});

describe('time', () => {
  test('runs from the internal oscillator until firmware programs the PLL, and counters agree with it', () => {
    const machine = machineWith(programs.clock);
    expect(machine.coreHz()).toBe(16_000_000);
    run(machine, 2_000_000);
    expect(machine.coreHz()).toBe(216_000_000);
    // TIM5: 216 MHz / 4 * 2 / 108 = 1 MHz; the cycle counter started a few instructions after it.
    const cycles = machine.readRegister(4);
    const microseconds = machine.readRegister(5);
    expect(cycles).toBeGreaterThan(1_900_000);
    expect(Math.abs(cycles / 216 - microseconds)).toBeLessThan(2);
    expect(machine.seconds()).toBeGreaterThan(microseconds / 1e6);
    expect(machine.seconds()).toBeLessThan(microseconds / 1e6 + 10e-6);
  });

  test('an STM32H743 divides its core clock for the buses', () => {
    const machine = createMachine(flashImage(programs.clockH7), 'stm32h743');
    expect(machine.coreHz()).toBe(64_000_000);
    run(machine, 2_000_000);
    expect(machine.coreHz()).toBe(480_000_000);
    const microseconds = machine.readRegister(5);
    expect(Math.abs(machine.readRegister(4) / 480 - microseconds)).toBeLessThan(2);
  });

  test('two runs are alike to the digit', () => {
    const figures = [0, 1].map(() => {
      const machine = machineWith(programs.timer, { vectors: { 44: handlerStart | 1 } });
      run(machine);
      return [machine.cycles(), machine.instructions(), machine.readRegister(5)];
    });
    expect(figures[0]).toEqual(figures[1]);
  });
});

describe('interrupts', () => {
  test('a timer wakes the core every hundred ticks', () => {
    const machine = machineWith(programs.timer, { vectors: { 44: handlerStart | 1 } });
    expect(run(machine, 10_000)).toBe('cycles');
    const interrupts = machine.readRegister(5);
    expect(interrupts).toBeGreaterThanOrEqual(98);
    expect(interrupts).toBeLessThanOrEqual(100);
    expect(machine.readRegister(4)).toBeGreaterThanOrEqual(interrupts - 1);
    // EXC_RETURN to thread mode on the main stack, basic frame; the frame's pc is behind WFI.
    expect(machine.readRegister(6)).toBe(0xffff_fff9);
    expect(machine.readRegister(7)).toBeGreaterThanOrEqual(programStart);
    expect(machine.readRegister(7)).toBeLessThan(handlerStart);
  });

  test('an exception keeps floating-point registers for those that it interrupts', () => {
    const machine = machineWith(programs.floatFrame, { vectors: { 11: handlerStart | 1 } });
    run(machine, 1000);
    expect(machine.readRegister(3)).toBe(0x3f80_0000);
    expect(machine.readRegister(4)).toBe(0x4000_0000);
    expect(machine.readRegister(2)).toBe(7);
    expect(machine.readRegister(5)).toBe(0xffff_ffe9);
    // 8 + 18 words below the top.
    expect(machine.readRegister(6)).toBe(0x2000_1000 - 0x68);
    expect(machine.readRegister(13)).toBe(0x2000_1000);
  });

  test('floating-point registers are saved when the handler first uses them, not before', () => {
    const vectors = { 11: handlerStart | 1 };
    const machine = machineWith(programs.lazyFloats, { vectors });
    run(machine);
    const [one, lspact] = [0x3f80_0000, 1];
    expect(machine.readRegister(4)).toBe((0xc000_0000 | lspact) >>> 0);
    expect(machine.readRegister(6)).not.toBe(one);
    expect(machine.readRegister(7)).toBe(0xc000_0000);
    expect(machine.readRegister(8)).toBe(one);
    expect(machine.readRegister(3)).toBe(one);
  });

  test('a core that nothing can wake says so', () => {
    const machine = machineWith('30bffde7');
    expect(run(machine)).toBe('asleep');
    expect(refusalOf(() => machine.runUntilOutput('m-ready', 1000)).code).toBe('FIRMWARE_ASLEEP');
  });
});

describe('run control', () => {
  test('stops before a breakpoint, goes on from it, and steps', () => {
    const machine = machineWith(programs.echoPlusOne);
    const loop = programStart + 0x0a;
    machine.setBreakpoints([loop]);
    expect(run(machine)).toBe('breakpoint');
    expect(machine.readRegister(15)).toBe(loop);
    machine.step();
    expect(machine.readRegister(15)).toBe(loop + 2);
    expect(run(machine)).toBe('breakpoint');
    expect(machine.readRegister(15)).toBe(loop);
    machine.setBreakpoints([]);
    expect(run(machine)).toBe('cycles');
  });

  test('reads and writes registers and memory', () => {
    const machine = machineWith(programs.loop);
    machine.writeMemory(0x2000_0010, Uint8Array.of(1, 2, 3, 4));
    expect([...machine.readMemory(0x2000_0010, 4)]).toEqual([1, 2, 3, 4]);
    machine.writeRegister(0, -1);
    expect(machine.readRegister(0)).toBe(0xffff_ffff);
    machine.writeFloatRegister(31, 0x3f80_0000);
    expect(machine.readFloatRegister(31)).toBe(0x3f80_0000);
    machine.writeRegister(16, 0x6100_0000);
    expect(machine.readRegister(16)).toBe(0x6100_0000);
    expect(refusalOf(() => machine.readMemory(0x2004_fffe, 4)).code).toBe('ADDRESS_NOT_IN_MEMORY');
  });

  test('an endless loop is bounded, and named by where it is', () => {
    const failure = refusalOf(() => machineWith(programs.loop).runUntilOutput('m-ready', 50_000));
    expect(failure.code).toBe('SIMULATION_TOO_LONG');
    expect(failure.where).toBe('0x08000400');
  });
});

describe('profile', () => {
  const elf = elfFile({
    segments: [{ address: flashStart, bytes: flashImage(programs.calls) }],
    functions: [
      { name: 'caller', address: programStart, bytes: 6 },
      { name: 'callee', address: programStart + 6, bytes: 6 },
    ],
  });

  test('every cycle and instruction belongs to a function', () => {
    const machine = createMachine(elf, chip, { profile: true });
    run(machine, 10_000);
    const entries = machine.profile();
    expect(entries.map(({ symbol }) => symbol).sort()).toEqual(['callee', 'caller']);
    const sum = (of: (entry: (typeof entries)[number]) => number): number =>
      entries.reduce((total, entry) => total + of(entry), 0);
    expect(sum(({ cycles }) => cycles)).toBe(machine.cycles());
    expect(sum(({ instructions }) => instructions)).toBe(machine.instructions());
    const [callee, caller] = ['callee', 'caller'].map((name) =>
      entries.find(({ symbol }) => symbol === name),
    );
    // Three instructions a call against two.
    expect(Math.abs((callee?.instructions ?? 0) / 3 - (caller?.instructions ?? 0) / 2)).toBeLessThanOrEqual(
      1,
    );
    machine.clearCounts();
    expect(machine.profile()).toEqual([]);
  });

  test('counting does not change time', () => {
    const [plain, counted] = [false, true].map((profile) => {
      const machine = createMachine(elf, chip, { profile });
      run(machine, 10_000);
      return machine.instructions() / machine.cycles();
    });
    expect(counted).toBeCloseTo(plain ?? 0, 2);
  });

  test('the deepest stack is what was written below its top', () => {
    const machine = createMachine(elf, chip);
    expect(machine.stackHighWaterBytes()).toBe(0);
    run(machine, 1000);
    expect(machine.stackHighWaterBytes()).toBe(16);
    expect(machineWith(programs.calls).stackHighWaterBytes()).toBeUndefined();
  });
});

describe('faults', () => {
  const cases: readonly (readonly [string, string, ImageOptions, readonly RegExp[]])[] = [
    [
      'a read where nothing is',
      programs.load,
      { patches: { 8: 0x6000_0000 } },
      [/read of 0x60000000/, /CFSR 0x00008200 PRECISERR BFARVALID/, /BFAR 0x60000000/],
    ],
    ['a write behind RAM', programs.store, { patches: { 8: 0x2005_0000 } }, [/write of 0x20050000/]],
    ['a write to flash', programs.store, { patches: { 8: 0x0800_0000 } }, [/write of 0x08000000/]],
    ['an undefined instruction', programs.undefined, {}, [/undefined instruction/, /de07/, /UNDEFINSTR/]],
    ['a branch to Arm code', programs.armState, {}, [/Thumb bit/, /CFSR 0x00020000 INVSTATE/]],
    ['a jump out of memory', programs.jump, {}, [/fetch/, /IBUSERR/]],
    ['a trapped division by zero', programs.divide, {}, [/division by zero/, /DIVBYZERO/]],
    ['a stack that overflows', programs.overflow, { stackPointer: 0x2000_0040 }, [/write of 0x1fffff/]],
  ];

  test.each(cases)('%s ends the run with registers and place', (_, program, image, patterns) => {
    const failure = refusalOf(() => run(machineWith(program, image)));
    expect(failure.code).toBe('FIRMWARE_FAULT');
    expect(failure.where).toMatch(/^0x/);
    for (const pattern of patterns) expect(failure.message).toMatch(pattern);
    expect(failure.data).toMatchObject({ hfsr: 0x4000_0000 });
  });

  describe('the memory protection unit', () => {
    const fourKilobytes = 0x17;
    const [none, privilegedOnly, readOnly, full] = [0, 1, 6, 3].map((permission) => permission << 24);
    const executeNever = 1 << 28;
    /** A region of 4 KB at 0x20010000, which the program reads, writes and jumps to; flash is open to all. */
    const withRegion = (attributes: number, control = 0): Machine =>
      machineWith(programs.protection, { patches: { 60: attributes | fourKilobytes, 72: control } });
    test.each([
      ['no access', none, 0, /DACCVIOL/, /read of 0x20010020/],
      ['read only', readOnly, 0, /DACCVIOL/, /write of 0x20010020/],
      ['privileged only, for a thread that is not', privilegedOnly, 1, /DACCVIOL/, /read of 0x20010020/],
      ['no execution', (full ?? 0) | executeNever, 1, /IACCVIOL/, /fetch of 0x20010020/],
    ])('%s', (_, attributes, control, cause, access) => {
      const failure = refusalOf(() => run(withRegion(attributes ?? 0, control)));
      expect(failure.code).toBe('FIRMWARE_FAULT');
      expect(failure.message).toMatch(cause);
      expect(failure.message).toMatch(access);
      const isData = cause.source === 'DACCVIOL';
      if (isData) expect(failure.data).toMatchObject({ mmfar: 0x2001_0020 });
    });

    test('lets through what it allows, up to where the region ends', () => {
      // Painted RAM is harmless code.
      expect(refusalOf(() => run(withRegion(full ?? 0, 1))).message).toMatch(/fetch of 0x20011000/);
      expect(run(withRegion(full ?? 0), 2000)).toBe('cycles');
    });

    test('a subregion that is switched off is as outside', () => {
      expect(run(withRegion((none ?? 0) | (0xff << 8)), 2000)).toBe('cycles');
    });
  });

  test('a reset that firmware asks for restarts it where that is wanted: time goes on, memory stays', () => {
    const machine = machineWith(programs.reset, {}, { resets: 'restart' });
    machine.writeMemory(0x2001_0000, Uint8Array.of(42));
    expect(run(machine, 500)).toBe('cycles');
    expect(machine.resets()).toBeGreaterThan(3);
    expect(machine.cycles()).toBeGreaterThanOrEqual(500);
    expect(machine.readMemory(0x2001_0000, 1)).toEqual(Uint8Array.of(42));
    // Firmware that does nothing but reset ends all the same.
    expect(refusalOf(() => run(machine, 1e9)).code).toBe('FIRMWARE_RESET');
  });

  test('the place of a fault is the instruction that made it', () => {
    const failure = refusalOf(() => run(machineWith(programs.load, { patches: { 8: 0x6000_0000 } })));
    expect(failure.data).toMatchObject({ pc: programStart + 2 });
  });

  test('firmware may handle its faults where that is asked for', () => {
    const image = { patches: { 8: 0x6000_0000 }, vectors: { 3: (programStart + 4) | 1 } };
    const machine = machineWith(programs.load, image, { faults: 'deliver' });
    expect(run(machine)).toBe('cycles');
    expect(machine.readRegister(16) & 0x1ff).toBe(3);
    expect(machine.faults).toHaveLength(1);
    const stackedPc = new DataView(machine.readMemory(machine.readRegister(13) + 24, 4).buffer);
    expect(stackedPc.getUint32(0, true)).toBe(programStart + 2);
  });

  test('a fault that no handler can take locks the core up', () => {
    const failure = refusalOf(() => run(machineWith(programs.maskedCall)));
    expect(failure.code).toBe('FIRMWARE_LOCKED_UP');
  });

  test('resets, breakpoints and peripherals that are not there are told apart', () => {
    expect(refusalOf(() => run(machineWith(programs.reset))).code).toBe('FIRMWARE_RESET');
    expect(refusalOf(() => run(machineWith(programs.breakpoint))).code).toBe('FIRMWARE_BREAKPOINT');
    const usesI2c = machineWith(programs.load, { patches: { 8: 0x4000_5400 } });
    const failure = refusalOf(() => run(usesI2c));
    expect(failure.code).toBe('PERIPHERAL_NOT_SIMULATED');
    expect(failure.message).toContain('I2C1');
  });
});
