/** MatMul and the Add behind it as one, where that adds a constant to each column: nothing is quantised between them. */
import type { OnnxFile, OnnxNode } from './types.ts';

/** The joined node stands where the Add stood, and has the bias as a third input. */
export function joinBias(file: OnnxFile): OnnxFile {
  const readers = new Map<string, number>();
  for (const { inputs } of file.nodes)
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  const isInside = (name: string): boolean =>
    readers.get(name) === 1 && !file.outputs.some((output) => output.name === name);
  const products = new Map(
    file.nodes.flatMap((node): [string, OnnxNode][] => {
      const [output] = node.outputs;
      const isProduct = node.operator === 'MatMul' && node.domain === '' && node.inputs.length === 2;
      return isProduct && output !== undefined && isInside(output) ? [[output, node]] : [];
    }),
  );
  const constantOf = constantsBehind(file);
  const joined = new Map<OnnxNode, OnnxNode>();
  const dropped = new Set<OnnxNode>();
  for (const node of file.nodes) {
    if (node.operator !== 'Add' || node.domain !== '') continue;
    const [first = '', second = ''] = node.inputs;
    const product = products.get(first) ?? products.get(second);
    const bias = products.has(first) ? second : first;
    if (product === undefined || !isBias(constantOf(bias), constantOf(product.inputs[1] ?? ''))) continue;
    joined.set(node, { ...product, inputs: [...product.inputs, bias], outputs: node.outputs });
    dropped.add(product);
  }
  const nodes = file.nodes.filter((node) => !dropped.has(node)).map((node) => joined.get(node) ?? node);
  return dropped.size === 0 ? file : { ...file, nodes };
}

type Shape = readonly number[];

/** A list of several numbers that fits no other dimension than that of the columns. */
function isBias(bias: Shape | undefined, weights: Shape | undefined): boolean {
  const [count] = bias ?? [];
  return (
    bias?.length === 1 && count !== undefined && count > 1 && weights?.length === 2 && weights.includes(count)
  );
}

/** The shape of a constant, also of one that is quantised or turned around; `undefined` for what is computed. */
function constantsBehind({ nodes, constants }: OnnxFile): (name: string) => Shape | undefined {
  const writers = new Map(
    nodes.flatMap((node) =>
      passing.has(node.operator) ? node.outputs.map((output) => [output, node] as const) : [],
    ),
  );
  return (name) => {
    let known = name;
    for (let step = 0; step < 4 && !constants.has(known); step += 1)
      known = writers.get(known)?.inputs[0] ?? '';
    return constants.get(known)?.shape;
  };
}

const passing = new Set(['DequantizeLinear', 'Identity', 'QuantizeLinear', 'Transpose']);
