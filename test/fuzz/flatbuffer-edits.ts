/** Damage to the structure of a .tflite file: what a hostile or faulty writer could put at each place that steers the reader. */
import { at } from '../../src/base/index.ts';
import { type ListSite, type Site, type SiteKind, type Sites, sitesOf } from './flatbuffer-sites.ts';
import type { Random } from './mutations.ts';

type Pick = <T>(values: ArrayLike<T>) => T;
type Job = {
  /** May be replaced by a longer file. */
  file: DataView;
  readonly sites: Sites;
  readonly random: Random;
  readonly pick: Pick;
};

const counts = [0, 1, 2, 3, 5, 8, 255, 4096, 65_536, 0x10_0000, 0x3fff_ffff, 0x7fff_ffff, 0x8000_0000, -1];
const sizes = [0, 1, 2, 3, 4, 5, 7, 16, 31, 256, 1000, 8192, 32_768, 65_536, 0x40_0000, 0x7fff_ffff, -1, -2];
const scales = [0, -0.5, 1, 0.5, 1e-38, 1e-45, 1e38, 3e-5, 1024, Number.NaN, Number.POSITIVE_INFINITY, -1];
const zeroPoints = [0, 1, -1, 127, -128, 128, -129, 2 ** 31, -(2 ** 31), 2 ** 53, -(2 ** 63)];
/** A little more than there are. */
const operatorCodes = 224;
const texts = [
  '',
  'x',
  '__proto__',
  'a*/b',
  '\n',
  '\u202e',
  '\ud800',
  '\0',
  'x'.repeat(5000),
  'é'.repeat(50_000),
];
const bytesOfKinds = [0, 1, 2, 3, 9, 17, 32, 127, 128, 255];

const valuesOf: Readonly<Record<SiteKind, readonly number[]>> = {
  offset: counts,
  'vtable distance': [0, 4, -4, 8, 0x7fff_ffff, -0x8000_0000, 64, -64],
  vtable: [0, 1, 2, 4, 5, 6, 8, 12, 64, 4096, 65_535],
  count: counts,
  size: sizes,
  type: [...Array(23).keys(), 32, 88, 127, 128, 255],
  scale: scales,
  'zero point': zeroPoints,
  dimension: [-1, 0, 1, 2, 3, 4, 8, 0x7fff_ffff],
  index: [-2, -1, 0, 1, 2, 3, 4, 5, 100, 0x7fff_ffff, -0x8000_0000],
  flag: bytesOfKinds,
  option: [0, 1, 2, 3, 4, 7, -1, 255, 256, 65_536, 0x7fff_ffff, -0x8000_0000, 0x3f80_0000, 0x7fc0_0000],
  constant: [0, 1, 2, 3, 4, 16, 1000, -1, -2, 65_536, 0x7fff_ffff, -0x8000_0000],
};

function write(file: DataView, { kind, position, bytes }: Site, value: number): void {
  if (kind === 'scale') file.setFloat32(position, value, true);
  else if (bytes === 8) file.setBigInt64(position, BigInt.asIntN(64, BigInt(value)), true);
  else if (bytes === 4) file.setInt32(position, value | 0, true);
  else if (bytes === 2) file.setUint16(position, value & 0xffff, true);
  else file.setUint8(position, value & 0xff);
}

function read(file: DataView, { position, bytes }: Site): number {
  if (bytes === 1) return file.getUint8(position);
  return bytes === 2 ? file.getUint16(position, true) : file.getInt32(position, true);
}

function pickSite({ sites, pick }: Job, ...kinds: readonly SiteKind[]): Site | undefined {
  const fitting = sites.sites.filter(({ kind }) => kinds.includes(kind));
  return fitting.length === 0 ? undefined : pick(fitting);
}

/** Any place, a kind first: shapes and scales would else drown in vtables. */
function extremeValue(job: Job): void {
  const kinds = [...new Set(job.sites.sites.map(({ kind }) => kind))];
  const site = pickSite(job, job.pick(kinds));
  if (site !== undefined) write(job.file, site, job.pick(valuesOf[site.kind]));
}

function nearbyValue(job: Job): void {
  const site = pickSite(job, 'size', 'index', 'option', 'constant', 'count', 'vtable', 'type');
  if (site === undefined) return;
  const value = read(job.file, site);
  write(job.file, site, job.pick([value + 1, value - 1, value * 2, -value, value ^ 1]));
}

function setOffset(file: DataView, position: number, target: number): void {
  file.setUint32(position, (target - position) >>> 0, true);
}

/** Two parents of one child, loops, tables of another type. */
function sharedTarget(job: Job): void {
  const site = pickSite(job, 'offset');
  if (site === undefined) return;
  const isSameField = job.random(3) > 0;
  const others = job.sites.sites.filter(
    ({ kind, field }) => kind === 'offset' && (!isSameField || field === site.field),
  );
  const other = job.pick(others);
  setOffset(job.file, site.position, other.position + job.file.getUint32(other.position, true));
}

function swappedElements(job: Job): void {
  const lists = job.sites.lists.filter(({ length, elementBytes }) => length > 1 && elementBytes === 4);
  if (lists.length === 0) return;
  const list = job.pick(lists);
  const [a, b] = [0, 0].map(() => list.start + 4 * job.random(list.length));
  if (a === undefined || b === undefined) return;
  const [first, second] = [job.file.getUint32(a, true), job.file.getUint32(b, true)];
  const shift = list.holdsOffsets ? b - a : 0;
  job.file.setUint32(a, (second + shift) >>> 0, true);
  job.file.setUint32(b, (first - shift) >>> 0, true);
}

/** One size of tensors becomes another one everywhere, constants that state shapes included: the file may stay sound. */
function resizedEverywhere(job: Job): void {
  const { file, sites, pick } = job;
  const site = pickSite(job, 'size');
  if (site === undefined) return;
  const from = read(file, site);
  const to = pick([1, 2, 3, from + 1, from * 2, from * 3, 17, 64, 255, 4096, 30_000, 0x10_0000]);
  for (const each of sites.sites) {
    const fits = each.kind === 'size' || each.kind === 'constant';
    if (fits && each.bytes === 4 && read(file, each) === from) write(file, each, to);
  }
}

/** Scales of all tensors at once: factors at their extremes while the network stays consistent. */
function rescaledEverywhere({ file, sites, pick }: Job): void {
  const factor = pick([1e-6, 1e-3, 0.1, 0.5, 3, 100, 1e6]);
  const fields = sites.sites.filter(({ kind }) => kind === 'scale');
  for (const { position } of fields)
    file.setFloat32(position, file.getFloat32(position, true) * factor, true);
}

/** Operators exchanged where they stand, with their options or without: what one demands of its inputs meets those of another. */
function changedOperator({ file, sites, random, pick }: Job): void {
  const [whole, narrow] = ['code.3', 'code.0'].map((name) =>
    sites.sites.filter(({ field }) => field === name),
  );
  const code = random(operatorCodes);
  const place = random(Math.max(whole?.length ?? 0, narrow?.length ?? 0));
  if (whole?.[place] !== undefined) write(file, whole[place], code);
  if (narrow?.[place] !== undefined) write(file, narrow[place], Math.min(code, 127));
  if (random(2) === 0) return;
  const kind = pick([0, random(operatorCodes)]);
  for (const site of sites.sites) if (site.field === 'operator.3') write(file, site, kind);
}

/** One type of tensors becomes another one everywhere. */
function retypedEverywhere({ file, sites, pick }: Job): void {
  const types = sites.sites.filter(({ field }) => field === 'tensor.1');
  if (types.length === 0) return;
  const from = read(file, pick(types));
  const to = pick(valuesOf.type);
  for (const site of types) if (read(file, site) === from) write(file, site, to);
}

function changedText(job: Job): void {
  const lists = job.sites.lists.filter(
    ({ elementBytes, field }) => elementBytes === 1 && field !== 'buffer.0',
  );
  if (lists.length === 0) return;
  const text = job.pick(texts);
  const bytes = job.random(4) === 0 ? Uint8Array.of(0xff, 0xc0, 0x80) : new TextEncoder().encode(text);
  setList(job, job.pick(lists), bytes, bytes.length);
}

/** One long list in place of many, of whatever kind: a file that asks for it again and again. */
function sharedLongList(job: Job): void {
  const { sites, random, pick } = job;
  const first = pick(sites.lists);
  const words = new Uint32Array(random(16) === 0 ? pick([10_000, 100_000]) : 100).fill(random(3));
  setList(job, first, new Uint8Array(words.buffer), words.length);
  const start = first.offsetAt + job.file.getUint32(first.offsetAt, true);
  const others = sites.lists.filter(({ field }) => field === first.field);
  for (const { offsetAt } of random(2) === 0 ? others : [pick(sites.lists), pick(sites.lists)])
    setOffset(job.file, offsetAt, start);
}

function setList(job: Job, { offsetAt }: ListSite, bytes: Uint8Array, length: number): void {
  const start = (job.file.byteLength + 7) & ~7;
  const longer = new Uint8Array(start + 4 + bytes.length + 4);
  longer.set(new Uint8Array(job.file.buffer, job.file.byteOffset, job.file.byteLength));
  longer.set(bytes, start + 4);
  job.file = new DataView(longer.buffer);
  job.file.setUint32(start, length, true);
  setOffset(job.file, offsetAt, start);
}

/** A list that repeats its elements, up to thousands of times: a small file that asks for much. */
function multiplied(job: Job): void {
  const { sites, random, pick } = job;
  const lists = sites.lists.filter(({ length }) => length > 0);
  if (lists.length === 0) return;
  const list = pick(lists);
  const { start, length, elementBytes, holdsOffsets } = list;
  const count = random(4) === 0 ? pick([100, 1000, 9_000, 20_000]) : length + 1 + random(4);
  const source = job.file;
  const bytes = new Uint8Array(count * elementBytes);
  const target = new DataView(bytes.buffer);
  const moved = ((source.byteLength + 7) & ~7) + 4;
  for (let index = 0; index < count; index += 1) {
    const from = start + (index % length) * elementBytes;
    if (!holdsOffsets) {
      for (let byte = 0; byte < elementBytes; byte += 1)
        bytes[index * elementBytes + byte] = source.getUint8(from + byte);
      continue;
    }
    const child = from + source.getUint32(from, true);
    target.setUint32(index * 4, (child - (moved + index * 4)) >>> 0, true);
  }
  setList(job, list, bytes, count);
}

function shortened(job: Job): void {
  const lists = job.sites.lists.filter(({ length }) => length > 0);
  if (lists.length === 0) return;
  const { start, length } = job.pick(lists);
  job.file.setUint32(start - 4, job.random(length), true);
}

const edits: Readonly<Record<string, (job: Job) => void>> = {
  'extreme value': extremeValue,
  'another extreme value': extremeValue,
  'nearby value': nearbyValue,
  'shared target': sharedTarget,
  'swapped elements': swappedElements,
  'resized everywhere': resizedEverywhere,
  'rescaled everywhere': rescaledEverywhere,
  'changed operator': changedOperator,
  'retyped everywhere': retypedEverywhere,
  'changed text': changedText,
  'shared long list': sharedLongList,
  multiplied,
  shortened,
};

export type StructureEditor = (random: Random) => { readonly kind: string; readonly bytes: Uint8Array };

/** Makes copies of a sound file with one to four edits to its structure. */
export function flatbufferEditor(bytes: Uint8Array): StructureEditor {
  const sites = sitesOf(bytes);
  const names = Object.keys(edits);
  return (random) => {
    const pick: Pick = (values) => at(values, random(values.length));
    const job: Job = { file: new DataView(bytes.slice().buffer), sites, random, pick };
    const applied = Array.from({ length: 1 + random(random(2) === 0 ? 1 : 4) }, () => {
      const name = pick(names);
      edits[name]?.(job);
      return name;
    });
    return { kind: applied.join(' + '), bytes: new Uint8Array(job.file.buffer) };
  };
}
