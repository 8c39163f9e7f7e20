/** Door of `search`: spaces of networks, the choice among them, and the search within one. */
export {
  countGenotypes,
  genotypeKey,
  largestGenotype,
  parseGenotype,
  sampleGenotype,
  smallestGenotype,
} from './genotype.ts';
export { mcunetFamily } from './mcunet-family.ts';
export { headWidth, midChannels, netConfigOf, scaledWidth } from './net-config.ts';
export { spaceName, spaceOf, spacesOf } from './space.ts';
export { parseSpace, printSpace } from './space-json.ts';
export { familySchema } from './space-schema.ts';
export type * from './types.ts';
