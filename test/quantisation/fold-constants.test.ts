/** Operators of constants alone become constants before a float network is made int8. */
import { describe, expect, test } from 'vitest';
import type { Model, OperatorOptions } from '../../src/model/index.ts';
import { calibrate, foldConstants, quantise, runFloat } from '../../src/quantisation/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { type FloatModel, floatModel, randomSamples } from './float-model.ts';
import { signalToNoise } from './int8-networks.ts';

const dense = { op: 'FULLY_CONNECTED', activation: 'none', keepDims: false } as const;
const codesOf = ({ operators }: Model): string[] => operators.map(({ options }) => options.op);

/** The first step of a recurrent cell: its state, a constant at first, through a dense layer and split into gates. */
function firstStep(build: FloatModel, state: number): number {
  const gates = build.apply(dense, [state, build.weights([8, 4])], [1, 8]);
  const [reset = -1, update = -1] = build.applyAll(
    { op: 'SPLIT' },
    [build.scalar(1), gates],
    [
      [1, 4],
      [1, 4],
    ],
  );
  const input = build.input([1, 4]);
  const sum = build.apply({ op: 'ADD', activation: 'none' }, [input, reset], [1, 4]);
  return build.apply({ op: 'MUL', activation: 'none' }, [sum, update], [1, 4]);
}

describe('constants', () => {
  const build = floatModel(3);
  build.output(firstStep(build, build.weights([1, 4])));
  const { model } = build;

  test('take the place of the operators that make them', () => {
    const folded = foldConstants(model);
    expect(codesOf(folded)).toEqual(['ADD', 'MUL']);
    const samples = randomSamples([1, 4], 5, 7);
    expect(runFloat(folded, [samples], 5)).toEqual(runFloat(model, [samples], 5));
  });

  test('let the network be quantised', () => {
    expect(refusalOf(() => quantise(model, { ranges: new Map(), means: new Map() })).message).toMatch(
      /constant/,
    );
    const folded = foldConstants(model);
    const samples = randomSamples([1, 4], 64, 8);
    expect(
      signalToNoise(folded, quantise(folded, calibrate(folded, [samples])), samples, 64),
    ).toBeGreaterThan(25);
  });

  test('that the network gives out stay computed', () => {
    const given = floatModel();
    given.input([1, 4]);
    given.output(given.apply(dense, [given.weights([1, 4]), given.weights([3, 4])], [1, 3]));
    expect(codesOf(foldConstants(given.model))).toEqual(['FULLY_CONNECTED']);
  });

  test.each<[string, OperatorOptions, readonly number[]]>([
    ['places of constants', { op: 'ARG_MAX' }, [1]],
    ['constants of a state', { op: 'SVDF', rank: 1, activation: 'none' }, [1, 4]],
  ])('%s are not made', (_, options, shape) => {
    const other = floatModel();
    other.input([1, 4]);
    const axis = other.scalar(1);
    const made = other.apply(options, [other.weights([1, 4]), axis], shape);
    other.output(other.apply({ op: 'RELU' }, [made], shape));
    expect(codesOf(foldConstants(other.model))).toContain(options.op);
  });

  test('of shapes that do not fit are refused', () => {
    const wrong = floatModel();
    wrong.input([1, 4]);
    const made = wrong.apply(dense, [wrong.weights([1, 5]), wrong.weights([3, 4])], [1, 3]);
    wrong.output(wrong.apply({ op: 'RELU' }, [made], [1, 3]));
    expect(refusalOf(() => foldConstants(wrong.model)).code).toBe('GRAPH_UNSUPPORTED');
  });
});
