/**
 * A convolution, a residual block, a pool over the whole image and a classifier: under the memory objective one stream
 * with a branch, a filter over three rows, and sums that are kept from row to row.
 */
import type { Graph } from '../../../src/graph/index.ts';
import type { PlanOptions } from '../../../src/schedule/index.ts';
import { networkBuilder } from '../../support/network-builder.ts';

export const options: PlanOptions = { objective: 'memory', mostSlowdown: 9 };

const network = networkBuilder(6);
const input = network.input([1, 9, 8, 2], 'int8', 'image');
const stem = network.conv2d(input, 4, 3, 2);
const wide = network.conv2d(stem, 8);
const filtered = network.depthwiseConv2d(wide);
const narrow = network.conv2d(filtered, 4);
const sum = network.add(narrow, stem);
network.rename(sum, 'sum');
const pooled = network.mean(sum);

export const graph: Graph = network.finish([network.fullyConnected(pooled, 3)]);
