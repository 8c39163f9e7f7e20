/** Failures of simulating an image: what is wrong with the image, or what it does that the chip would not survive. */
import { Failure } from '../base/index.ts';

export const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

export const chipUnknown = (name: string, known: readonly string[]): Failure =>
  new Failure({
    code: 'CHIP_UNKNOWN',
    kind: 'usage',
    message: `no chip named '${name}' is simulated`,
    hint: `use one of ${known.join(', ')}`,
  });

export const imageNotForCore = (message: string): Failure =>
  new Failure({
    code: 'IMAGE_NOT_FOR_CORE',
    kind: 'usage',
    message,
    hint: 'link an executable for arm-none-eabi',
  });

export const imageNotLoadable = (message: string, hint: string): Failure =>
  new Failure({ code: 'IMAGE_NOT_LOADABLE', kind: 'usage', message, hint });

export const imageNotForChip = (message: string, chip: string): Failure =>
  new Failure({
    code: 'IMAGE_NOT_FOR_CHIP',
    kind: 'usage',
    message: `the image is not for ${chip}: ${message}`,
    hint: 'choose the chip that it was linked for',
  });

export const peripheralUnsupported = (name: string, access: 'read' | 'write', address: number): Failure =>
  new Failure({
    code: 'PERIPHERAL_NOT_SIMULATED',
    kind: 'usage',
    message: `the firmware ${access === 'read' ? 'reads' : 'writes'} ${name} at ${hex(address)}, which is not simulated`,
    hint: 'run firmware that needs no more than clocks, pins, timers and UARTs',
  });

export const firmwareFaulted = (
  message: string,
  where: string,
  data: Readonly<Record<string, unknown>>,
): Failure =>
  new Failure({
    code: 'FIRMWARE_FAULT',
    kind: 'model',
    message,
    where,
    hint: 'see the fault registers, and the symbol that it happened in',
    data,
  });

export const cyclesExceeded = (
  cycles: number,
  where: string,
  data: Readonly<Record<string, unknown>>,
): Failure =>
  new Failure({
    code: 'SIMULATION_TOO_LONG',
    kind: 'model',
    message: `still running after ${cycles} cycles`,
    where,
    hint: 'allow more cycles, or look for a loop without an end there',
    data,
  });

export const firmwareLockedUp = (message: string): Failure =>
  new Failure({
    code: 'FIRMWARE_LOCKED_UP',
    kind: 'model',
    message: `the processor has locked up: a fault that no handler can take; ${message}`,
    hint: 'see the first fault: a handler faulted, or the stack has left memory',
  });

export const firmwareReset = (where: string): Failure =>
  new Failure({
    code: 'FIRMWARE_RESET',
    kind: 'model',
    message: 'the firmware asks for a reset of the chip',
    where,
    hint: 'it does so on errors it cannot handle: look for the caller',
  });

export const firmwareBreakpoint = (immediate: number, where: string): Failure =>
  new Failure({
    code: 'FIRMWARE_BREAKPOINT',
    kind: 'model',
    message: `the firmware executed BKPT ${immediate} and no debugger is there`,
    where,
    hint: 'assertions end so: look for the caller',
  });

export const firmwareAsleep = (where: string): Failure =>
  new Failure({
    code: 'FIRMWARE_ASLEEP',
    kind: 'model',
    message: 'the firmware waits for an interrupt that never comes',
    where,
    hint: 'enable the interrupt that is to wake it, or send it a command',
  });

export const timingUnknown = (part: string): Failure =>
  new Failure({
    code: 'CHIP_WITHOUT_TIMING',
    kind: 'usage',
    message: `how long instructions take on ${part} is not known`,
    hint: 'run without timing, or choose another chip',
  });

export const usartUnknown = (name: string, part: string, known: readonly string[]): Failure =>
  new Failure({
    code: 'USART_UNKNOWN',
    kind: 'usage',
    message: `${part} has no ${name}`,
    hint: `use one of ${known.join(', ')}`,
  });

export const addressNotInMemory = (address: number, bytes: number): Failure =>
  new Failure({
    code: 'ADDRESS_NOT_IN_MEMORY',
    kind: 'usage',
    message: `${bytes} bytes at ${hex(address)} are not in the memory of the chip`,
    hint: 'look at the memory map of the chip',
  });
