/** Operators that keep state in tensors of their own: SVDF, UNIDIRECTIONAL_SEQUENCE_LSTM. */
import { at } from '../../base/index.ts';
import type { ModelTensor } from '../../model/index.ts';
import { valuesIn } from '../element-types.ts';
import type { Gate, Lstm, Svdf } from '../recurrent-types.ts';
import { elementCount, type Shape, sameShape } from '../shape.ts';
import { demandFactors } from './convolution.ts';
import { factor } from './factors.ts';
import { convertAgain, wholeTensors } from './hints.ts';
import {
  activations,
  biases,
  commonParts,
  demand,
  type OptionsOf,
  optionalInput,
  result,
  type Site,
  weights,
} from './site.ts';

const { fround } = Math;

type Kept = { readonly id: number; readonly type: 'int8' | 'int16'; readonly scale: number };

/** A variable tensor of so many elements, quantised as a whole. */
function kept(site: Site, position: number, count: number): Kept {
  const tensor = optionalInput(site, position);
  demand(tensor !== undefined && tensor.isVariable === true, `input ${position} is no state`, convertAgain);
  const { type, shape } = tensor;
  demand(type === 'int8' || type === 'int16', `its state is ${type}; int8 and int16 are supported`);
  demand(
    elementCount(shape) === count,
    `its state of [${shape}] has not the ${count} elements that it takes`,
    convertAgain,
  );
  demand(site.readers.get(tensor.index)?.length === 1, 'another operator reads its state', convertAgain);
  return { id: tensor.index, type, scale: scaleOf(tensor, 'its state') };
}

function scaleOf({ quantization }: ModelTensor, role: string): number {
  const scale = quantization?.scales[0];
  demand(
    scale !== undefined && scale > 0 && quantization?.scales.length === 1,
    `${role} has no single positive scale`,
    wholeTensors,
  );
  return scale;
}

type Matrix = { readonly values: Int8Array; readonly scale: number };

/** Weights of one scale. */
function matrix(site: Site, position: number, shape: Shape): Matrix {
  const { values, scales, shape: stated } = weights(site, position, 0, 2);
  demand(
    sameShape(stated, shape),
    `its weights at input ${position} are [${stated}], its sizes make [${shape}]`,
    convertAgain,
  );
  demand(scales.length === 1, `its weights at input ${position} have a scale for each channel`, wholeTensors);
  return { values, scale: at(scales, 0) };
}

/** The product of two scales and its quotient by a third are rounded to float32. */
function ratio(first: number, second: number, by: number): number {
  return fround(fround(first * second) / by);
}

export function buildSvdf(site: Site<OptionsOf<'SVDF'>>): Svdf {
  const { rank } = site.options;
  const input = activations(site, 0);
  const output = result(site);
  const time = optionalInput(site, 2);
  demand(time?.data !== undefined, 'its time weights are computed; they must be constant');
  const [batches = 0, inputSize = 0] = input.shape;
  const [filters = 0, memory = 0] = time.shape;
  const units = filters / rank;
  demand(
    input.shape.length === 2 && time.shape.length === 2 && Number.isInteger(units),
    `its input of [${input.shape}] and time weights of [${time.shape}] are not those of rank ${rank}`,
    convertAgain,
  );
  const feature = matrix(site, 1, [filters, inputSize]);
  const state = kept(site, 4, batches * filters * memory);
  demand(
    time.type === state.type,
    `its time weights are ${time.type}, its state is ${state.type}; TensorFlow Lite Micro takes them alike`,
    convertAgain,
  );
  demand(optionalInput(site, 3) !== undefined, 'it has no bias, which TensorFlow Lite Micro needs');
  const timeScale = scaleOf(time, 'its time weights');
  return {
    kind: 'svdf',
    ...commonParts(site, [input, { ...input, id: state.id }], output),
    batches,
    inputSize,
    units,
    rank,
    memory,
    featureWeights: feature.values,
    timeWeights: valuesIn(state.type, time.data.slice().buffer) as Svdf['timeWeights'],
    bias: biases(site, 3, units, input).bias,
    stateMultiplier: factor(ratio(input.scale, feature.scale, state.scale)),
    outputMultiplier: factor(ratio(state.scale, timeScale, output.scale)),
  };
}

/** Scales that Micro gives the arguments of a gate's function, and its results. */
const argumentScale = 2 ** -12;
const resultScale = 2 ** -15;

export function buildLstm(site: Site<OptionsOf<'UNIDIRECTIONAL_SEQUENCE_LSTM'>>): Lstm {
  const { timeMajor, cellClip } = site.options;
  const input = activations(site, 0);
  const output = result(site);
  const [first = 0, second = 0, inputSize = 0] = input.shape;
  const [steps, batches] = timeMajor ? [first, second] : [second, first];
  const units = output.shape.at(-1) ?? 0;
  demand(input.shape.length === 3, `its input of [${input.shape}] is no sequence`, convertAgain);
  const hidden = kept(site, 18, batches * units);
  const cell = kept(site, 19, batches * units);
  demand(
    hidden.type === input.type && cell.type === 'int16',
    `its states are not ${input.type} and int16`,
    convertAgain,
  );
  const { zeroPoint: hiddenZeroPoint } = activations(site, 18);
  const power = Math.round(Math.log2(cell.scale));
  demand(
    Math.abs(Math.log2(cell.scale) - power) < 1e-3 && power >= -24 && power <= 0,
    `its cell state has the scale ${cell.scale}, which is no power of two`,
    convertAgain,
  );
  const gate = (position: number): Gate => {
    const ofInput = matrix(site, 1 + position, [units, inputSize]);
    const ofHidden = matrix(site, 5 + position, [units, units]);
    const { bias, ...sums } = biases(site, 12 + position, units, input);
    const inputMultiplier = factor((input.scale * ofInput.scale) / argumentScale);
    const hiddenMultiplier = factor((hidden.scale * ofHidden.scale) / argumentScale);
    demandFactors(sums, [inputMultiplier, hiddenMultiplier]);
    const [inputWeights, hiddenWeights] = [ofInput.values, ofHidden.values];
    return { inputWeights, hiddenWeights, bias, inputMultiplier, hiddenMultiplier };
  };
  return {
    kind: 'lstm',
    ...commonParts(site, [input, { ...input, id: hidden.id }, { ...input, id: cell.id }], output),
    timeMajor,
    batches,
    steps,
    inputSize,
    units,
    ...(input.type === 'int16' && { sums: 'wide' }),
    gates: { input: gate(0), forget: gate(1), cell: gate(2), output: gate(3) },
    forgetMultiplier: factor((resultScale * cell.scale) / cell.scale),
    inputMultiplier: factor((resultScale * resultScale) / cell.scale),
    hiddenMultiplier: factor((resultScale * resultScale) / hidden.scale),
    hiddenZeroPoint,
    cellPower: power,
    cellClip: cellClip === 0 ? undefined : Math.trunc(Math.min(fround(cellClip) / cell.scale, 32767)),
  };
}
