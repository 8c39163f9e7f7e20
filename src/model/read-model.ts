/** The way into this room: bytes in, a checked network out. */
import { Failure } from '../base/index.ts';
import { notTflite } from './failures.ts';
import { identifyFile } from './identify-file.ts';
import { readTflite } from './tflite/read-tflite.ts';
import type { Model } from './types.ts';

/**
 * Reads a `.tflite` file, the only format so far.
 *
 * Nothing in `bytes` is trusted: whatever they are, the result is a network that keeps every promise of `Model`, or a
 * `Failure` (`MODEL_NOT_TFLITE`, `MODEL_MALFORMED`, `MODEL_TOO_LARGE`, `MODEL_STRUCTURE_UNSUPPORTED`, `MODEL_NOT_INT8`,
 * `MODEL_OP_UNSUPPORTED`, `MODEL_TENSOR_UNSUPPORTED`) that `path`, where given, is the place of. Time and memory are
 * bounded by a small multiple of the file's length. Constants are views of `bytes`, which must not change afterwards.
 */
export function readModel(bytes: Uint8Array, path?: string): Model {
  try {
    const identity = identifyFile(bytes);
    if (identity !== undefined) throw notTflite(identity.looksLike, identity.hint);
    return readTflite(bytes);
  } catch (thrown) {
    throw thrown instanceof Failure && path !== undefined ? thrown.at(path) : thrown;
  }
}
