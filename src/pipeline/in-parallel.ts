/** Work side by side, as much of it as the machine has processors and memory for. */
import type { Host } from '../base/index.ts';

/**
 * Most that a model takes while it is verified, compilers included: 300 MiB for a network that fills the chip, measured
 * over the processes of `mcunet verify`, and room to spare.
 */
const bytesEach = 512 * 1024 ** 2;

/** Results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  { processors, memoryBytes }: Pick<Host, 'processors' | 'memoryBytes'>,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const limit = Math.max(1, Math.min(processors, Math.floor(memoryBytes / bytesEach)));
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await run(item));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
