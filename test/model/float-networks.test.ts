/** Float32 networks are read, so that they can be quantised; nothing builds them as they are. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { isFloatModel, readModel } from '../../src/model/index.ts';
import { floatNetwork } from '../support/float-network.ts';
import { refusalOf } from '../support/refusal.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite } from '../support/tflite-builder.ts';

const { QUANTIZE, DEQUANTIZE, ...others } = sampleNetworks;

describe('a float32 network', () => {
  test.each(Object.entries(others))('of %s is read, and refused only when it is built', (_, int8) => {
    const network = floatNetwork(int8);
    const model = readModel(buildTflite(network));
    expect(isFloatModel(model)).toBe(true);
    expect(model.operators.map(({ options }) => options)).toEqual(
      network.operators.map(({ options }) => options),
    );
    network.tensors.forEach(({ type, shape, data }, index) => {
      const read = at(model.tensors, index);
      expect([read.type, read.shape]).toEqual([type, shape]);
      if (type !== 'float32' || data === undefined) return;
      const bytes = read.data?.slice() ?? new Uint8Array(0);
      expect([...new Float32Array(bytes.buffer)]).toEqual([...data]);
    });
    const failure = refusalOf(() => buildGraph(model));
    expect([failure.code, failure.kind]).toEqual(['GRAPH_NOT_INT8', 'model']);
    expect(failure.toLine()).toMatch(/computes in float32; quantise it to int8 with `mcunet quantize`/);
  });

  test.each([
    ['an int8 network', others.CONV_2D],
    ['the float32 edge before one', QUANTIZE],
    ['the float32 edge after one', DEQUANTIZE],
  ])('is not %s', (_, network) => {
    expect(isFloatModel(readModel(buildTflite(network)))).toBe(false);
  });
});
