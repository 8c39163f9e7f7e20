/** How V8 compiles what the simulator generates: thousands of short functions, each hot within one inference. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8's middle compiler keeps up to dozens of finished functions in memory at once, hundreds of megabytes of them for firmware with
 * unrolled kernels, for code that the optimising compiler replaces soon after. Without it, and with that one asked earlier,
 * the same simulation takes half of the memory and is as fast. Figures in docs/simulator.md.
 */
const flags = ['--no-maglev', '--invocation-count-for-turbofan=400', '--invocation-count-for-osr=100'];

/** The version that the figures were measured with and the action runs on; others know other flags. */
const measuredMajor = '24.';

export function tuneEngine(): void {
  if (!process.versions.node.startsWith(measuredMajor)) return;
  for (const flag of flags) setFlagsFromString(flag);
}
