/** Which smaller versions of a network are looked at, from the largest to the smallest. */
import { at } from '../base/index.ts';
import type { Graph, Size2d } from '../graph/index.ts';
import { imageOf, type Scale } from './scale-graph.ts';

/** Widths in sixteenths, down to a quarter. */
const sixteenths = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];

/** Smaller images are another task. */
const smallestImageShare = 0.4;

export function widths(): readonly Scale[] {
  return sixteenths.map((count) => ({ width: count / 16 }));
}

/** Empty where the input is no image. */
export function resolutions(graph: Graph): readonly Scale[] {
  const image = imageSize(graph);
  if (image === undefined) return [];
  const { height, width } = image;
  const step = Math.max(height, width) >= 64 ? 8 : Math.max(height, width) >= 24 ? 4 : 2;
  const scales: Scale[] = [];
  const long = Math.max(height, width);
  for (let size = Math.floor((long - 1) / step) * step; size >= long * smallestImageShare; size -= step) {
    const side = (whole: number) => Math.max(1, Math.round((whole * size) / long));
    scales.push({ image: { height: side(height), width: side(width) }, width: 1 });
  }
  return scales;
}

/** Both at once, by about the same factor. */
export function resolutionsAndWidths(graph: Graph): readonly Scale[] {
  const image = imageSize(graph);
  return resolutions(graph).map((scale) => {
    const share = (scale.image?.height ?? 0) / (image?.height ?? 1);
    return { ...scale, width: Math.min(15, Math.max(4, Math.round(share * 16))) / 16 };
  });
}

function imageSize(graph: Graph): Size2d | undefined {
  const image = imageOf(graph);
  if (image === undefined) return undefined;
  const { shape } = at(graph.tensors, image);
  return { height: at(shape, 1), width: at(shape, 2) };
}
