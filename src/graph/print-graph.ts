/** A graph as stable text: the debugger's view, and the form in which expected graphs are kept. */
import { at } from '../base/index.ts';
import type { Gate, Lstm, State, Svdf } from './recurrent-types.ts';
import { statesOf } from './states.ts';
import type {
  Add,
  Clamp,
  Edge,
  Graph,
  LogSoftmax,
  Multiplier,
  Op,
  Padding2d,
  Piecewise,
  Size2d,
  Softmax,
  Sub,
  Tensor,
} from './types.ts';

/** One line an edge, constant and operator; long parameters appear as their count and a checksum. */
export function printGraph(graph: Graph): string {
  const lines = [
    ...graph.inputs.map((edge) => printEdge('input', edge, graph)),
    ...graph.tensors.filter((tensor) => tensor.data !== undefined).map(printConstant),
    ...statesOf(graph).map((state) => printState(state, graph)),
    ...graph.ops.map((op) => printOp(op, graph)),
    ...graph.outputs.map((edge) => printEdge('output', edge, graph)),
  ];
  return `${lines.join('\n')}\n`;
}

function printEdge(side: string, edge: Edge, graph: Graph): string {
  const tensor = at(graph.tensors, edge.tensor);
  return `${side} %${tensor.id} ${edge.type}[${edge.shape}] ${printQuantization(tensor)} ${quote(edge.name)}`;
}

function printConstant(tensor: Tensor): string {
  const data = tensor.data ?? [];
  return `constant %${tensor.id} [${tensor.shape}] ${printQuantization(tensor)} ${digest(data)}`;
}

function printState({ tensor: id, name, initial }: State, graph: Graph): string {
  const tensor = at(graph.tensors, id);
  return `state %${id} [${tensor.shape}] ${printQuantization(tensor)} initial ${digest(initial)} ${quote(name)}`;
}

function printOp(op: Op, graph: Graph): string {
  const output = at(graph.tensors, op.output);
  const type = output.type === 'int8' ? '' : `${output.type}`;
  const inputs = op.inputs.map((id) => `%${id}`).join(' ');
  const details = op.kind === 'svdf' || op.kind === 'lstm' ? printRecurrent(op) : printDetails(op);
  return (
    `#${op.index} %${op.output} ${type}[${output.shape}] ${printQuantization(output)} = ${op.kind} ${inputs}` +
    `${details === '' ? '' : ` ${details}`} ${quote(op.name)}${printDropped(output)}`
  );
}

/** What is printed is what runs, which may be less than the file asks for. */
function printDropped({ droppedChannels = 0 }: Tensor): string {
  return droppedChannels === 0 ? '' : ` without ${droppedChannels} constant channels`;
}

function printQuantization({ scale, zeroPoint }: Tensor): string {
  return `scale ${scale} zero ${zeroPoint}`;
}

/** The parameters that are the operator's own. */
function printDetails(op: Exclude<Op, Svdf | Lstm>): string {
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'groupedConv2d':
    case 'transposeConv2d':
      return printConvolution(op);
    case 'averagePool2d':
    case 'maxPool2d':
      return `${printWindow(op)} ${printClamp(op.clamp)}`;
    case 'fullyConnected':
      return `${op.batches}x${op.inputSize}->${op.outputSize} ${printWeights(op)}`;
    case 'add':
    case 'sub':
      return printSum(op);
    case 'mul':
      return `${printMultiplier(op.outputMultiplier)} ${printClamp(op.clamp)}`;
    case 'reduceMax':
    case 'reduceMin':
      return `axes ${op.axes}`;
    case 'argMax':
    case 'argMin':
    case 'concatenation':
      return `axis ${op.axis}`;
    case 'mean':
    case 'sum':
      return `axes ${op.axes} ${printMultiplier(op.multiplier)}`;
    case 'pad':
      return `before ${op.before} after ${op.after} value ${op.value}`;
    case 'prelu':
      return `${printMultiplier(op.positiveMultiplier)} below zero ${printMultiplier(op.negativeMultiplier)}`;
    case 'slice':
      return `begin ${op.begin} stride ${op.stride}`;
    case 'take':
      return `${op.function} ${op.sources.map((table) => (table === undefined ? 'all' : digest(table))).join(' ')}`;
    case 'reshape':
    case 'l2Normalise':
    case 'cast':
    case 'store':
    case 'maximum':
    case 'minimum':
      return '';
    case 'transpose':
      return `permutation ${op.permutation}`;
    case 'softmax':
    case 'logSoftmax':
      return printSoftmax(op);
    case 'requantize':
    case 'relu':
      return `${printMultiplier(op.multiplier)} ${printClamp(op.clamp)}`;
    case 'logistic':
      return `${printMultiplier(op.multiplier)} radius ${op.inputRangeRadius}`;
    case 'lookup':
      return `${op.function} ${digest(op.table)}`;
    case 'curve':
      return `${op.function} *${op.inputFactor}>>${op.inputShift}`;
    case 'piecewise':
      return printPiecewise(op);
    case 'resizeBilinear':
    case 'resizeNearest':
      return `align-corners ${op.alignCorners} half-pixel-centers ${op.halfPixelCenters}`;
  }
}

function printConvolution(op: Extract<Op, { filter: unknown; weights: unknown }>): string {
  if (op.kind === 'transposeConv2d') {
    const { top, left } = op.padding;
    return `filter ${printSize(op.filter)} stride ${printSize(op.stride)} top ${top} left ${left} ${printWeights(op)}`;
  }
  return [
    printWindow(op),
    `dilation ${printSize(op.dilation)}`,
    ...(op.kind === 'depthwiseConv2d' ? [`depth ${op.depthMultiplier}`] : []),
    ...(op.kind === 'groupedConv2d' ? [`groups ${op.groups}`] : []),
    printWeights(op),
  ].join(' ');
}

function printPiecewise(op: Piecewise): string {
  const below = `below zero ${printMultiplier(op.negativeMultiplier)}`;
  const magnitude = op.ofMagnitude ? ' of the magnitude' : '';
  const negated = op.negates ? ' negated' : '';
  return `${op.function} ${printMultiplier(op.positiveMultiplier)} ${below}${magnitude}${negated}`;
}

function printSum(op: Add | Sub): string {
  return [
    `shift ${op.leftShift}`,
    ...op.inputMultipliers.map(printMultiplier),
    printMultiplier(op.outputMultiplier),
    printClamp(op.clamp),
  ].join(' ');
}

function printSoftmax(op: Softmax | LogSoftmax): string {
  const back = op.kind === 'logSoftmax' ? ` back ${printMultiplier(op.reverseMultiplier)}` : '';
  return `${printMultiplier(op.multiplier)} minimum ${op.diffMin}${back}`;
}

function printRecurrent(op: Svdf | Lstm): string {
  if (op.kind === 'svdf') {
    const { batches, inputSize, units, rank, memory } = op;
    return `${batches}x${inputSize}->${units} rank ${rank} memory ${memory} ${printParts(op)}`;
  }
  return [
    `${op.batches}x${op.steps}x${op.inputSize}->${op.units}${op.timeMajor ? ' time first' : ''}`,
    ...Object.entries(op.gates).map(([name, gate]) => `${name} ${printParts(gate)}`),
    ...[op.forgetMultiplier, op.inputMultiplier, op.hiddenMultiplier].map(printMultiplier),
    `zero ${op.hiddenZeroPoint} power ${op.cellPower} clip ${op.cellClip}`,
  ].join(' ');
}

/** Weights, biases and factors, each with its name. */
function printParts(parts: Svdf | Gate): string {
  return Object.entries(parts)
    .flatMap(([name, value]) => {
      if (ArrayBuffer.isView(value)) return [`${name} ${digest(value as Int32Array)}`];
      return name.endsWith('Multiplier') ? [`${name} ${printMultiplier(value as Multiplier)}`] : [];
    })
    .join(' ');
}

function printWindow(op: { filter: Size2d; stride: Size2d; padding: Padding2d }): string {
  const { top, left, bottom, right } = op.padding;
  const padding = `top ${top} left ${left} bottom ${bottom} right ${right}`;
  return `filter ${printSize(op.filter)} stride ${printSize(op.stride)} ${padding}`;
}

function printWeights(op: {
  weights: Int8Array;
  weightBits?: 4;
  bias: Int32Array;
  multipliers: readonly Multiplier[];
  clamp: Clamp;
  sums?: 'wide';
}): string {
  const factors = op.multipliers.flatMap(({ multiplier, shift, once }) =>
    once === true ? [multiplier, shift, 1] : [multiplier, shift],
  );
  const sums = op.sums === undefined ? '' : ` ${op.sums} sums`;
  const bits = op.weightBits === undefined ? '' : ` of ${op.weightBits} bits`;
  return `weights ${digest(op.weights)}${bits} bias ${digest(op.bias)} factors ${digest(factors)} ${printClamp(op.clamp)}${sums}`;
}

function printSize({ height, width }: Size2d): string {
  return `${height}x${width}`;
}

function printMultiplier({ multiplier, shift }: Multiplier): string {
  return `*${multiplier}>>${31 - shift}`;
}

function printClamp({ min, max }: Clamp): string {
  return `clamp ${min}..${max}`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}

/** Count and 32-bit FNV-1a checksum over the values' low bytes first. */
function digest(values: ArrayLike<number>): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < values.length; i += 1) {
    const value = at(values, i);
    for (let shift = 0; shift < 32; shift += 8) {
      hash = Math.imul(hash ^ ((value >> shift) & 0xff), 0x01000193);
    }
  }
  return `${values.length}:${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
