/**
 * Holds the pipeline to what others compute with whole networks of `scripts/make-networks.py`.
 *
 * `node scripts/check-networks.ts FOLDER [--write FILE] [--section NAME] [NAME ...]`: each network is read, built, planned
 * for memory and by default, and run over its input sets, which are one sequence, by the interpreter, as C on this machine,
 * and as firmware on the simulated chip. Every output byte of a `.tflite` has to be TensorFlow Lite Micro's; an `.onnx` has
 * to be within a step of ONNX Runtime's; the bytes of the interpreter and of the firmware have to be those of the C. Prints
 * a table, which `--write` also puts into a file's section, `networks` unless told; exits with 1 where anything differs or
 * is refused.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { at, Failure } from '../src/base/index.ts';
import { closeHostModel, compileForHost, runOnHost, toQuantised } from '../src/evaluation/index.ts';
import { buildFirmware, type FirmwareImage, openToolchain } from '../src/firmware/index.ts';
import { elementBytes, elementCount, type Graph } from '../src/graph/index.ts';
import { nodeHost } from '../src/host/index.ts';
import { type SimulatedInference, simulateInferences } from '../src/measurement/index.ts';
import { type Compiled, compileModel } from '../src/pipeline/index.ts';
import { interpret, resetMemory } from '../src/reference/index.ts';
import { printSchedule } from '../src/schedule/index.ts';
import { findTarget } from '../src/target/index.ts';
import { joinBytes, outputBytes, splitInputs } from '../test/reference/recorded-vectors.ts';
import { type OperatorVector, operatorsIn, readVectors } from '../test/support/operator-vectors.ts';
import { fillSection } from './fill-section.ts';

const target = findTarget('stm32f746');
const toolchain = await openToolchain('local', nodeHost());
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'string' }, section: { type: 'string', default: 'networks' } },
});
const [folder, ...chosen] = positionals;
if (folder === undefined) throw new Error('name the folder of the networks');

/** What the table calls networks; others have their file's name. */
const titles: Readonly<Record<string, string>> = {
  'mobilenet-v1': 'MobileNetV1 0.25, 96 x 96',
  'mobilenet-v2': 'MobileNetV2 0.30, 80 x 80, 1,000 classes',
  'mobilenet-v3-small': 'MobileNetV3-small 0.5, 96 x 96',
  'efficientnet-lite0': 'EfficientNet-Lite0, width 0.35, 96 x 96',
  'resnet-8': 'ResNet-8, 32 x 32',
  'resnet-18': 'ResNet-18, 16 filters, 96 x 96',
  grouped: 'ResNeXt-like, 4 groups, 48 x 48',
  'ds-cnn': 'DS-CNN, 49 x 10',
  unet: 'U-Net, 64 x 64, transposed convolutions',
  'unet-bilinear': 'U-Net, 64 x 64, bilinear',
  'unet-nearest': 'U-Net, 64 x 64, nearest neighbours',
  centernet: 'CenterNet-like detector, 96 x 96, three outputs',
  autoencoder: 'Autoencoder of MLPerf Tiny, 640 values',
  'image-autoencoder': 'Autoencoder of images, 32 x 32',
  'line-network': 'Dilated 1-D convolutions, 64 frames',
  'free-batch': 'Dilated 1-D and 2-D convolutions, no batch size stated',
  lstm: 'LSTM, two layers of 20, 28 frames',
  'lstm-unrolled': 'LSTM unrolled, 12 frames',
  streaming: 'Streaming keywords, a frame at a time, state',
  'streaming-float': 'Streaming keywords, variables left in float32',
  'keyword-onnx': 'Keywords, 64 frames, PReLU, QDQ',
  'keyword-qlinear-onnx': 'Keywords, 64 frames, PReLU, QLinear',
  'ds-cnn-onnx': 'DS-CNN, 49 x 10, QDQ',
  'ds-cnn-qlinear-onnx': 'DS-CNN, 49 x 10, QLinear',
  'mobilenet-v2-onnx': 'MobileNetV2, 80 x 80, QDQ',
  'mobilenet-v2-qlinear-onnx': 'MobileNetV2, 80 x 80, QLinear',
  'resnet-18-onnx': 'ResNet-18, 16 filters, 64 x 64, QDQ',
  'resnet-18-qlinear-onnx': 'ResNet-18, 16 filters, 64 x 64, QLinear',
  'grouped-onnx': 'Convolutions in groups, 48 x 48, QDQ',
  'autoencoder-onnx': 'Autoencoder of 640 values, QDQ',
  'unet-onnx': 'U-Net, 64 x 64, transposed convolutions, QDQ',
};

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

/** The interpreter's distance from what is expected; its bytes have to be those of the C, `made`. */
function interpreted(compiled: Compiled, { inputs, outputs }: OperatorVector, made: Uint8Array): Distance {
  const { graph } = compiled;
  const sets = splitInputs(graph, inputs);
  const memory = resetMemory(graph);
  const run = sets.slice(0, fewer(sets.length, compiled));
  const results = run.map((set) => outputBytes(graph, interpret(graph, set, memory).outputs));
  const found = joinBytes(results.flat());
  if (distance(graph, found, made.subarray(0, found.length)).furthest > 0) {
    throw new Error('the C computes something else than the interpreter');
  }
  return distance(graph, found, outputs.subarray(0, found.length));
}

/** Outputs of the C on this machine; what is kept between inferences goes on from set to set. */
async function onThisMachine({ tree, graph }: Compiled, inputs: Uint8Array): Promise<Uint8Array> {
  const model = await compileForHost('network', tree, graph, toolchain);
  try {
    return await runOnHost(model, inputs, 'inputs', undefined, 'whole');
  } finally {
    await closeHostModel(model);
  }
}

type ChipRun = { readonly image: FirmwareImage; readonly simulated: SimulatedInference | undefined };

/** The firmware, and what it took on the simulated chip; its outputs have to be `outputs`. */
async function onTheChip(compiled: Compiled, vector: OperatorVector, outputs: Uint8Array): Promise<ChipRun> {
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

/** The rows of a network, one for each objective, or for both where they make the same plan. */
async function check(name: string, vector: OperatorVector): Promise<string[]> {
  const made = objectives.map((objective) => {
    const options = { objective, sramBytes: target.sramBytes };
    return { objective, compiled: compileModel(vector.model, name, 'network', target, options) };
  });
  const plans = new Set(made.map(({ compiled }) => printSchedule(compiled.schedule)));
  const rows: string[] = [];
  for (const { objective, compiled } of plans.size > 1 ? made : made.slice(0, 1)) {
    const outputs = await onThisMachine(compiled, vector.inputs);
    const far = [interpreted(compiled, vector, outputs), distance(compiled.graph, outputs, vector.outputs)];
    const chip = await onTheChip(compiled, vector, outputs);
    const allowed = vector.model[4] === 0x54 ? 0 : 1;
    if (far.some(({ furthest }) => furthest > allowed)) process.exitCode = 1;
    const first = rows.length === 0 ? [titles[name] ?? name, vector.model.length, compiled.modelMacs] : [];
    rows.push(row(first, plans.size > 1 ? `\`${objective}\`` : 'both', compiled, chip, far));
  }
  return rows;
}

function row(
  [title = '', fileBytes = '', macs = '']: readonly (string | number)[],
  plan: string,
  { schedule }: Compiled,
  { image, simulated }: ChipRun,
  far: readonly Distance[],
): string {
  const milliseconds = simulated && (simulated.cycles / target.clockHz) * 1000;
  const worst = far.reduce((a, b) => (b.furthest > a.furthest ? b : a));
  const outputs =
    worst.furthest === 0 ? 'exact' : `${worst.furthest} off, ${worst.percent.toPrecision(2)} % differ`;
  const cells = [
    title,
    plan,
    fileBytes,
    macs,
    schedule.arenaBytes,
    image.sram.totalBytes,
    image.flash.totalBytes,
    milliseconds === undefined ? 'does not fit' : `${milliseconds.toPrecision(4)} ms`,
    outputs,
  ];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`;
}

const table = [
  '| Network | Plan | File, B | MACs | Arena, B | SRAM, B | Flash, B | At 216 MHz | Outputs |',
  '|---|---|--:|--:|--:|--:|--:|--:|---|',
];
console.log(table.join('\n'));
const present = operatorsIn(folder);
const others = present.filter((name) => titles[name] === undefined);
const known = Object.keys(titles).filter((name) => present.includes(name));
const named = chosen.length > 0 ? chosen : [...known, ...others];
for (const name of named) {
  try {
    const rows = await check(name, at(readVectors(folder, basename(name)), 0));
    console.log(rows.join('\n'));
    table.push(...rows);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.exitCode = 1;
    console.log(`| ${name} | ${error.code}: ${error.message} ${error.hint ?? ''} |`);
  }
}
if (options.write !== undefined) {
  const written = fillSection(readFileSync(options.write, 'utf8'), options.section, table.join('\n'));
  writeFileSync(options.write, written);
}
