/** Loads and stores of core registers. */
import type { Address } from './operand.ts';

export type MemoryOperation =
  | {
      readonly kind: 'load';
      readonly width: 1 | 2 | 4;
      readonly signed: boolean;
      /** 15 is a branch. */
      readonly rt: number;
      readonly address: Address;
      /** LDRT and kin: with the rights of unprivileged code. */
      readonly unprivileged: boolean;
    }
  | {
      readonly kind: 'store';
      readonly width: 1 | 2 | 4;
      readonly rt: number;
      readonly address: Address;
      readonly unprivileged: boolean;
    }
  | {
      readonly kind: 'load-dual' | 'store-dual';
      readonly rt: number;
      readonly rt2: number;
      readonly address: Address;
    }
  /** LDM, STM, PUSH, POP: registers by ascending number at ascending addresses from `rn`, or ending below it. */
  | {
      readonly kind: 'load-multiple' | 'store-multiple';
      readonly rn: number;
      readonly registers: readonly number[];
      readonly writeBack: boolean;
      /** STMDB, LDMDB, PUSH. */
      readonly before: boolean;
    }
  | {
      readonly kind: 'load-exclusive';
      readonly width: 1 | 2 | 4;
      readonly rt: number;
      readonly rn: number;
      readonly offset: number;
    }
  | {
      readonly kind: 'store-exclusive';
      readonly width: 1 | 2 | 4;
      readonly rd: number;
      readonly rt: number;
      readonly rn: number;
      readonly offset: number;
    };
