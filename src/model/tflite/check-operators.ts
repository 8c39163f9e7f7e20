/** Reads every operator's options and holds its tensors to its rule; all that is not supported is collected. */
import { at, type OperatorProblem } from '../../base/index.ts';
import { malformed } from '../failures.ts';
import type { ElementType, ModelOperator, OperatorOptions } from '../types.ts';
import { adviceFor } from './operator-advice.ts';
import { floatOperand, type Operand, type OperatorRule, type Report } from './operators/rule.ts';
import { within } from './place.ts';
import type { FileOperator } from './read-operators.ts';
import type { FileTensor } from './read-tensors.ts';
import { optionsType } from './schema.ts';
import { absentTable, get, type Table } from './table.ts';

const changeIt = 'change this operator in the training script, and convert the network again';
const convertAgain = 'the file is unusual: convert the network again with a current tf.lite.TFLiteConverter';
const quantiseAgain = `quantise the network with tf.lite.TFLiteConverter or \`mcunet quantize\`, which write such scales`;

export type CheckedOperators = {
  /** Those that can be used; all of them where there are no problems. */
  readonly operators: readonly ModelOperator[];
  readonly problems: readonly OperatorProblem[];
};

/** By the rules as they stand, which are those of int8, or by the same for float32. */
export function checkOperators(
  operators: readonly FileOperator[],
  tensors: readonly FileTensor[],
  arithmetic: 'int8' | 'float32',
): CheckedOperators {
  const problems: OperatorProblem[] = [];
  const checked: ModelOperator[] = [];
  for (const operator of operators) {
    const { index, kind, inputs, outputs } = operator;
    // Two inputs may have the same fault; it is one reason of the operator.
    const reasons = new Set<string>();
    const name = outputs[0] === undefined ? '' : at(tensors, outputs[0]).name;
    const report: Report = (reason, hint = changeIt) => {
      if (!reasons.has(reason)) problems.push({ operator: index, kind: kind.name, name, reason, hint });
      reasons.add(reason);
    };
    const { rule } = kind;
    if (rule === undefined) {
      report('no kernel for it', adviceFor(kind.name));
      continue;
    }
    within(`operator ${index} ${kind.name}`, () => {
      const options = rule.readOptions(readOptionsTable(operator.table, rule), report);
      reportExtensions(operator, rule, report);
      const isFloat = arithmetic === 'float32' || movesFloat(operator, rule, tensors);
      reportOperands(operator, isFloat ? floatRule(rule) : rule, tensors, report);
      const read =
        operator.isInFloat && options.op === 'ELU' ? ({ ...options, isInFloat: true } as const) : options;
      checked.push({ index, inputs, outputs, options: read });
    });
  }
  return { operators: checked, problems };
}

/** As its rule reads them; nothing where it has none, or has options that are not supported. */
export function readOptions({ kind: { rule }, table }: FileOperator): OperatorOptions | undefined {
  let isRefused = false;
  const options = rule?.readOptions(readOptionsTable(table, rule), () => {
    isRefused = true;
  });
  return isRefused ? undefined : options;
}

function floatRule(rule: OperatorRule): OperatorRule {
  return { ...rule, inputs: rule.inputs.map(floatOperand), output: floatOperand(rule.output) };
}

/** Whether it only moves values, all of which are float32: it does so wherever it stands. */
function movesFloat(
  { inputs, outputs }: FileOperator,
  { moves, variadic, inputs: operands }: OperatorRule,
  tensors: readonly FileTensor[],
): boolean {
  const values = inputs.filter(
    (input, position) => input !== -1 && operands[variadic ? 0 : position]?.kind === 'value',
  );
  return (
    moves === true && [...values, ...outputs].every((index) => at(tensors, index).type.name === 'float32')
  );
}

/** An operator may leave its options out; then the schema's defaults hold, and some of those are refused. */
function readOptionsTable(operator: Table, rule: OperatorRule): Table {
  const type = get(operator, 'Operator.builtinOptionsType');
  if (type === optionsType.none) return absentTable(operator);
  if (type !== rule.optionsType) throw malformed(`it has the options of another operator (type ${type})`);
  return get(operator, 'Operator.builtinOptions') ?? absentTable(operator);
}

function reportExtensions({ table, inputs }: FileOperator, rule: OperatorRule, report: Report): void {
  if (get(table, 'Operator.customOptions').length > 0) report('custom options', convertAgain);
  if (get(table, 'Operator.builtinOptions2Type') !== 0) report('options of the second set', convertAgain);
  const mutates = get(table, 'Operator.mutatingVariableInputs');
  if (mutates.length !== 0 && mutates.length !== inputs.length) {
    throw malformed(`it marks ${mutates.length} inputs as changing or not, but has ${inputs.length}`);
  }
  if (mutates.some((isChanged, position) => isChanged === 1 && rule.inputs[position]?.kind !== 'state'))
    report('inputs that it changes', 'remove state from the network, for example by unrolling it');
}

function reportOperands(
  operator: FileOperator,
  rule: OperatorRule,
  tensors: readonly FileTensor[],
  report: Report,
): void {
  const { inputs, outputs } = operator;
  const operands = rule.variadic ? inputs.map(() => at(rule.inputs, 0)) : rule.inputs;
  const required = operands.filter((operand) => operand.optional === undefined).length;
  if (inputs.length < Math.max(required, 1) || inputs.length > operands.length) {
    report(`${inputs.length} inputs`, convertAgain);
    return;
  }
  inputs.forEach((input, position) => {
    const operand = at(operands, position);
    if (input !== -1) reportOperand(operand, at(tensors, input), report);
    else if (operand.optional === undefined) report(`no ${operand.role}`, convertAgain);
  });
  if (outputs.length !== 1 && !(rule.severalOutputs && outputs.length > 0)) {
    report(`${outputs.length} outputs`, convertAgain);
    return;
  }
  for (const output of outputs) reportOutput(rule.output, at(tensors, output), report);
  const first = at(inputs, 0);
  if (rule.keepsShape && first !== -1) checkSameShape(at(tensors, first), at(tensors, at(outputs, 0)));
}

function checkSameShape(input: FileTensor, output: FileTensor): void {
  const shapes = [input, output].map(({ shape }) => `[${shape.join(', ')}]`);
  if (shapes[0] !== shapes[1]) throw malformed(`its input has shape ${shapes[0]}, its output ${shapes[1]}`);
}

function reportOutput(operand: Operand, tensor: FileTensor, report: Report): void {
  if (tensor.data !== undefined) throw malformed(`it writes tensor ${tensor.index}, which is a constant`);
  reportOperand(operand, tensor, report);
}

function reportOperand(operand: Operand, tensor: FileTensor, report: Report): void {
  const { type, name } = tensor.type;
  if (operand.refusal !== undefined) {
    report(operand.role, operand.refusal);
  } else if (tensor.problem !== undefined) {
    report(tensor.problem.reason, tensor.problem.hint);
  } else if (tensor.isVariable !== (operand.kind === 'state')) {
    reportVariable(operand, tensor, report);
  } else if (type === undefined || !operand.types.includes(type)) {
    report(`${name} ${operand.role}`, typeHint(name));
  } else if (isConstant(operand) && tensor.data === undefined) {
    report(`${operand.role} computed at run time`, 'make them constants');
  } else if (operand.kind === 'weights') {
    reportWeightScales(operand, tensor, report);
  } else if (isScaledValue(operand, type)) {
    reportValueScale(operand, tensor, report);
  } else if (tensor.hasOnlyNumbers === false) {
    report(
      `${operand.role} of which some are infinite or no numbers`,
      'train it again; its weights diverged',
    );
  }
}

function reportVariable({ role }: Operand, { isVariable }: FileTensor, report: Report): void {
  if (isVariable) {
    const hint = 'use tf.keras.layers.LSTM or variables, or remove state from the network';
    report('a variable tensor, which keeps state between inferences', hint);
  } else {
    report(
      `a ${role} that it does not keep`,
      'let it be a variable tensor, as tf.lite.TFLiteConverter writes it',
    );
  }
}

function isScaledValue({ kind }: Operand, type: ElementType): boolean {
  return (kind === 'state' || kind === 'value') && type !== 'float32';
}

function isConstant({ kind }: Operand): boolean {
  return kind === 'weights' || kind === 'parameter';
}

function reportValueScale(operand: Operand, tensor: FileTensor, report: Report): void {
  const scales = tensor.quantization?.scales ?? [];
  if (scales.length === 0) report(`${tensor.type.name} ${operand.role} without a scale`, quantiseAgain);
  else if (scales.length > 1) report(`${operand.role} with a scale for each channel`, quantiseAgain);
  else if (at(scales, 0) < 0) report(`${operand.role} with a negative scale`, quantiseAgain);
}

function reportWeightScales(operand: Operand, tensor: FileTensor, report: Report): void {
  const { scales, zeroPoints, dimension } = tensor.quantization ?? {
    scales: [],
    zeroPoints: [],
    dimension: 0,
  };
  if (scales.length === 0) report(`${tensor.type.name} ${operand.role} without a scale`, quantiseAgain);
  if (scales.length > 1 && dimension !== operand.axis) {
    report(`${operand.role} quantised along dimension ${dimension}`, quantiseAgain);
  }
  if (zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    report(`${operand.role} with a zero point`, 'quantise weights symmetrically');
  }
}

function typeHint(type: string): string | undefined {
  if (type === 'uint8') return 'convert with inference_input_type and inference_output_type = tf.int8';
  if (type === 'float32') return 'quantise the whole network to int8, with only its edges left in float32';
  if (type === 'int16')
    return 'TensorFlow Lite Micro has no int16 kernel of it; quantise activations to int8';
  return undefined;
}
