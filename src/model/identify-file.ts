/** What a file that is no model looks like, from its first bytes. */
import { fileIdentifier } from './tflite/schema.ts';

/** `looksLike` is a noun phrase, `hint` says what to do about it. */
export type FileIdentity = { readonly looksLike: string; readonly hint: string };

const askForModel = 'give the path of a .tflite or .onnx file';

/** By the bytes at the start, each character one byte. */
const signatures: readonly (FileIdentity & { readonly start: string })[] = [
  {
    start: 'version https://git-lfs.github.com/spec/',
    looksLike: 'a Git LFS pointer to a file that is not here',
    hint: 'run `git lfs pull`; in a workflow, set `lfs: true` for actions/checkout',
  },
  { start: '\xff\xd8\xff', looksLike: 'a JPEG image', hint: askForModel },
  { start: '\x89PNG', looksLike: 'a PNG image', hint: askForModel },
  { start: 'GIF8', looksLike: 'a GIF image', hint: askForModel },
  { start: '%PDF', looksLike: 'a PDF document', hint: askForModel },
  {
    start: '\x89HDF\r\n',
    looksLike: 'an HDF5 file, as Keras writes (.h5)',
    hint: 'convert it with tf.lite.TFLiteConverter.from_keras_model',
  },
  {
    start: 'PK\x03\x04',
    looksLike: 'a zip archive, as Keras (.keras), PyTorch (.pt) and NumPy (.npz) write',
    hint: 'export the network inside it as .tflite or .onnx',
  },
  { start: '\x1f\x8b', looksLike: 'gzip-compressed data', hint: 'decompress it first' },
  { start: '\x93NUMPY', looksLike: 'a NumPy array (.npy)', hint: askForModel },
  {
    start: '\x80\x02',
    looksLike: 'a Python pickle, as PyTorch writes',
    hint: 'export the network as .tflite or .onnx',
  },
  { start: '\x7fELF', looksLike: 'an ELF binary', hint: askForModel },
  { start: '<!DOCTYPE', looksLike: 'a web page', hint: 'download the file itself and not the page about it' },
  { start: '<html', looksLike: 'a web page', hint: 'download the file itself and not the page about it' },
];

/** `undefined` for what carries TensorFlow Lite's file identifier. */
export function identifyFile(bytes: Uint8Array): FileIdentity | undefined {
  if (bytes.length === 0) return { looksLike: 'an empty file', hint: 'export or download it again' };
  const head = bytes.subarray(0, 1024);
  const start = String.fromCharCode(...head);
  if (start.startsWith(fileIdentifier, 4)) return undefined;
  const signature = signatures.find((candidate) => start.startsWith(candidate.start));
  if (signature !== undefined) return signature;
  const identity = identifyProtobuf(head) ?? identifyText(head, start);
  return identity ?? { looksLike: 'unknown data', hint: askForModel };
}

/** Protocol buffers have no signature, but SavedModels begin with field 1, a small version number. */
function identifyProtobuf([tag, version = 0, nextTag = 0]: Uint8Array): FileIdentity | undefined {
  if (tag !== 0x08) return undefined;
  if (version === 1 && nextTag === 0x12) {
    return {
      looksLike: 'a TensorFlow SavedModel (.pb)',
      hint: 'convert it with tf.lite.TFLiteConverter.from_saved_model',
    };
  }
  return undefined;
}

/** ONNX's version (3 and up since 2017), followed by producer, domain, model version, documentation, graph or opset. */
export function isOnnx([tag, version = 0, nextTag = 0]: Uint8Array): boolean {
  const nextTags = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42];
  return tag === 0x08 && version >= 3 && version < 32 && nextTags.includes(nextTag);
}

function identifyText(head: Uint8Array, start: string): FileIdentity | undefined {
  const whiteSpace = [0x09, 0x0a, 0x0d];
  const isText = head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || whiteSpace.includes(byte));
  if (!isText) return undefined;
  if (/\bunsigned char\b/.test(start)) {
    return { looksLike: 'C source with a model in it', hint: 'give the model file that it was made from' };
  }
  return { looksLike: 'a text file', hint: askForModel };
}
