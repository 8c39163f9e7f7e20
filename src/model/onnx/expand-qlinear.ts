/**
 * Writes the operators that compute in integers themselves (QLinearConv and its like, also ONNX Runtime's own) as the
 * float operator between DequantizeLinear and QuantizeLinear, which is what they are defined to compute.
 */
import { type Allowance, allowance, checkLimit, limits } from '../tflite/limits.ts';
import type { OnnxConstant, OnnxFile, OnnxNode } from './types.ts';

/** Positions of [value, scale, zero point] of what goes in, and of [scale, zero point] of what comes out. */
type Form = {
  readonly operator: string;
  readonly inputs: readonly (readonly [number, number, number])[];
  readonly output: readonly [number, number];
  /** An int32 bias, whose scale is the product of those of the first two inputs. */
  readonly bias?: number;
};

const microsoft = 'com.microsoft';
const pair = {
  inputs: [
    [0, 1, 2],
    [3, 4, 5],
  ],
  output: [6, 7],
} as const;
const single = { inputs: [[0, 1, 2]], output: [3, 4] } as const;

/** By what a file names its operators, which may be any text. */
const forms: ReadonlyMap<string, Form> = new Map<string, Form>(
  Object.entries({
    QLinearConv: { operator: 'Conv', ...pair, bias: 8 },
    QLinearMatMul: { operator: 'MatMul', ...pair },
    [`${microsoft}.QLinearAdd`]: { operator: 'Add', ...pair },
    [`${microsoft}.QLinearMul`]: { operator: 'Mul', ...pair },
    [`${microsoft}.QLinearSigmoid`]: { operator: 'Sigmoid', ...single },
    [`${microsoft}.QLinearLeakyRelu`]: { operator: 'LeakyRelu', ...single },
    [`${microsoft}.QLinearAveragePool`]: { operator: 'AveragePool', ...single },
    [`${microsoft}.QLinearGlobalAveragePool`]: { operator: 'GlobalAveragePool', ...single },
    [`${microsoft}.QLinearSoftmax`]: { operator: 'Softmax', ...single },
    [`${microsoft}.QGemm`]: { operator: 'Gemm', ...pair, output: [7, 8], bias: 6 },
  }),
);

const concatenation = `${microsoft}.QLinearConcat`;

/** Operators that are expanded here, with their domain. */
export const qlinearOperators: readonly string[] = [...forms.keys(), concatenation].sort();

export function expandQlinear(file: OnnxFile): OnnxFile {
  const constants = new Map(file.constants);
  const spend = allowance('scales of all biases together', limits.scales);
  const nodes = file.nodes.flatMap((node) => {
    const domain = node.domain === '' || node.domain === 'ai.onnx' ? '' : `${node.domain}.`;
    const key = `${domain}${node.operator}`;
    const form = key === concatenation ? concatenationForm(node) : forms.get(key);
    return form === undefined ? [withoutDomain(node)] : expand(node, form, constants, spend);
  });
  checkLimit('too many operators', nodes.length, limits.operators);
  return { ...file, nodes, constants };
}

/** ONNX Runtime writes its quantisers into its own domain where the opset lacks a type; they are the same otherwise. */
function withoutDomain(node: OnnxNode): OnnxNode {
  const isQuantiser = node.operator === 'QuantizeLinear' || node.operator === 'DequantizeLinear';
  return isQuantiser && node.domain === microsoft ? { ...node, domain: '' } : node;
}

/** [output scale, output zero point, then value, scale and zero point of each input]. */
function concatenationForm({ inputs }: OnnxNode): Form {
  const count = Math.floor((inputs.length - 2) / 3);
  const triples = Array.from(
    { length: Math.max(0, count) },
    (_, i) => [2 + 3 * i, 3 + 3 * i, 4 + 3 * i] as const,
  );
  return { operator: 'Concat', inputs: triples, output: [0, 1] };
}

function expand(
  node: OnnxNode,
  form: Form,
  constants: Map<string, OnnxConstant>,
  spend: Allowance,
): OnnxNode[] {
  const { index } = node;
  const nameOf = (position: number): string => node.inputs[position] ?? '';
  const own = (part: string): string => `${node.outputs[0] ?? ''} ${index}/${part}`;
  const quantiser = (operator: string, inputs: string[], output: string): OnnxNode => ({
    ...node,
    operator,
    domain: '',
    inputs,
    outputs: [output],
    attributes: axisAttribute(outputsAxis(node, form)),
  });
  const reals = form.inputs.map((triple, input) =>
    quantiser('DequantizeLinear', triple.map(nameOf), own(`input ${input}`)),
  );
  const biases: OnnxNode[] = [];
  if (form.bias !== undefined && nameOf(form.bias) !== '') {
    const scale = own('bias scale');
    const known = productOf(constants.get(nameOf(1)), constants.get(nameOf(4)), spend);
    if (known !== undefined) constants.set(scale, known);
    const bias = quantiser(
      'DequantizeLinear',
      [nameOf(form.bias), known === undefined ? '' : scale],
      own('bias'),
    );
    biases.push({
      ...bias,
      attributes: new Map([['axis', { integer: 0, floats: [], integers: [], hasGraph: false }]]),
    });
  }
  const result = own('result');
  const computing: OnnxNode = {
    ...node,
    operator: form.operator,
    domain: '',
    inputs: [...reals, ...biases].map(({ outputs }) => outputs[0] ?? ''),
    outputs: [result],
  };
  const outputs = quantiser('QuantizeLinear', [result, ...form.output.map(nameOf)], node.outputs[0] ?? '');
  return [...reals, ...biases, computing, outputs];
}

/** The dimension of weights along which their scales lie: that of the outputs. */
function outputsAxis({ attributes }: OnnxNode, { operator }: Form): number {
  const isTransposed = attributes.get('transB')?.integer === 1;
  return operator === 'Conv' || isTransposed ? 0 : -1;
}

function axisAttribute(axis: number): OnnxNode['attributes'] {
  return new Map([['axis', { integer: axis, floats: [], integers: [], hasGraph: false }]]);
}

function productOf(
  input: OnnxConstant | undefined,
  weights: OnnxConstant | undefined,
  spend: Allowance,
): OnnxConstant | undefined {
  const scale = input?.values[0];
  if (scale === undefined || weights === undefined) return undefined;
  spend(weights.values.length);
  const values = Float32Array.from(weights.values, (other) => scale * other);
  return { shape: weights.shape, type: 'float32', values };
}
