/** Floating-point operations of FPv5. */
import type { Address } from './operand.ts';

/** Rounding of a conversion: as FPSCR says, or one named by the instruction (zero, away, even, plus, minus). */
export type Rounding = 'fpscr' | 'zero' | 'away' | 'even' | 'plus' | 'minus';

/** Floating point. Registers are numbered in their own width: s0 to s31 where not `double`, else d0 to d15. */
export type FloatOperation =
  | {
      readonly kind: 'vfp-binary';
      readonly op: 'vadd' | 'vsub' | 'vmul' | 'vnmul' | 'vdiv' | 'vmaxnm' | 'vminnm';
      readonly double: boolean;
      readonly vd: number;
      readonly vn: number;
      readonly vm: number;
    }
  /** `vmla` and kin round the product, `vfma` and kin do not. */
  | {
      readonly kind: 'vfp-accumulate';
      readonly op: 'vmla' | 'vmls' | 'vnmla' | 'vnmls' | 'vfma' | 'vfms' | 'vfnma' | 'vfnms';
      readonly double: boolean;
      readonly vd: number;
      readonly vn: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-unary';
      readonly op: 'vmov' | 'vabs' | 'vneg' | 'vsqrt';
      readonly double: boolean;
      readonly vd: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-round';
      readonly rounding: Rounding;
      /** VRINTX, which tells that it rounded. */
      readonly exact: boolean;
      readonly double: boolean;
      readonly vd: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-select';
      readonly condition: 'eq' | 'vs' | 'ge' | 'gt';
      readonly double: boolean;
      readonly vd: number;
      readonly vn: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-compare';
      /** VCMPE: quiet NaNs are invalid too. */
      readonly signalling: boolean;
      readonly double: boolean;
      readonly vd: number;
      /** `undefined` compares with zero. */
      readonly vm: number | undefined;
    }
  /** VCVT, VCVTR, VCVTA... from floating point in `vm` to an integer in s`vd`. */
  | {
      readonly kind: 'vfp-to-integer';
      readonly double: boolean;
      readonly signed: boolean;
      readonly rounding: Rounding;
      readonly vd: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-from-integer';
      readonly double: boolean;
      readonly signed: boolean;
      readonly vd: number;
      readonly vm: number;
    }
  /** Fixed point in place: `vd` is both source and destination. */
  | {
      readonly kind: 'vfp-fixed';
      readonly toFixed: boolean;
      readonly double: boolean;
      readonly signed: boolean;
      readonly size: 16 | 32;
      readonly fractionBits: number;
      readonly vd: number;
    }
  /** Between single and double: `toDouble` reads s`vm` and writes d`vd`. */
  | { readonly kind: 'vfp-precision'; readonly toDouble: boolean; readonly vd: number; readonly vm: number }
  /** VCVTB and VCVTT: the half lies in the bottom or top of an s register. */
  | {
      readonly kind: 'vfp-half';
      readonly toHalf: boolean;
      readonly top: boolean;
      readonly double: boolean;
      readonly vd: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-immediate';
      readonly double: boolean;
      readonly vd: number;
      /** The number itself. */
      readonly value: number;
    }
  /** VMOV between a core register and s`vn`; VMOV.32 of half a double register is this with the s register that it is. */
  | { readonly kind: 'vfp-core'; readonly toCore: boolean; readonly rt: number; readonly vn: number }
  /** VMOV of two core registers and s`vm`, s`vm + 1`. */
  | {
      readonly kind: 'vfp-core-pair';
      readonly toCore: boolean;
      readonly rt: number;
      readonly rt2: number;
      readonly vm: number;
    }
  | {
      readonly kind: 'vfp-load' | 'vfp-store';
      readonly double: boolean;
      readonly vd: number;
      readonly address: Address;
    }
  /** VLDM, VSTM, VPUSH, VPOP of s`first` and the `count - 1` s registers after it (doubles are pairs). */
  | {
      readonly kind: 'vfp-load-multiple' | 'vfp-store-multiple';
      readonly double: boolean;
      readonly rn: number;
      readonly first: number;
      readonly count: number;
      readonly writeBack: boolean;
      readonly before: boolean;
    }
  /** VMRS; register 15 is APSR_nzcv. */
  | { readonly kind: 'vmrs'; readonly rt: number }
  | { readonly kind: 'vmsr'; readonly rt: number };
