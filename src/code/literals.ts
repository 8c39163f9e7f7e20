/** Numbers as C11 and C++ literals. */
import { invariant } from '../base/index.ts';

const int32Min = -(2 ** 31);
const longestLine = 110;

export function integerLiteral(value: number): string {
  invariant(Number.isInteger(value) && value >= int32Min && value < 2 ** 31, `${value} is not an int32`);
  // There are no negative literals in C, and 2147483648 is no int32.
  return value === int32Min ? '(-2147483647 - 1)' : `${value}`;
}

/** A float32 in nine significant digits at most, which name it without ambiguity. */
export function floatLiteral(value: number): string {
  const narrowed = Math.fround(value);
  invariant(Number.isFinite(narrowed), `${value} is not a finite float32`);
  const digits = `${Number(narrowed.toPrecision(9))}`;
  invariant(Math.fround(Number(digits)) === narrowed, `${digits} does not read as ${narrowed}`);
  return /[.e]/.test(digits) ? `${digits}f` : `${digits}.0f`;
}

/** Elements of an array, packed into indented lines. */
export function elementLines(values: ArrayLike<number>): string {
  const lines: string[] = [];
  let line = '';
  for (let index = 0; index < values.length; index++) {
    const element = `${integerLiteral(values[index] ?? Number.NaN)},`;
    if (line.length + element.length + 2 > longestLine) {
      lines.push(`  ${line}\n`);
      line = '';
    }
    line += element;
  }
  return `${lines.join('')}  ${line}\n`;
}
