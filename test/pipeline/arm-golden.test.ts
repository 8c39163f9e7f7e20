/** Every golden vector of the shared networks, byte for byte, through the Cortex-M7 code (DSP path) under QEMU. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runnerProgram } from '../../src/evaluation/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { temporaryFolder } from '../support/command-line.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { buildForQemu, describeWithArm, mainOnFiles, runOnQemu } from '../support/qemu.ts';

const networks = [
  'kws_ref_model',
  'pretrainedResnet_quant',
  'vww_96_int8',
  'ad01_int8',
  'tinyengine_vww',
  'mcunet-320kb-1mb_imagenet',
] as const;

const objectives = ['auto', 'memory'] as const;
const target = findTarget('stm32f746');

describeWithArm('golden vectors on the Arm core', () => {
  describeWithFixtures('of the shared networks', (fixtures) => {
    const cases = networks.flatMap((network) => objectives.map((objective) => ({ network, objective })));
    test.each(cases)('$network for $objective', async ({ network, objective }) => {
      using folder = temporaryFolder();
      const path = join(fixtures, 'models', `${network}.tflite`);
      const { tree, graph } = compileModel(readFileSync(path), path, network, target, { objective });
      const program = runnerProgram(tree, graph);
      for (const [file, text] of program.files) writeText(join(folder.path, file), text);
      writeText(join(folder.path, 'main.c'), mainOnFiles);
      cpSync(join(fixtures, 'golden', network, 'input0.bin'), join(folder.path, 'input.bin'));
      const elf = await buildForQemu(folder.path, {
        units: ['main.c', ...program.units].map((unit) => join(folder.path, unit)),
        includeFolders: [folder.path, join(folder.path, 'model')],
        flags: ['-O2', '-Dmain=run_sets'],
      });
      await runOnQemu(elf, folder.path, 120_000);
      const expected = readFileSync(join(fixtures, 'golden', network, 'output0.bin'));
      expect(expected.equals(readFileSync(join(folder.path, 'output.bin')))).toBe(true);
    });
  });
});

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
