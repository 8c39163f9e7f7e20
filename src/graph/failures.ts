/** Failures of this room: what a network asks for that cannot be built, as the user can read and mend it. */
import { Failure } from '../base/index.ts';

const quantiseHint =
  'quantise it fully to int8, for example with TFLiteConverter: optimizations = [DEFAULT], a representative_dataset, ' +
  'target_spec.supported_ops = [TFLITE_BUILTINS_INT8]; float32 is read only before a first QUANTIZE and written only ' +
  'after a last DEQUANTIZE';

/** The network as it was trained: what runs on a microcontroller here computes in int8. */
export function networkNotInt8(): Failure {
  return new Failure({
    code: 'GRAPH_NOT_INT8',
    kind: 'model',
    message: 'the network is not quantised: it computes in float32',
    hint:
      'quantise it to int8 with `mcunet quantize` and a calibration dataset, or with tf.lite.TFLiteConverter: ' +
      'optimizations = [tf.lite.Optimize.DEFAULT], a representative_dataset of a few hundred real inputs, and ' +
      'target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]',
  });
}

/** One reason why the network cannot be built, and where. */
export type Problem = {
  /** Operator index in the file; `undefined` for an input or output of the network. */
  readonly operator: number | undefined;
  /** Operator code, or `input`/`output`. */
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
};

/** A reason found while one operator is built; `buildGraph` places it and collects it with the others. */
export function operatorUnsupported(reason: string): Failure {
  return new Failure({ code: 'GRAPH_OP_UNSUPPORTED', kind: 'model', message: reason });
}

/** Everything that is wrong with the network, at once. */
export function networkUnsupported(problems: readonly Problem[]): Failure {
  const listed = problems.map(({ operator, kind, name, reason }) => {
    const place = operator === undefined ? kind : `operator ${operator} ${kind}`;
    return `${place} "${name}": ${reason}`;
  });
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new Failure({
    code: 'GRAPH_UNSUPPORTED',
    kind: 'model',
    message: `the network cannot be built, ${count}: ${listed.join('; ')}`,
    hint: listed.some((line) => line.includes('float32')) ? quantiseHint : undefined,
    data: { problems },
  });
}
