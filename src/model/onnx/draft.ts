/** The network while it grows: tensors and operators are appended, within limits whatever the file says. */
import { at } from '../../base/index.ts';
import { structureUnsupported } from '../failures.ts';
import { type Allowance, allowance, checkLimit, isUsableScale, limits } from '../tflite/limits.ts';
import type { ElementType, ModelOperator, ModelTensor, OperatorOptions, Quantization } from '../types.ts';
import { elementCount, type Parameters } from './values.ts';

/** Quantisation is filled in late for inputs that are int8: only their readers state it. */
type DraftTensor = { -readonly [Key in keyof ModelTensor]: ModelTensor[Key] };

export type ConstantData = Int8Array | Int32Array | Float32Array;

export class Draft {
  readonly tensors: DraftTensor[] = [];
  readonly operators: ModelOperator[] = [];
  /** Asked before constants are made, in bytes: one of the file may be read by many operators. */
  readonly spend: Allowance = allowance(
    'constants of all operators together, in bytes',
    limits.constantBytes,
  );

  add(name: string, shape: readonly number[], type: ElementType, quantization?: Quantization): number {
    return this.append(name, shape, type, quantization, false);
  }

  private append(
    name: string,
    shape: readonly number[],
    type: ElementType,
    quantization: Quantization | undefined,
    isConstant: boolean,
  ): number {
    checkScales(name, quantization, isConstant);
    checkLimit('too many tensors', this.tensors.length + 1, limits.tensors);
    checkLimit('too many dimensions', shape.length, limits.dimensions);
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw structureUnsupported(
        `"${name}" has the shape [${shape}]`,
        'export the network with fixed shapes and without empty tensors',
      );
    }
    checkLimit(`too many elements in shape [${shape}]`, elementCount(shape), limits.elementsPerTensor);
    const index = this.tensors.length;
    this.tensors.push({ index, name, shape, type, quantization, data: undefined });
    return index;
  }

  /** `make` is asked only once its size is known to be within limits. */
  constant(
    name: string,
    shape: readonly number[],
    type: 'int8' | 'int32' | 'float32',
    make: () => ConstantData,
    quantization?: Quantization,
  ): number {
    this.spend(elementCount(shape) * (type === 'int8' ? 1 : 4));
    const index = this.append(name, shape, type, quantization, true);
    const { buffer, byteOffset, byteLength } = make();
    at(this.tensors, index).data = new Uint8Array(buffer, byteOffset, byteLength);
    return index;
  }

  operator(options: OperatorOptions, inputs: readonly number[], outputs: readonly number[]): void {
    checkLimit('too many operators', this.operators.length + 1, limits.operators);
    this.operators.push({ index: this.operators.length, inputs, outputs, options });
  }

  /** States how a tensor is quantised that was added without saying so. */
  label(tensor: number, parameters: Parameters): void {
    const target = at(this.tensors, tensor);
    checkScales(target.name, perTensor(parameters), false);
    target.quantization = perTensor(parameters);
  }

  parametersOf(tensor: number): Parameters | undefined {
    const { quantization } = at(this.tensors, tensor);
    return quantization && { scale: at(quantization.scales, 0), zeroPoint: at(quantization.zeroPoints, 0) };
  }

  isFloat(tensor: number): boolean {
    return at(this.tensors, tensor).type === 'float32';
  }
}

function checkScales(name: string, quantization: Quantization | undefined, isConstant: boolean): void {
  const odd = quantization?.scales.find((scale) => !isUsableScale(scale, isConstant));
  if (odd === undefined) return;
  throw structureUnsupported(
    `"${name}" has a scale of ${odd}`,
    'calibrate the network again, on real inputs',
  );
}

export function perTensor({ scale, zeroPoint }: Parameters): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], dimension: 0 };
}
