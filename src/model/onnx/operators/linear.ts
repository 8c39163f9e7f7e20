/** Gemm and MatMul with constant weights, as FULLY_CONNECTED. */
import { at } from '../../../base/index.ts';
import { elementOrder, unflattened } from '../layout.ts';
import { product } from '../operator-advice.ts';
import { constantAt, demand, floatAttribute, integerAttribute, present, real, type Site } from '../site.ts';
import { elementCount, inOrder, isPlain, type Pending, type Stored } from '../values.ts';
import { pending } from './pending.ts';
import { addBias, addWeights, type WeightLayout } from './weights.ts';

export function gemm(site: Site): Pending {
  demand(
    floatAttribute(site, 'alpha', 1) === 1 && floatAttribute(site, 'beta', 1) === 1,
    'it has a factor alpha or beta other than 1',
  );
  demand(integerAttribute(site, 'transA', 0) === 0, 'its input is transposed');
  return fullyConnected(site, integerAttribute(site, 'transB', 0) === 1);
}

export function matMul(site: Site): Pending {
  return fullyConnected(site, false);
}

function fullyConnected(site: Site, isTransposed: boolean): Pending {
  const { draft } = site;
  demand(present(site, 1).kind === 'constant', 'it multiplies two computed tensors', product);
  const weights = constantAt(site, 1);
  const { shape } = weights.constant;
  demand(shape.length === 2, `its weights have ${shape.length} dimensions instead of 2`);
  const [inputs, outputs] = isTransposed ? [at(shape, 1), at(shape, 0)] : [at(shape, 0), at(shape, 1)];
  const given = real(site, 0);
  demand(
    given.shape.length >= 2 && given.shape.at(-1) === inputs,
    `its weights [${shape}] do not fit an input of [${given.shape}]`,
  );
  const input = inReach(site, given, inputs);
  draft.spend(4 * inputs);
  const order = isPlain(input) ? undefined : elementOrder(input);
  const layout = weightLayout({ inputs, outputs, isTransposed, order });
  const added = addWeights(site, weights, layout, draft.isFloat(input.tensor));
  const bias = biasOf(site, added, input, outputs);
  const output = [...given.shape.slice(0, -1), outputs];
  return pending(site, { shape: output, order: inOrder(output) }, (tensor, activation) =>
    draft.operator(
      { op: 'FULLY_CONNECTED', activation, keepDims: output.length > 2 },
      [input.tensor, added.tensor, ...bias],
      [tensor],
    ),
  );
}

/** A flattened image is taken as it lies, and the weights are ordered after it; anything else as the graph sees it. */
function inReach({ draft }: Site, value: Stored, inputs: number): Stored {
  if (value.unflattened !== undefined && elementCount(value.unflattened) === inputs) return value;
  const whole = unflattened(draft, value);
  demand(isPlain(whole), 'its input is an image whose channels lie last', 'flatten or transpose it first');
  return whole;
}

function biasOf(
  site: Site,
  added: ReturnType<typeof addWeights>,
  input: Stored,
  outputs: number,
): readonly number[] {
  if (site.inputs[2] === undefined) return [];
  const { values } = constantAt(site, 2).constant;
  demand(values.length === outputs, `its bias has ${values.length} values for ${outputs} outputs`);
  return addBias(site, 2, added, site.draft.parametersOf(input.tensor));
}

function weightLayout(facts: {
  readonly inputs: number;
  readonly outputs: number;
  readonly isTransposed: boolean;
  readonly order: Int32Array | undefined;
}): WeightLayout {
  const { inputs, outputs, isTransposed, order } = facts;
  return {
    shape: [outputs, inputs],
    source: (index) => {
      const [row, place] = [Math.floor(index / inputs), index % inputs];
      const column = order === undefined ? place : at(order, place);
      return isTransposed ? row * inputs + column : column * outputs + row;
    },
    outputAxis: isTransposed ? 0 : 1,
    newAxis: 0,
  };
}
