/** Tells a network that was never quantised to int8 from one that merely has operators that are not supported. */
import { at, type Failure, type OperatorProblem } from '../../base/index.ts';
import { notInt8 } from '../failures.ts';
import type { FileOperator } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';

type Arithmetic = 'integer' | 'uint8' | 'hybrid' | 'float16' | 'float32';

const howToQuantise =
  'quantise it to int8 with tf.lite.TFLiteConverter: optimizations = [tf.lite.Optimize.DEFAULT], a representative_dataset ' +
  'of a few hundred real inputs, and target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]';

const orHere = 'or convert it without optimizations to float32, and make that int8 with `mcunet quantize`';

/** What to say of a network none of whose operators compute in int8 or int16, by the first of these that occurs in it. */
const diagnoses: readonly { readonly found: Arithmetic; readonly message: string; readonly hint: string }[] =
  [
    {
      found: 'uint8',
      message: 'the network computes in uint8, the quantisation of TensorFlow 1',
      hint: `convert it again from its float form; ${howToQuantise}`,
    },
    {
      found: 'hybrid',
      message: 'only the weights of the network are quantised (dynamic range); it computes in float32',
      hint: `give the converter a representative dataset; ${howToQuantise}; ${orHere}`,
    },
    {
      found: 'float16',
      message: 'the weights of the network are float16 and it computes in float32',
      hint: `${howToQuantise}, without target_spec.supported_types; ${orHere}`,
    },
    {
      found: 'float32',
      message: 'the network is not quantised: it computes in float32',
      hint: howToQuantise,
    },
  ];

/** Whether it computes in float32 throughout: a network as it was trained, which can be quantised here. */
export function isFloatNetwork(operators: readonly FileOperator[], tensors: readonly FileTensor[]): boolean {
  const found = new Set(operators.map((operator) => arithmeticOf(operator, tensors)));
  return found.size === 1 && found.has('float32');
}

/** A `Failure` for a network that computes in no int8 or int16 at all, with the operators that would fail even in int8. */
export function diagnoseArithmetic(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
  problems: readonly OperatorProblem[],
): Failure | undefined {
  const found = new Set(operators.map((operator) => arithmeticOf(operator, tensors)));
  if (found.has('integer')) return undefined;
  const diagnosis = diagnoses.find((candidate) => found.has(candidate.found));
  if (diagnosis === undefined) return undefined;
  const unknown = new Set(operators.flatMap(({ index, kind }) => (kind.rule === undefined ? [index] : [])));
  const named = problems.filter(({ operator }) => operator !== undefined && unknown.has(operator));
  return notInt8(diagnosis.message, diagnosis.hint, named);
}

/** The numbers in which an operator computes; `undefined` where that tells nothing. */
function arithmeticOf(operator: FileOperator, tensors: readonly FileTensor[]): Arithmetic | undefined {
  const touched = [...operator.inputs, ...operator.outputs].filter((index) => index !== -1);
  const isConstant = (tensor: FileTensor): boolean => tensor.data !== undefined;
  const all = touched.map((index) => at(tensors, index));
  const constants = new Set(all.filter(isConstant).map((tensor) => tensor.type.name));
  const hasSmallWeights = constants.has('int8') || constants.has('uint8') || constants.has('int4');
  if (operator.kind.name === 'QUANTIZE') return undefined;
  if (operator.kind.name === 'DEQUANTIZE') {
    if (constants.has('float16')) return 'float16';
    return hasSmallWeights ? 'hybrid' : undefined;
  }
  const values = new Set(all.filter((tensor) => !isConstant(tensor)).map((tensor) => tensor.type.name));
  if (values.has('int8') || values.has('int16')) return 'integer';
  if (values.has('uint8')) return 'uint8';
  if (!values.has('float32')) return undefined;
  return hasSmallWeights ? 'hybrid' : 'float32';
}
