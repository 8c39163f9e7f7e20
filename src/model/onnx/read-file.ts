/** An ONNX file, from bytes to nodes, constants and edges, by the field numbers of the published onnx.proto. */
import { malformed, structureUnsupported } from '../failures.ts';
import { type Allowance, allowance, checkLimit, limits } from '../tflite/limits.ts';
import { within } from '../tflite/place.ts';
import { readName } from '../tflite/read-tensors.ts';
import { type ConstantSpending, readConstant, typeName } from './read-constant.ts';
import type { OnnxAttribute, OnnxConstant, OnnxEdge, OnnxFile, OnnxNode } from './types.ts';
import {
  bytesField,
  type Field,
  floatField,
  floatsField,
  integerField,
  integersField,
  readMessage,
} from './wire.ts';

/** Numbers listed one by one: attributes, shapes, and constants that are not raw bytes. */
const mostListedNumbers = 4_194_304;
const oldestOpset = 7;
const newestOpset = 26;

type Spending = ConstantSpending & { readonly connection: Allowance; readonly attribute: Allowance };

/** Throws a `Failure` for whatever is no sound ONNX file, or one of a structure that is not executed. */
export function readFile(bytes: Uint8Array): OnnxFile {
  checkLimit('too large a file, in bytes', bytes.length, limits.fileBytes);
  const name = allowance('names of all values together, in bytes', limits.nameBytes);
  const spend: Spending = {
    bytes: allowance('constants of all tensors together, in bytes', limits.constantBytes),
    numbers: allowance('numbers listed one by one', mostListedNumbers),
    connection: allowance('inputs and outputs of all operators together', limits.connections),
    attribute: allowance('attributes of all operators together', limits.connections),
    readName: (text) => readName(text, name),
  };
  let graph: Uint8Array | undefined;
  let graphs = 0;
  const opsets: { domain: string; version: number }[] = [];
  let functions = 0;
  readMessage(bytes, {
    7: bytesField((message) => {
      graph = message;
      graphs += 1;
    }),
    8: bytesField((opset) => {
      if (opsets.length < 100) opsets.push(readOpset(opset, spend));
    }),
    25: bytesField(() => {
      functions += 1;
    }),
  });
  if (graph === undefined || graphs > 1) throw malformed(`the file has ${graphs} graphs instead of 1`);
  if (functions > 0) {
    throw structureUnsupported(
      `the file defines ${functions} functions of its own`,
      'inline them: onnx.inliner.inline_local_functions(model)',
    );
  }
  return { opset: ownOpset(opsets), ...readGraph(graph, spend) };
}

function readOpset(bytes: Uint8Array, spend: Spending): { domain: string; version: number } {
  const opset = { domain: '', version: 0 };
  readMessage(bytes, {
    1: bytesField((domain) => {
      opset.domain = spend.readName(domain);
    }),
    2: integerField((version) => {
      opset.version = version;
    }),
  });
  return opset;
}

function ownOpset(opsets: readonly { domain: string; version: number }[]): number {
  const version = opsets.find(({ domain }) => isOwnDomain(domain))?.version;
  if (version === undefined)
    throw malformed("the file does not say which version of ONNX's operators it uses");
  if (version < oldestOpset || version > newestOpset) {
    throw structureUnsupported(
      `the file uses version ${version} of ONNX's operators; ${oldestOpset} to ${newestOpset} are supported`,
      'export it with another opset_version, for example 17',
    );
  }
  return version;
}

function isOwnDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function readGraph(bytes: Uint8Array, spend: Spending): Omit<OnnxFile, 'opset'> {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const inputs: OnnxEdge[] = [];
  const outputs: OnnxEdge[] = [];
  let sparse = 0;
  readMessage(bytes, {
    1: bytesField((node) => {
      checkLimit('too many operators', nodes.length + 1, limits.operators);
      within(`operator ${nodes.length}`, () => nodes.push(readNode(node, nodes.length, spend)));
    }),
    5: bytesField((tensor) => {
      checkLimit('too many constants', constants.size + 1, limits.tensors);
      const { name, constant } = readConstant(tensor, spend);
      if (constants.has(name)) throw malformed(`two constants are named "${name}"`);
      constants.set(name, constant);
    }),
    11: bytesField((edge) => inputs.push(readEdge(edge, spend))),
    12: bytesField((edge) => outputs.push(readEdge(edge, spend))),
    15: bytesField(() => {
      sparse += 1;
    }),
  });
  if (sparse > 0) {
    throw structureUnsupported(
      `the file has ${sparse} sparse constants`,
      'export the network with dense weights',
    );
  }
  // Before version 4 of the format, initialisers had to be listed as inputs too.
  const given = inputs.filter(({ name }) => !constants.has(name));
  return { nodes, constants, inputs: given, outputs };
}

function readNode(bytes: Uint8Array, index: number, spend: Spending): OnnxNode {
  const node = { operator: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  const connect = (names: string[]): Field =>
    bytesField((name) => {
      spend.connection(1);
      names.push(spend.readName(name));
    });
  readMessage(bytes, {
    1: connect(inputs),
    2: connect(outputs),
    4: bytesField((operator) => {
      node.operator = spend.readName(operator);
    }),
    5: bytesField((attribute) => {
      spend.attribute(1);
      const { name, value } = readAttribute(attribute, spend);
      attributes.set(name, value);
    }),
    7: bytesField((domain) => {
      node.domain = spend.readName(domain);
    }),
  });
  return { index, ...node, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array, spend: Spending): { name: string; value: OnnxAttribute } {
  const found: { name: string; float?: number; integer?: number; text?: string; tensor?: OnnxConstant } = {
    name: '',
  };
  const floats: number[] = [];
  const integers: number[] = [];
  let hasGraph = false;
  readMessage(bytes, {
    1: bytesField((name) => {
      found.name = spend.readName(name);
    }),
    2: floatField((value) => {
      found.float = value;
    }),
    3: integerField((value) => {
      found.integer = value;
    }),
    4: bytesField((text) => {
      // Only short words steer operators; longer texts are documentation.
      if (text.length <= 64) found.text = new TextDecoder().decode(text);
    }),
    5: bytesField((tensor) => {
      found.tensor = readConstant(tensor, spend).constant;
    }),
    6: bytesField(() => {
      hasGraph = true;
    }),
    7: floatsField(floats, spend.numbers),
    8: integersField(integers, spend.numbers),
  });
  const { name, ...value } = found;
  return { name, value: { ...value, floats, integers, hasGraph } };
}

function readEdge(bytes: Uint8Array, spend: Spending): OnnxEdge {
  spend.connection(1);
  let name = '';
  let type = 'undefined';
  let shape: (number | undefined)[] | undefined;
  const readTensorType = (message: Uint8Array): void =>
    readMessage(message, {
      1: integerField((code) => {
        type = typeName(code);
      }),
      2: bytesField((dimensions) => {
        shape = readShape(dimensions);
      }),
    });
  readMessage(bytes, {
    1: bytesField((text) => {
      name = spend.readName(text);
    }),
    2: bytesField((message) => readMessage(message, { 1: bytesField(readTensorType) })),
  });
  return { name, type, shape };
}

function readShape(bytes: Uint8Array): (number | undefined)[] {
  const shape: (number | undefined)[] = [];
  readMessage(bytes, {
    1: bytesField((dimension) => {
      checkLimit('too many dimensions', shape.length + 1, limits.dimensions);
      let size: number | undefined;
      readMessage(dimension, {
        1: integerField((value) => {
          size = value;
        }),
      });
      shape.push(size);
    }),
  });
  return shape;
}
