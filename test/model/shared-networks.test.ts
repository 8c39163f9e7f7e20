/** The six real networks, held to facts that TensorFlow's own tools read from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { type Model, type OperatorOptions, readModel } from '../../src/model/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

type TensorFacts = {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly const: boolean;
  readonly bytes: number;
  readonly scale: readonly number[];
  readonly zero_point: readonly number[];
  readonly quantized_dimension: number;
  readonly values?: readonly number[];
};

type OperatorFacts = {
  readonly index: number;
  readonly op: string;
  readonly inputs: readonly TensorFacts[];
  readonly outputs: readonly TensorFacts[];
  readonly options: Readonly<Record<string, unknown>>;
};

/** How the facts name our options; what they have beyond these does not change int8 arithmetic. */
const factNames: Readonly<Record<string, string>> = {
  padding: 'padding',
  strideHeight: 'strideH',
  strideWidth: 'strideW',
  dilationHeight: 'dilationHFactor',
  dilationWidth: 'dilationWFactor',
  depthMultiplier: 'depthMultiplier',
  filterHeight: 'filterHeight',
  filterWidth: 'filterWidth',
  activation: 'fusedActivationFunction',
  beta: 'beta',
};

function factsOfOptions({ op, ...options }: OperatorOptions): Record<string, unknown> {
  const renamed = Object.entries(options).map(([name, value]) => {
    const factName = name === 'keepDims' && op === 'FULLY_CONNECTED' ? 'keepNumDims' : factNames[name];
    return [factName ?? name, typeof value === 'string' ? value.toUpperCase() : value];
  });
  return Object.fromEntries(renamed);
}

function factsOfTensor(model: Model, index: number): Omit<TensorFacts, 'values' | 'bytes'> {
  const { name, shape, type, data, quantization } = at(model.tensors, index);
  return {
    index,
    name,
    shape,
    type: type.toUpperCase(),
    const: data !== undefined,
    scale: quantization?.scales ?? [],
    zero_point: quantization?.zeroPoints ?? [],
    quantized_dimension: quantization?.dimension ?? 0,
  };
}

function int32Values(data: Uint8Array | undefined): readonly number[] {
  return [...new Int32Array(Uint8Array.from(data ?? []).buffer)];
}

describeWithFixtures('the shared networks', (folder) => {
  const networks = readdirSync(join(folder, 'golden'));

  test('are six', () => expect(networks).toHaveLength(6));

  test.each(networks)('%s is read as TensorFlow reads it', (network) => {
    const model = readModel(readFileSync(join(folder, 'models', `${network}.tflite`)));
    const facts = JSON.parse(readFileSync(join(folder, 'golden', network, 'ops.json'), 'utf8')) as {
      readonly operators: readonly OperatorFacts[];
    };
    expect(model.operators.map(({ index, options }) => [index, options.op])).toEqual(
      facts.operators.map(({ index, op }) => [index, op]),
    );
    model.operators.forEach((operator, position) => {
      const expected = at(facts.operators, position);
      expect(expected.options).toMatchObject(factsOfOptions(operator.options));
      for (const [indices, tensors] of [
        [operator.inputs, expected.inputs],
        [operator.outputs, expected.outputs],
      ] as const) {
        expect(indices).toHaveLength(tensors.length);
        indices.forEach((index, place) => {
          const tensor = at(tensors, place);
          expect(tensor).toMatchObject(factsOfTensor(model, index));
          const { data } = at(model.tensors, index);
          if (tensor.const) expect(data).toHaveLength(tensor.bytes);
          if (tensor.values !== undefined) expect(int32Values(data)).toEqual(tensor.values);
        });
      }
    });
  });

  test('constants are views of the file and not copies', () => {
    const bytes = readFileSync(join(folder, 'models', 'mcunet-320kb-1mb_imagenet.tflite'));
    const constants = readModel(bytes).tensors.flatMap(({ data }) => data ?? []);
    expect(constants.length).toBeGreaterThan(100);
    expect(constants.every((data) => data.buffer === bytes.buffer)).toBe(true);
  });

  test('the largest is read in under 50 ms', () => {
    const bytes = readFileSync(join(folder, 'models', 'mcunet-320kb-1mb_imagenet.tflite'));
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      readModel(bytes);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
