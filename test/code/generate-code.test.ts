import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import { generateCode, type SourceTree } from '../../src/code/index.ts';
import { dequantizeValue, type Edge, type Graph, quantizeValue } from '../../src/graph/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { networkBuilder } from '../support/network-builder.ts';
import { randomNetworks } from '../support/random-network.ts';
import { isInstalled, runIn, strictFlags, withFolder } from './compile-c.ts';

const target = findTarget('stm32f746');
const generate = (graph: Graph, name = 'test'): SourceTree =>
  generateCode(planSchedule(graph, target), { name, target });

/** Every kind of operator once, with names that the caller chooses. */
function everyOperator(name: (index: number) => string): Graph {
  const network = networkBuilder(1);
  const image = network.input([1, 8, 8, 3], 'float32', name(0));
  const scale = network.constant([1, 4, 4, 8]);
  const convolved = network.conv2d(image, 8, 3, 2);
  const depthwise = network.depthwiseConv2d(convolved);
  const pointwise = network.conv2d(depthwise, 8);
  const sum = network.add(pointwise, convolved);
  const scaled = network.mul(sum, scale);
  const padded = network.pad(network.relu(scaled), 1, 1);
  const averaged = network.pool2d('averagePool2d', padded);
  const largest = network.pool2d('maxPool2d', network.transpose(averaged, [0, 2, 1, 3]));
  const resized = network.resizeNearest(largest, 2);
  const joined = network.concatenation([resized, resized]);
  const features = network.reshape(network.mean(joined), [1, 16]);
  const scores = network.fullyConnected(network.requantize(network.logistic(features)), 4);
  const result = network.softmax(scores);
  for (const tensor of [convolved, depthwise, sum, features, scores, result]) {
    network.rename(tensor, name(tensor));
  }
  return network.finish([result, scores], 'float32');
}

/** C without comments and without the line that holds the network's name. */
function bareText(tree: SourceTree): string {
  return ['model.h', 'model.c']
    .map((path) => tree.files.get(path) ?? '')
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^#define MODEL_NAME "[^"\\]*"$/gm, '');
}

describe('generateCode', () => {
  const graph = everyOperator((index) => `name${index}`);
  const tree = generate(graph);

  test('gives each step the symbol of its operator in the model file', () => {
    const ops = graph.ops.filter((op) => op.kind !== 'reshape');
    expect(tree.symbols.map(({ step }) => step)).toEqual(ops.map((_, step) => step));
    for (const [step, { symbol, operatorIndex }] of tree.symbols.entries()) {
      expect(operatorIndex).toBe(at(ops, step).index);
      expect(symbol).toMatch(new RegExp(`^model_op${operatorIndex}_[a-z0-9_]+$`));
    }
    expect(tree.symbols.map(({ symbol }) => symbol)).toContain('model_op1_depthwise_conv2d');
  });

  test('brings the headers that its headers include, and no others', () => {
    const headers = [...tree.files.keys()].filter((path) => path.startsWith('kernels/'));
    const texts = [...tree.files.values()].join('\n');
    for (const [, included] of texts.matchAll(/^#include "(?:kernels\/)?([^"]+)"/gm)) {
      expect([...headers, 'kernels/model.h']).toContain(`kernels/${included}`);
    }
    for (const header of headers) expect(texts).toContain(`${header.slice('kernels/'.length)}"`);
    expect(tree.units).toEqual(['model.c']);
  });

  test('is the same text for the same graph, and keeps to its line length', () => {
    expect([...generate(structuredClone(graph)).files]).toEqual([...tree.files]);
    for (const path of ['model.h', 'model.c']) {
      for (const line of (tree.files.get(path) ?? '').split('\n'))
        expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  test('tells the user of a network that cannot be called', () => {
    const network = networkBuilder(2);
    const input = network.input([1, 4]);
    const made = network.finish([network.relu(input)]);
    const failure = expect.objectContaining({ code: 'CODE_NETWORK_WITHOUT_EDGE' });
    expect(() => generate({ ...made, outputs: [] })).toThrow(failure);
    const { inputs, ...rest } = made;
    expect(inputs).toHaveLength(1);
    const schedule = planSchedule(made, target);
    expect(() =>
      generateCode({ ...schedule, graph: { ...rest, inputs: [] } }, { name: 'test', target }),
    ).toThrow(failure);
  });
});

describe('hostile names', () => {
  const nasty = [
    '*/ #error out',
    '/*',
    '??/\n#error',
    '\\\n',
    '"); system("x',
    '\u202e\u0000',
    '%s',
    'é'.repeat(500),
  ];

  test('change nothing but comments and MODEL_NAME', () => {
    const plain = bareText(generate(everyOperator(() => 'plain')));
    const anyName = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 80 }));
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1, maxLength: 4 }), (names) => {
        const pick = (index: number): string => at(names, index % names.length);
        const tree = generate(everyOperator(pick), pick(0));
        expect(bareText(tree)).toBe(plain);
        for (const text of tree.files.values()) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('compile without a warning', () => {
    const tree = generate(
      everyOperator((index) => at(nasty, index % nasty.length)),
      nasty.join(''),
    );
    withFolder(tree.files, (folder) => {
      runIn(folder, [
        'gcc',
        ...strictFlags,
        '-Wcomment',
        '-Wtrigraphs',
        '-I.',
        '-c',
        'model.c',
        '-o',
        'model.o',
      ]);
    });
  });
});

/** A C++ program, since model.h promises to be included by one. */
const cppUser = `#include "model.h"
static const int shape[] = MODEL_INPUT_0_SHAPE;
int main() { model_init(); model_invoke(); return shape[0] + (model_output(MODEL_OUTPUT_COUNT) != nullptr); }
`;

/** Symbols of an object file by nm's type letter. */
function symbolsOf(folder: string, nm: string): readonly (readonly [type: string, name: string])[] {
  const text = new TextDecoder().decode(runIn(folder, [nm, 'model.o']));
  return [...text.matchAll(/^[0-9a-f ]*([A-Za-z]) (\S+)$/gm)].map(([, type = '', name = '']) => [type, name]);
}

/** Ubuntu's compiler puts in checks of its own unless told; they are no need of the code's. */
const unchecked = ['-fno-stack-protector', '-U_FORTIFY_SOURCE'];

const compilers = [
  { program: 'gcc', nm: 'nm', flags: ['-O2', ...unchecked] },
  { program: 'gcc', nm: 'nm', flags: ['-O0', ...unchecked] },
  { program: 'arm-none-eabi-gcc', nm: 'arm-none-eabi-nm', flags: ['-O2', ...target.compilerFlags] },
];

describe.each(compilers)('with $program $flags', ({ program, nm, flags }) => {
  test.skipIf(!isInstalled(program))('the code compiles clean and needs nothing else', () => {
    const tree = generate(everyOperator((index) => `name${index}`));
    withFolder(tree.files, (folder) => {
      runIn(folder, [program, ...strictFlags, ...flags, '-I.', '-c', 'model.c', '-o', 'model.o']);
      const symbols = symbolsOf(folder, nm);
      const named = (...types: readonly string[]): readonly string[] =>
        symbols.filter(([type]) => types.includes(type)).map(([, name]) => name);
      expect(['memcpy', 'memset']).toEqual(expect.arrayContaining([...named('U')]));
      expect(named('b', 'B', 'd', 'D', 'C')).toEqual(['model_arena']);
      expect(named('t')).toEqual(expect.arrayContaining(tree.symbols.map(({ symbol }) => symbol)));
      expect([...named('T')].sort()).toEqual([
        'model_get_output_f32',
        'model_init',
        'model_input',
        'model_invoke',
        'model_output',
        'model_set_input_f32',
      ]);
    });
  });
});

test('model.h serves C++', () => {
  const files = new Map([...generate(everyOperator(() => 'x')).files, ['user.cpp', cppUser]]);
  withFolder(files, (folder) => {
    runIn(folder, ['g++', '-std=c++11', '-pedantic', '-Wall', '-Wextra', '-Werror', '-c', 'user.cpp']);
  });
});

/** Reads floats, writes the int8 of each; then writes the float of every int8, and what lies outside. */
const edgeProbe = `#include <stdio.h>
#include "model.h"
int main(void) {
  float value;
  model_init();
  while (fread(&value, sizeof value, 1, stdin) == 1) {
    model_set_input_f32(0, 1, value);
    model_set_input_f32(0, MODEL_INPUT_0_BYTES, value);
    model_set_input_f32(MODEL_INPUT_COUNT, 0, value);
    fputc((unsigned char)model_input(0)[1], stdout);
  }
#ifdef INPUTS_ALONE
  return 0;
#else
  for (int q = -128; q <= 127; q++) {
    ((int8_t *)model_output(0))[2] = (int8_t)q;
    value = model_get_output_f32(0, 2);
    fwrite(&value, sizeof value, 1, stdout);
  }
  return model_input(MODEL_INPUT_COUNT) != NULL || model_get_output_f32(0, MODEL_OUTPUT_0_BYTES) != 0.0f;
#endif
}
`;

/** Edges of int8 alone, and of an int32 output beside them, for which the conversions are written otherwise. */
const inputOf = (ties: Edge['ties'], besideInt32: boolean): Graph => {
  const network = networkBuilder(3);
  const made = network.finish([network.relu(network.input([1, 4], 'float32'))], 'float32');
  const quantisation = { scale: Math.fround(0.0235), zeroPoint: 5 };
  const tensors = made.tensors.map((tensor) => ({ ...tensor, ...quantisation }));
  const inputs = made.inputs.map((edge) => (ties === undefined ? edge : { ...edge, ties }));
  if (!besideInt32) return { ...made, inputs, tensors };
  const { index, name, inputs: read, output } = at(made.ops, 0);
  const type = 'int32' as const;
  return {
    inputs,
    outputs: made.outputs.map((edge) => ({ ...edge, type })),
    ops: [{ kind: 'cast', index, name, inputs: read, output }],
    tensors: tensors.map((tensor) => (tensor.id === output ? { ...tensor, type } : tensor)),
  };
};

test.each([
  ['TensorFlow Lite', undefined],
  ['ONNX', 'even'],
] as const)('float32 edges convert as %s does (ties %s), bit for bit', (_, ties) => {
  const scale = Math.fround(0.0235);
  const special = [Number.NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45, -0, 0, 1e9, -1e9];
  const steps = Array.from({ length: 600 }, (_, index) => index / 2 - 150);
  const values = Float32Array.from([
    ...special,
    ...steps.flatMap((step) => [
      step * scale,
      Math.fround(step * scale) * (1 + 2 ** -23),
      step * scale * (1 - 2 ** -23),
    ]),
  ]);
  for (const besideInt32 of [false, true]) {
    const graph = inputOf(ties, besideInt32);
    const tensor = at(graph.tensors, 0);
    withFolder(new Map([...generate(graph).files, ['probe.c', edgeProbe]]), (folder) => {
      const sources = ['-I.', 'probe.c', 'model.c', '-o', 'probe'];
      runIn(folder, [
        'gcc',
        '-std=c11',
        '-O2',
        '-fsanitize=address,undefined',
        '-fno-sanitize-recover=all',
        ...(besideInt32 ? ['-DINPUTS_ALONE'] : []),
        ...sources,
      ]);
      const output = runIn(folder, ['./probe'], new Uint8Array(values.buffer));
      const quantised = new Int8Array(output.slice(0, values.length).buffer);
      expect([...quantised]).toEqual([...values].map((value) => quantizeValue(value, tensor, ties)));
      if (besideInt32) return;
      const real = new Float32Array(output.slice(values.length).buffer);
      expect([...real]).toEqual(
        Array.from({ length: 256 }, (_, index) => dequantizeValue(index - 128, tensor)),
      );
    });
  }
});

test('arbitrary networks give text that depends on nothing but the graph', () => {
  fc.assert(
    fc.property(randomNetworks({ minOps: 1, maxOps: 8 }), (graph) => {
      expect([...generate(graph).files]).toEqual([...generate(structuredClone(graph)).files]);
    }),
    { numRuns: 30, seed: 4 },
  );
});
