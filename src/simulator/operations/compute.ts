/** Integer instructions that compute in registers, multiplication apart. */
import type { Operand } from './operand.ts';

export type DataOp =
  | 'and'
  | 'bic'
  | 'orr'
  | 'orn'
  | 'eor'
  | 'add'
  | 'adc'
  | 'sub'
  | 'sbc'
  | 'rsb'
  | 'mov'
  | 'mvn'
  | 'tst'
  | 'teq'
  | 'cmp'
  | 'cmn';

export type ParallelPrefix = 's' | 'q' | 'sh' | 'u' | 'uq' | 'uh';
export type ParallelOp = 'add16' | 'asx' | 'sax' | 'sub16' | 'add8' | 'sub8';

/** Integer instructions that compute. `undefined` destinations are those of compares. */
export type ComputeOperation =
  /** ADR and MOVW are `mov` of an immediate; MOV and shifts by constants are `mov` of a shifted register. */
  | {
      readonly kind: 'data';
      readonly op: DataOp;
      readonly setFlags: boolean;
      readonly rd: number | undefined;
      /** `undefined` for moves. Register 15 reads as the instruction's address plus 4. */
      readonly rn: number | undefined;
      readonly operand: Operand;
    }
  | {
      readonly kind: 'shift';
      readonly op: 'lsl' | 'lsr' | 'asr' | 'ror';
      readonly setFlags: boolean;
      readonly rd: number;
      readonly rn: number;
      /** Its bottom byte is the amount. */
      readonly rm: number;
    }
  | { readonly kind: 'movt'; readonly rd: number; readonly immediate: number }
  | {
      readonly kind: 'divide';
      readonly signed: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
    }
  | {
      readonly kind: 'bit-field-extract';
      readonly signed: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly lsb: number;
      readonly width: number;
    }
  /** BFI, or BFC where `rn` is `undefined`. */
  | {
      readonly kind: 'bit-field-insert';
      readonly rd: number;
      readonly rn: number | undefined;
      readonly lsb: number;
      readonly width: number;
    }
  /** SSAT and USAT of a shifted register to `bits` bits. */
  | {
      readonly kind: 'saturate';
      readonly signed: boolean;
      readonly rd: number;
      readonly bits: number;
      readonly rn: number;
      readonly shift: 'lsl' | 'asr';
      readonly amount: number;
    }
  | {
      readonly kind: 'saturate16';
      readonly signed: boolean;
      readonly rd: number;
      readonly bits: number;
      readonly rn: number;
    }
  | {
      readonly kind: 'saturating-add';
      readonly op: 'qadd' | 'qsub' | 'qdadd' | 'qdsub';
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
    }
  /** SXTB, UXTAH, SXTB16 and kin: `rn` is added where it is there. */
  | {
      readonly kind: 'extend';
      readonly from: 'byte' | 'half' | 'bytes16';
      readonly signed: boolean;
      readonly rd: number;
      readonly rn: number | undefined;
      readonly rm: number;
      readonly rotation: 0 | 8 | 16 | 24;
    }
  | {
      readonly kind: 'parallel';
      readonly prefix: ParallelPrefix;
      readonly op: ParallelOp;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
    }
  | { readonly kind: 'sel'; readonly rd: number; readonly rn: number; readonly rm: number }
  /** USAD8, or USADA8 where `ra` is there. */
  | {
      readonly kind: 'absolute-differences';
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      readonly ra: number | undefined;
    }
  | {
      readonly kind: 'pack';
      /** PKHTB (top of rn) rather than PKHBT. */
      readonly top: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      /** LSL (0 to 31) for PKHBT, ASR (1 to 32) for PKHTB. */
      readonly amount: number;
    }
  | {
      readonly kind: 'reverse';
      readonly op: 'rev' | 'rev16' | 'revsh' | 'rbit' | 'clz';
      readonly rd: number;
      readonly rm: number;
    };
