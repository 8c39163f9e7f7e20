/** Shapes as networks for such chips have them, drawn with one seed for all that draws them. */
import { type Random, seededRandom } from '../../test/kernels/random.ts';
import type { OutputForm } from './network-types.ts';

const random: Random = seededRandom(7);

export const integer: Random['integer'] = random.integer;
export const choose: Random['choose'] = random.choose;

export const channelCounts: readonly number[] = [
  3, 4, 8, 10, 12, 16, 16, 20, 24, 32, 32, 40, 48, 64, 64, 80, 96, 128,
];
export const wideCounts: readonly number[] = [96, 120, 128, 160, 192, 240, 256, 288, 320, 384, 480, 576];
export const forms: readonly OutputForm[] = ['rectified', 'rectified', 'signed', 'signed', 'any'];

/** Height and width such that a tensor of so many channels has at most `bytes`. */
export function imageOf(channels: number, bytes: number, least = 1): [height: number, width: number] {
  const most = Math.max(least, Math.floor(Math.sqrt(bytes / channels)));
  const height = integer(least, Math.min(most, 28));
  return [height, choose([height, height, integer(least, Math.min(most, 28))])];
}
