/** Inverted residual block: the skip connection keeps the input while the wide tensors come and go. */
import type { Graph } from '../../../src/graph/index.ts';
import { networkBuilder } from '../../support/network-builder.ts';

const network = networkBuilder(1);
const input = network.input([1, 6, 6, 4]);
const expanded = network.conv2d(input, 12);
const filtered = network.depthwiseConv2d(expanded);
const projected = network.conv2d(filtered, 4);
const sum = network.add(projected, input);

export const graph: Graph = network.finish([sum]);
