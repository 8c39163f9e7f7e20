/** The family of spaces that MCUNet searches for ImageNet. */
import type { SpaceFamily, Stage } from './types.ts';

const square = (size: number) => ({ height: size, width: size });

/** Elastic as in Once-for-All: kernels 3, 5, 7 and expansions 3, 4, 6 in every block. */
function elastic(width: number, stride: number, depths: readonly number[]): Stage {
  return { width, stride: square(stride), depths, expands: [3, 4, 6], kernels: [3, 5, 7] };
}

/** 48, 64 ... 224. */
const resolutions = Array.from({ length: 12 }, (_, index) => square(48 + 16 * index));
/** 0.2, 0.3 ... 1.0. */
const widths = Array.from({ length: 9 }, (_, index) => (index + 2) / 10);

/**
 * 9 widths times 12 resolutions: 108 spaces. Source: "MCUNet: Tiny Deep Learning on IoT Devices" (NeurIPS 2020),
 * section 3.1, and the ProxylessNAS stage widths, strides and depths of its super-network (`OFAProxylessNASNets` in
 * mit-han-lab/mcunet), which has no 1x1 convolution before the average so that the flash goes to blocks.
 */
export const mcunetFamily: SpaceFamily = {
  input: { channels: 3, resolutions },
  widths,
  stem: { width: 32, kernel: square(3), stride: square(2) },
  stages: [
    { width: 16, stride: square(1), depths: [1], expands: [1], kernels: [3] },
    elastic(24, 2, [2, 3, 4]),
    elastic(40, 2, [2, 3, 4]),
    elastic(80, 2, [2, 3, 4]),
    elastic(96, 1, [2, 3, 4]),
    elastic(192, 2, [2, 3, 4]),
    elastic(320, 1, [1]),
  ],
  head: undefined,
  classes: 1000,
  dimensions: 2,
  divisor: 8,
};
