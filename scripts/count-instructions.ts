/**
 * Counts what kernels execute on a Cortex-M7, over layers of usual shapes, on both of their paths, and prints it beside
 * what `estimateCycles` expects. QEMU advances its clock by 1 ns an instruction (-icount shift=0); SysTick ticks every
 * 40 ns on this board, which is the resolution.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../src/base/index.ts';
import { type Graph, quantizeMultiplier, type Size2d } from '../src/graph/index.ts';
import { chooseKernel, kernelHeaders } from '../src/kernels/index.ts';
import { findTarget, type Target } from '../src/target/index.ts';
import { caseText } from '../test/kernels/batch.ts';
import { seededRandom } from '../test/kernels/random.ts';
import { singleOperator, wholeRange } from '../test/kernels/single-operator.ts';
import { buildForQemu, runOnQemu } from '../test/support/qemu.ts';

const random = seededRandom(1);
const multiplier = { multiplier: 1_400_000_000, shift: -9 };

type Layer = { readonly name: string; readonly graph: Graph };
type Image = readonly [height: number, width: number, channels: number];

/** SAME padding. */
function slide([height, width]: Image, filter: Size2d, step: number) {
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const vertical = Math.max(0, (rows - 1) * step + filter.height - height);
  const horizontal = Math.max(0, (columns - 1) * step + filter.width - width);
  const [top, left] = [Math.floor(vertical / 2), Math.floor(horizontal / 2)];
  return {
    rows,
    columns,
    moves: {
      filter,
      stride: { height: step, width: step },
      dilation: { height: 1, width: 1 },
      padding: { top, left, bottom: vertical - top, right: horizontal - left },
    },
  };
}

function conv(image: Image, outputs: number, filter: Size2d, step: number): Layer {
  const { rows, columns, moves } = slide(image, filter, step);
  const graph = singleOperator(
    random,
    {
      kind: 'conv2d',
      ...moves,
      weights: random.int8s(outputs * filter.height * filter.width * image[2]),
      bias: new Int32Array(outputs),
      multipliers: Array.from({ length: outputs }, () => multiplier),
      clamp: wholeRange,
    },
    [[1, ...image]],
    [1, rows, columns, outputs],
  );
  return { name: `conv ${image.join('x')} ${filter.height}x${filter.width}/${step} to ${outputs}`, graph };
}

function depthwise(image: Image, size: number, step: number): Layer {
  const { rows, columns, moves } = slide(image, { height: size, width: size }, step);
  const channels = image[2];
  const graph = singleOperator(
    random,
    {
      kind: 'depthwiseConv2d',
      ...moves,
      depthMultiplier: 1,
      weights: random.int8s(size * size * channels),
      bias: new Int32Array(channels),
      multipliers: Array.from({ length: channels }, () => multiplier),
      clamp: wholeRange,
    },
    [[1, ...image]],
    [1, rows, columns, channels],
  );
  return { name: `depthwise ${image.join('x')} ${size}x${size}/${step}`, graph };
}

function dense(inputSize: number, outputSize: number): Layer {
  const graph = singleOperator(
    random,
    {
      kind: 'fullyConnected',
      batches: 1,
      inputSize,
      outputSize,
      weights: random.int8s(inputSize * outputSize),
      bias: new Int32Array(outputSize),
      multipliers: Array.from({ length: outputSize }, () => multiplier),
      clamp: wholeRange,
    },
    [[1, inputSize]],
    [1, outputSize],
  );
  return { name: `dense ${inputSize} to ${outputSize}`, graph };
}

function pool(kind: 'averagePool2d' | 'maxPool2d', image: Image, size: number): Layer {
  const { rows, columns, moves } = slide(image, { height: size, width: size }, size);
  const { dilation: _, ...window } = moves;
  const graph = singleOperator(
    random,
    { kind, ...window, clamp: wholeRange },
    [[1, ...image]],
    [1, rows, columns, image[2]],
    { sameQuantization: true },
  );
  return { name: `${kind} ${image.join('x')} ${size}x${size}`, graph };
}

function mean(image: Image): Layer {
  const particulars = { kind: 'mean', axes: [1, 2], multiplier: { ...multiplier, shift: -6 } } as const;
  const graph = singleOperator(random, particulars, [[1, ...image]], [1, image[2]]);
  return { name: `mean ${image.join('x')}`, graph };
}

function elementwise(kind: 'add' | 'mul' | 'relu' | 'softmax' | 'logistic', count: number): Layer {
  const shape = [1, count];
  const half = { multiplier: 2 ** 30, shift: 0 };
  const shifted = { ...multiplier, shift: -1 };
  const sum = {
    leftShift: 20,
    inputMultipliers: [shifted, half],
    outputMultiplier: { ...multiplier, shift: -18 },
  } as const;
  const exponent = quantizeMultiplier(0.1 * 2 ** 26);
  const particulars = {
    add: { kind: 'add', ...sum, clamp: wholeRange },
    mul: { kind: 'mul', outputMultiplier: { ...multiplier, shift: -7 }, clamp: wholeRange },
    relu: { kind: 'relu', multiplier: shifted, clamp: wholeRange },
    softmax: {
      kind: 'softmax',
      multiplier: exponent,
      diffMin: -Math.floor((31 * 2 ** 26) / 2 ** exponent.shift),
    },
    logistic: { kind: 'logistic', multiplier: exponent, inputRangeRadius: 120 },
  } as const;
  const inputs = kind === 'add' || kind === 'mul' ? [shape, shape] : [shape];
  return { name: `${kind} ${count}`, graph: singleOperator(random, particulars[kind], inputs, shape) };
}

const pointwise = { height: 1, width: 1 };
const square = { height: 3, width: 3 };

const layers: readonly Layer[] = [
  conv([25, 25, 64], 64, pointwise, 1),
  conv([6, 6, 64], 128, pointwise, 1),
  conv([48, 48, 8], 16, pointwise, 1),
  conv([5, 5, 16], 96, pointwise, 1),
  conv([12, 12, 48], 8, pointwise, 1),
  conv([32, 32, 16], 16, square, 1),
  conv([16, 16, 32], 32, square, 1),
  conv([96, 96, 3], 8, square, 2),
  conv([32, 32, 3], 16, square, 1),
  conv([49, 10, 1], 64, { height: 10, width: 4 }, 2),
  depthwise([25, 25, 64], 3, 1),
  depthwise([48, 48, 16], 3, 1),
  depthwise([24, 24, 48], 3, 2),
  depthwise([22, 22, 96], 5, 1),
  depthwise([11, 11, 240], 7, 1),
  dense(640, 128),
  dense(128, 128),
  dense(64, 12),
  elementwise('add', 16_384),
  elementwise('mul', 16_384),
  elementwise('relu', 4096),
  elementwise('logistic', 4096),
  elementwise('softmax', 12),
  elementwise('softmax', 1000),
  pool('averagePool2d', [8, 8, 64], 8),
  pool('averagePool2d', [24, 24, 32], 2),
  pool('maxPool2d', [24, 24, 32], 2),
  mean([7, 7, 128]),
];

const target = findTarget('stm32f746');

function kernelOf({ graph }: Layer) {
  return chooseKernel(at(graph.ops, 0), graph, target);
}

/** Buffers at fixed addresses, as the generated code has them. */
const program = [
  ...[...new Set(layers.map((layer) => kernelOf(layer).header))].map((header) => `#include "${header}"`),
  '#include <stdio.h>',
  'static int8_t input[200000], output[200000];',
  'static int32_t scratch[5000];',
  'static const int8_t *const inputs[2] = {input, input};',
  ...layers.map((layer, index) => {
    const { constants, call } = caseText({ ...layer, kernel: kernelOf(layer) }, index);
    return `${constants}static __attribute__((noinline)) void case_${index}(void) {\n  ${call}\n}`;
  }),
  `static void (*const calls[])(void) = {${layers.map((_, index) => `case_${index}`).join(', ')}};`,
  'int main(void) {',
  '  volatile uint32_t *const systick = (uint32_t *)0xe000e010;',
  '  for (int i = 0; i < (int)sizeof input; i++) input[i] = (int8_t)(i * 37 + (i >> 5) * 11);',
  '  systick[1] = 0xffffff;',
  '  systick[2] = 0;',
  '  systick[0] = 5;',
  '  for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {',
  '    const uint32_t start = systick[2];',
  '    calls[i]();',
  '    printf("%u\\n", (unsigned)((start - systick[2]) & 0xffffffU) * 40U);',
  '  }',
  '}',
].join('\n');

async function count(flags: readonly string[]): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcunet-count-'));
  try {
    for (const [path, text] of kernelHeaders) writeFileSync(join(folder, path), text);
    const unit = join(folder, 'count.c');
    writeFileSync(unit, program);
    const elf = await buildForQemu(folder, { units: [unit], includeFolders: [], flags: ['-O2', ...flags] });
    const printed = await runOnQemu(elf, folder, 120_000, ['-icount', 'shift=0']);
    return printed.trim().split('\n').map(Number);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function estimate({ graph }: Layer, on: Target): number {
  const op = at(graph.ops, 0);
  return chooseKernel(op, graph, on).estimateCycles(op, graph, on);
}

const [dsp, portable] = [await count([]), await count(['-DMCUNET_PORTABLE'])];
console.log('layer, instructions and estimated cycles per instruction with DSP, and the same in plain C');
for (const [index, layer] of layers.entries()) {
  const columns = [
    [at(dsp, index), estimate(layer, target) / at(dsp, index)],
    [at(portable, index), estimate(layer, { ...target, hasDsp: false }) / at(portable, index)],
  ].map(([instructions, ratio]) => `${`${instructions}`.padStart(9)} ${ratio?.toFixed(2)}`);
  console.log(`${layer.name.padEnd(32)} ${columns.join('  ')}`);
}
