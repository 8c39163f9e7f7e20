/** What a file goes through on its way to a plan; whatever it is, only a `Failure` may end it. */
import { at, Failure, invariant } from '../../src/base/index.ts';
import { generateCode } from '../../src/code/index.ts';
import { loadDataset, readCalibration } from '../../src/evaluation/index.ts';
import { buildGraph, elementCount, type Graph, printGraph } from '../../src/graph/index.ts';
import { isFloatModel, type Model, readModel, writeTflite } from '../../src/model/index.ts';
import { calibrate, foldConstants, quantise } from '../../src/quantisation/index.ts';
import { planSchedule, verifySchedule } from '../../src/schedule/index.ts';
import { readSupernet } from '../../src/supernet/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { scoresModel } from '../support/small-models.ts';
import { type Format, parted } from './seeds.ts';

export type Outcome = {
  /** `plan: done`, or where and with which code it was refused. */
  readonly kind: string;
  /** What was thrown where it was no `Failure`. */
  readonly crash?: string;
};

/** How far networks that are accepted are taken. */
export type Depth = 'graph' | 'small plans' | 'plans';

const target = findTarget('stm32f746');
/** Networks of at most so many values and operators are small. */
const fewValues = 20_000;
const fewOperators = 24;
const fewProducts = 2_000_000;

export async function exercise(format: Format, bytes: Uint8Array, depth: Depth): Promise<Outcome> {
  const trail = { stage: 'reader' };
  try {
    if (format === 'supernet') readShared(bytes);
    else if (format === 'picture') await readPicture(bytes, trail);
    else if (format === 'npz' || format === 'csv') await readSamples(format, bytes, trail);
    else exerciseNetwork(bytes, depth, trail);
    return { kind: `${trail.stage}: done` };
  } catch (thrown) {
    if (thrown instanceof Failure) return { kind: `${trail.stage}: ${thrown.code}` };
    const crash = thrown instanceof Error ? String(thrown.stack) : String(thrown);
    return { kind: `${trail.stage}: CRASH`, crash };
  }
}

type Trail = { stage: string };

function exerciseNetwork(bytes: Uint8Array, depth: Depth, trail: Trail): void {
  const model = readModel(bytes);
  if (depth !== 'graph' && model.format !== 'net-config') rewrite(model, trail);
  if (isFloatModel(model)) exerciseFloat(model, depth, trail);
  else plan(buildAt(model, trail), depth, trail);
}

function buildAt(model: Model, trail: Trail): Graph {
  trail.stage = 'graph';
  const graph = buildGraph(model);
  invariant(printGraph(graph).length > 0, 'a graph prints as nothing');
  return graph;
}

/** What was read can be written, and what was written can be read. */
function rewrite(model: Model, trail: Trail): void {
  trail.stage = 'writer';
  const written = writeTflite(model);
  try {
    const again = readModel(written);
    invariant(again.operators.length === model.operators.length, 'operators got lost in writing');
    // As a TensorFlow Lite file it rounds as TensorFlow Lite does.
    const { roundsOnce: _, ...rounded } = model;
    invariant(textOf(again) === textOf(rounded), 'it is another network once it is written');
  } catch (cause) {
    throw new Error(`a network that was read cannot be read once it is written: ${cause}`, { cause });
  }
  trail.stage = 'reader';
}

/** What the network computes, as far as it can be built; a file lists operators in whatever order, and is written in ours. */
function textOf(model: Model): string {
  try {
    return printGraph(buildGraph(model, [])).replaceAll(/^#\d+ /gm, '');
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.code;
    throw thrown;
  }
}

function exerciseFloat(float: Model, depth: Depth, trail: Trail): void {
  trail.stage = 'constants';
  const model = isSmall(float) ? foldConstants(float) : float;
  trail.stage = 'quantiser';
  const computed = [...model.inputs, ...model.operators.flatMap(({ outputs }) => outputs)];
  const ranges = new Map(computed.map((tensor) => [tensor, { min: -1, max: 2 }]));
  const int8 = quantise(model, { ranges, means: new Map() });
  buildAt(int8, trail);
  if (depth === 'graph' || !isSmall(model)) return;
  trail.stage = 'calibration';
  const inputs = model.inputs.map((index) => {
    const count = elementCount(at(model.tensors, index).shape);
    return Float32Array.from({ length: 2 * count }, (_, value) => Math.sin(value * 12.9898));
  });
  buildAt(quantise(model, calibrate(model, inputs)), trail);
}

function isSmall({ tensors, operators }: Pick<Model, 'tensors' | 'operators'>): boolean {
  const values = tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const products = operators.reduce((sum, { inputs, outputs }) => {
    const sizes = [...inputs, ...outputs].map((index) => elementCount(tensors[index]?.shape ?? []));
    return sum + Math.max(...sizes) ** 2;
  }, 0);
  return operators.length <= fewOperators && values <= fewValues && products <= fewProducts;
}

function plan(graph: Graph, depth: Depth, trail: Trail): void {
  if (depth === 'graph') return;
  const values = graph.tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const isSmallGraph = values <= fewValues && graph.ops.length <= fewOperators;
  if (depth === 'small plans' && !isSmallGraph) return;
  trail.stage = 'plan';
  const schedule = planSchedule(graph, target);
  verifySchedule(schedule, target);
  if (!isSmallGraph) return;
  trail.stage = 'code';
  invariant(generateCode(schedule, { name: 'network', target }).files.size > 0, 'no code');
}

function readShared(bytes: Uint8Array): void {
  const [description, tensors] = parted(bytes);
  readSupernet(new TextDecoder().decode(description), tensors, 'supernet.json');
}

/** Four values in, three scores out. */
const graphOfSamples = buildGraph(readModel(scoresModel()));

async function readSamples(format: 'npz' | 'csv', bytes: Uint8Array, trail: Trail): Promise<void> {
  const host = memoryHost({ data: bytes });
  const source =
    format === 'npz'
      ? ({ format, path: 'data', inputs: 'inputs', labels: 'labels', normalisation: undefined } as const)
      : ({ format, path: 'data', labels: 'label', normalisation: { mean: [1], std: [2] } } as const);
  trail.stage = 'samples';
  await loadDataset(source, 'top1', graphOfSamples, host);
}

/** Into a network that takes 4 x 4 pixels. */
async function readPicture(bytes: Uint8Array, trail: Trail): Promise<void> {
  trail.stage = 'picture';
  const from = { resize: 'bilinear', fit: { kind: 'crop' } } as const;
  const source = { path: 'samples', from, normalisation: undefined };
  await readCalibration(source, [1, 4, 4, 3], memoryHost({ 'samples/a.png': bytes }));
}
