/** Flags as JavaScript: from variables, or straight from the operands of the instruction that set them. */
import type { Condition } from '../../operations/operand.ts';
import { flagsOfCondition } from '../effects.ts';

/**
 * The instruction that set flags last, by names that still hold its operands and result. `carry` is the carry of logical
 * operations and of additions with carry, 0 or 1; `overflow` is an expression whose sign is V.
 */
export type FlagSource = {
  readonly kind: 'subtract' | 'add' | 'other';
  /** Which flags it set (`flagBits`). */
  readonly flags: number;
  readonly result: string;
  readonly a: string;
  readonly b: string;
  readonly carry: string;
  readonly overflow: string;
};

export function subtractSource(a: string, b: string, result: string): FlagSource {
  return {
    kind: 'subtract',
    flags: 15,
    result,
    a,
    b,
    carry: `(${a}>>>0)>=(${b}>>>0)?1:0`,
    overflow: `(${a}^${b})&(${a}^${result})`,
  };
}

export function addSource(a: string, b: string, result: string): FlagSource {
  return {
    kind: 'add',
    flags: 15,
    result,
    a,
    b,
    carry: `(${result}>>>0)<(${a}>>>0)?1:0`,
    overflow: `(${a}^${result})&(${b}^${result})`,
  };
}

/** Flags of a logical result; `carry` is `undefined` where C stays. */
export function logicSource(result: string, carry: string | undefined): FlagSource {
  return {
    kind: 'other',
    flags: carry === undefined ? 3 : 7,
    result,
    a: result,
    b: '0',
    carry: carry ?? '0',
    overflow: '0',
  };
}

/** Value of a flag's variable: see `slots` for how flags are kept. */
export function flagValue(source: FlagSource, flag: 'n' | 'z' | 'c' | 'v'): string {
  switch (flag) {
    case 'n':
    case 'z':
      return source.result;
    case 'c':
      return source.carry;
    case 'v':
      return source.overflow;
  }
}

/** A condition on the flags of `source`, which must have set all that it reads. */
function fusedCondition(condition: Condition, source: FlagSource): string | undefined {
  const { kind, a, b, result } = source;
  switch (condition) {
    case 'eq':
      return `${result}===0`;
    case 'ne':
      return `${result}!==0`;
    case 'mi':
      return `${result}<0`;
    case 'pl':
      return `${result}>=0`;
    case 'al':
      return 'true';
    default:
      break;
  }
  if (kind !== 'subtract') return undefined;
  switch (condition) {
    case 'cs':
      return `(${a}>>>0)>=(${b}>>>0)`;
    case 'cc':
      return `(${a}>>>0)<(${b}>>>0)`;
    case 'hi':
      return `(${a}>>>0)>(${b}>>>0)`;
    case 'ls':
      return `(${a}>>>0)<=(${b}>>>0)`;
    case 'ge':
      return `${a}>=${b}`;
    case 'lt':
      return `${a}<${b}`;
    case 'gt':
      return `${a}>${b}`;
    case 'le':
      return `${a}<=${b}`;
    default:
      return undefined;
  }
}

/** Whether a reader of `condition` can do without variables after an instruction of this source. */
export function canFuse(condition: Condition, kind: FlagSource['kind'], flags: number): boolean {
  const needed = flagsOfCondition(condition);
  if ((needed & flags) !== needed) return false;
  return (
    fusedCondition(condition, {
      kind,
      flags,
      result: 'r',
      a: 'a',
      b: 'b',
      carry: '',
      overflow: '',
    }) !== undefined
  );
}

const onVariables: Readonly<Record<Condition, string>> = {
  eq: 'fz===0',
  ne: 'fz!==0',
  cs: 'fc!==0',
  cc: 'fc===0',
  mi: 'fn<0',
  pl: 'fn>=0',
  vs: 'fv<0',
  vc: 'fv>=0',
  hi: 'fc!==0&&fz!==0',
  ls: 'fc===0||fz===0',
  ge: '(fn^fv)>=0',
  lt: '(fn^fv)<0',
  gt: 'fz!==0&&(fn^fv)>=0',
  le: 'fz===0||(fn^fv)<0',
  al: 'true',
};

export type ConditionText = { readonly text: string /** Flags read as variables. */; readonly flags: number };

export function conditionText(condition: Condition, source: FlagSource | undefined): ConditionText {
  if (source !== undefined && canFuse(condition, source.kind, source.flags)) {
    return { text: fusedCondition(condition, source) ?? 'true', flags: 0 };
  }
  return { text: onVariables[condition], flags: flagsOfCondition(condition) };
}
