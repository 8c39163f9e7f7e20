/** Real networks become firmware for the chip, with figures that add up, from either toolchain. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateCode, type SourceTree } from '../../src/code/index.ts';
import { buildFirmware } from '../../src/firmware/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { readModel } from '../../src/model/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { describeWithArmCompiler, describeWithContainer } from './toolchains.ts';

const target = findTarget('stm32f746');

/** Network, and the bytes of its weights and biases at the least: what flash must hold. */
const networks = [
  ['kws_ref_model', 22_000],
  ['pretrainedResnet_quant', 77_000],
  ['vww_96_int8', 29_000],
  ['ad01_int8', 264_000],
  ['tinyengine_vww', 400_000],
  ['mcunet-320kb-1mb_imagenet', 700_000],
] as const;

function codeOf(folder: string, name: string): SourceTree {
  const bytes = new Uint8Array(readFileSync(join(folder, 'models', `${name}.tflite`)));
  return generateCode(planSchedule(buildGraph(readModel(bytes)), target), { name, target });
}

const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);

describeWithFixtures('shared networks', (folder) => {
  describeWithArmCompiler('with the local compiler', (toolchain) => {
    test.each(networks)('%s fits the chip, and its parts add up', async (name, leastWeightBytes) => {
      const image = await buildFirmware(codeOf(folder, name), target, toolchain, { name });
      const { totalBytes: flashBytes, ...flashParts } = image.flash;
      const { totalBytes: sramBytes, ...sramParts } = image.sram;
      expect(sumOf(flashParts)).toBe(flashBytes);
      expect(sumOf(sramParts)).toBe(sramBytes);
      expect(image.bin.length).toBe(flashBytes);
      expect(image.overflow).toEqual({ flashBytes: 0, sramBytes: 0 });
      expect(image.flash.weightBytes).toBeGreaterThan(leastWeightBytes);
      expect(image.stack.deepestChain.map(({ symbol }) => symbol)).toContain('model_invoke');
    });
  });
});

await describeWithContainer('shared networks in the container', (container) => {
  describeWithFixtures('against the local compiler', (folder) => {
    describeWithArmCompiler('of the same version', (local) => {
      test('kws_ref_model has the same bytes', async () => {
        const tree = codeOf(folder, 'kws_ref_model');
        const name = 'kws';
        const inside = await buildFirmware(tree, target, container, { name });
        const outside = await buildFirmware(tree, target, local, { name });
        expect(Buffer.compare(inside.elf, outside.elf)).toBe(0);
      });
    });
  });
});
