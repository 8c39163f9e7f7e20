/** What an ONNX file states, before anything is made of it: nodes by their operators, values by their names. */

/** Element types by ONNX's names; others are kept as text, to be named in refusals. */
export type OnnxType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool' | (string & {});

/** Values in row-major order; those of 64 bits are rounded to float64. */
export type OnnxConstant = {
  readonly shape: readonly number[];
  readonly type: OnnxType;
  readonly values: Float32Array | Float64Array | Int8Array | Uint8Array | Int32Array;
};

export type OnnxAttribute = {
  readonly float?: number;
  readonly integer?: number;
  readonly text?: string;
  readonly tensor?: OnnxConstant;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  readonly hasGraph: boolean;
};

export type OnnxNode = {
  /** Position in the file's list of nodes. */
  readonly index: number;
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of values; an empty one is an absent optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
};

/** A size of `undefined` is left open by the file. */
export type OnnxEdge = {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (number | undefined)[] | undefined;
};

export type OnnxFile = {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxConstant>;
  readonly inputs: readonly OnnxEdge[];
  readonly outputs: readonly OnnxEdge[];
};
