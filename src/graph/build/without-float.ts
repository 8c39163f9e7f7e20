/** float32 values that only go from place to place inside a network, such as those of variables, made quantised. */
import { at, invariant, type OperatorProblem } from '../../base/index.ts';
import type { Model, ModelOperator, ModelTensor, ModelVariable } from '../../model/index.ts';
import { chooseForms, connected, isSameForm, quantised } from './float-forms.ts';
import { type FloatPart, type Form, findFloatParts } from './float-parts.ts';

export type WithoutFloat = {
  /** Bytes of the outputs are the same. DEQUANTIZE between quantised tensors stands for itself and QUANTIZE after it. */
  readonly model: Model;
  /** Of what could not be made quantised, and the float32 tensors that are left of it. */
  readonly problems: readonly OperatorProblem[];
  readonly left: ReadonlySet<number>;
};

export function withoutFloat(model: Model): WithoutFloat {
  const parts = findFloatParts(model);
  const forms = chooseForms(parts);
  const groups = connected(parts).filter((group) => group.some((part) => !forms.has(part)));
  return {
    model: forms.size === 0 ? model : new Replacement(model, forms).model(),
    problems: groups.map(problemOf),
    left: new Set(parts.flatMap((part) => (forms.has(part) ? [] : [...part.tensors]))),
  };
}

function problemOf(group: readonly FloatPart[]): OperatorProblem {
  const [variable] = group.flatMap(({ assigns, reads }) => [...assigns, ...reads]);
  const steps = (forms: readonly Form[], isFloat: boolean): string => {
    const names = forms.map(({ scale, zeroPoint }) => `${scale} from ${zeroPoint}`);
    return [...new Set([...names, ...(isFloat ? ['float32'] : [])])].join(' and ');
  };
  const isFloat = group.some(({ isGiven, stated }) => isGiven || stated.length > 0);
  const come = steps(
    group.flatMap(({ sources }) => sources),
    isFloat,
  );
  const taken = steps(
    group.flatMap(({ sinks }) => sinks),
    group.some(({ isResult }) => isResult),
  );
  return {
    operator: variable?.operator,
    kind: variable === undefined ? 'DEQUANTIZE' : 'ASSIGN_VARIABLE',
    name: variable?.name ?? '',
    reason: `float32 values that come in steps of ${come} are taken in steps of ${taken}; either side has to be one`,
    hint: 'convert with converter._experimental_variable_quantization = True, which makes variables int8',
  };
}

class Replacement {
  readonly #model: Model;
  /** Of each float32 tensor in a part. */
  readonly #forms: ReadonlyMap<number, Form>;
  /** What stands for an edge of the network inside it. */
  readonly #inner = new Map<number, number>();
  readonly #tensors: ModelTensor[];
  #index: number;

  constructor(model: Model, forms: ReadonlyMap<FloatPart, Form>) {
    const { tensors, operators, variables = [] } = model;
    this.#model = model;
    this.#forms = new Map(
      [...forms].flatMap(([part, form]) => [...part.tensors].map((index) => [index, form] as const)),
    );
    const edges = new Set([...model.inputs, ...model.outputs]);
    this.#tensors = tensors.map((tensor) => {
      const form = this.#forms.get(tensor.index);
      return form === undefined || edges.has(tensor.index) ? tensor : inForm(tensor, form);
    });
    for (const edge of edges) {
      const form = this.#forms.get(edge);
      if (form !== undefined) this.#inner.set(edge, this.#add(inForm(at(tensors, edge), form)));
    }
    this.#index = [
      ...operators.map(({ index }) => index),
      ...variables.map(({ operator }) => operator),
    ].reduce((most, index) => Math.max(most, index), 0);
  }

  model(): Model {
    const { operators, variables = [], inputs, outputs } = this.#model;
    const entering = inputs.flatMap((index) => this.#edge('QUANTIZE', index));
    const leaving = outputs.flatMap((index) => this.#edge('DEQUANTIZE', index));
    const moved = operators.map((operator) => this.#operator(operator));
    const stored: ModelOperator[] = [];
    const kept = variables.map((variable) => this.#variable(variable, stored));
    return {
      ...this.#model,
      tensors: this.#tensors,
      operators: [...entering, ...moved, ...stored, ...leaving],
      ...(variables.length > 0 && { variables: kept }),
    };
  }

  #operator({ index, inputs, outputs, options }: ModelOperator): ModelOperator {
    const isConversion = options.op === 'QUANTIZE' && this.#forms.has(inputs[0] ?? -1);
    return {
      index,
      inputs: inputs.map((input) => this.#placeOf(input)),
      outputs: outputs.map((output) => this.#placeOf(output)),
      options: isConversion ? { op: 'DEQUANTIZE' } : options,
    };
  }

  /** What is assigned in another form than the variable has is converted on the way. */
  #variable(variable: ModelVariable, stored: ModelOperator[]): ModelVariable {
    const { read, assigned, initial } = variable;
    const form = this.#forms.get(read);
    if (form === undefined) return variable;
    const resolved = {
      ...variable,
      read: this.#placeOf(read),
      assigned: assigned === undefined ? undefined : this.#placeOf(assigned),
      initial: initial && quantised(initial, form),
    };
    const other = this.#forms.get(assigned ?? read);
    if (assigned === undefined || other === undefined || isSameForm(form, other)) return resolved;
    const converted = this.#add(inForm(at(this.#model.tensors, assigned), form));
    stored.push(this.#operatorOf('DEQUANTIZE', this.#placeOf(assigned), converted));
    return { ...resolved, assigned: converted };
  }

  /** The conversion behind an input or in front of an output that lies in a part. */
  #edge(op: 'QUANTIZE' | 'DEQUANTIZE', edge: number): ModelOperator[] {
    const inner = this.#inner.get(edge);
    if (inner === undefined) return [];
    return [op === 'QUANTIZE' ? this.#operatorOf(op, edge, inner) : this.#operatorOf(op, inner, edge)];
  }

  #operatorOf(op: 'QUANTIZE' | 'DEQUANTIZE', input: number, output: number): ModelOperator {
    this.#index += 1;
    return { index: this.#index, inputs: [input], outputs: [output], options: { op } };
  }

  #placeOf(index: number): number {
    return this.#inner.get(index) ?? index;
  }

  #add(tensor: ModelTensor): number {
    const index = this.#tensors.length;
    this.#tensors.push({ ...tensor, index });
    return index;
  }
}

function inForm(tensor: ModelTensor, form: Form): ModelTensor {
  const { type, scale, zeroPoint } = form;
  invariant(tensor.type === 'float32', 'a part has float32 tensors');
  const quantization = { scales: [scale], zeroPoints: [zeroPoint], dimension: 0 };
  return { ...tensor, type, quantization, data: tensor.data && quantised(tensor.data, form) };
}
