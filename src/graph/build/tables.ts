/** Lists that operators get beside their weights, which a small file can ask for again and again. */
import { demand } from './site.ts';

/**
 * Entries of all lists together: factors of layers' outputs, places that gathers and paddings name. An output takes 12
 * bytes of flash beside its weights, and entries of seconds and gigabytes can be asked for by a megabyte that layers share.
 */
const mostEntries = 2 ** 18;

/** Claims so many entries for an operator; throws the reason where the network would have too many. */
export type Claim = (entries: number) => void;

export function tableAllowance(): Claim {
  let claimed = 0;
  return (entries) => {
    demand(
      claimed + entries <= mostEntries,
      `it has ${entries} outputs or places beside the ${claimed} of operators before it; up to ${mostEntries} are supported`,
      'give layers fewer outputs, or take large selections of values in the application',
    );
    claimed += entries;
  };
}
