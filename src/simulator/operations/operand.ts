/** What operations are made of: conditions, shifted operands, addresses. */

/** Arm's condition codes, in encoding order; `al` is an instruction outside IT blocks. */
export const conditions = [
  'eq',
  'ne',
  'cs',
  'cc',
  'mi',
  'pl',
  'vs',
  'vc',
  'hi',
  'ls',
  'ge',
  'lt',
  'gt',
  'le',
  'al',
] as const;
export type Condition = (typeof conditions)[number];

export type ShiftKind = 'lsl' | 'lsr' | 'asr' | 'ror' | 'rrx';

/** Second operand of data processing. `amount` is 0 to 32 as executed, not as encoded. */
export type Operand =
  | {
      readonly from: 'immediate';
      /** Signed 32 bits. */
      readonly value: number;
      /** Carry out of the rotation that made it; `undefined` leaves C as it is. */
      readonly carry: 0 | 1 | undefined;
    }
  | { readonly from: 'register'; readonly rm: number; readonly shift: ShiftKind; readonly amount: number };

/** Where a load or store goes. A literal's address is already absolute. */
export type Address =
  | { readonly mode: 'literal'; readonly address: number }
  | {
      readonly mode: 'immediate';
      readonly rn: number;
      readonly offset: number;
      readonly index: 'offset' | 'pre' | 'post';
    }
  | { readonly mode: 'register'; readonly rn: number; readonly rm: number; readonly shift: number };
