/**
 * Estimated cycles of the kernels: what a call does, in counts of a few terms, times the cycles of each, which are fitted to
 * simulated calls of today's kernels on an STM32F746 (`scripts/kernel-benchmark`).
 */
import { invariant } from '../../base/index.ts';
import type { Target } from '../../target/index.ts';
import { heightOf, workOf } from './call-work.ts';
import { coefficients } from './coefficients.generated.ts';
import type { KernelShape } from './shape.ts';
import type { CachedShares, CallForm } from './work.ts';

/** How an operator is called. */
export type CallOptions = {
  /** Rows of a call in a stream, whose other operators displace it from the caches; all at once where it is left out. */
  readonly rows?: number;
  /** What lies behind the data cache; nothing where it is left out, as in arenas that coupled memory holds. */
  readonly cached?: CachedShares;
};

const nothingCached: CachedShares = { input: 0, output: 0, scratch: 0 };

/**
 * Cycles against those of the core that was measured. The M4 issues one instruction a cycle and spends two on most loads
 * (Cortex-M4 TRM, 3.3.1), where the M7 takes 0.62 cycles an instruction in these kernels; nothing was measured there.
 */
const cyclesOfCore: Readonly<Record<Target['core'], number>> = { 'cortex-m7': 1, 'cortex-m4': 2 };

/** Cycles of one call of a kernel. */
export function estimateShapeCycles(shape: KernelShape, target: Target, options: CallOptions = {}): number {
  const { rows, cached = nothingCached } = options;
  const isStreamed = rows !== undefined;
  const form: CallForm = { rows: rows ?? heightOf(shape), isStreamed };
  const work = workOf(shape, form, cached);
  const cyclesOf = coefficients[shape.kernel];
  let cycles = 0;
  for (const term in work) {
    const count = work[term] ?? 0;
    if (count === 0) continue;
    const each = cyclesOf[term];
    invariant(each !== undefined, `${shape.kernel} has no cycles for ${term}`);
    cycles += count * each;
  }
  return cycles * cyclesOfCore[target.core];
}
