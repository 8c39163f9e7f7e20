/**
 * Memory as TinyEngine counts it (MCUNet, NeurIPS 2020; its `GeneralMemoryScheduler`): every layer run whole, input and
 * output side by side, a block's input kept for its addition, depthwise layers in place, and two working buffers for all
 * layers, of which each is as large as the most demanding layer wants it.
 */
import { at } from '../base/index.ts';
import type { ImageShape, NetLayer } from '../model/index.ts';

export type LayerwiseMemory = {
  readonly arenaBytes: number;
  /** Bytes of tensors that live while each layer runs. */
  readonly liveBytes: readonly number[];
};

export function layerwiseMemory(layers: readonly NetLayer[]): LayerwiseMemory {
  const { last, shortcuts } = readersOf(layers);
  const liveBytes: number[] = [];
  let workingBytes = 0;
  let weightBytes = 0;
  /** Of the buffer that the layer before wrote. */
  let inputBytes = layers[0] === undefined ? 0 : bytesOf(layers[0].input);
  const waiting = new Map<number, number>();
  for (const [index, layer] of layers.entries()) {
    const isKept = at(last, index) > index;
    const isInPlace = layer.kind === 'depthwise' && !isKept;
    if (isKept) waiting.set(index - 1, inputBytes);
    let live = inputBytes + (isInPlace ? 0 : bytesOf(layer.output));
    for (const [source, bytes] of waiting) if (source !== index - 1) live += bytes;
    liveBytes.push(live);
    const source = shortcuts[index];
    if (source !== undefined) waiting.delete(source);
    workingBytes = Math.max(workingBytes, columnBytes(layer));
    weightBytes = Math.max(weightBytes, widenedWeightBytes(layer));
    // An output in place of a larger input has the start of its buffer.
    inputBytes = bytesOf(layer.output);
  }
  const most = liveBytes.reduce((largest, bytes) => Math.max(largest, bytes), 0);
  return { arenaBytes: most + workingBytes + weightBytes, liveBytes };
}

/** For each layer, the last one that reads its input, and which layer's output an addition reads beside its input. */
function readersOf(layers: readonly NetLayer[]): {
  readonly last: readonly number[];
  readonly shortcuts: readonly (number | undefined)[];
} {
  const indexOf = new Map(layers.map(({ name }, index) => [name, index]));
  const last = layers.map((_, index) => index);
  const shortcuts = layers.map((layer, index) => {
    if (layer.kind !== 'add') return undefined;
    const source = indexOf.get(layer.shortcutFrom);
    if (source !== undefined) last[source + 1] = index;
    return source;
  });
  return { last, shortcuts };
}

function bytesOf({ height, width, channels }: ImageShape): number {
  return height * width * channels;
}

/** Two columns of half-words for a convolution, two padded channels for a depthwise one. */
function columnBytes(layer: NetLayer): number {
  if (layer.kind !== 'conv' && layer.kind !== 'depthwise') return 0;
  const { kernel, input } = layer;
  if (layer.kind === 'conv') return 4 * kernel.height * kernel.width * input.channels;
  const padded = (side: 'height' | 'width'): number => input[side] + 2 * Math.floor(kernel[side] / 2);
  return 2 * padded('height') * padded('width');
}

/** Weights of a convolution as half-words; those of 1x1 convolutions are used as they are. */
function widenedWeightBytes(layer: NetLayer): number {
  if (layer.kind !== 'conv' || layer.kernel.height === 1) return 0;
  const { kernel, input, output } = layer;
  return 2 * kernel.height * kernel.width * input.channels * output.channels;
}
