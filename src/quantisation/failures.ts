/** Everything that `quantisation` says to a user when a network or its calibration data cannot be used. */
import { Failure, type OperatorProblem } from '../base/index.ts';

/** All operators that cannot be quantised, at once. */
export function notQuantisable(problems: readonly OperatorProblem[]): Failure {
  const message = 'the network cannot be quantised';
  return new Failure({ code: 'QUANTISATION_UNSUPPORTED', kind: 'model', message, problems });
}

/** An input of the network is not float32. */
export function inputNotFloat(name: string, type: string): Failure {
  return new Failure({
    code: 'QUANTISATION_UNSUPPORTED',
    kind: 'model',
    message: `the network's input "${name}" is ${type}, not float32`,
    hint: 'only float32 networks are quantised; give the network as it was before quantisation',
  });
}

export function weightsNotFinite(operator: number, name: string): Failure {
  return new Failure({
    code: 'WEIGHTS_NOT_FINITE',
    kind: 'model',
    message: `tensor "${name}" of operator ${operator} has values that are infinite or not numbers`,
    hint: 'the training diverged; take an earlier checkpoint',
  });
}

export function calibrationEmpty(): Failure {
  return new Failure({
    code: 'CALIBRATION_EMPTY',
    kind: 'usage',
    message: 'the calibration data has no samples',
    hint: 'give some hundred typical inputs of the network',
  });
}

/** `found` values do not make whole samples of `expected` values. */
export function calibrationShape(input: string, shape: readonly number[], found: number): Failure {
  return new Failure({
    code: 'CALIBRATION_SHAPE',
    kind: 'usage',
    message: `the calibration data for input "${input}" has ${found} values, which are not samples of [${shape}]`,
    hint: "give samples of the shape of the network's input, one after the other",
    data: { shape, found },
  });
}

/** A value of the data, or one that the network made of them. */
export function calibrationNotFinite(tensor: string, isInput: boolean): Failure {
  return new Failure({
    code: 'CALIBRATION_NOT_FINITE',
    kind: 'model',
    message: isInput
      ? `the calibration data for input "${tensor}" has values that are infinite or not numbers`
      : `calibration makes values in "${tensor}" that are infinite or not numbers`,
    hint: isInput
      ? 'remove these samples'
      : 'the network overflows on the calibration data: check its weights, and that the data is normalised as in training',
  });
}
