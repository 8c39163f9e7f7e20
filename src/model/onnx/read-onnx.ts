/** An ONNX file, quantised or float32, from bytes to a checked network. */
import { at, Failure, type OperatorProblem } from '../../base/index.ts';
import { malformed, operatorsUnsupported, structureUnsupported } from '../failures.ts';
import { isFloatModel } from '../is-float-model.ts';
import type { Model } from '../types.ts';
import { Draft } from './draft.ts';
import { addInputs, addOutputs } from './edges.ts';
import { expandQlinear } from './expand-qlinear.ts';
import { adviceFor } from './operator-advice.ts';
import { lowerNode, supportedOperators } from './operators/catalogue.ts';
import { readFile } from './read-file.ts';
import { quantiseIt } from './site.ts';
import type { OnnxFile, OnnxNode } from './types.ts';
import type { Value } from './values.ts';

/** The values by name; nothing for what an unsupported operator would have made. */
type Scope = Map<string, Value>;

/**
 * A network in TensorFlow Lite's operators and layouts: images have their channels last, also at the edges of the
 * network; uint8 became int8 by subtracting 128. Constants are copies.
 */
export function readOnnx(bytes: Uint8Array): Model {
  const file = expandQlinear(readFile(bytes));
  const draft = new Draft();
  const scope: Scope = new Map();
  for (const [name, constant] of file.constants) {
    scope.set(name, { kind: 'constant', constant, dequantised: undefined });
  }
  const inputs = addInputs(file, draft, scope);
  const problems = lowerNodes(file, draft, scope);
  if (problems.length > 0) throw operatorsUnsupported(problems);
  const outputs = addOutputs(file, draft, scope, inputs);
  if (draft.operators.length === 0) throw malformed('the network has no operators');
  const { tensors, operators } = draft;
  const model: Model = { format: 'onnx', tensors, operators, inputs, outputs };
  if (!isFloatModel(model)) demandInt8(model, file.nodes);
  return model;
}

/** In a network of int8, only QUANTIZE and DEQUANTIZE know float32. */
function demandInt8({ tensors, operators }: Model, nodes: readonly OnnxNode[]): void {
  const problems = operators.flatMap(({ inputs, outputs, options }): OperatorProblem[] => {
    if (options.op === 'QUANTIZE' || options.op === 'DEQUANTIZE') return [];
    const touched = [...inputs, ...outputs].filter((tensor) => tensor !== -1);
    if (touched.every((tensor) => at(tensors, tensor).type !== 'float32')) return [];
    const { name } = at(tensors, at(outputs, 0));
    const node = nodes.find((candidate) => candidate.outputs[0] === name);
    const reason = 'it computes in float32, as nothing quantises its input';
    return [{ operator: node?.index, kind: node?.operator ?? options.op, name, reason, hint: quantiseIt }];
  });
  if (problems.length > 0) throw operatorsUnsupported(problems);
}

/** All nodes in turn; those that read what could not be made are passed over, as their inputs are to blame. */
function lowerNodes(file: OnnxFile, draft: Draft, scope: Scope): OperatorProblem[] {
  const problems: OperatorProblem[] = [];
  const isQuantised = file.nodes.some(
    ({ operator }) => operator === 'QuantizeLinear' || operator === 'DequantizeLinear',
  );
  const known = new Set([...scope.keys(), ...file.nodes.flatMap(({ outputs }) => outputs)]);
  for (const node of file.nodes) {
    const { index, operator } = node;
    if (!supportedOperators.has(operatorKey(node))) {
      const kind = node.domain === '' ? operator : `${node.domain}.${operator}`;
      problems.push(problemOf(node, kind, 'no kernel for it', adviceFor(kind)));
      continue;
    }
    for (const input of node.inputs) {
      if (input !== '' && !known.has(input))
        throw malformed(`operator ${index} ${operator} reads "${input}", which nothing computes`);
    }
    if (node.inputs.some((input) => input !== '' && !scope.has(input))) {
      checkBlame(node, problems);
      continue;
    }
    const problem = tryNode({ node, file, draft, scope, isQuantised });
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
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
