/** `--trace`: every instruction with what it changed, one line each. */
import type { Machine, StopReason } from '../../simulator/index.ts';

export type Tracer = (cycles: number) => StopReason;

const programCounter = 15;
const tracedRegisters = 17;
const floatRegisters = 32;

/** Runs instruction by instruction: its cycles are those of instructions that nothing overlaps with. */
export function createTracer(
  machine: Machine,
  breakpoint: number | undefined,
  write: (text: string) => void,
): Tracer {
  let functionName: string | undefined;
  let before = readRegisters(machine);
  return (cycles) => {
    const end = machine.cycles() + cycles;
    const lines: string[] = [];
    // Whatever ends the run, the instructions up to there are what the reader wants to see.
    using _ = { [Symbol.dispose]: () => lines.length > 0 && write(lines.join('\n')) };
    while (machine.cycles() < end) {
      const pc = machine.readRegister(programCounter);
      if (pc === breakpoint) return 'breakpoint';
      const place = machine.symbols.functions[machine.symbols.indexAt(pc)]?.name;
      if (place !== functionName) lines.push(`${place ?? '(no symbol)'}:`);
      functionName = place;
      const start = machine.cycles();
      const index = lines.push(describeInstruction(machine, pc)) - 1;
      machine.step();
      const after = readRegisters(machine);
      lines[index] = `${start.toString().padStart(10)}  ${lines[index]}${changesOf(before, after)}`;
      before = after;
      if (machine.cycles() === start) return 'asleep';
    }
    return 'cycles';
  };
}

function describeInstruction(machine: Machine, address: number): string {
  const { encoding, bytes, text } = machine.disassemble(address);
  const digits = encoding.toString(16).padStart(2 * bytes, '0');
  return `${hex(address)}  ${digits.padEnd(8)}  ${text}`;
}

type Registers = { readonly core: readonly number[]; readonly floats: readonly number[] };

const readRegisters = (machine: Machine): Registers => ({
  core: Array.from({ length: tracedRegisters }, (_, number) => machine.readRegister(number)),
  floats: Array.from({ length: floatRegisters }, (_, number) => machine.readFloatRegister(number)),
});

function changesOf(before: Registers, after: Registers): string {
  const changes = [
    ...changed(before.core, after.core, coreName),
    ...changed(before.floats, after.floats, (number) => `s${number}`),
  ];
  return changes.length === 0 ? '' : `  ; ${changes.join(' ')}`;
}

function changed(
  before: readonly number[],
  after: readonly number[],
  nameOf: (number: number) => string,
): readonly string[] {
  return after.flatMap((value, number) =>
    value === before[number] || number === programCounter ? [] : [`${nameOf(number)}=${hex(value)}`],
  );
}

const coreNames: Readonly<Record<number, string>> = { 13: 'sp', 14: 'lr', 16: 'xpsr' };
const coreName = (number: number): string => coreNames[number] ?? `r${number}`;
const hex = (value: number): string => value.toString(16).padStart(8, '0');
