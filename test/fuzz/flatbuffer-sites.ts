/**
 * Where in a .tflite file its structure lies: offsets, lists of fields, lengths, sizes, scales, indices. By schema facts of
 * its own, and for sound files only.
 */

export type SiteKind =
  | 'offset'
  | 'vtable distance'
  | 'vtable'
  | 'count'
  | 'size'
  | 'type'
  | 'scale'
  | 'zero point'
  | 'dimension'
  | 'index'
  | 'flag'
  | 'option'
  | 'constant';

export type Site = {
  readonly kind: SiteKind;
  /** Name of the field: those of one name mean the same. */
  readonly field: string;
  readonly position: number;
  readonly bytes: 1 | 2 | 4 | 8;
};

/** A list of offsets or of numbers: where its own offset is, where its elements are. */
export type ListSite = {
  readonly field: string;
  readonly offsetAt: number;
  readonly start: number;
  readonly length: number;
  readonly elementBytes: 1 | 4 | 8;
  readonly holdsOffsets: boolean;
};

export type Sites = { readonly sites: readonly Site[]; readonly lists: readonly ListSite[] };

type FieldType =
  | { readonly is: 'scalar'; readonly kind: SiteKind; readonly bytes: 1 | 4 | 8 }
  | { readonly is: 'list'; readonly kind: SiteKind; readonly bytes: 1 | 4 | 8 }
  | { readonly is: 'table' | 'tables'; readonly table: TableName };
type TableName =
  | 'model'
  | 'code'
  | 'subgraph'
  | 'tensor'
  | 'quantization'
  | 'operator'
  | 'buffer'
  | 'options';

const scalar = (kind: SiteKind, bytes: 1 | 4 | 8): FieldType => ({ is: 'scalar', kind, bytes });
const list = (kind: SiteKind, bytes: 1 | 4 | 8): FieldType => ({ is: 'list', kind, bytes });
const text = list('flag', 1);

/** Fields by slot; those of options are all taken as words. */
const tables: Readonly<Record<TableName, Readonly<Record<number, FieldType>>>> = {
  model: {
    0: scalar('flag', 4),
    1: { is: 'tables', table: 'code' },
    2: { is: 'tables', table: 'subgraph' },
    4: { is: 'tables', table: 'buffer' },
  },
  code: { 0: scalar('type', 1), 1: text, 2: scalar('flag', 4), 3: scalar('type', 4) },
  subgraph: {
    0: { is: 'tables', table: 'tensor' },
    1: list('index', 4),
    2: list('index', 4),
    3: { is: 'tables', table: 'operator' },
  },
  tensor: {
    0: list('size', 4),
    1: scalar('type', 1),
    2: scalar('index', 4),
    3: text,
    4: { is: 'table', table: 'quantization' },
    5: scalar('flag', 1),
    7: list('size', 4),
  },
  quantization: {
    2: list('scale', 4),
    3: list('zero point', 8),
    4: scalar('flag', 1),
    6: scalar('dimension', 4),
  },
  operator: {
    0: scalar('index', 4),
    1: list('index', 4),
    2: list('index', 4),
    3: scalar('type', 1),
    4: { is: 'table', table: 'options' },
    5: text,
    7: text,
  },
  buffer: { 0: list('constant', 1), 1: scalar('flag', 8), 2: scalar('flag', 8) },
  options: {},
};

/** Constants up to this size steer operators: axes, paddings, shapes. */
const mostSteeringBytes = 64;

export function sitesOf(bytes: Uint8Array): Sites {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sites: Site[] = [];
  const lists: ListSite[] = [];
  const seen = new Set<number>();
  const follow = (position: number, field: string): number => {
    sites.push({ kind: 'offset', field, position, bytes: 4 });
    return position + file.getUint32(position, true);
  };
  const visitList = (position: number, field: string, type: FieldType & { is: 'list' }): void => {
    const start = follow(position, field) + 4;
    const length = file.getUint32(start - 4, true);
    sites.push({ kind: 'count', field, position: start - 4, bytes: 4 });
    const { kind, bytes: elementBytes } = type;
    lists.push({ field, offsetAt: position, start, length, elementBytes, holdsOffsets: false });
    const isSteering = kind !== 'constant' || length <= mostSteeringBytes;
    const step = kind === 'constant' ? 4 : elementBytes;
    const end = start + Math.min(length * elementBytes, 256);
    for (let at = start; isSteering && at + step <= end; at += step)
      sites.push({ kind, field, position: at, bytes: step });
  };
  const visitTables = (position: number, field: string, table: TableName): void => {
    const start = follow(position, field) + 4;
    const length = file.getUint32(start - 4, true);
    sites.push({ kind: 'count', field, position: start - 4, bytes: 4 });
    lists.push({ field, offsetAt: position, start, length, elementBytes: 4, holdsOffsets: true });
    for (let index = 0; index < length; index += 1) visit(start + 4 * index, table);
  };
  const visitField = (position: number, slot: number, table: TableName): void => {
    const field = `${table}.${slot}`;
    const type = tables[table][slot];
    if (type === undefined) {
      if (table !== 'options') return;
      sites.push({ kind: 'option', field, position, bytes: position + 4 <= bytes.length ? 4 : 1 });
    } else if (type.is === 'scalar') sites.push({ kind: type.kind, field, position, bytes: type.bytes });
    else if (type.is === 'list') visitList(position, field, type);
    else if (type.is === 'tables') visitTables(position, field, type.table);
    else visit(position, type.table);
  };
  const visit = (position: number, table: TableName): void => {
    const start = follow(position, table);
    if (seen.has(start)) return;
    seen.add(start);
    sites.push({ kind: 'vtable distance', field: table, position: start, bytes: 4 });
    const vtable = start - file.getInt32(start, true);
    const vtableBytes = file.getUint16(vtable, true);
    for (let entry = 0; entry < vtableBytes; entry += 2)
      sites.push({ kind: 'vtable', field: table, position: vtable + entry, bytes: 2 });
    for (let slot = 0; 4 + 2 * slot < vtableBytes; slot += 1) {
      const offset = file.getUint16(vtable + 4 + 2 * slot, true);
      if (offset !== 0) visitField(start + offset, slot, table);
    }
  };
  visit(0, 'model');
  return { sites, lists };
}
