/** Builds the firmware of a graph and counts, on the simulated chip, the cycles of each of its operators. */
import { at, invariant, type Toolchain } from '../../src/base/index.ts';
import { generateCode } from '../../src/code/index.ts';
import { buildFirmware } from '../../src/firmware/index.ts';
import { type Graph, type Op, tensorBytes } from '../../src/graph/index.ts';
import type { CachedShares } from '../../src/kernels/cycles/work.ts';
import { callsOf } from '../../src/schedule/estimate-cycles.ts';
import {
  type PlannedBuffer,
  type PlanOptions,
  planSchedule,
  type Schedule,
  type Step,
} from '../../src/schedule/index.ts';
import { createMachine, type Machine } from '../../src/simulator/index.ts';
import type { Target } from '../../src/target/index.ts';

export type MeasuredOperator = {
  readonly op: Op;
  readonly kernel: string;
  /** One inference, with what the operator calls. */
  readonly cycles: number;
  readonly instructions: number;
  /** Shares of what it touches that lie behind the data cache. */
  readonly cached: CachedShares;
  /** Rows of each call, in order; `undefined` where one call makes all. */
  readonly calls: readonly number[] | undefined;
};

export type MeasuredGraph = {
  readonly graph: Graph;
  readonly schedule: Schedule;
  readonly operators: readonly MeasuredOperator[];
  /** One inference, with what runs between the operators. */
  readonly cycles: number;
  readonly dataCacheCycles: number;
  /** Of the linked image. */
  readonly flashBytes: number;
  readonly sramBytes: number;
  /** What runs between the operators, by symbol: streams and the call of the network. */
  readonly others: ReadonlyMap<string, number>;
};

const maxStartCycles = 1e9;
const maxInferenceCycles = 1e11;

/** The second of two inferences, both on seeded noise. */
export async function measureGraph(
  graph: Graph,
  target: Target,
  toolchain: Toolchain,
  options: PlanOptions,
): Promise<MeasuredGraph> {
  const schedule = planSchedule(graph, target, options);
  const tree = generateCode(schedule, { name: 'benchmark', target });
  const image = await buildFirmware(tree, target, toolchain, { name: 'benchmark' });
  invariant(image.overflow.flashBytes === 0 && image.overflow.sramBytes === 0, 'the benchmark fits the chip');
  const machine = createMachine(image.elf, target.name, {
    profile: true,
    countsForCaller: (symbol) => !symbol.startsWith('model_'),
  });
  machine.runUntilOutput('m-ready', maxStartCycles);
  infer(machine, schedule);
  machine.setBreakpoints([]);
  machine.runUntilOutput('m-ready', maxInferenceCycles);
  const cycles = infer(machine, schedule);
  const profile = new Map(machine.profile().map((entry) => [entry.symbol ?? '', entry]));
  const operators = tree.symbols.map(({ step, operatorIndex, symbol }): MeasuredOperator => {
    const op = graph.ops.find(({ index }) => index === operatorIndex);
    invariant(op !== undefined, `${symbol} is of an operator`);
    const entry = profile.get(symbol);
    profile.delete(symbol);
    const form = formOf(at(schedule.steps, step), graph.ops.indexOf(op));
    const cached = cachedShares(schedule, form.scratch, op, addressOf(machine, 'model_arena'));
    return { op, ...form, cached, cycles: entry?.cycles ?? 0, instructions: entry?.instructions ?? 0 };
  });
  const others = new Map([...profile].map(([symbol, entry]) => [symbol, entry.cycles]));
  const dataCacheCycles = machine.stalls().dataCacheCycles ?? 0;
  const sizes = { flashBytes: image.flash.totalBytes, sramBytes: image.sram.totalBytes };
  return { graph, schedule, operators, cycles, dataCacheCycles, ...sizes, others };
}

type Form = Pick<MeasuredOperator, 'kernel' | 'calls'> & { readonly scratch: number | undefined };

function formOf(step: Step, op: number): Form {
  if (step.kind === 'operator') return { kernel: step.kernel, calls: undefined, scratch: step.scratch };
  invariant(step.kind === 'stream', 'an operator runs whole or in a stream');
  const position = step.ops.indexOf(op);
  return {
    kernel: at(step.kernels, position),
    calls: callsOf(step.order, position),
    scratch: step.scratches[position],
  };
}

/** Coupled memory of the chip ends here (RM0385, 2.2.2). */
const coupledEnd = 0x2001_0000;

function cachedShares(
  schedule: Schedule,
  scratch: number | undefined,
  op: Op,
  arenaAddress: number,
): CachedShares {
  const shareOf = (buffer: PlannedBuffer | undefined): number => {
    if (buffer === undefined) return 0;
    const start = arenaAddress + at(schedule.placements, buffer.id).offset;
    return Math.min(1, Math.max(0, (start + buffer.bytes - coupledEnd) / buffer.bytes));
  };
  const holding = (tensor: number): PlannedBuffer | undefined =>
    schedule.buffers.find(({ tensors }) => tensors.includes(tensor));
  return {
    input: Math.max(...op.inputs.map((tensor) => shareOf(holding(tensor)))),
    output: shareOf(holding(op.output)),
    scratch: scratch === undefined ? 0 : shareOf(at(schedule.buffers, scratch)),
  };
}

function infer(machine: Machine, schedule: Schedule): number {
  machine.send('infer 1 0%');
  runTo(machine, addressOf(machine, 'model_invoke'));
  const arena = addressOf(machine, 'model_arena');
  for (const { tensor } of schedule.graph.inputs) {
    const buffer = schedule.buffers.find(({ tensors }) => tensors.includes(tensor));
    invariant(buffer !== undefined, 'an input of the network has a buffer');
    const bytes = tensorBytes(at(schedule.graph.tensors, tensor));
    machine.writeMemory(arena + at(schedule.placements, buffer.id).offset, noise(bytes));
  }
  machine.clearCounts();
  const start = machine.cycles();
  runTo(machine, machine.readRegister(14) & ~1);
  return machine.cycles() - start;
}

function addressOf(machine: Machine, symbol: string): number {
  const found = machine.symbols.find(symbol);
  invariant(found !== undefined, `the image has ${symbol}`);
  return found.address;
}

function runTo(machine: Machine, address: number): void {
  machine.setBreakpoints([address]);
  invariant(machine.run({ cycles: maxInferenceCycles }) === 'breakpoint', 'the firmware stays on its way');
}

function noise(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 19);
}
