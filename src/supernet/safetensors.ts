/**
 * Reads safetensors: 8 bytes of header length, a JSON header, and the tensors' bytes without gaps. The format is this
 * small, nothing in a file may be trusted, and no maintained package on npm reads it from memory and checks it.
 */
import { at, Failure } from '../base/index.ts';
import { tensorsMalformed } from './failures.ts';

export type StoredTensor = {
  /** `F32`, `I64`, ... as the format names them. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Little-endian, row-major; a view of the file. */
  readonly bytes: Uint8Array;
};

/** By what a file names its types, which may be any text. */
const typeBytes: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BOOL: 1,
    U8: 1,
    I8: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
    I16: 2,
    U16: 2,
    F16: 2,
    BF16: 2,
    I32: 4,
    U32: 4,
    F32: 4,
    I64: 8,
    U64: 8,
    F64: 8,
  }),
);

/** Far above that of any super-network; the format itself allows 100 MB. */
const largestHeader = 16 * 2 ** 20;
const lengthBytes = 8;

/** Throws a `Failure` (SUPERNET_MALFORMED) for anything that is not a whole, well-formed file. */
export function readSafetensors(file: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const header = readHeader(file);
  const data = file.subarray(lengthBytes + header.length);
  const tensors = new Map<string, StoredTensor>();
  const spans: Span[] = [];
  for (const [name, entry] of Object.entries(parseHeader(header))) {
    if (name === '__metadata__') continue;
    const { span, ...tensor } = readEntry(name, entry, data);
    tensors.set(name, tensor);
    spans.push(span);
  }
  checkSpans(spans, data.length);
  return tensors;
}

type Span = { readonly name: string; readonly begin: number; readonly end: number };

function readHeader(file: Uint8Array): Uint8Array {
  if (file.length < lengthBytes) throw tensorsMalformed(`it has ${file.length} bytes`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > largestHeader) {
    throw tensorsMalformed(`its header is stated as ${length} bytes, the limit is ${largestHeader}`);
  }
  const available = file.length - lengthBytes;
  if (length > available) throw tensorsMalformed(`its header is stated as ${length} bytes of ${available}`);
  return file.subarray(lengthBytes, lengthBytes + Number(length));
}

function parseHeader(header: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    value = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw tensorsMalformed('its header is not JSON');
  }
  if (!isRecord(value)) throw tensorsMalformed('its header is not a JSON object');
  const twice = findDuplicate(text);
  if (twice !== undefined) throw tensorsMalformed(`its header names tensor ${twice} twice`);
  return value;
}

/** The first key, in quotes, that the outermost object of valid JSON has twice; a parser would keep the last one. */
function findDuplicate(text: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  // Strings whole, so that brackets inside them do not count; a key is a string before a colon.
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (key !== undefined && depth === 1) {
      const name: unknown = JSON.parse(key);
      if (keys.has(String(name))) return key;
      keys.add(String(name));
    }
  }
  return undefined;
}

function readEntry(name: string, entry: unknown, data: Uint8Array): StoredTensor & { readonly span: Span } {
  const tensor = `tensor ${JSON.stringify(name)}`;
  if (!isRecord(entry)) throw tensorsMalformed(`${tensor} is not described by an object`);
  const { dtype: type, shape, data_offsets: offsets } = entry;
  const size = typeof type === 'string' ? typeBytes.get(type) : undefined;
  if (typeof type !== 'string' || size === undefined) {
    throw tensorsMalformed(`${tensor} has the unknown type ${JSON.stringify(type)}`);
  }
  if (!isCounts(shape)) throw tensorsMalformed(`${tensor} has the shape ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw tensorsMalformed(`${tensor} has the offsets ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = [at(offsets, 0), at(offsets, 1)];
  if (begin > end || end > data.length) {
    throw tensorsMalformed(`${tensor} lies at bytes ${begin} to ${end} of ${data.length}`);
  }
  const expected = shape.reduce((product, count) => product * count, size);
  if (expected !== end - begin) {
    throw tensorsMalformed(`${tensor} of ${type} [${shape}] has ${end - begin} bytes instead of ${expected}`);
  }
  return { type, shape, bytes: data.subarray(begin, end), span: { name, begin, end } };
}

/** Tensors lie one after the other, every byte belongs to exactly one. */
function checkSpans(spans: readonly Span[], length: number): void {
  let end = 0;
  for (const span of spans.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (span.begin !== end) {
      throw tensorsMalformed(`tensor ${JSON.stringify(span.name)} begins at byte ${span.begin}, not ${end}`);
    }
    end = span.end;
  }
  if (end !== length) throw tensorsMalformed(`${length - end} bytes at its end belong to no tensor`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 16 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
