/**
 * What an instruction takes from the cycle that it issues in, and when its results can be used.
 *
 * Source: LLVM's `ARMScheduleM7.td`, whose names stand beside the rules (`SingleIssue`, `BeginGroup` = first slot only,
 * `SlowLoad` ...); which unit a kind uses holds for the core, how long it takes comes from `CoreTiming`.
 */
import type { Instruction, Operation } from '../instruction.ts';
import type { CoreTiming, Unit } from './types.ts';

export type Issue = {
  /** Units it takes; one named twice is taken twice. */
  readonly units: readonly Unit[];
  /** Issues with nothing beside it. */
  readonly alone: boolean;
  /** Can only be the first of two. */
  readonly firstOnly: boolean;
  /** Cycles from issue to its results. */
  readonly latency: number;
  /** Cycles beyond its own in which nothing issues. */
  readonly blocks: number;
};

type Rule = Partial<Omit<Issue, 'units'>>;

const issue = (units: readonly Unit[], latency: number, rest: Rule = {}): Issue => ({
  units,
  latency,
  alone: false,
  firstOnly: false,
  blocks: 0,
  ...rest,
});

/** LDM, STM, PUSH, POP, VLDM, VSTM: alone, some words a cycle. */
function multipleIssue(unit: 'load' | 'store', words: number, core: CoreTiming): Issue {
  const { wordsPerCycle, extraCycles } = core.multiple;
  const blocks = Math.ceil(words / wordsPerCycle) - 1 + extraCycles;
  return issue([unit], blocks + core.latencies.loadWord, { alone: true, blocks });
}

function dataIssue(operation: Extract<Operation, { kind: 'data' }>, core: CoreTiming): Issue {
  const { operand } = operation;
  const isShifted = operand.from === 'register' && (operand.amount !== 0 || operand.shift === 'rrx');
  return issue(isShifted ? ['alu', 'shift'] : ['alu'], core.latencies.alu);
}

/** `M7WriteSIMD1`, `M7WriteSIMD2`: saturating kinds take a cycle longer. */
function simdIssue(operation: Operation, core: CoreTiming): Issue {
  const { alu, saturating } = core.latencies;
  const firstOnly = { firstOnly: true };
  switch (operation.kind) {
    case 'parallel':
      return issue(['alu', 'simd'], operation.prefix.includes('q') ? saturating : alu, firstOnly);
    case 'saturating-add':
      return operation.op.startsWith('qd')
        ? issue(['alu', 'simd', 'shift'], saturating, firstOnly)
        : issue(['alu', 'simd'], saturating, firstOnly);
    case 'saturate':
    case 'saturate16':
      return issue(['alu', 'simd', 'shift'], saturating, firstOnly);
    case 'absolute-differences':
      return issue(['alu', 'simd'], saturating, firstOnly);
    case 'extend':
      return issue(operation.rn === undefined ? ['alu', 'simd'] : ['alu', 'simd', 'shift'], alu, firstOnly);
    case 'reverse':
      // REV, RBIT: `M7WriteShSIMD0`, done before the usual stage.
      return operation.op === 'clz'
        ? issue(['alu'], alu, firstOnly)
        : issue(['alu', 'simd', 'shift'], 0, firstOnly);
    case 'bit-field-extract':
    case 'pack':
      return issue(['alu', 'simd', 'shift'], alu, firstOnly);
    default:
      return issue(['alu', 'simd'], alu, firstOnly);
  }
}

function memoryIssue(operation: Operation, core: CoreTiming): Issue {
  const { loadWord, loadNarrow, alu } = core.latencies;
  const { dualWord } = core.blocking;
  switch (operation.kind) {
    case 'load':
      return issue(['load'], operation.width === 4 ? loadWord : loadNarrow);
    case 'load-exclusive':
      return issue(['load'], operation.width === 4 ? loadWord : loadNarrow, { firstOnly: true });
    case 'load-dual':
      return issue(['load', 'load'], loadWord, { alone: true, blocks: dualWord });
    case 'store-dual':
      return issue(['store'], alu + 1, { alone: true, blocks: dualWord });
    case 'store-exclusive':
      return issue(['store'], alu + 1, { alone: true });
    case 'load-multiple':
      return multipleIssue('load', operation.registers.length, core);
    case 'store-multiple':
      return multipleIssue('store', operation.registers.length, core);
    case 'vfp-load':
      return operation.double
        ? issue(['load', 'load', 'floatPort', 'floatPort'], loadNarrow, { alone: true, blocks: dualWord })
        : issue(['load', 'floatPort'], loadWord);
    case 'vfp-store':
      return operation.double
        ? issue(['store', 'floatPort', 'floatPort'], alu, { alone: true, blocks: dualWord })
        : issue(['store', 'floatPort'], alu);
    case 'vfp-load-multiple':
      return multipleIssue('load', operation.count, core);
    case 'vfp-store-multiple':
      return multipleIssue('store', operation.count, core);
    default:
      return issue(['store'], alu + 1);
  }
}

/** Divisions and square roots hold the pipeline; doubles take both ports and the first slot. */
function floatIssue(operation: Operation & { readonly double: boolean }, core: CoreTiming): Issue {
  const { latencies, blocking } = core;
  const isDivision =
    (operation.kind === 'vfp-binary' && operation.op === 'vdiv') ||
    (operation.kind === 'vfp-unary' && operation.op === 'vsqrt');
  if (operation.double) {
    const blocks = isDivision ? blocking.doubleDivide : blocking.doubleArithmetic;
    const latency = blocks + latencies.doubleAdd;
    return issue(['float', 'floatPort', 'floatPort'], latency, { firstOnly: true, blocks });
  }
  if (isDivision) {
    const { floatDivide } = blocking;
    return issue(['float', 'floatPort'], floatDivide + latencies.floatArithmetic, { blocks: floatDivide });
  }
  if (operation.kind !== 'vfp-accumulate') return issue(['float', 'floatPort'], latencies.floatArithmetic);
  const isFused = operation.op.startsWith('vf');
  const latency = isFused ? latencies.floatFused : latencies.floatChained;
  return issue(['float', 'floatPort'], latency, { blocks: blocking.floatAccumulate });
}

function floatMoveIssue(operation: Operation, core: CoreTiming): Issue {
  const { floatMove, floatArithmetic, alu } = core.latencies;
  switch (operation.kind) {
    case 'vfp-unary':
      // VABS and VNEG go down the arithmetic pipe, moves do not.
      if (operation.op !== 'vmov') return floatIssue(operation, core);
      return operation.double
        ? issue(['floatPort', 'floatPort'], floatMove, { firstOnly: true })
        : issue(['floatPort'], floatMove);
    case 'vfp-core':
      return issue(['floatPort'], operation.toCore ? floatMove : alu);
    case 'vfp-core-pair':
      return issue(['floatPort'], floatMove, { alone: true });
    case 'vfp-immediate':
      return issue(['floatPort'], floatMove);
    case 'vfp-compare':
      return issue(['float', 'floatPort'], 0);
    case 'vmrs':
    case 'vmsr':
      return issue(['float', 'floatPort'], alu, { alone: true });
    default:
      return issue(['float', 'floatPort'], floatArithmetic);
  }
}

function systemIssue(operation: Operation, core: CoreTiming): Issue {
  const { system } = core.latencies;
  switch (operation.kind) {
    case 'it':
      return issue([], 0);
    case 'hint':
      return operation.op === 'pld' ? issue(['load'], 1) : issue([], 1, { alone: true });
    case 'barrier':
      return issue([], system, { alone: true, blocks: core.blocking.barrier });
    default:
      return issue([], system, { alone: true, blocks: core.blocking.system });
  }
}

const simdKinds: ReadonlySet<Operation['kind']> = new Set([
  'parallel',
  'saturating-add',
  'saturate',
  'saturate16',
  'absolute-differences',
  'extend',
  'reverse',
  'bit-field-extract',
  'pack',
  'sel',
] as const);

const memoryKinds: ReadonlySet<Operation['kind']> = new Set([
  'load',
  'store',
  'load-dual',
  'store-dual',
  'load-multiple',
  'store-multiple',
  'load-exclusive',
  'store-exclusive',
  'vfp-load',
  'vfp-store',
  'vfp-load-multiple',
  'vfp-store-multiple',
] as const);

export function issueOf({ operation }: Instruction, core: CoreTiming): Issue {
  const { alu, multiply, divide } = core.latencies;
  if (simdKinds.has(operation.kind)) return simdIssue(operation, core);
  if (memoryKinds.has(operation.kind)) return memoryIssue(operation, core);
  if (operation.kind.startsWith('multiply')) return issue(['multiply'], multiply);
  switch (operation.kind) {
    case 'data':
      return dataIssue(operation, core);
    case 'shift':
      return issue(['alu', 'shift'], alu);
    case 'movt':
      return issue(['alu'], alu);
    case 'bit-field-insert':
      return issue(['alu', 'shift'], alu, { firstOnly: true });
    case 'divide':
      return issue(['alu'], divide + core.blocking.divide, { alone: true, blocks: core.blocking.divide });
    case 'branch':
    case 'call':
    case 'branch-register':
    case 'compare-branch':
      return issue(['branch'], alu);
    case 'table-branch':
      return issue(['load'], alu, { alone: true, blocks: core.blocking.tableBranch });
    case 'vfp-binary':
    case 'vfp-accumulate':
    case 'vfp-round':
      return floatIssue(operation, core);
    case 'vfp-select':
      return { ...floatIssue(operation, core), firstOnly: true };
    default:
      return operation.kind.startsWith('v') ? floatMoveIssue(operation, core) : systemIssue(operation, core);
  }
}
