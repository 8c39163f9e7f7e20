/** Scales and zero points of one tensor, checked against its shape and type. */
import { at } from '../../base/index.ts';
import { malformed } from '../failures.ts';
import type { Quantization } from '../types.ts';
import type { TypeFacts } from './element-types.ts';
import { type Allowance, isUsableScale } from './limits.ts';

import { get, type Table } from './table.ts';

export type QuantizedTensor = {
  readonly shape: readonly number[];
  readonly type: TypeFacts;
  readonly isConstant: boolean;
};

/** `undefined` where the table gives no scales: recorded ranges alone quantise nothing. */
export function readQuantization(
  table: Table,
  tensor: QuantizedTensor,
  spendScales: Allowance,
): Quantization | undefined {
  const scale = get(table, 'QuantizationParameters.scale');
  const zeroPoint = get(table, 'QuantizationParameters.zeroPoint');
  const dimension = get(table, 'QuantizationParameters.quantizedDimension');
  if (scale.length === 0) return undefined;
  if (zeroPoint.length !== scale.length) {
    throw malformed(`it has ${scale.length} scales but ${zeroPoint.length} zero points`);
  }
  checkDimension(dimension, scale.length, tensor.shape);
  spendScales(scale.length);
  const indices = Array.from({ length: scale.length }, (_, index) => index);
  const scales = indices.map((index) => checkedScale(scale.get(index), tensor));
  const zeroPoints = indices.map((index) => checkedZeroPoint(zeroPoint.get(index), tensor.type));
  return { scales, zeroPoints, dimension };
}

function checkDimension(dimension: number, count: number, shape: readonly number[]): void {
  if (dimension < 0 || dimension >= Math.max(shape.length, 1)) {
    throw malformed(`its quantised dimension ${dimension} is not one of its ${shape.length} dimensions`);
  }
  if (count === 1) return;
  const expected = shape.length === 0 ? 1 : at(shape, dimension);
  if (count !== expected) {
    throw malformed(`it has ${count} scales where its dimension ${dimension} has ${expected} slices`);
  }
}

function checkedScale(scale: number, { isConstant }: QuantizedTensor): number {
  if (!isUsableScale(scale, isConstant)) throw malformed(`it has a scale of ${scale}`);
  return scale;
}

function checkedZeroPoint(zeroPoint: number, type: TypeFacts): number {
  if (zeroPoint < type.zeroPointMin || zeroPoint > type.zeroPointMax) {
    throw malformed(`its zero point ${zeroPoint} is outside the range of ${type.name}`);
  }
  return zeroPoint;
}
