/** Failures of this room: what a network asks for that cannot be built, as the user can read and mend it. */
import { Failure, type OperatorProblem } from '../base/index.ts';

const quantiseHint =
  'quantise it fully to int8, for example with TFLiteConverter: optimizations = [DEFAULT], a representative_dataset, ' +
  'target_spec.supported_ops = [TFLITE_BUILTINS_INT8]; float32 is read only before a first QUANTIZE and written only ' +
  'after a last DEQUANTIZE';

const byTensorFlow =
  'tf.lite.TFLiteConverter: optimizations = [tf.lite.Optimize.DEFAULT], a representative_dataset of a few hundred real ' +
  'inputs, and target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]';

const byOnnxRuntime =
  'onnxruntime.quantization.quantize_static: a calibration data reader of a few hundred real inputs, ' +
  'quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8 and per_channel=True';

/** The network as it was trained: what runs on a microcontroller here computes in int8. */
export function networkNotInt8(isOnnx: boolean): Failure {
  return new Failure({
    code: 'GRAPH_NOT_INT8',
    kind: 'model',
    message: 'the network is not quantised: it computes in float32',
    hint: `quantise it to int8 with \`mcunet quantize\` and a calibration dataset, or with ${isOnnx ? byOnnxRuntime : byTensorFlow}`,
  });
}

const edgeHint =
  'convert the network with inference_input_type = tf.int8 and inference_output_type = tf.int8';

const changeIt = 'change this operator in the training script, and convert the network again';

/** A reason found while one operator is built; `buildGraph` places it and collects it with the others. */
export function operatorUnsupported(reason: string, hint?: string): Failure {
  const advice = hint ?? (reason.includes('float32') ? quantiseHint : changeIt);
  return new Failure({ code: 'GRAPH_OP_UNSUPPORTED', kind: 'model', message: reason, hint: advice });
}

/** An input or an output of the network that is neither int8 nor converted to it. */
export function edgeProblem(side: 'input' | 'output', name: string, reason: string): OperatorProblem {
  const hint = reason.startsWith('it is float32') ? quantiseHint : edgeHint;
  return { operator: undefined, kind: side, name, reason, hint };
}

/** Everything that is wrong with the network, at once. */
export function networkUnsupported(problems: readonly OperatorProblem[]): Failure {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const message = `the network cannot be built, ${count}`;
  return new Failure({ code: 'GRAPH_UNSUPPORTED', kind: 'model', message, problems });
}
