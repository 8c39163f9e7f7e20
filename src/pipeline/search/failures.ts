/** User errors of searching a network. */
import { Failure } from '../../base/index.ts';

export const searchNotConfigured = (where: string): Failure =>
  new Failure({
    code: 'SEARCH_NOT_CONFIGURED',
    kind: 'usage',
    message: 'there is no search here',
    where,
    hint: 'add a section `search` with at least `limits`; see the README',
  });

export const supernetMismatch = (where: string, space: string, difference: string): Failure =>
  new Failure({
    code: 'SUPERNET_SPACE_MISMATCH',
    kind: 'usage',
    message: `the super-network covers space ${space}, which is none of this search: ${difference}`,
    where,
    hint: 'train it on a space that `mcunet search` prints, or configure the space that it was trained on',
  });

export const normalisationMismatch = (where: string, supernet: string): Failure =>
  new Failure({
    code: 'SUPERNET_NORMALISATION_MISMATCH',
    kind: 'usage',
    message: 'the data set is normalised in another way than the super-network was trained with',
    where,
    hint: `give the data set the normalisation of ${supernet}`,
  });

export const pairsOfOtherSpace = (where: string, measured: string, searched: string): Failure =>
  new Failure({
    code: 'SEARCH_PAIRS_OTHER_SPACE',
    kind: 'usage',
    message: `the pairs are of networks of space ${measured}, the search is in ${searched}`,
    where,
    hint: 'measure networks of the space that is searched',
  });

export const commandFailed = (command: string, network: string, reason: string): Failure =>
  new Failure({
    code: 'SEARCH_COMMAND_FAILED',
    kind: 'usage',
    message: `the evaluation command gave no accuracy: ${reason}`,
    where: `${command} (network ${network})`,
    hint: 'it must end with status 0 and print one number from 0 to 1, or a percentage, as its last line',
  });

export const stateOfOtherSearch = (where: string): Failure =>
  new Failure({
    code: 'SEARCH_STATE_OTHER',
    kind: 'usage',
    message: 'the folder holds the state of another search: its configuration, data, seed or shard differ',
    where,
    hint: 'name another folder with --out, or begin anew with --fresh',
  });

export const noneKeepsLimits = (tried: number, reason: string): Failure =>
  new Failure({
    code: 'SEARCH_NONE_MEASURED_WITHIN',
    kind: 'usage',
    message:
      tried === 1
        ? `the one network that is within the limits by its estimate is not when it is built and measured: ${reason}`
        : `none of the ${tried} most accurate networks kept the limits when it was built and measured; the last: ${reason}`,
    hint: 'lower the limits of the search a little below what you need, or search more networks',
  });
