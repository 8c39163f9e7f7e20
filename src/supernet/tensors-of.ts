/** Names and shapes of the tensors that a space asks for. */
import { headWidth, midChannels, type Space, type Stage, scaledWidth } from '../search/index.ts';

type Shape = readonly number[];

/** What the blocks of a stage have in common, and where they differ. */
export type SharedBlock = {
  /** `stages.1.blocks.0`. */
  readonly name: string;
  readonly inChannels: number;
  /** Of the largest expansion. */
  readonly midChannels: number;
  readonly outChannels: number;
  readonly hasExpansion: boolean;
  /** Largest first. */
  readonly kernels: readonly number[];
};

/** Every tensor of a super-network by name, in PyTorch's layouts. */
export function tensorsOf(space: Space): ReadonlyMap<string, Shape> {
  const tensors = new Map<string, Shape>();
  const add = (name: string, weight: Shape): void => {
    tensors.set(`${name}.weight`, weight);
    for (const role of ['gamma', 'beta']) tensors.set(`${name}.${role}`, weight.slice(0, 1));
  };
  const stem = scaledWidth(space, space.stem.width);
  add('first_conv', [stem, space.input.channels, space.stem.kernel.height, space.stem.kernel.width]);
  let features = stem;
  for (const block of sharedBlocks(space).flat()) {
    addBlock(block, space.dimensions, add, tensors);
    features = block.outChannels;
  }
  const head = headWidth(space);
  if (head !== undefined) add('feature_mix', [head, features, 1, 1]);
  tensors.set('classifier.weight', [space.classes, head ?? features]);
  tensors.set('classifier.bias', [space.classes]);
  return tensors;
}

function addBlock(
  block: SharedBlock,
  dimensions: 1 | 2,
  add: (name: string, weight: Shape) => void,
  tensors: Map<string, Shape>,
): void {
  const { name, kernels } = block;
  const [largest = 1] = kernels;
  if (block.hasExpansion) add(`${name}.expand`, [block.midChannels, block.inChannels, 1, 1]);
  add(`${name}.depthwise`, [block.midChannels, 1, largest, dimensions === 1 ? 1 : largest]);
  for (const [larger, smaller] of kernelSteps(kernels)) {
    tensors.set(`${name}.depthwise.${transformName(larger, smaller)}`, [
      smaller ** dimensions,
      smaller ** dimensions,
    ]);
  }
  add(`${name}.project`, [block.outChannels, block.midChannels, 1, 1]);
}

/** From each kernel to the next smaller one, from the largest on. */
export function kernelSteps(kernels: readonly number[]): readonly (readonly [number, number])[] {
  return kernels.slice(1).map((smaller, position) => [kernels[position] ?? smaller, smaller]);
}

export function transformName(larger: number, smaller: number): string {
  return `transform_${larger}to${smaller}`;
}

/** Blocks by stage, as many as the deepest network has. */
export function sharedBlocks(space: Space): readonly (readonly SharedBlock[])[] {
  let inChannels = scaledWidth(space, space.stem.width);
  return space.stages.map((stage, index) => {
    const blocks = Array.from({ length: Math.max(...stage.depths) }, (_, position) => {
      const block = sharedBlock(space, stage, `stages.${index}.blocks.${position}`, inChannels);
      inChannels = block.outChannels;
      return block;
    });
    return blocks;
  });
}

function sharedBlock(space: Space, stage: Stage, name: string, inChannels: number): SharedBlock {
  const expand = Math.max(...stage.expands);
  return {
    name,
    inChannels,
    midChannels: midChannels(space, inChannels, expand),
    outChannels: scaledWidth(space, stage.width),
    hasExpansion: expand !== 1,
    kernels: stage.kernels.toSorted((a, b) => b - a),
  };
}
