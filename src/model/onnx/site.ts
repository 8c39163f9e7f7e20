/** One node where it stands: its operands and attributes, each with the reason in words where it is not usable. */
import { at } from '../../base/index.ts';
import { structureUnsupported } from '../failures.ts';
import type { Draft } from './draft.ts';
import { ordered } from './layout.ts';
import type { OnnxNode } from './types.ts';
import type { Constant, Pending, Stored, Value } from './values.ts';

export type Site = {
  readonly draft: Draft;
  readonly node: OnnxNode;
  readonly opset: number;
  /** The values at the node's inputs; `undefined` for absent ones. */
  readonly inputs: readonly (Value | undefined)[];
  /** Of the node's first output. */
  readonly name: string;
};

export const quantiseIt =
  'quantise this operator as well, so that QuantizeLinear and DequantizeLinear stand at its inputs and outputs';

const quantiseBefore =
  'quantise the operator that computes it as well, so that QuantizeLinear and DequantizeLinear stand between the two; ONNX Runtime quantises most with quant_format=QuantFormat.QDQ';

/** Throws the reason, to be placed and listed with all others, unless the condition holds. */
export function demand(condition: boolean, reason: string, hint?: string): asserts condition {
  if (!condition) {
    throw structureUnsupported(
      reason,
      hint ?? 'change this operator in the training script and export the network again',
    );
  }
}

/** What was made of results that the graph does not quantise, once for all their readers. */
const kept = new WeakMap<Value, Stored>();

/** The value at an input; a result that needs no steps of its own as the tensor that it becomes. */
function settled(site: Site, position: number): Value {
  const value = present(site, position);
  if (value.kind !== 'pending' || !value.isExact || value.preferred === undefined) return value;
  const known = kept.get(value) ?? value.finish(value.preferred, 'none');
  kept.set(value, known);
  return known;
}

/** A tensor at an input that the graph sees as real numbers. */
export function real(site: Site, position: number): Stored {
  const value = stored(site, position);
  demand(value.isReal, `input ${position} is read as integers`, 'export the network in QDQ form');
  return value;
}

/** Whether it holds places or classes, as ArgMax gives them. */
export function isWhole(draft: Draft, { tensor }: Stored): boolean {
  return at(draft.tensors, tensor).type === 'int64';
}

function demandSteps({ draft }: Site, value: Stored, position: number): void {
  demand(
    !isWhole(draft, value),
    `input ${position} is of whole numbers, as ArgMax gives them; they can only be outputs of the network`,
    'end the network with ArgMax, and compute what stands behind it in the application',
  );
}

/** A tensor at an input, as real numbers or as integers: for what only moves or compares them. */
export function stored(site: Site, position: number): Stored {
  const value = settled(site, position);
  demand(
    value.kind !== 'pending',
    `input ${position} is computed in float32, as nothing quantises it`,
    quantiseBefore,
  );
  demand(
    value.kind === 'stored',
    `input ${position} is a constant`,
    'fold constants before exporting the network',
  );
  demandSteps(site, value, position);
  return value;
}

/**
 * What only moves the value at input 0, or says how it lies: done at once, or once it is known how it is quantised.
 */
export function moved(site: Site, change: (value: Stored) => Stored): Value {
  const value = settled(site, 0);
  if (value.kind !== 'pending') return change(stored(site, 0));
  const finish: Pending['finish'] = (output, activation) => change(value.finish(output, activation));
  return { ...value, gateOf: undefined, finish };
}

export function present(site: Site, position: number): Value {
  const value = site.inputs[position];
  demand(value !== undefined, `input ${position} is missing`);
  return value;
}

export function constantAt(site: Site, position: number): Constant {
  const value = present(site, position);
  demand(value.kind === 'constant', `input ${position} is computed; it must be a constant`);
  return value;
}

const supportedTypes = new Set(['float32', 'int8', 'uint8', 'int32', 'int64', 'bool']);

/** A constant's numbers; those behind DequantizeLinear as real ones, which must have one scale. */
export function numbersAt(site: Site, position: number): readonly number[] {
  const { constant, dequantised } = constantAt(site, position);
  demand(supportedTypes.has(constant.type), `input ${position} is a constant of ${constant.type}`);
  demand(constant.values.length <= 4096, `input ${position} has ${constant.values.length} values`);
  if (dequantised === undefined) return Array.from(constant.values);
  demand(dequantised.scales.length === 1, `input ${position} has more than one scale`);
  const [scale, zeroPoint] = [at(dequantised.scales, 0), at(dequantised.zeroPoints, 0)];
  return Array.from(constant.values, (value) => Math.fround((value - zeroPoint) * scale));
}

/** A list of integers that is an input in newer versions of an operator and an attribute in older ones. */
export function integersOf(site: Site, position: number, attribute: string): readonly number[] | undefined {
  if (site.inputs[position] !== undefined) return numbersAt(site, position);
  const integers = site.node.attributes.get(attribute)?.integers;
  return integers === undefined ? undefined : limited(attribute, integers);
}

export function integerAttribute({ node }: Site, name: string, otherwise: number): number {
  return node.attributes.get(name)?.integer ?? otherwise;
}

export function floatAttribute({ node }: Site, name: string, otherwise: number): number {
  return node.attributes.get(name)?.float ?? otherwise;
}

export function textAttribute({ node }: Site, name: string, otherwise: string): string {
  return node.attributes.get(name)?.text ?? otherwise;
}

export function listAttribute({ node }: Site, name: string, otherwise: readonly number[]): readonly number[] {
  const integers = node.attributes.get(name)?.integers;
  return integers === undefined || integers.length === 0 ? otherwise : limited(name, integers);
}

/** No list that steers an operator is longer. */
function limited(name: string, integers: readonly number[]): readonly number[] {
  demand(integers.length <= 64, `its attribute ${name} has ${integers.length} numbers`);
  return integers;
}

/** An axis of a shape, counted from the end where it is negative. */
export function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  demand(
    Number.isInteger(axis) && counted >= 0 && counted < rank,
    `its axis ${axis} lies outside ${rank} dimensions`,
  );
  return counted;
}

/** An image [1, channels, height, width] whose channels lie last in the network. */
export function image(site: Site, value: Stored): Stored {
  demand(value.shape.length === 4, `its input has ${value.shape.length} dimensions instead of 4`);
  demand(
    value.shape[0] === 1,
    `its input has batch size ${value.shape[0]}; only 1 is supported`,
    'export the network with batch size 1',
  );
  return ordered(site.draft, value, [0, 2, 3, 1]);
}
