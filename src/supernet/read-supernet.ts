/** The way into this room: a super-network's description and its tensors, checked against each other. */
import { z } from 'zod';
import { describeIssues, Failure, parseJson } from '../base/index.ts';
import { parseSpace } from '../search/index.ts';
import { descriptionInvalid, exportAgain, tensorMismatch, tensorNotFinite } from './failures.ts';
import { readSafetensors, type StoredTensor } from './safetensors.ts';
import { tensorsOf } from './tensors-of.ts';
import type { SharedTensor, Supernet } from './types.ts';

const finite = z.number('expected a number');

const descriptionSchema = z.strictObject({
  format: z.literal('mcunet-supernet'),
  version: z.literal(1),
  space: z.unknown(),
  normalisation: z.strictObject({
    mean: z.array(finite).min(1),
    std: z.array(finite.positive('must be above 0')).min(1),
  }),
  batchNorm: z.strictObject({ eps: finite.positive('must be above 0'), momentum: finite }),
  tensors: z.string('expected a file name'),
  training: z.record(z.string(), z.unknown()).optional(),
});

/** Name of the file beside the description that has the tensors. */
export function tensorsFileOf(description: string, where: string): string {
  return parseDescription(description, where).tensors;
}

/**
 * Reads a super-network as `scripts/supernet` exports it: `description` is its JSON, `file` the safetensors file beside
 * it; `where` names the description, for messages. Every tensor of the space is there afterwards, of the right shape,
 * float32 and finite, and no other. Tensors are copies.
 * Throws a `Failure`: FILE_NOT_JSON, SUPERNET_INVALID, SEARCH_SPACE_INVALID, SUPERNET_MALFORMED, SUPERNET_MISMATCH, WEIGHTS_NOT_FINITE.
 */
export function readSupernet(description: string, file: Uint8Array, where: string): Supernet {
  const { space: stated, normalisation, batchNorm, tensors: name } = parseDescription(description, where);
  const space = parseSpace(stated, `${where}: space`);
  const channels = space.input.channels;
  for (const [key, values] of Object.entries(normalisation)) {
    if (values.length === channels) continue;
    const message = `expected ${channels} numbers, one for each channel of the input, found ${values.length}`;
    throw descriptionInvalid(where, [{ path: ['normalisation', key], part: 'value', message }]);
  }
  try {
    const tensors = checkTensors(tensorsOf(space), readSafetensors(file));
    return { space, normalisation, epsilon: batchNorm.eps, tensors };
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown.at(`${where}: ${name}`) : thrown;
  }
}

function parseDescription(text: string, where: string): z.output<typeof descriptionSchema> {
  const value = parseJson(text, { kind: 'model', where, hint: exportAgain });
  const result = descriptionSchema.safeParse(value);
  if (result.success) return result.data;
  throw descriptionInvalid(where, describeIssues(result.error.issues, value, descriptionSchema));
}

function checkTensors(
  expected: ReadonlyMap<string, readonly number[]>,
  stored: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, SharedTensor> {
  const tensors = new Map<string, SharedTensor>();
  for (const [name, shape] of expected) {
    const wanted = `F32 [${shape.join(', ')}]`;
    const tensor = stored.get(name);
    if (tensor === undefined) throw tensorMismatch(name, wanted, 'missing');
    const found = `${tensor.type} [${tensor.shape.join(', ')}]`;
    if (found !== wanted) throw tensorMismatch(name, wanted, found);
    const values = floatsOf(tensor);
    const position = values.findIndex((value) => !Number.isFinite(value));
    if (position !== -1) throw tensorNotFinite(name, position);
    tensors.set(name, { shape, values });
  }
  for (const [name, { type, shape }] of stored) {
    if (!expected.has(name)) throw tensorMismatch(name, 'absent', `${type} [${shape.join(', ')}]`);
  }
  return tensors;
}

function floatsOf({ bytes }: StoredTensor): Float32Array {
  // A copy whatever kind of Uint8Array it is; that of Node shares its memory when it is sliced.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
