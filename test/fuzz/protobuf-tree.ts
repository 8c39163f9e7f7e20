/** ONNX files as trees of fields, to be changed and written again. By facts of onnx.proto of its own; for sound files only. */

export type MessageType =
  | 'Model'
  | 'Graph'
  | 'Node'
  | 'Attribute'
  | 'Tensor'
  | 'ValueInfo'
  | 'Type'
  | 'TensorType'
  | 'Shape'
  | 'Dimension'
  | 'Opset';

/** Which fields hold what; all others are numbers, or bytes as they are. */
const children: Readonly<Record<MessageType, Readonly<Record<number, MessageType | 'text' | 'integers'>>>> = {
  Model: { 7: 'Graph', 8: 'Opset' },
  Graph: { 1: 'Node', 2: 'text', 5: 'Tensor', 11: 'ValueInfo', 12: 'ValueInfo', 13: 'ValueInfo' },
  Node: { 1: 'text', 2: 'text', 3: 'text', 4: 'text', 5: 'Attribute', 7: 'text' },
  Attribute: { 1: 'text', 4: 'text', 5: 'Tensor', 6: 'Graph', 8: 'integers' },
  Tensor: { 1: 'integers', 5: 'integers', 7: 'integers', 8: 'text' },
  ValueInfo: { 1: 'text', 2: 'Type' },
  Type: { 1: 'TensorType' },
  TensorType: { 2: 'Shape' },
  Shape: { 1: 'Dimension' },
  Dimension: { 2: 'text' },
  Opset: { 1: 'text' },
};

export const messageTypes: readonly MessageType[] = Object.keys(children) as MessageType[];

export type Content =
  | { is: 'integer'; value: bigint }
  | { is: 'bytes'; bytes: Uint8Array; isText: boolean }
  | { is: 'integers'; values: bigint[] }
  | { is: 'fixed'; bytes: Uint8Array }
  | { is: 'message'; message: Message };

export type Field = {
  number: number;
  content: Content;
  /** Added to the length that is written, and the wire type that is written instead: lies. */
  lengthError?: number;
  /** Bytes that tag, length and value take more than they need. */
  padding?: number;
  wire?: number;
};

export type Message = { type: MessageType; fields: Field[] };

export function parseMessage(bytes: Uint8Array, type: MessageType): Message {
  const fields: Field[] = [];
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw new Error('the seed is no sound protocol buffer');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (count: number): Uint8Array => {
    position += count;
    return bytes.slice(position - count, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const [number, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) fields.push({ number, content: { is: 'integer', value: varint() } });
    else if (wire === 1 || wire === 5)
      fields.push({ number, content: { is: 'fixed', bytes: take(wire === 1 ? 8 : 4) } });
    else fields.push({ number, content: parseContent(take(Number(varint())), children[type][number]) });
  }
  return { type, fields };
}

function parseContent(bytes: Uint8Array, kind: MessageType | 'text' | 'integers' | undefined): Content {
  if (kind === undefined || kind === 'text') return { is: 'bytes', bytes, isText: kind === 'text' };
  if (kind !== 'integers') return { is: 'message', message: parseMessage(bytes, kind) };
  const values: bigint[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    values.push(value);
    [value, shift] = [0n, 0n];
  }
  return { is: 'integers', values };
}

export function copyMessage({ type, fields }: Message): Message {
  return { type, fields: fields.map(copyField) };
}

/** Bytes are shared: edits replace them. */
export function copyField({ content, ...rest }: Field): Field {
  if (content.is === 'message')
    return { ...rest, content: { is: 'message', message: copyMessage(content.message) } };
  if (content.is === 'integers') return { ...rest, content: { is: 'integers', values: [...content.values] } };
  return { ...rest, content: { ...content } };
}

export function writeMessage(message: Message): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  const put = (part: Uint8Array): void => {
    parts.push(part);
    total += part.length;
  };
  for (const field of message.fields) {
    const body = bodyOf(field.content, field.padding);
    const natural = naturalWires[field.content.is] ?? (body.length === 8 ? 1 : 5);
    const { padding = 0 } = field;
    put(varintOf(BigInt(field.number * 8 + (field.wire ?? natural)), padding));
    if (natural === 2) put(varintOf(BigInt(Math.max(0, body.length + (field.lengthError ?? 0))), padding));
    put(body);
  }
  const bytes = new Uint8Array(total);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

const naturalWires: Readonly<Partial<Record<Content['is'], number>>> = {
  integer: 0,
  bytes: 2,
  integers: 2,
  message: 2,
};

function bodyOf(content: Content, padding = 0): Uint8Array {
  if (content.is === 'integer') return varintOf(content.value, padding);
  if (content.is === 'message') return writeMessage(content.message);
  if (content.is === 'integers')
    return Uint8Array.from(content.values.flatMap((value) => [...varintOf(value)]));
  return content.bytes;
}

function varintOf(value: bigint, padding = 0): Uint8Array {
  if (padding > 0) return padded(varintOf(value), padding);
  if (value >= 0n && value < 0x80n) return Uint8Array.of(Number(value));
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

/** The same number in more bytes: those of no bits may follow. */
function padded(bytes: Uint8Array, count: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + count).fill(0x80);
  longer.set(bytes);
  longer[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
  longer[longer.length - 1] = 0;
  return longer;
}
