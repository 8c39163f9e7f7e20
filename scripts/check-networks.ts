/**
 * Holds the pipeline to what others compute with whole networks of `scripts/make-networks.py`.
 *
 * `node scripts/check-networks.ts FOLDER [NAME ...]`: each network is read, built, planned for memory and by default, and
 * run over all of its input sets by the interpreter, as C on this machine, and as firmware on the simulated chip. Every
 * output byte of a `.tflite` has to be TensorFlow Lite Micro's; an `.onnx` has to be within a step of ONNX Runtime's, and
 * the firmware's bytes those of the C. Prints a table; exits with 1 where anything differs or is refused.
 */
import { basename } from 'node:path';
import { at, Failure } from '../src/base/index.ts';
import { closeHostModel, compileForHost, runOnHost, toQuantised } from '../src/evaluation/index.ts';
import { buildFirmware, openToolchain } from '../src/firmware/index.ts';
import { elementBytes, elementCount, type Graph } from '../src/graph/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { simulateInferences } from '../src/measurement/index.ts';
import { type Compiled, compileModel } from '../src/pipeline/index.ts';
import { interpret, resetMemory } from '../src/reference/index.ts';
import { findTarget } from '../src/target/index.ts';
import { joinBytes, outputBytes, splitInputs } from '../test/reference/recorded-vectors.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../test/support/operator-vectors.ts';

const target = findTarget('stm32f746');
const toolchain = await openToolchain('local', nodeHost());
const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of the networks');

/** How far outputs are from those expected, in steps of their scale, and how many of 100 differ at all. */
type Distance = { readonly furthest: number; readonly percent: number };

function distance(graph: Graph, outputs: Uint8Array, expected: Uint8Array): Distance {
  if (outputs.length !== expected.length) return { furthest: Number.POSITIVE_INFINITY, percent: 100 };
  const setBytes = setBytesOf(graph, expected);
  const steps: number[] = [];
  for (let start = 0; start < outputs.length; start += setBytes) {
    const [found, asked] = [outputs, expected].map((bytes) =>
      toQuantised(graph.outputs, graph, bytes.subarray(start, start + setBytes)),
    );
    found?.forEach((value, index) => {
      steps.push(Math.abs(value - (asked?.[index] ?? 0)));
    });
  }
  const differing = steps.filter((step) => step > 0).length;
  return { furthest: steps.reduce((a, b) => Math.max(a, b), 0), percent: (100 * differing) / steps.length };
}

function setBytesOf(graph: Graph, all: Uint8Array): number {
  const sizes = graph.outputs.map(({ shape, type }) => elementCount(shape) * elementBytes(type));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (all.length % bytes !== 0) throw new Error('outputs are not whole sets');
  return bytes;
}

/** Sets that interpreter and simulator run: all of small networks, few of large ones, which take them minutes. */
function fewer(sets: number, { modelMacs }: Compiled): number {
  return Math.max(2, Math.min(sets, Math.floor(20e6 / (modelMacs + 1))));
}

function interpreted(compiled: Compiled, { inputs, outputs }: OperatorVector): Distance {
  const { graph } = compiled;
  const sets = splitInputs(graph, inputs);
  const memory = resetMemory(graph);
  const run = sets.slice(0, fewer(sets.length, compiled));
  const results = run.map((set) => outputBytes(graph, interpret(graph, set, memory).outputs));
  const found = joinBytes(results.flat());
  return distance(graph, found, outputs.subarray(0, found.length));
}

type HostOutputs = {
  /** What is kept between inferences goes on from set to set. */
  readonly inSequence: Uint8Array;
  /** Every set after a reset. */
  readonly alone: Uint8Array;
};

/** Outputs of the C on this machine. */
async function onThisMachine({ tree, graph }: Compiled, inputs: Uint8Array): Promise<HostOutputs> {
  const model = await compileForHost('network', tree, graph, toolchain);
  try {
    const inSequence = await runOnHost(model, inputs, 'inputs', undefined, true);
    return { inSequence, alone: await runOnHost(model, inputs, 'inputs') };
  } finally {
    await closeHostModel(model);
  }
}

/** The firmware, and what it took on the simulated chip; its outputs have to be `outputs`. */
async function onTheChip(compiled: Compiled, vector: OperatorVector, outputs: Uint8Array) {
  const { graph, schedule, tree } = compiled;
  const image = await buildFirmware(tree, target, toolchain, { name: 'network' });
  if (image.sram.totalBytes > target.sramBytes || image.flash.totalBytes > target.flashBytes) {
    return { image, simulated: undefined };
  }
  const sets = splitInputs(graph, vector.inputs).length;
  const split = (edges: Graph['inputs'], bytes: Uint8Array): Int8Array[] =>
    Array.from({ length: fewer(sets, compiled) }, (_, set) => {
      const size = bytes.length / sets;
      return toQuantised(edges, graph, bytes.subarray(set * size, (set + 1) * size));
    });
  const inputs = split(graph.inputs, vector.inputs);
  const expected = split(graph.outputs, outputs);
  return { image, simulated: simulateInferences({ image, target, schedule, inputs, expected }) };
}

const objectives = ['memory', 'auto'] as const;
const number = (value: number): string => Math.round(value).toLocaleString('en-GB');

/** The rows of a network, one for each objective; where something is wrong, with what it is. */
async function check(name: string, vector: OperatorVector): Promise<{ rows: string[]; isRight: boolean }> {
  const rows: string[] = [];
  let isRight = true;
  for (const objective of objectives) {
    try {
      const compiled = compileModel(vector.model, name, 'network', target, {
        objective,
        sramBytes: target.sramBytes,
      });
      const outputs = await onThisMachine(compiled, vector.inputs);
      const inSequence = distance(compiled.graph, outputs.inSequence, vector.outputs);
      const far = [interpreted(compiled, vector), inSequence];
      const { image, simulated } = await onTheChip(compiled, vector, outputs.alone);
      const allowed = vector.model[4] === 0x54 ? 0 : 1;
      const isClose = far.every(({ furthest }) => furthest <= allowed);
      isRight &&= isClose;
      rows.push(row(name, objective, vector, compiled, image, simulated, far));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      isRight = false;
      rows.push(`| ${name} | ${objective} | ${error.message} ${error.hint ?? ''} |`);
      break;
    }
  }
  return { rows, isRight };
}

function row(
  name: string,
  objective: string,
  { model }: OperatorVector,
  { modelMacs, schedule }: Compiled,
  image: Awaited<ReturnType<typeof onTheChip>>['image'],
  simulated: Awaited<ReturnType<typeof onTheChip>>['simulated'],
  far: readonly Distance[],
): string {
  const milliseconds = simulated && (simulated.cycles / target.clockHz) * 1000;
  const cells = [
    name,
    objective,
    number(model.length),
    number(modelMacs),
    number(schedule.arenaBytes),
    number(image.sram.totalBytes),
    number(image.flash.totalBytes),
    milliseconds === undefined ? 'does not fit' : `${milliseconds.toPrecision(4)} ms`,
    ...far.map(({ furthest, percent }) =>
      furthest === 0 ? 'exact' : `${furthest} of ${percent.toPrecision(2)} %`,
    ),
  ];
  return `| ${cells.join(' | ')} |`;
}

console.log(
  '| Network | Plan | File, B | MACs | Arena, B | SRAM, B | Flash, B | At 216 MHz | Interpreter | C |',
);
console.log('|---|---|--:|--:|--:|--:|--:|--:|---|---|');
for (const name of chosen.length > 0 ? chosen : operatorsIn(folder)) {
  const { rows, isRight } = await check(name, at(readVectors(folder, basename(name)), 0));
  console.log(rows.join('\n'));
  if (!isRight) process.exitCode = 1;
}
