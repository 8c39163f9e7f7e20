/** The rewriting passes, one flat list in the order in which they run. */
import type { Graph } from '../types.ts';
import { dropConstantChannels } from './drop-constant-channels.ts';
import { dropUnused } from './drop-unused.ts';
import { findDense } from './find-dense.ts';
import { findIdentities } from './find-identities.ts';
import { foldPadding } from './fold-padding.ts';
import { foldSlices } from './fold-slices.ts';
import { fuseActivations } from './fuse-activations.ts';
import { mergeReshapes } from './merge-reshapes.ts';
import { sinkPadding } from './sink-padding.ts';
import { sinkTransposes } from './sink-transposes.ts';

/** A rewrite that keeps every output of the network byte for byte. */
export type Pass = { readonly name: string; readonly rewrite: (graph: Graph) => Graph };

export const standardPasses: readonly Pass[] = [
  { name: 'sink-transposes', rewrite: sinkTransposes },
  { name: 'find-identities', rewrite: findIdentities },
  { name: 'merge-reshapes', rewrite: mergeReshapes },
  { name: 'sink-padding', rewrite: sinkPadding },
  { name: 'fold-padding', rewrite: foldPadding },
  { name: 'fold-slices', rewrite: foldSlices },
  { name: 'find-dense', rewrite: findDense },
  { name: 'fuse-activations', rewrite: fuseActivations },
  { name: 'drop-unused', rewrite: dropUnused },
  { name: 'drop-constant-channels', rewrite: dropConstantChannels },
];
