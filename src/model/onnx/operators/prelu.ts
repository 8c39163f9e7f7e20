/** PRelu with slopes that are constant. */
import { at } from '../../../base/index.ts';
import { perTensor } from '../draft.ts';
import { unflattened } from '../layout.ts';
import { constantAt, demand, real, type Site } from '../site.ts';
import type { Constant, Pending, Stored } from '../values.ts';
import { constantOperand } from './binary.ts';
import { elementwise } from './pending.ts';

/** One slope is a leaky relu; slopes that the graph leaves in float32 become int8 here. */
export function pRelu(site: Site): Pending {
  const { draft } = site;
  const input = unflattened(draft, real(site, 0));
  const slopes = constantAt(site, 1);
  const isFloat = draft.isFloat(input.tensor);
  demandFit(input, slopes);
  // Before anything is looked through: many operators may read the same slopes.
  draft.spend(slopes.constant.values.length);
  const { values, type } = slopes.constant;
  const alpha = values[0] ?? 0;
  if (slopes.dequantised === undefined && values.every((value) => value === alpha)) {
    demand(type === 'float32' && Number.isFinite(alpha), `its slope is ${alpha}`);
    return elementwise(site, input, (output) =>
      draft.operator({ op: 'LEAKY_RELU', alpha }, [input.tensor], [output]),
    );
  }
  const steps = isFloat || slopes.dequantised !== undefined ? slopes : inSteps(slopes);
  const constant = constantOperand(site, 1, steps, { rank: input.shape.length, order: input.order, isFloat });
  return elementwise(site, input, (output) =>
    draft.operator({ op: 'PRELU' }, [input.tensor, constant], [output]),
  );
}

function demandFit({ shape }: Stored, { constant }: Constant): void {
  const missing = shape.length - constant.shape.length;
  const fits =
    missing >= 0 &&
    constant.shape.every((size, axis) => size === 1 || size === at(shape, axis + missing)) &&
    constant.values.length > 0;
  demand(fits, `its slopes of [${constant.shape}] do not fit an input of [${shape}]`);
}

function inSteps({ constant }: Constant): Constant {
  const { values, type } = constant;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  demand(type === 'float32' && Number.isFinite(largest), 'its slopes are not of finite float32 values');
  const { scales, zeroPoints } = perTensor({ scale: Math.fround(largest / 127), zeroPoint: 0 });
  const steps = Int8Array.from(values, (value) => Math.round(value / at(scales, 0)));
  return {
    kind: 'constant',
    constant: { ...constant, type: 'int8', values: steps },
    dequantised: { scales, zeroPoints, axis: 0 },
  };
}
