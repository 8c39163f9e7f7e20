/** Depthwise-separable classifier with float32 edges, a reshape and a softmax. */
import type { Graph } from '../../../src/graph/index.ts';
import { networkBuilder } from '../../support/network-builder.ts';

const network = networkBuilder(2);
const input = network.input([1, 8, 8, 1], 'float32', 'image');
const stem = network.conv2d(input, 4, 3, 2);
const filtered = network.depthwiseConv2d(stem);
const mixed = network.conv2d(filtered, 6);
const pooled = network.pool2d('averagePool2d', mixed, 4, 4);
const flat = network.reshape(pooled, [1, 6]);
const scores = network.fullyConnected(flat, 3);
const probabilities = network.softmax(scores);
network.rename(probabilities, 'probabilities');

export const graph: Graph = network.finish([probabilities], 'float32');
