/** An ONNX file, quantised or float32, from bytes to a checked network. */
import { Failure, type OperatorProblem } from '../../base/index.ts';
import { malformed, operatorsUnsupported, structureUnsupported } from '../failures.ts';
import { isFloatModel } from '../is-float-model.ts';
import type { Model } from '../types.ts';
import { demandInt8, demandValues } from './check-types.ts';
import { Draft } from './draft.ts';
import { addInputs, addOutputs, addTensor } from './edges.ts';
import { expandQlinear } from './expand-qlinear.ts';
import { foldNormalisation } from './fold-normalisation.ts';
import { foldNumbers } from './fold-numbers.ts';
import { joinBias } from './join-bias.ts';
import { adviceFor } from './operator-advice.ts';
import { lowerNode, supportedOperators } from './operators/catalogue.ts';
import { readFile } from './read-file.ts';
import type { OnnxFile, OnnxNode } from './types.ts';
import { inOrder, type Value } from './values.ts';

/** The values by name; nothing for what an unsupported operator would have made. */
type Scope = Map<string, Value>;

/**
 * A network in TensorFlow Lite's operators and layouts: images have their channels last, also at the edges of the
 * network; uint8 became int8 by subtracting 128. Constants are copies.
 */
export function readOnnx(bytes: Uint8Array): Model {
  const file = joinBias(foldNormalisation(expandQlinear(readFile(bytes))));
  const draft = new Draft();
  const scope: Scope = new Map();
  for (const [name, constant] of file.constants) {
    scope.set(name, { kind: 'constant', constant, dequantised: undefined });
  }
  const { tensors: inputs, problems: edges } = addInputs(file, draft, scope);
  const { problems, unseen } = lowerNodes(file, draft, scope, edges);
  if (problems.length > 0) throw operatorsUnsupported(problems, unseen);
  const outputs = addOutputs(file, draft, scope, inputs);
  if (draft.operators.length === 0) throw malformed('the network has no operators');
  const { tensors, operators } = draft;
  const model: Model = { format: 'onnx', tensors, operators, inputs, outputs };
  demandValues(model, file.nodes);
  if (isFloatModel(model)) return model;
  demandInt8(model, file.nodes);
  return { ...model, roundsOnce: true };
}

type Lowered = { readonly problems: readonly OperatorProblem[]; readonly unseen: number };

/**
 * All nodes in turn, with something in place of what an unsupported one would have made, if its shape is known. Those that
 * read what has no shape are passed over, as their inputs are to blame.
 */
function lowerNodes(file: OnnxFile, draft: Draft, scope: Scope, edges: readonly OperatorProblem[]): Lowered {
  const problems: OperatorProblem[] = [...edges];
  let unseen = 0;
  const isQuantised = file.nodes.some(
    ({ operator }) => operator === 'QuantizeLinear' || operator === 'DequantizeLinear',
  );
  const inputs = file.inputs.map(({ name }) => name);
  const known = new Set([...scope.keys(), ...inputs, ...file.nodes.flatMap(({ outputs }) => outputs)]);
  for (const node of file.nodes) {
    const { operator } = node;
    const step = { node, file, draft, scope, isQuantised };
    if (foldNode(step)) continue;
    if (!supportedOperators.has(operatorKey(node))) {
      const kind = node.domain === '' ? operator : `${node.domain}.${operator}`;
      problems.push(problemOf(node, kind, 'no kernel for it', adviceFor(kind)));
      standIn(step);
      continue;
    }
    checkKnown(node, known);
    if (node.inputs.some((input) => input !== '' && !scope.has(input))) {
      checkBlame(node, problems);
      // What quantisers stand beside is counted, and not the quantisers.
      if (!isQuantiser(node)) unseen += 1;
      continue;
    }
    const problem = tryNode(step);
    if (problem !== undefined) {
      problems.push(problem);
      standIn(step);
    }
  }
  return { problems, unseen };
}

function checkKnown({ index, operator, inputs }: OnnxNode, known: ReadonlySet<string>): void {
  const unknown = inputs.find((input) => input !== '' && !known.has(input));
  if (unknown !== undefined)
    throw malformed(`operator ${index} ${operator} reads "${unknown}", which nothing computes`);
}

/** Whether it computes from shapes and constants alone; then its result is one. */
function foldNode({ node, draft, scope }: Step): boolean {
  const [output = ''] = node.outputs;
  if (output === '' || scope.has(output) || node.inputs.some((input) => input !== '' && !scope.has(input)))
    return false;
  const result = foldNumbers(
    node,
    node.inputs.map((input) => scope.get(input)),
    draft.spend,
  );
  if (result !== undefined) scope.set(output, result);
  return result !== undefined;
}

function isQuantiser({ operator }: OnnxNode): boolean {
  return operator === 'QuantizeLinear' || operator === 'DequantizeLinear';
}

/** Operators that give as many values as they read, where the file does not say what they give. */
const keepingShape = new Set(
  'Celu Ceil Cos Elu Erf Exp Floor Gelu HardSigmoid HardSwish LeakyRelu Log LogSoftmax Mish Neg PRelu Pow Reciprocal \
Round Selu Sigmoid Sign Sin Softmax Softplus Softsign Sqrt Tanh ThresholdedRelu BatchNormalization GroupNormalization \
InstanceNormalization LayerNormalization LRN'.split(/\s+/),
);

/** Only so that what reads it can be looked at: the network is refused. */
function standIn({ node, draft, scope, isQuantised }: Step): void {
  const input = scope.get(node.inputs[0] ?? '');
  const [output, ...others] = node.outputs;
  if (!keepingShape.has(node.operator) || input?.kind !== 'stored' || others.length > 0) return;
  if (output === undefined || output === '' || scope.has(output)) return;
  const { shape } = input;
  // A flattened image has the order of the image.
  const order = input.unflattened === undefined ? input.order : inOrder(shape);
  const parameters = isQuantised && input.isReal ? { scale: 1, zeroPoint: 0 } : undefined;
  scope.set(output, addTensor(draft, output, { shape, order }, parameters));
}

/** ONNX lists nodes in an order in which they can be run. */
function checkBlame({ index, operator }: OnnxNode, problems: readonly OperatorProblem[]): void {
  if (problems.length === 0) {
    throw malformed(`operator ${index} ${operator} stands before an operator whose result it reads`);
  }
}

function operatorKey({ domain, operator }: OnnxNode): string {
  return domain === '' || domain === 'ai.onnx' ? operator : `${domain}.${operator}`;
}

const changeIt = 'change this operator in the training script, and export the network again';

function problemOf(
  { index, outputs }: OnnxNode,
  kind: string,
  reason: string,
  hint: string,
): OperatorProblem {
  return { operator: index, kind, name: outputs[0] ?? '', reason, hint };
}

type Step = {
  readonly node: OnnxNode;
  readonly file: OnnxFile;
  readonly draft: Draft;
  readonly scope: Scope;
  readonly isQuantised: boolean;
};

function tryNode({ node, file, draft, scope, isQuantised }: Step): OperatorProblem | undefined {
  const { operator, outputs } = node;
  try {
    const inputs = node.inputs.map((input) => scope.get(input));
    const name = outputs[0] ?? '';
    const site = { draft, node, opset: file.opset, inputs, name };
    if ([...node.attributes.values()].some(({ hasGraph }) => hasGraph)) {
      throw structureUnsupported('it has a network of its own', 'export the network without control flow');
    }
    const made = lowerNode(operatorKey(node), site);
    made.forEach((value, position) => {
      const output = outputs[position];
      if (output === undefined || output === '') return;
      if (scope.has(output)) throw malformed(`two operators write "${output}"`);
      // Where nothing is quantised, nothing has to wait for its scale.
      scope.set(output, isQuantised || value.kind !== 'pending' ? value : value.finish(undefined, 'none'));
    });
    if (outputs.slice(made.length).some((output) => output !== '')) {
      throw structureUnsupported(
        `it has ${outputs.length} outputs instead of ${made.length}`,
        'export the network for inference',
      );
    }
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'MODEL_STRUCTURE_UNSUPPORTED') throw thrown;
    return problemOf(node, operator, thrown.message, thrown.hint ?? changeIt);
  }
}
