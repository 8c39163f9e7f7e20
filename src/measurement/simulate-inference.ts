/** Runs the very firmware on the simulated chip: checks what it computes and writes, and counts its cycles. */
import { at, invariant } from '../base/index.ts';
import type { FirmwareImage } from '../firmware/index.ts';
import { tensorBytes } from '../graph/index.ts';
import type { Schedule } from '../schedule/index.ts';
import { createMachine, type Machine } from '../simulator/index.ts';
import type { Target } from '../target/index.ts';
import { outputsDiffer, stackDeeper, writesOutside } from './failures.ts';
import type { LatencyStalls } from './types.ts';

export type SimulationInput = {
  readonly image: FirmwareImage;
  readonly target: Target;
  readonly schedule: Schedule;
  /**
   * Bytes of input sets as they are in memory: one sequence, over which a network keeps its state. The last one's inference
   * is timed, those before it warm caches and predictors up.
   */
  readonly inputs: readonly Int8Array[];
  /** What the same C computed on the host over the same sequence: output sets as they are in memory. */
  readonly expected: readonly Int8Array[];
};

/** One inference after a warm-up. */
export type SimulatedInference = {
  readonly cycles: number;
  readonly instructions: number;
  readonly cyclesBySymbol: ReadonlyMap<string, number>;
  readonly stallsBySymbol: ReadonlyMap<string, LatencyStalls>;
  /** Of the whole inference. */
  readonly stalls: LatencyStalls;
  /** Deepest stack since reset, bytes. */
  readonly stackHighWaterBytes: number;
};

/** More than any start-up and any network within reach takes; an endless loop ends here with its place. */
const maxStartCycles = 1e9;
const maxInferenceCycles = 1e11;

/**
 * Loads the ELF, starts it, and lets it infer on each input set.
 * Throws a `Failure`: whatever faults the firmware, `FIRMWARE_OUTPUT_DIFFERS`, `FIRMWARE_WRITES_OUTSIDE`,
 * `FIRMWARE_STACK_DEEPER`.
 */
export function simulateInferences(input: SimulationInput): SimulatedInference {
  const { image, schedule, inputs, expected } = input;
  invariant(inputs.length >= 2 && inputs.length === expected.length, 'a warm-up and a timed inference');
  const machine = createMachine(image.elf, input.target.name, {
    profile: true,
    // Kernels that operators share, and the library: their cycles are those of the operator that called them.
    countsForCaller: (symbol) => !symbol.startsWith('model_'),
  });
  machine.runUntilOutput('m-ready', maxStartCycles);
  const arena = arenaOf(machine);
  let measured: Counted | undefined;
  for (const [set, values] of inputs.entries()) {
    machine.send('infer 1 0%');
    runTo(machine, entryOf(machine));
    writeSets(machine, schedule, arena.address, values);
    measured = countInvoke(machine, input.target, arena);
    compareOutputs(machine, schedule, arena.address, at(expected, set), set);
    machine.setBreakpoints([]);
    machine.runUntilOutput('m-ready', maxStartCycles);
  }
  invariant(measured !== undefined, 'an inference was timed');
  const stackHighWaterBytes = machine.stackHighWaterBytes() ?? 0;
  if (stackHighWaterBytes > image.stack.worstCaseBytes) {
    throw stackDeeper(stackHighWaterBytes, image.stack.worstCaseBytes);
  }
  return { ...measured, stackHighWaterBytes };
}

type Span = { readonly address: number; readonly bytes: number };
type Counted = Omit<SimulatedInference, 'stackHighWaterBytes'>;

function arenaOf(machine: Machine): Span {
  const symbol = machine.symbols.find('model_arena');
  invariant(symbol !== undefined, 'the image has an arena');
  return { address: symbol.address, bytes: symbol.bytes };
}

function entryOf(machine: Machine): number {
  const symbol = machine.symbols.find('model_invoke');
  invariant(symbol !== undefined, 'the image has an entry of the network');
  return symbol.address;
}

function runTo(machine: Machine, address: number): void {
  machine.setBreakpoints([address]);
  const reason = machine.run({ cycles: maxInferenceCycles });
  invariant(reason === 'breakpoint', `the firmware came to 0x${address.toString(16)}, not to ${reason}`);
}

/** From the first instruction of the network to the one after its call, with everything else left alone. */
function countInvoke(machine: Machine, target: Target, arena: Span): Counted {
  const stackPointer = machine.readRegister(13);
  const before = machine.readMemory(target.sramOrigin, target.sramBytes);
  machine.clearCounts();
  const cycles = machine.cycles();
  const instructions = machine.instructions();
  runTo(machine, machine.readRegister(14) & ~1);
  const after = machine.readMemory(target.sramOrigin, target.sramBytes);
  checkWrites(before, after, target.sramOrigin, arena, stackPointer);
  const taken = machine.cycles() - cycles;
  const profile = machine.profile();
  return {
    cycles: taken,
    instructions: machine.instructions() - instructions,
    cyclesBySymbol: new Map(profile.map((entry) => [entry.symbol ?? '', entry.cycles])),
    stallsBySymbol: new Map(profile.map((entry) => [entry.symbol ?? '', shares(entry.stalls, entry.cycles)])),
    stalls: shares(machine.stalls(), taken),
  };
}

function shares(stalls: ReturnType<Machine['stalls']>, cycles: number): LatencyStalls {
  return {
    dataCacheShare: (stalls.dataCacheCycles ?? 0) / cycles,
    mispredictionShare: (stalls.mispredictionCycles ?? 0) / cycles,
    dualIssueShare: stalls.dualIssuedCycles === undefined ? null : stalls.dualIssuedCycles / cycles,
  };
}

/** The stack lies at the bottom of RAM: below its pointer anything may change. */
function checkWrites(
  before: Uint8Array,
  after: Uint8Array,
  origin: number,
  arena: Span,
  stackPointer: number,
): void {
  for (let index = stackPointer - origin; index < after.length; index++) {
    const address = origin + index;
    if (address === arena.address) index += arena.bytes;
    if (before[index] !== after[index]) throw writesOutside(origin + index);
  }
}

function writeSets(machine: Machine, schedule: Schedule, arenaAddress: number, values: Int8Array): void {
  let start = 0;
  for (const { tensor } of schedule.graph.inputs) {
    const { address, bytes } = placeOf(schedule, tensor, arenaAddress);
    machine.writeMemory(address, new Uint8Array(values.slice(start, start + bytes).buffer));
    start += bytes;
  }
  invariant(start === values.length, 'an input set has the bytes of all inputs');
}

function compareOutputs(
  machine: Machine,
  schedule: Schedule,
  arenaAddress: number,
  expected: Int8Array,
  set: number,
): void {
  let element = 0;
  for (const { tensor } of schedule.graph.outputs) {
    const { address, bytes } = placeOf(schedule, tensor, arenaAddress);
    for (const value of new Int8Array(machine.readMemory(address, bytes).slice().buffer)) {
      if (value !== at(expected, element)) throw outputsDiffer(set, element, at(expected, element), value);
      element++;
    }
  }
  invariant(element === expected.length, 'an output set has the bytes of all outputs');
}

function placeOf(schedule: Schedule, tensor: number, arenaAddress: number): Span {
  const buffer = schedule.buffers.find(({ tensors }) => tensors.includes(tensor));
  invariant(buffer !== undefined, 'an edge of the network has a buffer');
  const bytes = tensorBytes(at(schedule.graph.tensors, tensor));
  return { address: arenaAddress + at(schedule.placements, buffer.id).offset, bytes };
}
