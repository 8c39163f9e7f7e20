/** Generated C as plain text files. */

type OperatorSymbol = {
  /** Index into `schedule.steps`. */
  readonly step: number;
  /** Operator index in the model file. */
  readonly operatorIndex: number;
  /** C function of the step; its constants are named `<symbol>_<constant>`. */
  readonly symbol: string;
};

export type SourceTree = {
  /** Relative path (`model.h`, `model.c`, `kernels/...`) to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Files to compile, in order. */
  readonly units: readonly string[];
  readonly symbols: readonly OperatorSymbol[];
};
