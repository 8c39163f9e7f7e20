/** What `mcunet simulate` says when a run has ended: for people, and as JSON. */
import type { Machine } from '../../simulator/index.ts';
import type { Ending } from './simulate-run.ts';

/** Registers by the names that Arm gives them. */
function registerValues(machine: Machine): Readonly<Record<string, number>> {
  const names = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
  return Object.fromEntries(names.map((name, number) => [name, machine.readRegister(number)]));
}

export const placeOf = (machine: Machine): string => machine.symbols.describe(machine.readRegister(15));

const reasons: Readonly<Record<Ending, string>> = {
  breakpoint: 'breakpoint',
  cycles: 'out of cycles',
  'input-ended': 'the input of the UART has ended and the firmware waits',
  'client-left': 'whoever was at the UART has left',
  interrupted: 'interrupted',
  killed: 'ended by the debugger',
};

export function describeEnding(ending: Ending | 'failed', machine: Machine): string {
  const megahertz = machine.coreHz() / 1e6;
  const why = ending === 'failed' ? 'the firmware failed' : reasons[ending];
  const figures = [
    `${whole(machine.cycles())} cycles`,
    `${(machine.seconds() * 1000).toFixed(3)} ms of device time`,
    `${whole(machine.instructions())} instructions`,
    `now at ${megahertz} MHz`,
    ...stackWords(machine),
    ...(machine.resets() === 0 ? [] : [`reset by itself ${machine.resets()} times`]),
  ];
  return `${why}, in ${placeOf(machine)}\n${figures.join(', ')}`;
}

function stackWords(machine: Machine): readonly string[] {
  const bytes = machine.stackHighWaterBytes();
  return bytes === undefined ? [] : [`stack ${whole(bytes)} bytes deep`];
}

export function describeRegisters(machine: Machine): string {
  const cells = Object.entries(registerValues(machine)).map(
    ([name, value]) => `${name.padStart(4)} ${hex(value)}`,
  );
  const rows = Array.from({ length: Math.ceil(cells.length / 4) }, (_, row) =>
    cells.slice(4 * row, 4 * row + 4).join('  '),
  );
  return rows.join('\n');
}

/** What was counted by function and by cause, at one moment. */
export type Counts = {
  readonly profile: ReturnType<Machine['profile']>;
  readonly stalls: ReturnType<Machine['stalls']>;
};

export const readCounts = (machine: Machine): Counts => ({
  profile: machine.profile(),
  stalls: machine.stalls(),
});

/** Functions, the most cycles first, and where the cycles of all of them went. */
export function describeProfile({ profile: entries, stalls }: Counts): string {
  const total = entries.reduce((sum, { cycles }) => sum + cycles, 0);
  const isTimed = Object.keys(stalls).length > 0;
  const shares = isTimed ? ['D-cache stalls', 'mispredicted', 'dual-issued'] : [];
  const header = ['share', 'cycles', 'instructions', 'cycles/instr', ...shares, 'function'];
  const rows = entries.map(({ symbol, cycles, instructions, stalls: own }) => [
    percent(cycles, total),
    whole(cycles),
    whole(instructions),
    (cycles / instructions).toFixed(2),
    ...(isTimed
      ? [own.dataCacheCycles, own.mispredictionCycles, own.dualIssuedCycles].map((part) =>
          percent(part, cycles),
        )
      : []),
    symbol ?? '(no symbol)',
  ]);
  return [...alignColumns([header, ...rows]), '', ...describeStalls(stalls, total)].join('\n');
}

function describeStalls(stalls: Counts['stalls'], totalCycles: number): readonly string[] {
  if (Object.keys(stalls).length === 0) return [];
  const count = (name: keyof typeof stalls): number => stalls[name] ?? 0;
  const share = (name: keyof typeof stalls): string => percent(count(name), totalCycles);
  return [
    `D-cache stalls ${share('dataCacheCycles')} of all cycles, in ${whole(count('dataCacheMisses'))} misses`,
    `I-cache stalls ${share('instructionCacheCycles')}, in ${whole(count('instructionCacheMisses'))} misses`,
    `mispredicted branches ${share('mispredictionCycles')}, ${whole(count('mispredictions'))} of them`,
    `memory hazards: bank conflicts ${share('bankConflictCycles')}, two lines at once ${share('twoLinesCycles')}, loads behind stores ${share('storeToLoadCycles')}, full store buffer ${share('storeBufferCycles')}`,
    `peripherals ${share('deviceCycles')}`,
    `two instructions at once in ${share('dualIssuedCycles')} of all cycles`,
  ];
}

/** Numbers to the right, names to the left. */
function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === last ? cell : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

export type OutcomeSettings = {
  readonly machine: Machine;
  readonly ending: Ending | 'failed';
  /** Where a profile is wanted. */
  readonly counts: Counts | undefined;
};

/** The JSON result, with units in the names. */
export function outcomeJson({ machine, ending, counts }: OutcomeSettings): string {
  const outcome = {
    ending,
    place: placeOf(machine),
    cycles: machine.cycles(),
    instructions: machine.instructions(),
    deviceSeconds: machine.seconds(),
    coreHz: machine.coreHz(),
    stackHighWaterBytes: machine.stackHighWaterBytes() ?? null,
    resets: machine.resets(),
    registers: registerValues(machine),
    uart: machine.uart.text(),
    ...counts,
  };
  return JSON.stringify(outcome, null, 2);
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-GB');
const percent = (part: number, total: number): string =>
  total === 0 ? '-' : `${((100 * part) / total).toFixed(1)} %`;
const hex = (value: number): string => value.toString(16).padStart(8, '0');
