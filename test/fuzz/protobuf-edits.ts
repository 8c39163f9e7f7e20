/** Damage to the structure of an ONNX file: fields removed, repeated, moved, retyped, and values that steer the reader. */
import { at } from '../../src/base/index.ts';
import type { StructureEditor } from './flatbuffer-edits.ts';
import { floats, integers, operators } from './onnx-values.ts';
import { choose, type Donors, type Job, type Pick, type Place, placesIn } from './protobuf-places.ts';
import {
  copyField,
  copyMessage,
  type Field,
  type Message,
  parseMessage,
  writeMessage,
} from './protobuf-tree.ts';

/** That one edit may add many of. */
const mostCopiedFields = 12_000;
const encoder = new TextEncoder();

function remove(job: Job): void {
  const place = choose(job);
  if (place !== undefined) place.message.fields.splice(place.message.fields.indexOf(place.field), 1);
}

function repeat(job: Job): void {
  const place = choose(job);
  if (place === undefined) return;
  // A thousand copies of a large field would measure copying.
  const { content } = place.field;
  const size = content.is === 'message' ? 1 + placesIn(content.message).length : 1;
  const most = Math.ceil(mostCopiedFields / size);
  const times = job.random(50) === 0 ? Math.min(job.pick([100, 1000, 3000]), most) : 1 + job.random(3);
  const copies = Array.from({ length: times }, () => copyField(place.field));
  place.message.fields.splice(job.random(place.message.fields.length + 1), 0, ...copies);
}

function swap(job: Job): void {
  const place = choose(job, ({ message }) => message.fields.length > 1);
  if (place === undefined) return;
  const { fields } = place.message;
  const [from, to] = [fields.indexOf(place.field), job.random(fields.length)];
  [fields[from], fields[to]] = [at(fields, to), at(fields, from)];
}

function move(job: Job): void {
  const place = choose(job);
  const target = choose(job);
  if (place !== undefined && target !== undefined && target.message !== place.message)
    target.message.fields.push(copyField(place.field));
}

function transplant(job: Job): void {
  const place = choose(job);
  if (place === undefined) return;
  const donor = job.pick(job.donors.get(`${place.message.type}.${place.field.number}`) ?? [place.field]);
  const { fields } = place.message;
  if (job.random(2) === 0) fields.push(copyField(donor));
  else fields[fields.indexOf(place.field)] = copyField(donor);
}

function changeInteger(job: Job): void {
  const place = choose(
    job,
    ({ field: { content } }) => content.is === 'integer' || content.is === 'integers',
  );
  if (place === undefined) return;
  const { content } = place.field;
  const change = (value: bigint): bigint =>
    job.random(2) === 0 ? job.pick(integers) : job.pick([value + 1n, value - 1n, value * 2n, -value]);
  if (content.is === 'integer') content.value = change(content.value);
  if (content.is !== 'integers') return;
  const position = job.random(content.values.length + 1);
  if (position === content.values.length) content.values.push(job.pick(integers));
  else if (job.random(4) === 0) content.values.splice(position, 1);
  else content.values[position] = change(at(content.values, position));
}

/** One size becomes another one everywhere: the file may stay sound. */
function resizeEverywhere(job: Job): void {
  const place = choose(
    job,
    ({ message, field }) => message.type === 'Dimension' && field.content.is === 'integer',
  );
  if (place?.field.content.is !== 'integer') return;
  const from = place.field.content.value;
  const to = job.pick([1n, 2n, 3n, from + 1n, from * 2n, 17n, 64n, 224n, 4096n, 30_000n, 0x10_0000n]);
  for (const { message, field } of placesIn(job.root)) {
    const { content } = field;
    if (message.type === 'Dimension' && content.is === 'integer' && content.value === from)
      content.value = to;
    if (content.is === 'integers')
      content.values = content.values.map((value) => (value === from ? to : value));
  }
}

function changeText(job: Job): void {
  const isText = ({ field: { content } }: Place): boolean => content.is === 'bytes' && content.isText;
  const place = choose(job, isText);
  if (place?.field.content.is !== 'bytes') return;
  const other = choose(job, isText)?.field.content;
  const texts = [
    other?.is === 'bytes' ? other.bytes : new Uint8Array(0),
    encoder.encode(job.pick(operators)),
    encoder.encode(
      job.pick(['', 'x', 'axis', 'perm', 'com.microsoft', 'ai.onnx', '__proto__', 'SAME_UPPER', '\u202e']),
    ),
    Uint8Array.of(0xff, 0xc0, 0x80),
    encoder.encode('x'.repeat(job.pick([1, 5000, 100_000]))),
  ];
  place.field.content.bytes = job.pick(texts);
}

/** Numbers one a field, or numbers of raw bytes in a list: what other writers make of the same network. */
function rewrite(job: Job): void {
  const place = choose(job, ({ message, field: { number, content } }) => {
    return content.is === 'integers' || (message.type === 'Tensor' && number === 9);
  });
  if (place === undefined) return;
  const { message, field } = place;
  const { content, number } = field;
  const replacement: Field[] =
    content.is === 'integers'
      ? content.values.map((value) => ({ number, content: { is: 'integer', value } }))
      : listed(message, content);
  message.fields.splice(message.fields.indexOf(field), 1, ...replacement);
}

function listed({ fields }: Message, content: Field['content']): Field[] {
  const type = fields.find(({ number }) => number === 2)?.content;
  if (type?.is !== 'integer' || content.is !== 'bytes') return [];
  const { bytes } = content;
  if (type.value === 1n) return [{ number: 4, content: { is: 'bytes', bytes, isText: false } }];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [size, read] =
    type.value === 7n
      ? ([8, (at: number) => view.getBigInt64(at, true)] as const)
      : type.value === 6n
        ? ([4, (at: number) => BigInt(view.getInt32(at, true))] as const)
        : ([1, (at: number) => BigInt(type.value === 2n ? view.getUint8(at) : view.getInt8(at))] as const);
  const values = Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => read(index * size));
  return [{ number: size === 8 ? 7 : 5, content: { is: 'integers', values } }];
}

/** One type of constants and edges becomes another one everywhere. */
function retypeEverywhere(job: Job): void {
  const isType = ({ message: { type }, field: { number, content } }: Place): boolean =>
    content.is === 'integer' &&
    ((type === 'Tensor' && number === 2) || (type === 'TensorType' && number === 1));
  const from = choose(job, isType)?.field.content;
  if (from?.is !== 'integer') return;
  const { value } = from;
  const to = BigInt(job.random(24));
  for (const place of placesIn(job.root)) {
    const { content } = place.field;
    if (isType(place) && content.is === 'integer' && content.value === value) content.value = to;
  }
}

/** Operators exchanged where they stand: what one demands of its inputs meets those of another. */
function changeOperator(job: Job): void {
  const place = choose(job, ({ message, field }) => message.type === 'Node' && field.number === 4);
  if (place?.field.content.is === 'bytes') place.field.content.bytes = encoder.encode(job.pick(operators));
}

/** Edges of the graph: an input of one operator becomes any other name of the file. */
function rewire(job: Job): void {
  const names = placesIn(job.root).filter(
    ({ message, field }) =>
      field.content.is === 'bytes' &&
      ((message.type === 'Node' && field.number <= 2) ||
        (message.type === 'Tensor' && field.number === 8) ||
        (message.type === 'ValueInfo' && field.number === 1)),
  );
  if (names.length === 0) return;
  const [target, source] = [job.pick(names).field, job.pick(names).field];
  if (target.content.is === 'bytes' && source.content.is === 'bytes')
    target.content.bytes = source.content.bytes;
}

function changeBytes(job: Job): void {
  const place = choose(
    job,
    ({ field: { content } }) => (content.is === 'bytes' && !content.isText) || content.is === 'fixed',
  );
  if (place === undefined) return;
  const { content } = place.field;
  if (content.is !== 'bytes' && content.is !== 'fixed') return;
  const { length } = content.bytes;
  if (content.is === 'bytes' && job.random(3) === 0) {
    content.bytes = content.bytes.slice(0, job.random(length + 1));
  } else if (length >= 4) {
    content.bytes = content.bytes.slice();
    const word = 4 * job.random(Math.floor(length / 4));
    new DataView(content.bytes.buffer).setUint32(word, job.pick(floats), true);
  } else if (length > 0) {
    content.bytes = content.bytes.map(() => job.random(256));
  }
}

function lie(job: Job): void {
  const place = choose(job);
  if (place === undefined) return;
  const what = job.random(3);
  if (what === 0) place.field.wire = job.random(8);
  else if (what === 1) place.field.padding = job.pick([1, 2, 4, 8, 9, 10, 100]);
  else place.field.lengthError = job.pick([1, -1, 4, -4, 100, -100, 0x7fff_ffff, 2 ** 40]);
}

/** Groups in groups, which nothing writes any more, and the end of field 99; not all of them end. */
function nestedGroups(job: Job): Uint8Array {
  const depth = job.pick([1, 50, 300, 20_000]);
  const ends = job.pick([depth, depth, depth - 1, 0]);
  return Uint8Array.of(...new Uint8Array(depth).fill(0x0b), ...new Uint8Array(ends).fill(0x0c), 0x9c, 0x06);
}

/** Constants in another file, networks inside operators, functions, what nobody knows. */
function addUnusual(job: Job): void {
  const bytes = job.pick([new Uint8Array(0), Uint8Array.of(8, 1)]);
  const kinds = [
    ['Tensor', { number: 14, content: { is: 'integer', value: 1n } }],
    ['Tensor', { number: 13, content: { is: 'bytes', bytes, isText: false } }],
    ['Attribute', { number: 6, content: { is: 'bytes', bytes, isText: false } }],
    ['Graph', { number: 15, content: { is: 'bytes', bytes, isText: false } }],
    ['Model', { number: 25, content: { is: 'bytes', bytes, isText: false } }],
    ['Node', { number: 99, content: { is: 'fixed', bytes: nestedGroups(job) }, wire: 3 }],
    ['Graph', { number: 99, content: { is: 'fixed', bytes: nestedGroups(job) }, wire: 3 }],
  ] as const;
  const [type, field] = job.pick(kinds);
  const place = choose(job, ({ message }) => message.type === type);
  place?.message.fields.push(copyField(field));
}

const edits: Readonly<Record<string, (job: Job) => void>> = {
  removed: remove,
  repeated: repeat,
  swapped: swap,
  moved: move,
  transplanted: transplant,
  'changed integer': changeInteger,
  'changed another integer': changeInteger,
  'resized everywhere': resizeEverywhere,
  'changed text': changeText,
  'changed operator': changeOperator,
  'written otherwise': rewrite,
  'retyped everywhere': retypeEverywhere,
  rewired: rewire,
  'changed bytes': changeBytes,
  lied: lie,
  'added the unusual': addUnusual,
};

/** Makes copies of a sound file with one to four edits to its structure. */
export function protobufEditor(bytes: Uint8Array, donors: Donors): StructureEditor {
  const original = parseMessage(bytes, 'Model');
  const names = Object.keys(edits);
  return (random) => {
    const pick: Pick = (values) => at(values, random(values.length));
    const job: Job = { root: copyMessage(original), random, pick, donors };
    const applied = Array.from({ length: 1 + random(random(2) === 0 ? 1 : 4) }, () => {
      const name = pick(names);
      edits[name]?.(job);
      return name;
    });
    return { kind: applied.join(' + '), bytes: writeMessage(job.root) };
  };
}
