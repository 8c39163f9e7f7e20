/** Work of the depthwise kernel that takes two taps of a row at a time, four channels after the other. */
import type { KernelShape } from './shape.ts';
import { insideOf } from './windows.ts';
import { type CachedShares, type CallForm, linesOf, type Work } from './work.ts';

/** Channels and outputs of a row that are made together, and pairs of rows that are kept, as in the catalogue. */
const lanes = 4;
const tile = 6;
const pairBytes = 8192;

type PairedShape = Extract<KernelShape, { kernel: 'depthwise_paired_s8' }>;

/** What a call makes of pairs, for each group of four channels. */
type Pairs = {
  /** Of a row, with those that tiles read beyond it. */
  readonly pitch: number;
  readonly ofRow: number;
  readonly rows: number;
  /** Rows of pairs that are moved from band to band. */
  readonly keptRows: number;
};

function pairsOf({ window, filter }: PairedShape, { rows, isStreamed }: CallForm): Pairs {
  const { input, output, stride, padding } = window;
  const taps = (filter.width + 1) / 2;
  const tiles = Math.ceil(output.width / tile);
  const pitch = tiles * (stride.width === 1 ? tile / 2 : tile) + taps - 1;
  const rowBytes = 4 * lanes * pitch;
  const fitting = Math.floor((pairBytes / rowBytes - filter.height) / stride.height);
  const band = isStreamed ? 1 : Math.min(1 + Math.max(0, fitting), output.height);
  const reach = (output.width - 1) * stride.width + filter.width;
  const needed = (rows - 1) * stride.height + filter.height;
  const share = rows / output.height;
  const outside =
    share *
    (padding.top +
      Math.max(0, (output.height - 1) * stride.height + filter.height - padding.top - input.height));
  const kept = Math.max(filter.height - stride.height, 0);
  return {
    pitch,
    ofRow: Math.ceil(reach / 2),
    rows: needed - outside,
    keptRows: (Math.ceil(rows / band) - 1) * kept,
  };
}

export function pairedWork(shape: PairedShape, form: CallForm, cached: CachedShares): Work {
  const { window, filter, scaling } = shape;
  const { input, output, stride, padding } = window;
  const { rows, isStreamed } = form;
  const { channels } = output;
  const groups = Math.ceil(channels / lanes);
  const pairs = pairsOf(shape, form);
  const tiles = Math.ceil(output.width / tile);
  const down = insideOf(input.height, output.height, filter.height, stride.height, padding.top);
  const tapRows = (rows * down.taps) / output.height;
  const kind = `${stride.width === 1 ? 'Dense' : 'Sparse'}${filter.width}`;
  const pixelLines = Math.min(1, channels / 32);
  return {
    call: isStreamed ? 0 : 1,
    streamCall: isStreamed ? 1 : 0,
    group: groups,
    weightRow: channels * filter.height,
    weightTap: channels * filter.height * filter.width,
    pairRow: groups * pairs.rows,
    pair: groups * pairs.rows * pairs.ofRow,
    keptPlace: groups * pairs.keptRows * pairs.pitch,
    channel: channels,
    row: channels * rows,
    borderRow: (channels * rows * (output.height - down.whole)) / output.height,
    [`tile_${scaling}`]: channels * rows * tiles,
    [`tileRow${kind}`]: channels * tapRows * tiles,
    partTile: output.width % tile === 0 ? 0 : channels * rows,
    weightLine: linesOf(channels * (filter.height * filter.width + 8)),
    inputLine: cached.input * groups * pairs.rows * input.width * pixelLines,
    outputLine: cached.output * groups * rows * output.width * pixelLines,
    scratchLine: cached.scratch * groups * linesOf(4 * lanes * pairs.rows * pairs.pitch),
  };
}
