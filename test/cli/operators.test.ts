/** `mcunet operators`: the whole of what the catalogues hold, for people and for programs. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import { readModel, supportedOperators } from '../../src/model/index.ts';
import { onnxFixtures } from '../model/onnx-fixtures.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../src/cli/main.ts');

type Listed = {
  readonly operators: readonly {
    readonly tflite: string;
    readonly types: readonly string[];
    readonly onnx: readonly string[];
    readonly kernels: readonly string[];
  }[];
};

describe('mcunet operators', () => {
  test('prints every operator that is read, and every kernel', async () => {
    const { stdout } = await run(process.execPath, [main, 'operators']);
    for (const { op } of supportedOperators()) expect(stdout).toMatch(new RegExp(`^${op}\\b`, 'm'));
    for (const { name } of kernelCatalogue) expect(stdout).toContain(name);
    expect(stdout).toContain('com.microsoft.QLinearAdd');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('--json says the same, with types and ONNX names', async () => {
    const { stdout } = await run(process.execPath, [main, 'operators', '--json']);
    const { operators } = JSON.parse(stdout) as Listed;
    expect(operators.map(({ tflite }) => tflite)).toEqual(supportedOperators().map(({ op }) => op));
    const convolution = operators.find(({ tflite }) => tflite === 'CONV_2D');
    expect(convolution?.types).toContain('int8');
    expect(convolution?.onnx).toContain('Conv');
    expect(convolution?.kernels).toEqual(expect.arrayContaining(['conv_1x1_s8', 'conv_s8']));
  });
});

test('what ONNX files become is what the list says', () => {
  const listed = new Map(supportedOperators().map(({ op, onnx }) => [op, onnx]));
  const anywhere = ['RESHAPE', 'TRANSPOSE', 'QUANTIZE', 'DEQUANTIZE', 'PAD', 'PADV2'];
  const unlisted = onnxFixtures
    .filter(({ name }) => name.endsWith('.float'))
    .flatMap(({ bytes }) => readModel(bytes).operators)
    .filter(({ options: { op } }) => !anywhere.includes(op) && listed.get(op)?.length === 0);
  expect(unlisted).toEqual([]);
});
