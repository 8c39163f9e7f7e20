/** The way into this room: bytes in, a checked network out. */
import { Failure } from '../base/index.ts';
import { notTflite } from './failures.ts';
import { identifyFile, isOnnx } from './identify-file.ts';
import { netConfigModel } from './net-config/net-config-model.ts';
import { randomWeights } from './net-config/random-weights.ts';
import { readNetConfig } from './net-config/read-net-config.ts';
import { readOnnx } from './onnx/read-onnx.ts';
import { readTflite } from './tflite/read-tflite.ts';
import type { Judge, Model } from './types.ts';

/** Of the weights of a network that is only an architecture; which one it is does not matter. */
const untrainedSeed = 1;

/**
 * Reads a `.tflite` or `.onnx` file, int8 or float32, or the JSON of a net configuration, whose weights are then random ones.
 *
 * Nothing in `bytes` is trusted: whatever they are, the result is a network that keeps every promise of `Model`, or a
 * `Failure` (`MODEL_NOT_TFLITE`, `MODEL_MALFORMED`, `MODEL_TOO_LARGE`, `MODEL_STRUCTURE_UNSUPPORTED`, `MODEL_NOT_INT8`,
 * `MODEL_OP_UNSUPPORTED`, `MODEL_TENSOR_UNSUPPORTED`, `FILE_NOT_JSON`, `NET_CONFIG_INVALID`) that `path`, where
 * given, is the place of. Time and memory are bounded by a small multiple of the file's length, for an architecture by
 * limits of their own. Constants are views of `bytes`, which must not change afterwards.
 *
 * @param judge adds to the problems of a model that has some, so that a user is told all of them at once
 */
export function readModel(bytes: Uint8Array, path?: string, judge: Judge = () => []): Model {
  // Parts of a Node.js Buffer are Buffers too, of which a slice is no copy.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    if (looksLikeJson(file)) return readArchitecture(file);
    if (isOnnx(file)) return readOnnx(file);
    const identity = identifyFile(file);
    if (identity !== undefined) throw notTflite(identity.looksLike, identity.hint);
    return readTflite(file, judge);
  } catch (thrown) {
    throw thrown instanceof Failure && path !== undefined ? thrown.at(path) : thrown;
  }
}

/** An object, behind white space or a byte order mark. */
function looksLikeJson(bytes: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*\{/.test(String.fromCharCode(...bytes.subarray(0, 64)));
}

function readArchitecture(bytes: Uint8Array): Model {
  const net = readNetConfig(new TextDecoder().decode(bytes), undefined);
  return { ...netConfigModel(net, randomWeights(net, untrainedSeed)), format: 'net-config' };
}
