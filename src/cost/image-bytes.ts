/**
 * What a network takes in flash, and its firmware in SRAM beside the arena. Constants follow from the shapes; bytes of
 * code are means over 14 linked images of random networks of MCUNet's space, GCC 12.2 at the flags of the firmware; they are
 * a few per cent of an image, and `scripts/validate-cost.ts` holds the sum against linked images.
 */
import { at, invariant } from '../base/index.ts';
import type { NetLayer } from '../model/index.ts';
import type { EstimatedStep } from '../schedule/index.ts';

/** Bytes of code of an operator, by its kernel: run whole, and row by row. */
const operatorCode: Readonly<Record<string, { readonly whole: number; readonly rows: number }>> = {
  conv_s8: { whole: 300, rows: 382 },
  conv_1x1_s8: { whole: 121, rows: 210 },
  depthwise_paired_s8: { whole: 104, rows: 129 },
  // Unrolled or not, as the compiler likes: 430 to 1390.
  depthwise_conv_s8: { whole: 756, rows: 756 },
  add_s8: { whole: 105, rows: 158 },
  mean_s8: { whole: 167, rows: 167 },
  fully_connected_s8: { whole: 61, rows: 61 },
};

/** What every image has: start-up, serial protocol, the call of the network, and the cores that products share. */
const commonBytes = 8_370;

/** The core of paired depthwise layers, by the columns of their filters; in the images that have such a layer. */
const pairedCore: Readonly<Record<number, number>> = { 3: 2_162, 5: 1_944, 7: 2_031 };

/** A stream's loop, and an entry of its table for each call. */
const streamBytes = 95;
const callBytes = 2;

/** Static data beside the arena (312 to 320 bytes) and the worst-case stack (840 to 872). */
export const besideArenaBytes = 1_190;

/** What a layer takes of an image: its constants, and its code run whole and row by row. */
export type LayerImage = {
  readonly constantBytes: number;
  readonly codeBytes: { readonly whole: number; readonly rows: number };
  /** Columns of the filter of a paired depthwise layer; else 0. */
  readonly pairedColumns: number;
};

export function layerImage(layer: NetLayer, kernel: string): LayerImage {
  const codeBytes = operatorCode[kernel];
  invariant(codeBytes !== undefined, `the code of ${kernel} has been measured`);
  const isPaired = layer.kind === 'depthwise' && kernel === 'depthwise_paired_s8';
  return {
    constantBytes: constantBytesOf(layer, kernel),
    codeBytes,
    pairedColumns: isPaired ? layer.kernel.width : 0,
  };
}

/** Of the linked image, whose operators run in these steps. */
export function flashBytesOf(layers: readonly LayerImage[], steps: readonly EstimatedStep[]): number {
  let bytes = commonBytes;
  const cores = new Set<number>();
  for (const { from, to, band, calls } of steps) {
    const isStream = band > 0;
    if (isStream) bytes += streamBytes + calls * callBytes;
    for (let layer = from; layer < to; layer++) {
      const { constantBytes, codeBytes, pairedColumns } = at(layers, layer);
      bytes += constantBytes + (isStream ? codeBytes.rows : codeBytes.whole);
      cores.add(pairedColumns);
    }
  }
  for (const columns of cores) bytes += pairedCore[columns] ?? 0;
  return bytes;
}

/** Of a layer's constants in the form of its kernel. */
function constantBytesOf(layer: NetLayer, kernel: string): number {
  const { channels } = layer.output;
  switch (layer.kind) {
    case 'conv':
      return matrixBytes(layer.kernel.height * layer.kernel.width * layer.input.channels, channels);
    case 'linear':
      return matrixBytes(layer.input.channels, channels);
    case 'depthwise': {
      const weightBytes = layer.kernel.height * layer.kernel.width * channels;
      // The plain kernel has a bias, a multiplier and a shift a channel.
      return kernel === 'depthwise_conv_s8' ? weightBytes + 9 * channels : weightBytes + scaleBytes(channels);
    }
    default:
      return 0;
  }
}

/** Pairs of channels, whose weights are padded to fours and followed by a word; `matrix.ts` of the kernels. */
function matrixBytes(depth: number, channels: number): number {
  return even(channels) * 4 * Math.ceil(depth / 4) + 4 + scaleBytes(channels);
}

/** A line of two words a channel, `scaling.ts` of the kernels. */
function scaleBytes(channels: number): number {
  return 8 * even(channels);
}

function even(count: number): number {
  return 2 * Math.ceil(count / 2);
}
