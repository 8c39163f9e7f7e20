/** Door of `graph`: typed operators with resolved shapes and quantisation, and the int8 arithmetic that they stand for. */
export { type BilinearSource, bilinearSource, bilinearSteps } from './bilinear-source.ts';
export { opKinds } from './build/op-kinds.ts';
export { buildGraph, findProblems } from './build-graph.ts';
export { elementBytes, rangeOf, typeOfValues, valuesIn, zeros } from './element-types.ts';
export {
  multiplyByQuantizedMultiplier,
  multiplyWide,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
  saturatingRoundingDoublingHighMul,
  scaleSum,
  shortMultiplier,
} from './fixed-point.ts';
export {
  exponentialOnNegativeValues,
  inverseRoot,
  logarithmFromOne,
  logistic,
  oneOverOnePlus,
  reciprocal,
} from './fixed-point-functions.ts';
export { gateLogistic, gateTable, gateTanh } from './gate-functions.ts';
export { exponentialTable, inPieces, logisticTable, reciprocalTable } from './int16-tables.ts';
export { nearestSource } from './nearest-source.ts';
export { resolveOutputShape } from './output-shape.ts';
export { type Pass, standardPasses } from './passes/index.ts';
export { printGraph } from './print-graph.ts';
export {
  clampTo,
  dequantizeValue,
  quantizeValue,
} from './quantisation.ts';
export type { Gate, Lstm, State, Store, Svdf } from './recurrent-types.ts';
export {
  broadcastShapes,
  broadcastStrides,
  elementCount,
  type Shape,
  stridesOf,
  tensorBytes,
} from './shape.ts';
export { changedStates, memoryRoots, statesOf } from './states.ts';
export { countMacs, parameterCount } from './statistics.ts';
export type {
  Add,
  ArgExtremum,
  Cast,
  Clamp,
  Concatenation,
  Conv2d,
  Curve,
  DepthwiseConv2d,
  Edge,
  EdgeType,
  Extremum,
  FullyConnected,
  Graph,
  GroupedConv2d,
  L2Normalise,
  Logistic,
  LogSoftmax,
  Lookup,
  Mean,
  Mul,
  Multiplier,
  Op,
  Pad,
  Padding2d,
  Piecewise,
  Pool2d,
  Prelu,
  ReducedExtremum,
  Relu,
  Requantize,
  ResizeBilinear,
  ResizeNearest,
  Size2d,
  Slice,
  Softmax,
  Sub,
  Take,
  Tensor,
  TensorId,
  TensorType,
  TensorValues,
  Transpose,
  TransposeConv2d,
} from './types.ts';
export { verifyGraph } from './verify-graph.ts';
