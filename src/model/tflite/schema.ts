/**
 * The part of TensorFlow Lite's schema (version 3d) that is read and written: for every field its slot, its type, and its default
 * where that is not zero. Facts from tensorflow/compiler/mlir/lite/schema/schema.fbs.
 */

export const fileIdentifier = 'TFL3';
export const schemaVersion = 3;

export const fields = {
  'Model.version': [0, 'uint32'],
  'Model.operatorCodes': [1, 'tables'],
  'Model.subgraphs': [2, 'tables'],
  'Model.description': [3, 'bytes'],
  'Model.buffers': [4, 'tables'],

  'OperatorCode.deprecatedBuiltinCode': [0, 'int8'],
  'OperatorCode.customCode': [1, 'bytes'],
  'OperatorCode.version': [2, 'int32', 1],
  'OperatorCode.builtinCode': [3, 'int32'],

  'SubGraph.tensors': [0, 'tables'],
  'SubGraph.inputs': [1, 'int32s'],
  'SubGraph.outputs': [2, 'int32s'],
  'SubGraph.operators': [3, 'tables'],

  'Buffer.data': [0, 'bytes'],
  'Buffer.offset': [1, 'uint64'],
  'Buffer.size': [2, 'uint64'],

  'Tensor.shape': [0, 'int32s'],
  'Tensor.type': [1, 'uint8'],
  'Tensor.buffer': [2, 'uint32'],
  'Tensor.name': [3, 'bytes'],
  'Tensor.quantization': [4, 'table'],
  'Tensor.isVariable': [5, 'bool'],
  'Tensor.sparsity': [6, 'table'],
  'Tensor.shapeSignature': [7, 'int32s'],
  'Tensor.hasRank': [8, 'bool'],
  'Tensor.externalBuffer': [10, 'uint32'],

  'QuantizationParameters.scale': [2, 'float32s'],
  'QuantizationParameters.zeroPoint': [3, 'int64s'],
  'QuantizationParameters.detailsType': [4, 'uint8'],
  'QuantizationParameters.quantizedDimension': [6, 'int32'],

  'Operator.opcodeIndex': [0, 'uint32'],
  'Operator.inputs': [1, 'int32s'],
  'Operator.outputs': [2, 'int32s'],
  'Operator.builtinOptionsType': [3, 'uint8'],
  'Operator.builtinOptions': [4, 'table'],
  'Operator.customOptions': [5, 'bytes'],
  'Operator.mutatingVariableInputs': [7, 'bytes'],
  'Operator.intermediates': [8, 'int32s'],
  'Operator.builtinOptions2Type': [11, 'uint8'],

  'Conv2DOptions.padding': [0, 'uint8'],
  'Conv2DOptions.strideWidth': [1, 'int32'],
  'Conv2DOptions.strideHeight': [2, 'int32'],
  'Conv2DOptions.activation': [3, 'uint8'],
  'Conv2DOptions.dilationWidth': [4, 'int32', 1],
  'Conv2DOptions.dilationHeight': [5, 'int32', 1],
  'Conv2DOptions.quantizedBiasType': [6, 'uint8'],

  'DepthwiseConv2DOptions.padding': [0, 'uint8'],
  'DepthwiseConv2DOptions.strideWidth': [1, 'int32'],
  'DepthwiseConv2DOptions.strideHeight': [2, 'int32'],
  'DepthwiseConv2DOptions.depthMultiplier': [3, 'int32'],
  'DepthwiseConv2DOptions.activation': [4, 'uint8'],
  'DepthwiseConv2DOptions.dilationWidth': [5, 'int32', 1],
  'DepthwiseConv2DOptions.dilationHeight': [6, 'int32', 1],

  'TransposeConvOptions.padding': [0, 'uint8'],
  'TransposeConvOptions.strideWidth': [1, 'int32'],
  'TransposeConvOptions.strideHeight': [2, 'int32'],
  'TransposeConvOptions.activation': [3, 'uint8'],
  'TransposeConvOptions.quantizedBiasType': [4, 'uint8'],

  'Pool2DOptions.padding': [0, 'uint8'],
  'Pool2DOptions.strideWidth': [1, 'int32'],
  'Pool2DOptions.strideHeight': [2, 'int32'],
  'Pool2DOptions.filterWidth': [3, 'int32'],
  'Pool2DOptions.filterHeight': [4, 'int32'],
  'Pool2DOptions.activation': [5, 'uint8'],

  'FullyConnectedOptions.activation': [0, 'uint8'],
  'FullyConnectedOptions.weightsFormat': [1, 'uint8'],
  'FullyConnectedOptions.keepDims': [2, 'bool'],
  'FullyConnectedOptions.quantizedBiasType': [4, 'uint8'],

  'AddOptions.activation': [0, 'uint8'],

  'SoftmaxOptions.beta': [0, 'float32'],

  'L2NormOptions.activation': [0, 'uint8'],

  'CastOptions.inputType': [0, 'uint8'],
  'CastOptions.outputType': [1, 'uint8'],

  'ArgMaxOptions.outputType': [0, 'uint8'],

  'LeakyReluOptions.alpha': [0, 'float32'],

  'ConcatenationOptions.axis': [0, 'int32'],
  'ConcatenationOptions.activation': [1, 'uint8'],

  'ReshapeOptions.newShape': [0, 'int32s'],

  'SqueezeOptions.axes': [0, 'int32s'],
  'PackOptions.valuesCount': [0, 'int32'],
  'PackOptions.axis': [1, 'int32'],
  'UnpackOptions.num': [0, 'int32'],
  'UnpackOptions.axis': [1, 'int32'],
  'SplitOptions.numSplits': [0, 'int32'],
  'SplitVOptions.numSplits': [0, 'int32'],
  'GatherOptions.axis': [0, 'int32'],
  'GatherOptions.batchDims': [1, 'int32'],
  'StridedSliceOptions.beginMask': [0, 'int32'],
  'StridedSliceOptions.endMask': [1, 'int32'],
  'StridedSliceOptions.ellipsisMask': [2, 'int32'],
  'StridedSliceOptions.newAxisMask': [3, 'int32'],
  'StridedSliceOptions.shrinkAxisMask': [4, 'int32'],
  'StridedSliceOptions.offset': [5, 'bool'],
  'MirrorPadOptions.mode': [0, 'uint8'],
  'SpaceToDepthOptions.blockSize': [0, 'int32'],
  'DepthToSpaceOptions.blockSize': [0, 'int32'],

  'ReducerOptions.keepDims': [0, 'bool'],

  'ResizeBilinearOptions.alignCorners': [2, 'bool'],
  'ResizeBilinearOptions.halfPixelCenters': [3, 'bool'],

  'SVDFOptions.rank': [0, 'int32'],
  'SVDFOptions.activation': [1, 'uint8'],

  'UnidirectionalSequenceLSTMOptions.activation': [0, 'uint8'],
  'UnidirectionalSequenceLSTMOptions.cellClip': [1, 'float32'],
  'UnidirectionalSequenceLSTMOptions.timeMajor': [3, 'bool'],
  'UnidirectionalSequenceLSTMOptions.diagonal': [5, 'bool'],

  'CallOnceOptions.initSubgraph': [0, 'int32'],
  'VarHandleOptions.container': [0, 'bytes'],
  'VarHandleOptions.sharedName': [1, 'bytes'],

  'ResizeNearestNeighborOptions.alignCorners': [0, 'bool'],
  'ResizeNearestNeighborOptions.halfPixelCenters': [1, 'bool'],
} as const;

/** Members of the union `BuiltinOptions` by name. */
export const optionsType = {
  none: 0,
  conv2d: 1,
  depthwiseConv2d: 2,
  pool2d: 5,
  svdf: 6,
  fullyConnected: 8,
  softmax: 9,
  concatenation: 10,
  add: 11,
  l2Norm: 12,
  resizeBilinear: 15,
  reshape: 17,
  spaceToDepth: 19,
  mul: 21,
  pad: 22,
  gather: 23,
  batchToSpaceNd: 24,
  spaceToBatchNd: 25,
  transpose: 26,
  reducer: 27,
  sub: 28,
  squeeze: 30,
  stridedSlice: 32,
  split: 35,
  logSoftmax: 36,
  cast: 37,
  dequantize: 38,
  maximumMinimum: 39,
  argMax: 40,
  padV2: 43,
  slice: 48,
  transposeConv: 49,
  tile: 51,
  expandDims: 52,
  argMin: 57,
  pack: 59,
  unpack: 64,
  unidirectionalSequenceLstm: 71,
  resizeNearestNeighbor: 74,
  leakyRelu: 75,
  mirrorPad: 77,
  abs: 78,
  splitV: 79,
  reverse: 81,
  quantize: 89,
  hardSwish: 91,
  depthToSpace: 94,
  callOnce: 103,
  broadcastTo: 104,
  varHandle: 111,
  readVariable: 112,
  assignVariable: 113,
} as const;
