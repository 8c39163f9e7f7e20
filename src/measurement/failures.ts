/** Failures of running the firmware on the simulated chip: what it computed, wrote or needed is not what was promised. */
import { Failure } from '../base/index.ts';

const hint = 'this is a defect of the compiler or of mcunet: please report it with the model and the ELF';

export const outputsDiffer = (set: number, element: number, expected: number, actual: number): Failure =>
  new Failure({
    code: 'FIRMWARE_OUTPUT_DIFFERS',
    kind: 'toolchain',
    message: `the firmware computes ${actual} where the same C computes ${expected} on this machine`,
    where: `simulated inference ${set}, output element ${element}`,
    hint,
  });

export const writesOutside = (address: number): Failure =>
  new Failure({
    code: 'FIRMWARE_WRITES_OUTSIDE',
    kind: 'toolchain',
    message: 'the inference writes outside of its arena and stack',
    where: `address 0x${address.toString(16).padStart(8, '0')}`,
    hint,
  });

export const stackDeeper = (usedBytes: number, worstCaseBytes: number): Failure =>
  new Failure({
    code: 'FIRMWARE_STACK_DEEPER',
    kind: 'toolchain',
    message: `the firmware used ${usedBytes} bytes of stack, more than the worst case of ${worstCaseBytes}`,
    hint,
  });
