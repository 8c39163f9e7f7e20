/** What is written as .tflite: read again it is the same network, and it is laid out as TensorFlow Lite wants it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ByteBuffer } from 'flatbuffers';
import { describe, expect, test } from 'vitest';
import { readModel, writeTflite } from '../../src/model/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { floatNetwork } from '../support/float-network.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import { buildTflite, int8Value, type NetworkSpec } from '../support/tflite-builder.ts';

const { QUANTIZE, DEQUANTIZE, ...others } = sampleNetworks;
const floats = Object.entries(others).map(
  ([op, network]) => [`${op} in float32`, floatNetwork(network)] as const,
);
const networks = [...Object.entries(sampleNetworks), ...floats];

/** Versions of the operator codes of a file, by the slots of the schema. */
function versionsOf(bytes: Uint8Array): number[] {
  const file = new ByteBuffer(bytes);
  const model = file.readUint32(0);
  const codes = file.__vector(model + file.__offset(model, 6));
  const count = file.__vector_len(model + file.__offset(model, 6));
  return Array.from({ length: count }, (_, index) => {
    const code = file.__indirect(codes + 4 * index);
    const offset = file.__offset(code, 8);
    return offset === 0 ? 1 : file.readInt32(code + offset);
  });
}

describe('a written network', () => {
  test.each(networks)('of %s is the same when it is read again', (_, network) => {
    const model = readModel(buildTflite(network));
    const written = writeTflite(model);
    expect(readModel(written)).toEqual(model);
    expect(writeTflite(readModel(written))).toEqual(written);
  });

  test.each(networks)('of %s has its constants at multiples of 16 bytes', (_, network) => {
    for (const { data } of readModel(writeTflite(readModel(buildTflite(network)))).tensors) {
      if (data !== undefined) expect(data.byteOffset % 16).toBe(0);
    }
  });

  test('has every kind of operator once', () => {
    const { tensors, operators } = sampleNetworks.RELU;
    const twice: NetworkSpec = {
      tensors: [...tensors, int8Value([1, 4, 4, 2])],
      operators: [...operators, { inputs: [1], outputs: [2], options: { op: 'RELU' } }],
      inputs: [0],
      outputs: [2],
    };
    expect(versionsOf(writeTflite(readModel(buildTflite(twice))))).toEqual([2]);
  });

  /** From TensorFlow's rules for versions, tensorflow/compiler/mlir/lite/tools/versioning/op_version.cc. */
  test.each([
    ['CONV_2D', 3, 1],
    ['DEPTHWISE_CONV_2D', 3, 1],
    ['FULLY_CONNECTED', 4, 1],
    ['ADD', 2, 1],
    ['AVERAGE_POOL_2D', 2, 1],
    ['MEAN', 2, 1],
    ['PADV2', 2, 1],
    ['RESHAPE', 1, 1],
    ['RESIZE_BILINEAR', 3, 3],
    ['RESIZE_NEAREST_NEIGHBOR', 3, 3],
    ['TRANSPOSE_CONV', 3, 3],
    ['RELU6', 2, 1],
    ['LOGISTIC', 2, 1],
    ['SOFTMAX', 2, 1],
    ['CONCATENATION', 2, 1],
    ['TRANSPOSE', 2, 1],
  ] as const)('asks for %s in version %d for int8 and %d for float32', (op, int8, float32) => {
    const versionOf = (network: NetworkSpec): number[] =>
      versionsOf(writeTflite(readModel(buildTflite(network))));
    expect(versionOf(sampleNetworks[op])).toEqual([int8]);
    expect(versionOf(floatNetwork(sampleNetworks[op]))).toEqual([float32]);
  });

  test('asks for the versions of the float32 edges', () => {
    expect(versionsOf(writeTflite(readModel(buildTflite(QUANTIZE))))).toEqual([1]);
    expect(versionsOf(writeTflite(readModel(buildTflite(DEQUANTIZE))))).toEqual([2]);
  });
});

describeWithFixtures('the shared networks', (folder) => {
  const models = join(folder, 'models');
  const names = readdirSync(models).filter((name) => name.endsWith('.tflite'));

  test.each(names)('%s is the same after writing and reading it', (name) => {
    const model = readModel(new Uint8Array(readFileSync(join(models, name))));
    // The matcher of the test runner takes minutes for a megabyte.
    expect(isDeepStrictEqual(readModel(writeTflite(model)), model)).toBe(true);
  });
});
