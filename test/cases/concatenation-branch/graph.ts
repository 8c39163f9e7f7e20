/** Two wide branches that the file interleaves: run one after the other they need less, and both end in one tensor. */
import type { Graph } from '../../../src/graph/index.ts';
import { networkBuilder } from '../../support/network-builder.ts';

const network = networkBuilder(3);
const input = network.input([1, 4, 4, 2]);
const left = network.conv2d(input, 12);
const right = network.conv2d(input, 12);
const narrowLeft = network.conv2d(left, 2);
const narrowRight = network.pool2d('maxPool2d', network.conv2d(right, 2), 3, 1);
const joined = network.concatenation([narrowLeft, narrowRight]);

export const graph: Graph = network.finish([joined, narrowLeft]);
