/** Networks that are sound but for one thing, for the tests of what the reader refuses. */
import { expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { sampleNetworks } from '../support/sample-networks.ts';
import {
  buildTflite,
  type NetworkSpec,
  type OperatorSpec,
  type TensorSpec,
} from '../support/tflite-builder.ts';

export const conv: NetworkSpec = sampleNetworks.CONV_2D;
/** Shape of its input. */
export const image: readonly number[] = [1, 4, 4, 2];

/** The one line that a user is shown for a network that cannot be read. */
export function lineFor(network: NetworkSpec): string {
  return refusalOf(() => readModel(buildTflite(network), 'net.tflite')).toLine();
}

export function withTensor(index: number, tensor: TensorSpec, network: NetworkSpec = conv): NetworkSpec {
  return { ...network, tensors: network.tensors.with(index, tensor) };
}

export function withOperator(change: Partial<OperatorSpec>, network: NetworkSpec = conv): NetworkSpec {
  return { ...network, operators: [{ ...at(network.operators, 0), ...change }] };
}

export type RefusalCase = readonly [what: string, network: NetworkSpec, code: string, message: RegExp];

/** Registers a test for each case. */
export function refuses(cases: readonly RefusalCase[]): void {
  test.each(cases)('%s', (_, network, code, message) => {
    const line = lineFor(network);
    expect(line).toMatch(/^net\.tflite: /);
    expect(line).toMatch(message);
    expect(line).toMatch(new RegExp(`\\[${code}\\]$`));
  });
}
