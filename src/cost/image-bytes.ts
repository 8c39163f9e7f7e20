/**
 * What a network takes in flash, and its firmware in SRAM beside the arena. Constants follow from the shapes; bytes of
 * code are means over the images of random networks (`node scripts/validate-cost.ts --code`).
 */
import { at, invariant } from '../base/index.ts';
import type { NetLayer } from '../model/index.ts';
import type { EstimatedStep } from '../schedule/index.ts';

/** Bytes of code of an operator, by its kernel: run whole, and row by row. */
const operatorCode: Readonly<Record<string, { readonly whole: number; readonly rows: number }>> = {
  conv_s8: { whole: 800, rows: 800 },
  conv_1x1_s8: { whole: 200, rows: 260 },
  depthwise_paired_s8: { whole: 600, rows: 500 },
  depthwise_conv_s8: { whole: 700, rows: 700 },
  add_s8: { whole: 150, rows: 200 },
  mean_s8: { whole: 300, rows: 300 },
  fully_connected_s8: { whole: 200, rows: 200 },
};

/** What every image has: start-up, serial protocol, the network's call; and the kernels' shared cores. */
const runtimeBytes = 11_000;

/** Static data beside the arena, and the worst-case stack. */
export const besideArenaBytes = 1_200;

/** A stream's loop, and of each of its operators and calls. */
const streamCode = { stream: 100, operator: 20, call: 2 };

/** What a layer takes of an image: its constants, and its code run whole and row by row. */
export type LayerImage = {
  readonly constantBytes: number;
  readonly codeBytes: { readonly whole: number; readonly rows: number };
};

export function layerImage(layer: NetLayer, kernel: string): LayerImage {
  const codeBytes = operatorCode[kernel];
  invariant(codeBytes !== undefined, `the code of ${kernel} has been measured`);
  return { constantBytes: constantBytesOf(layer, kernel), codeBytes };
}

/** Of the linked image, whose operators run in these steps. */
export function flashBytesOf(layers: readonly LayerImage[], steps: readonly EstimatedStep[]): number {
  let bytes = runtimeBytes;
  for (const { from, to, band, calls } of steps) {
    const isStream = band > 0;
    if (isStream) bytes += streamCode.stream + (to - from) * streamCode.operator + calls * streamCode.call;
    for (let layer = from; layer < to; layer++) {
      const { constantBytes, codeBytes } = at(layers, layer);
      bytes += constantBytes + (isStream ? codeBytes.rows : codeBytes.whole);
    }
  }
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
