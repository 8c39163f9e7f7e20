/** Registers as GDB numbers them here, and the description that tells it so (GDB manual, G.5.3 "ARM Features"). */
import { at } from '../../base/index.ts';
import type { Machine } from '../run/machine-door.ts';
import { fromHex, wordToHex } from './packets.ts';

/** r0 to r15 and xPSR are as in `Machine.readRegister`; d0 to d15 follow, then FPSCR. */
const firstDouble = 17;
const doubles = 16;
const fpscr = firstDouble + doubles;
const registerCount = fpscr + 1;

/** `Machine.readRegister` of FPSCR. */
const machineFpscr = 17;

const coreNames = [...Array.from({ length: 13 }, (_, number) => `r${number}`), 'sp', 'lr', 'pc', 'xpsr'];
const coreTypes: Readonly<Record<string, string>> = { sp: 'data_ptr', pc: 'code_ptr' };

const coreLines = coreNames.map(
  (name, number) =>
    `<reg name="${name}" bitsize="32" regnum="${number}" type="${coreTypes[name] ?? 'uint32'}"/>`,
);
const doubleLines = Array.from(
  { length: doubles },
  (_, index) => `<reg name="d${index}" bitsize="64" regnum="${firstDouble + index}" type="ieee_double"/>`,
);

/** GDB takes a Cortex-M for one by the name of the first feature; d0 to d15 exist for it even where only s0 to s31 do. */
export const targetDescription: string = [
  '<?xml version="1.0"?>',
  '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
  '<target version="1.0">',
  '<architecture>arm</architecture>',
  '<feature name="org.gnu.gdb.arm.m-profile">',
  ...coreLines,
  '</feature>',
  '<feature name="org.gnu.gdb.arm.vfp">',
  ...doubleLines,
  `<reg name="fpscr" bitsize="32" regnum="${fpscr}" type="uint32" group="float"/>`,
  '</feature>',
  '</target>',
  '',
].join('\n');

/** Value in hexadecimal, little-endian; `undefined` where there is no such register. */
export function readRegister(machine: Machine, number: number): string | undefined {
  if (!(number >= 0 && number < registerCount)) return undefined;
  if (number < firstDouble) return wordToHex(machine.readRegister(number));
  if (number === fpscr) return wordToHex(machine.readRegister(machineFpscr));
  const single = 2 * (number - firstDouble);
  return wordToHex(machine.readFloatRegister(single)) + wordToHex(machine.readFloatRegister(single + 1));
}

/** Whether there is such a register and the value has its size. */
export function writeRegister(machine: Machine, number: number, hex: string): boolean {
  const bytes = fromHex(hex);
  const isDouble = number >= firstDouble && number < fpscr;
  if (bytes === undefined || bytes.length !== (isDouble ? 8 : 4)) return false;
  if (!(number >= 0 && number < registerCount)) return false;
  if (number < firstDouble) machine.writeRegister(number, wordAt(bytes, 0));
  else if (number === fpscr) machine.writeRegister(machineFpscr, wordAt(bytes, 0));
  else {
    const single = 2 * (number - firstDouble);
    machine.writeFloatRegister(single, wordAt(bytes, 0));
    machine.writeFloatRegister(single + 1, wordAt(bytes, 4));
  }
  return true;
}

export const readAllRegisters = (machine: Machine): string =>
  Array.from({ length: registerCount }, (_, number) => readRegister(machine, number)).join('');

/** What GDB sends has the layout of what it reads. */
export function writeAllRegisters(machine: Machine, hex: string): boolean {
  let offset = 0;
  for (let number = 0; number < registerCount; number += 1) {
    const digits = number >= firstDouble && number < fpscr ? 16 : 8;
    if (!writeRegister(machine, number, hex.slice(offset, offset + digits))) return false;
    offset += digits;
  }
  return true;
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    at(bytes, offset) |
    (at(bytes, offset + 1) << 8) |
    (at(bytes, offset + 2) << 16) |
    (at(bytes, offset + 3) << 24)
  );
}
