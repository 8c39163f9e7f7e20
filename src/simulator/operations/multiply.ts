/** Multiplications and their accumulating kin. `ra` or the pair of destinations is the accumulator. */

export type MultiplyOperation =
  | {
      readonly kind: 'multiply';
      readonly op: 'mul' | 'mla' | 'mls';
      readonly setFlags: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      readonly ra: number | undefined;
    }
  | {
      readonly kind: 'multiply-long';
      readonly op: 'umull' | 'smull' | 'umlal' | 'smlal' | 'umaal';
      readonly rdLow: number;
      readonly rdHigh: number;
      readonly rn: number;
      readonly rm: number;
    }
  /** SMULxy, SMLAxy and (word by half) SMULWy, SMLAWy. `n` and `m` choose the top half. */
  | {
      readonly kind: 'multiply-half';
      readonly wide: boolean;
      readonly nTop: boolean;
      readonly mTop: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      readonly ra: number | undefined;
    }
  | {
      readonly kind: 'multiply-half-long';
      readonly nTop: boolean;
      readonly mTop: boolean;
      readonly rdLow: number;
      readonly rdHigh: number;
      readonly rn: number;
      readonly rm: number;
    }
  /** SMUAD, SMUSD, SMLAD, SMLSD and their exchanged forms. */
  | {
      readonly kind: 'multiply-dual';
      readonly subtract: boolean;
      readonly exchange: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      readonly ra: number | undefined;
    }
  | {
      readonly kind: 'multiply-dual-long';
      readonly subtract: boolean;
      readonly exchange: boolean;
      readonly rdLow: number;
      readonly rdHigh: number;
      readonly rn: number;
      readonly rm: number;
    }
  /** SMMUL, SMMLA, SMMLS. */
  | {
      readonly kind: 'multiply-high';
      readonly subtract: boolean;
      readonly round: boolean;
      readonly rd: number;
      readonly rn: number;
      readonly rm: number;
      readonly ra: number | undefined;
    };
