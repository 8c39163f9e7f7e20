/** Every supported operator, in a file of its own making. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import {
  buildTflite,
  int8Value,
  int8Weights,
  int32Constant,
  type NetworkSpec,
  type OptionsSpec,
} from '../support/tflite-builder.ts';

const conv = sampleNetworks.CONV_2D;

function withOptions(network: NetworkSpec, options: OptionsSpec): NetworkSpec {
  return { ...network, operators: [{ ...at(network.operators, 0), options }] };
}

function optionsRead(network: NetworkSpec): unknown {
  return at(readModel(buildTflite(network)).operators, 0).options;
}

describe('operators', () => {
  test.each(Object.entries(sampleNetworks))('%s is read with its options and tensors', (_, network) => {
    const model = readModel(buildTflite(network));
    const operator = at(network.operators, 0);
    expect(model.operators).toEqual([{ ...operator, index: 0 }]);
    expect([model.inputs, model.outputs]).toEqual([network.inputs, network.outputs]);
    network.tensors.forEach((tensor, index) => {
      const read = at(model.tensors, index);
      expect(read).toMatchObject({ index, name: `tensor${index}`, shape: tensor.shape });
      expect(read.type).toBe(tensor.type ?? 'int8');
      expect(read.quantization?.scales).toEqual(tensor.quantization?.scales?.map(Math.fround));
      expect(read.data === undefined).toBe(tensor.data === undefined);
    });
  });

  test.each(['none', 'relu', 'relu-n1-to-1', 'relu6'] as const)('fused activation %s', (activation) => {
    for (const op of ['CONV_2D', 'DEPTHWISE_CONV_2D', 'FULLY_CONNECTED', 'ADD', 'MUL'] as const) {
      const network = withOptions(sampleNetworks[op], { op, activation });
      expect(optionsRead(network)).toMatchObject({ activation });
    }
    for (const op of ['AVERAGE_POOL_2D', 'MAX_POOL_2D', 'CONCATENATION'] as const) {
      const network = withOptions(sampleNetworks[op], { op, activation });
      expect(optionsRead(network)).toMatchObject({ activation });
    }
  });

  test('height and width are told apart', () => {
    const geometry = { strideHeight: 2, strideWidth: 3, dilationHeight: 4, dilationWidth: 5 };
    expect(optionsRead(withOptions(conv, { op: 'CONV_2D', ...geometry }))).toMatchObject(geometry);
    const window = { strideHeight: 2, strideWidth: 3, filterHeight: 4, filterWidth: 5 };
    const pool = withOptions(sampleNetworks.MAX_POOL_2D, { op: 'MAX_POOL_2D', ...window });
    expect(optionsRead(pool)).toMatchObject(window);
  });

  test('options that the file leaves out have the defaults of the schema', () => {
    const mean = sampleNetworks.MEAN;
    const network = { ...mean, operators: [{ ...at(mean.operators, 0), raw: { optionsType: 0 } }] };
    expect(optionsRead(network)).toEqual({ op: 'MEAN', keepDims: false });
  });

  test.each(['old field', 'new field'] as const)('codes in the %s only', (codesIn) => {
    expect(optionsRead({ ...conv, raw: { codesIn } })).toMatchObject({ op: 'CONV_2D' });
  });

  test('an absent bias is -1', () => {
    const network = { ...conv, operators: [{ ...at(conv.operators, 0), inputs: [0, 2, -1] }] };
    expect(at(readModel(buildTflite(network)).operators, 0).inputs).toEqual([0, 2, -1]);
  });

  test('a bias may be left out', () => {
    const network = { ...conv, operators: [{ ...at(conv.operators, 0), inputs: [0, 2] }] };
    expect(at(readModel(buildTflite(network)).operators, 0).inputs).toEqual([0, 2]);
  });
});

describe('tensors', () => {
  test('constants keep their bytes', () => {
    const model = readModel(buildTflite(sampleNetworks.PADV2));
    expect([...(at(model.tensors, 3).data ?? [])]).toEqual([249]);
    expect([...(at(model.tensors, 2).data ?? [])].slice(-24)).toEqual([1, ...new Array(23).fill(0)]);
  });

  test('weights may have negative scales, as real ones do', () => {
    const scales = [0.25, -0.125, 0.5];
    const tensors = conv.tensors.with(2, int8Weights([3, 3, 3, 2], scales));
    expect(at(readModel(buildTflite({ ...conv, tensors })).tensors, 2).quantization?.scales).toEqual(scales);
  });

  test('a batch that may vary and is 1 is read as 1', () => {
    const tensors = conv.tensors.with(0, {
      ...int8Value([1, 4, 4, 2]),
      raw: { shapeSignature: [-1, 4, 4, 2] },
    });
    expect(at(readModel(buildTflite({ ...conv, tensors })).tensors, 0).shape).toEqual([1, 4, 4, 2]);
  });

  test('recorded ranges without a scale are no quantisation', () => {
    const tensors = sampleNetworks.RESHAPE.tensors.with(2, {
      ...int32Constant([2], [1, 32]),
      quantization: {},
    });
    const model = readModel(buildTflite({ ...sampleNetworks.RESHAPE, tensors }));
    expect(at(model.tensors, 2).quantization).toBeUndefined();
  });
});
