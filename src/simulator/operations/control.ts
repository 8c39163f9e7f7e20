/** Branches, and what touches the machine rather than its registers. */
import type { Condition } from './operand.ts';

/** Branches. Targets are absolute and even. */
export type BranchOperation =
  | { readonly kind: 'branch'; readonly target: number }
  | { readonly kind: 'call'; readonly target: number }
  | { readonly kind: 'branch-register'; readonly rm: number; readonly link: boolean }
  | {
      readonly kind: 'compare-branch';
      /** CBNZ. */
      readonly nonzero: boolean;
      readonly rn: number;
      readonly target: number;
    }
  | {
      readonly kind: 'table-branch';
      readonly rn: number;
      readonly rm: number;
      readonly width: 1 | 2;
    };

/** Special registers of MRS and MSR by Arm's SYSm number. */
export type SystemOperation =
  /** IT itself: it takes an issue slot and does nothing, as its conditions are in the instructions. */
  | { readonly kind: 'it'; readonly firstCondition: Condition; readonly mask: number }
  /** PLD, PLI and DBG are hints too. */
  | { readonly kind: 'hint'; readonly op: 'nop' | 'yield' | 'wfe' | 'wfi' | 'sev' | 'pld' | 'pli' | 'dbg' }
  | { readonly kind: 'barrier'; readonly op: 'dmb' | 'dsb' | 'isb' }
  | { readonly kind: 'clrex' }
  | { readonly kind: 'mrs'; readonly rd: number; readonly register: number }
  | {
      readonly kind: 'msr';
      readonly rn: number;
      readonly register: number;
      /** Bit 1: N, Z, C, V, Q; bit 0: GE. */
      readonly mask: number;
    }
  | {
      readonly kind: 'cps';
      readonly disable: boolean;
      readonly primask: boolean;
      readonly faultmask: boolean;
    }
  | { readonly kind: 'svc'; readonly immediate: number }
  | { readonly kind: 'bkpt'; readonly immediate: number }
  /** UDF and every encoding without a meaning: UNDEFINSTR when executed. */
  | { readonly kind: 'undefined'; readonly why: string }
  /** Coprocessor instructions, of which the core has none: NOCP when executed. */
  | { readonly kind: 'coprocessor'; readonly number: number };
