/** The stack that an image needs at most: the call graph of its own objects, and what interrupts add. */
import { boundStack, describeFinding, type ElfFile, readCallGraph } from '../elf/index.ts';
import { stackUnbounded } from './failures.ts';
import type { StackAnalysis } from './types.ts';

/**
 * What the processor pushes on exception entry: r0-r3, r12, lr, pc, xpsr, s0-s15, fpscr and a reserved word, and one
 * more word where the stack pointer was not a multiple of 8 (Armv7-M architecture reference manual, B1.5.6 and B1.5.7).
 */
const exceptionFrame = { symbol: '(exception frame)', frameBytes: 26 * 4 + 4 };

/**
 * Each level can interrupt the one before it once: the program, the only enabled interrupt, and a fault, which never
 * returns. `Fault_Handler` pushes nothing and branches to `fault_report` in assembly, which the call graph cannot show.
 */
const levels = ['Reset_Handler', 'USART1_IRQHandler', 'fault_report'] as const;

/** The stack pointer is a multiple of 8 at every function (Procedure call standard for the Arm architecture, 6.2.1.2). */
const stackAlignmentBytes = 8;

/**
 * worst case = frames of the deepest chain from `Reset_Handler`
 *            + 108 + deepest chain from `USART1_IRQHandler`
 *            + 108 + deepest chain from `fault_report`, rounded up to 8.
 *
 * Takes the `.ci` texts of all objects. Throws a `Failure` (`FIRMWARE_STACK_UNBOUNDED`) that names each recursion, call
 * through a pointer, dynamic frame and function without stack information on the way.
 */
export function worstCaseStack(callGraphTexts: readonly string[]): StackAnalysis {
  const graph = readCallGraph(callGraphTexts);
  const bounds = levels.map((root) => boundStack(graph, root));
  const findings = bounds.flatMap((bound) => bound.findings);
  if (findings.length > 0) throw stackUnbounded([...new Set(findings.map(describeFinding))]);
  const deepestChain = bounds.flatMap((bound, level) =>
    level === 0 ? bound.chain : [exceptionFrame, ...bound.chain],
  );
  const bytes = deepestChain.reduce((total, frame) => total + frame.frameBytes, 0);
  return { worstCaseBytes: Math.ceil(bytes / stackAlignmentBytes) * stackAlignmentBytes, deepestChain };
}

/**
 * Functions of the linked image that the call graph does not know, in no chain of calls although they may run: there
 * must be none, or the bound says nothing.
 */
export function functionsBeyondCallGraph(elf: ElfFile, callGraphTexts: readonly string[]): readonly string[] {
  const known = new Set([...readCallGraph(callGraphTexts).values()].map((node) => node.symbol));
  return elf.symbols
    .filter((symbol) => symbol.kind === 'function' && symbol.section !== undefined && !known.has(symbol.name))
    .map((symbol) => symbol.name);
}
