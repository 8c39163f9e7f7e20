/** Generated C as plain text files. */

type OperatorSymbol = {
  /** Index into `schedule.steps`. */
  readonly step: number;
  /** Operator index in the model file. */
  readonly operatorIndex: number;
  /** Of the operators that this one became; absent for the first. */
  readonly part?: number | undefined;
  /** C function of the operator; its constants are named `<symbol>_<constant>`. */
  readonly symbol: string;
};

/** C of one step. */
export type StepText = {
  /** Its operators' functions; `operatorIndex` is that in the model file. */
  readonly operators: readonly Omit<OperatorSymbol, 'step'>[];
  /** The function that runs the step. */
  readonly symbol: string;
  /** Kernel headers. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly constantBytes: number;
};

export type SourceTree = {
  /** Relative path (`model.h`, `model.c`, `kernels/...`) to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Files to compile, in order. */
  readonly units: readonly string[];
  readonly symbols: readonly OperatorSymbol[];
};
