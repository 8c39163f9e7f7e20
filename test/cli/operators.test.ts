/** `mcunet operators`: the whole of what the catalogues hold, for people and for programs. */
import { describe, expect, test } from 'vitest';
import { operators } from '../../src/cli/commands/operators.ts';
import { kernelCatalogue } from '../../src/kernels/index.ts';
import { readModel, supportedOperators } from '../../src/model/index.ts';
import { onnxFixtures } from '../model/onnx-fixtures.ts';

async function printed(json: boolean): Promise<string> {
  const parts: string[] = [];
  await operators({ json, print: (text) => parts.push(text) });
  return parts.join('');
}

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
    const stdout = await printed(false);
    for (const { op } of supportedOperators()) expect(stdout).toMatch(new RegExp(`^${op}\\b`, 'm'));
    for (const { name } of kernelCatalogue) expect(stdout).toContain(name);
    expect(stdout).toContain('com.microsoft.QLinearAdd');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('--json says the same, with types and ONNX names', async () => {
    const { operators: listed } = JSON.parse(await printed(true)) as Listed;
    expect(listed.map(({ tflite }) => tflite)).toEqual(supportedOperators().map(({ op }) => op));
    const convolution = listed.find(({ tflite }) => tflite === 'CONV_2D');
    expect(convolution?.types).toContain('int8');
    expect(convolution?.onnx).toContain('Conv');
    expect(convolution?.kernels).toEqual(expect.arrayContaining(['conv_1x1_s8', 'conv_s8']));
    const [assigned] = listed.filter(({ tflite }) => tflite === 'ASSIGN_VARIABLE');
    expect(assigned).toMatchObject({ types: ['int8', 'int16', 'float32'], kernels: ['slice_s8'] });
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
