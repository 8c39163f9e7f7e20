/** Conversions that only stand around operators which the converter left in float32: these are to be replaced. */
import type { OperatorProblem } from '../../base/index.ts';
import type { FileOperator } from './read-operators.ts';

/** The same problems; those of conversions point to the operators that they are there for, where these are refused. */
export function blameFloat(
  problems: readonly OperatorProblem[],
  operators: readonly FileOperator[],
): readonly OperatorProblem[] {
  const refused = new Set(problems.flatMap(({ operator, kind }) => (isConversion(kind) ? [] : [operator])));
  const byIndex = new Map(operators.map((operator) => [operator.index, operator]));
  return problems.map((problem) => {
    const conversion = isConversion(problem.kind) ? byIndex.get(problem.operator ?? -1) : undefined;
    const cause = operators.find(
      (other) => conversion !== undefined && refused.has(other.index) && isBeside(conversion, other),
    );
    return cause === undefined ? problem : { ...problem, hint: hintFor(cause) };
  });
}

function isConversion(kind: string): boolean {
  return kind === 'DEQUANTIZE' || kind === 'QUANTIZE';
}

function isBeside(conversion: FileOperator, other: FileOperator): boolean {
  return conversion.kind.name === 'DEQUANTIZE'
    ? other.inputs.some((input) => conversion.outputs.includes(input))
    : other.outputs.some((output) => conversion.inputs.includes(output));
}

function hintFor({ index, kind }: FileOperator): string {
  return `the converter has no int8 form of operator ${index} ${kind.name} and leaves that in float32: replace it, and this one goes with it`;
}
