/** Damage to the structure of an ONNX file: fields removed, repeated, moved, retyped, and values that steer the reader. */
import { at } from '../../src/base/index.ts';
import type { StructureEditor } from './flatbuffer-edits.ts';
import type { Random } from './mutations.ts';
import { floats, integers, operators } from './onnx-values.ts';
import {
  copyField,
  copyMessage,
  type Field,
  type Message,
  messageTypes,
  parseMessage,
  writeMessage,
} from './protobuf-tree.ts';

type Place = { readonly message: Message; readonly field: Field };
type Pick = <T>(values: ArrayLike<T>) => T;
type Job = { readonly root: Message; readonly random: Random; readonly pick: Pick; readonly donors: Donors };

/** Fields of all seeds by where they may stand: `Node.5`. */
export type Donors = ReadonlyMap<string, readonly Field[]>;

/** That one edit may add many of. */
const mostCopiedFields = 12_000;
const encoder = new TextEncoder();

function placesIn(message: Message, into: Place[] = []): Place[] {
  for (const field of message.fields) {
    into.push({ message, field });
    if (field.content.is === 'message') placesIn(field.content.message, into);
  }
  return into;
}

export function donorsOf(files: readonly Uint8Array[]): Donors {
  const donors = new Map<string, Field[]>();
  for (const bytes of files) {
    for (const { message, field } of placesIn(parseMessage(bytes, 'Model'))) {
      const key = `${message.type}.${field.number}`;
      const known = donors.get(key) ?? [];
      donors.set(key, known);
      known.push(field);
    }
  }
  return donors;
}

function choose(job: Job, fits: (place: Place) => boolean = () => true): Place | undefined {
  // A kind of field first: names would else drown the rest.
  const kinds = new Map<number, Place[]>();
  for (const place of placesIn(job.root)) {
    if (!fits(place)) continue;
    const kind = messageTypes.indexOf(place.message.type) * 32 + place.field.number;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [place]);
    else known.push(place);
  }
  return kinds.size === 0 ? undefined : job.pick(job.pick([...kinds.values()]));
}

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
  ];
  place.field.content.bytes = job.pick(texts);
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
  if (job.random(2) === 0) place.field.wire = job.random(8);
  else place.field.lengthError = job.pick([1, -1, 4, -4, 100, -100, 0x7fff_ffff, 2 ** 40]);
}

/** Constants in another file, networks inside operators, functions, what nobody knows. */
function addUnusual(job: Job): void {
  const bytes = job.pick([new Uint8Array(0), Uint8Array.of(8, 1), new Uint8Array(300).fill(0x0b)]);
  const kinds = [
    ['Tensor', { number: 14, content: { is: 'integer', value: 1n } }],
    ['Tensor', { number: 13, content: { is: 'bytes', bytes, isText: false } }],
    ['Attribute', { number: 6, content: { is: 'bytes', bytes, isText: false } }],
    ['Graph', { number: 15, content: { is: 'bytes', bytes, isText: false } }],
    ['Model', { number: 25, content: { is: 'bytes', bytes, isText: false } }],
    ['Node', { number: 99, content: { is: 'bytes', bytes, isText: false }, wire: 3 }],
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
