/** Variables that become states: which value an invocation sees, what is kept, and what a graph with states must be. */
import { describe, expect, test } from 'vitest';
import { at, Failure } from '../../src/base/index.ts';
import { buildGraph, type Graph, printGraph, statesOf, verifyGraph } from '../../src/graph/index.ts';
import { type Model, type ModelVariable, readModel, writeTflite } from '../../src/model/index.ts';
import { interpret, resetMemory } from '../../src/reference/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { modelOf } from './model-of.ts';

function variable(read: number, assigned: number | undefined, initial?: readonly number[]): ModelVariable {
  const bytes = initial === undefined ? undefined : new Uint8Array(Int8Array.from(initial).buffer);
  return { container: '', name: `v${read}`, read, assigned, operator: 90 + read, initial: bytes };
}

/** Outputs of invocations in a row. */
function sequence(graph: Graph, inputs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const memory = resetMemory(graph);
  const isFloat = at(graph.inputs, 0).type === 'float32';
  return inputs.map((values) => {
    const input = isFloat ? Float32Array.from(values) : Int8Array.from(values);
    return interpret(graph, [input], memory).outputs.flatMap((output) => [...output]);
  });
}

/** Two variables that change places in every invocation, both of which the network gives, with its input. */
function exchange(): Model {
  const network = modelOf();
  const [input, first, second] = [network.int8([2]), network.int8([2]), network.int8([2])];
  const output = network.apply({ op: 'RELU' }, [input], network.int8([2]));
  const variables = [variable(first, second, [1, 2]), variable(second, first, [3, 4])];
  return { ...network.model, inputs: [input], outputs: [first, second, output], variables };
}

describe('variables', () => {
  test('may change places, and be outputs: an output is the value that an invocation begins with', () => {
    const graph = buildGraph(exchange());
    expect(
      sequence(graph, [
        [5, -5],
        [6, 6],
        [0, 0],
      ]),
    ).toEqual([
      [1, 2, 3, 4, 5, 0],
      [3, 4, 1, 2, 6, 6],
      [1, 2, 3, 4, 0, 0],
    ]);
    expect(() => planSchedule(graph, findTarget('stm32f746'))).not.toThrow();
  });

  test('hold real zeros at first where the file says nothing', () => {
    const network = modelOf();
    const quantised = { zeroPoint: -7 };
    const [input, kept] = [network.int8([1], quantised), network.int8([1], quantised)];
    const variables = [variable(kept, input)];
    const output = network.apply({ op: 'MAXIMUM' }, [kept, kept], network.int8([1], quantised));
    const graph = buildGraph({ ...network.model, inputs: [input], outputs: [output], variables });
    expect(sequence(graph, [[9], [8]])).toEqual([[-7], [9]]);
  });

  test('that nothing assigns are constants, and those that nothing reads are left out', () => {
    const network = modelOf();
    const [input, fixed, unread] = [network.int8([2]), network.int8([2]), network.int8([2])];
    const output = network.apply({ op: 'MAXIMUM' }, [input, fixed], network.int8([2]));
    const variables = [variable(fixed, undefined, [10, 20]), variable(unread, output)];
    const graph = buildGraph({ ...network.model, inputs: [input], outputs: [output], variables });
    expect(statesOf(graph)).toEqual([]);
    expect(
      sequence(graph, [
        [0, 100],
        [50, 0],
      ]),
    ).toEqual([
      [10, 100],
      [50, 20],
    ]);
  });

  test('are refused where they are read with another scale than they are assigned with', () => {
    const network = modelOf();
    const [input, kept] = [network.int8([2], { scale: 0.25 }), network.int8([2])];
    const output = network.apply({ op: 'RELU' }, [kept], network.int8([2]));
    const variables = [variable(kept, input)];
    const model = { ...network.model, inputs: [input], outputs: [output], variables };
    expect(() => buildGraph(model)).toThrow(Failure);
    expect(() => buildGraph(model)).toThrow(/ASSIGN_VARIABLE at operator 91 "v1" .*another scale/);
  });
});

test('a file that reads a variable into a constant is refused', () => {
  const network = modelOf();
  const [input, constant] = [network.int8([2]), network.constant([2], [1, 2])];
  const output = network.apply({ op: 'MAXIMUM' }, [input, constant], network.int8([2]));
  const variables = [variable(constant, output)];
  const model = { ...network.model, inputs: [input], outputs: [output], variables };
  expect(() => readModel(writeTflite(model))).toThrow(/writes tensor 1, which is a constant/);
});

/** Values that come in steps of 0.5 from 3, float32 in a variable, and are read in these. */
function floatVariable(
  readings: readonly { readonly scale: number; readonly zeroPoint: number }[],
  initial?: readonly number[],
): Model {
  const network = modelOf();
  const input = network.int8([2], { scale: 0.5, zeroPoint: 3 });
  const kept = network.float32([2]);
  const brought = network.apply({ op: 'DEQUANTIZE' }, [input], network.float32([2]));
  const outputs = readings.map((reading) =>
    network.apply({ op: 'QUANTIZE' }, [kept], network.int8([2], reading)),
  );
  const bytes = initial && new Uint8Array(Float32Array.from(initial).buffer);
  const kind = { container: '', name: 'v', operator: 90, initial: bytes };
  return {
    ...network.model,
    inputs: [input],
    outputs,
    variables: [{ ...kind, read: kept, assigned: brought }],
  };
}

describe('float32 variables', () => {
  const alike = { scale: 0.5, zeroPoint: 3 };
  const coarser = { scale: 2, zeroPoint: -1 };
  const finer = { scale: 0.25, zeroPoint: 0 };

  test('of which nothing is lost are kept as they come', () => {
    const graph = buildGraph(floatVariable([alike]));
    expect(graph.ops.map(({ kind }) => kind)).not.toContain('lookup');
    expect(
      sequence(graph, [
        [7, -128],
        [5, 127],
        [0, 0],
      ]),
    ).toEqual([
      [3, 3],
      [7, -128],
      [5, 127],
    ]);
  });

  test('are kept as they are read: rounded half away from zero, bounded, and so are their first values', () => {
    // (7 - 3) / 2 / 2 = 1, and half a step below: (4 - 3) / 4 = 0.25, (5 - 3) / 4 = 0.5, (1 - 3) / 4 = -0.5.
    const graph = buildGraph(floatVariable([coarser], [1, -1]));
    expect(
      sequence(graph, [
        [7, 4],
        [5, 1],
        [127, 0],
      ]),
    ).toEqual([
      [0, -2],
      [0, -1],
      [0, -2],
    ]);
    const bounded = buildGraph(floatVariable([finer]));
    expect(
      sequence(bounded, [
        [127, -128],
        [0, 0],
      ]),
    ).toEqual([
      [0, 0],
      [127, -128],
    ]);
  });

  test('that are read in several steps are kept as they come, where those can tell the first values', () => {
    const graph = buildGraph(floatVariable([coarser, finer], [1.5, -2]));
    expect(
      sequence(graph, [
        [7, 4],
        [0, 0],
      ]),
    ).toEqual([
      [0, -2, 6, -8],
      [0, -1, 8, 2],
    ]);
    expect(() => buildGraph(floatVariable([coarser, finer], [1.3, 0]))).toThrow(
      /ASSIGN_VARIABLE at operator 90 "v" .*steps of 0.5 from 3 and float32 are taken in steps of 2 from -1 and 0.25 from 0;/,
    );
  });

  test('may be given by the network and to it, in float32', () => {
    const network = modelOf();
    const [input, kept] = [network.float32([1, 2]), network.float32([1, 2])];
    const joined = network.apply(
      { op: 'CONCATENATION', axis: 0, activation: 'none' },
      [kept, input],
      network.float32([2, 2]),
    );
    const output = network.apply({ op: 'QUANTIZE' }, [joined], network.int8([2, 2], alike));
    const variables = [{ ...variable(kept, input), initial: undefined }];
    const graph = buildGraph({ ...network.model, inputs: [input], outputs: [output], variables });
    expect(at(graph.inputs, 0).type).toBe('float32');
    expect(
      sequence(graph, [
        [2, 0.5],
        [1, -1],
      ]),
    ).toEqual([
      [3, 3, 7, 4],
      [7, 4, 5, 1],
    ]);
    const shown = floatVariable([]);
    const result = buildGraph({ ...shown, outputs: shown.variables?.map(({ read }) => read) ?? [] });
    expect(at(result.outputs, 0).type).toBe('float32');
    expect(
      sequence(result, [
        [7, 4],
        [0, 0],
      ]),
    ).toEqual([
      [0, 0],
      [2, 0.5],
    ]);
  });
});

describe('a graph with states', () => {
  const network = modelOf();
  const [input, kept] = [network.int8([2]), network.int8([2])];
  const output = network.apply({ op: 'MAXIMUM' }, [input, kept], network.int8([2]));
  const variables = [variable(kept, output, [1, 2])];
  const graph = buildGraph({ ...network.model, inputs: [input], outputs: [output], variables });
  const [maximum, store] = [at(graph.ops, 0), at(graph.ops, 1)];

  test('says what it keeps', () => {
    expect(printGraph(graph)).toContain('state %1 [2] scale 0.5 zero 0 initial 2:');
    expect(printGraph(graph)).toContain('= store %2 %1');
  });

  test.each<[string, Graph, string]>([
    ['a state that is read after it changed', { ...graph, ops: [store, maximum] }, 'too early'],
    [
      'a state that changes twice',
      { ...graph, ops: [maximum, store, { ...store, output: 0 }] },
      'written twice',
    ],
    [
      'a state of another size',
      { ...graph, states: [{ name: 'v', tensor: 1, initial: new Int8Array(3) }] },
      'another size',
    ],
    ['a store into no state', { ...graph, states: [] }, 'too early'],
    [
      'an output in a state',
      { ...graph, outputs: [{ ...at(graph.outputs, 0), tensor: 1 }] },
      'lies in a state',
    ],
    [
      'a state that is stored',
      { ...graph, ops: [maximum, { ...store, inputs: [1, 1] }] },
      'stores what lies in a state',
    ],
  ])('refuses %s', (_, broken, message) => {
    expect(() => verifyGraph(broken)).toThrow(message);
  });
});
