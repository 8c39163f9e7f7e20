/** Parts of a network in which float32 values only go from place to place: between conversions, variables and edges. */
import {
  type Model,
  type ModelOperator,
  type ModelTensor,
  type ModelVariable,
  movesValues,
} from '../../model/index.ts';

/** What quantised values mean. */
export type Form = {
  readonly type: 'int8' | 'int16';
  readonly scale: number;
  readonly zeroPoint: number;
};

export type FloatPart = {
  /** As numbered in the model. */
  readonly tensors: ReadonlySet<number>;
  /** Of the values that DEQUANTIZE brings in. */
  readonly sources: readonly Form[];
  /** Of the values that QUANTIZE makes of it. */
  readonly sinks: readonly Form[];
  /** float32 values that the file states: constants, and what variables hold at first. */
  readonly stated: readonly Uint8Array[];
  readonly reads: readonly ModelVariable[];
  readonly assigns: readonly ModelVariable[];
  /** Whether the network is given some of it, or gives some of it, as float32. */
  readonly isGiven: boolean;
  readonly isResult: boolean;
};

/** None of a part in which something computes; edges that one conversion stands behind or before are no parts either. */
export function findFloatParts(model: Model): readonly FloatPart[] {
  const { tensors, operators } = model;
  const floats = tensors.flatMap(({ index, type }) => (type === 'float32' ? [index] : []));
  if (floats.length === 0) return [];
  const groups = joined(floats, operators.filter(movesFloat(model)));
  const places = new Map([...groups].flatMap((group) => group.map((index) => [index, group] as const)));
  const foreign = new Set(
    operators
      .filter((operator) => conversionOf(model, operator) === undefined && !movesFloat(model)(operator))
      .flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
      .map((index) => places.get(index)),
  );
  const parts = new Map(groups.flatMap((group) => (foreign.has(group) ? [] : [[group, emptyPart(group)]])));
  fill((index) => parts.get(places.get(index ?? -1) ?? []), model);
  return [...parts.values()].filter((part) => !isEdge(part));
}

/** Operators that move float32 values alone. */
function movesFloat({ tensors }: Model): (operator: ModelOperator) => boolean {
  return ({ options, outputs }) =>
    movesValues(options.op) && outputs.every((output) => tensors[output]?.type === 'float32');
}

type Conversion = { readonly float: number; readonly form: Form; readonly isInto: boolean };

/** QUANTIZE and DEQUANTIZE between float32 and values that kernels take. */
function conversionOf({ tensors }: Model, operator: ModelOperator): Conversion | undefined {
  const { options, inputs, outputs } = operator;
  if (options.op !== 'QUANTIZE' && options.op !== 'DEQUANTIZE') return undefined;
  const isInto = options.op === 'DEQUANTIZE';
  const [float = -1, other = -1] = isInto ? [outputs[0], inputs[0]] : [inputs[0], outputs[0]];
  const form = formOf(tensors[other]);
  return form && { float, form, isInto };
}

/** None of a constant, or where it is quantised in no way that kernels take. */
function formOf(tensor: ModelTensor | undefined): Form | undefined {
  const { type, data, quantization } = tensor ?? {};
  const [scale, ...others] = quantization?.scales ?? [];
  if ((type !== 'int8' && type !== 'int16') || data !== undefined) return undefined;
  if (scale === undefined || others.length > 0) return undefined;
  return { type, scale, zeroPoint: quantization?.zeroPoints[0] ?? 0 };
}

/** Tensors that operators join, each in one group. */
function joined(floats: readonly number[], moving: readonly ModelOperator[]): readonly (readonly number[])[] {
  const parents = new Map(floats.map((index) => [index, index]));
  const rootOf = (index: number): number => {
    let root = index;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) {
      parents.set(root, parents.get(next) ?? next);
      root = next;
    }
    return root;
  };
  for (const { inputs, outputs } of moving) {
    const [first, ...others] = [...inputs, ...outputs].filter((index) => parents.has(index));
    for (const other of others) if (first !== undefined) parents.set(rootOf(other), rootOf(first));
  }
  return [...Map.groupBy(floats, rootOf).values()];
}

/** Still to be filled, in the order of the model. */
type Mutable<Part> = {
  -readonly [Key in keyof Part]: Part[Key] extends readonly (infer Item)[] ? Item[] : Part[Key];
};

function emptyPart(members: readonly number[]): Mutable<FloatPart> {
  const tensors = new Set(members);
  return {
    tensors,
    sources: [],
    sinks: [],
    stated: [],
    reads: [],
    assigns: [],
    isGiven: false,
    isResult: false,
  };
}

function fill(partWith: (index: number | undefined) => Mutable<FloatPart> | undefined, model: Model): void {
  const { tensors, operators, variables = [], inputs, outputs } = model;
  for (const operator of operators) {
    const conversion = conversionOf(model, operator);
    const part = partWith(conversion?.float);
    if (conversion !== undefined) part?.[conversion.isInto ? 'sources' : 'sinks'].push(conversion.form);
  }
  for (const { index, data } of tensors) if (data !== undefined) partWith(index)?.stated.push(data);
  for (const variable of variables) {
    const part = partWith(variable.read);
    part?.reads.push(variable);
    if (variable.initial !== undefined) part?.stated.push(variable.initial);
    partWith(variable.assigned)?.assigns.push(variable);
  }
  for (const index of inputs) Object.assign(partWith(index) ?? {}, { isGiven: true });
  for (const index of outputs) Object.assign(partWith(index) ?? {}, { isResult: true });
}

/** One tensor that only a conversion touches, on its way in or out. */
function isEdge({ tensors, sources, sinks, stated, reads, assigns }: FloatPart): boolean {
  const isOneWay = sources.length === 0 || sinks.length === 0;
  return tensors.size === 1 && isOneWay && stated.length + reads.length + assigns.length === 0;
}
