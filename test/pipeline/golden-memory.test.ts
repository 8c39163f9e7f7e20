/** Every golden vector of the shared networks, byte for byte, through generated C with the smallest arenas. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeHostModel, compileForHost, runOnHost } from '../../src/evaluation/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

const host = nodeHost();

describeWithFixtures('golden vectors in the smallest arenas', (folder) => {
  test.each([
    ['ad01_int8', 1024],
    ['kws_ref_model', 9216],
    ['pretrainedResnet_quant', 22_528],
    ['vww_96_int8', 32_768],
    ['tinyengine_vww', 27_648],
    ['mcunet-320kb-1mb_imagenet', 118_784],
  ])('%s within %i bytes', async (network, mostBytes) => {
    const path = join(folder, 'models', `${network}.tflite`);
    const options = { objective: 'memory' } as const;
    const { tree, graph, schedule } = compileModel(
      readFileSync(path),
      path,
      network,
      findTarget('stm32f746'),
      options,
    );
    expect(schedule.arenaBytes).toBeLessThanOrEqual(mostBytes);
    const model = await compileForHost(network, tree, graph, await openToolchain('local', host));
    try {
      const golden = join(folder, 'golden', network);
      const outputs = await runOnHost(model, readFileSync(join(golden, 'input0.bin')), 'input0.bin');
      expect(outputs.length).toBe(12 * model.outputSetBytes);
      expect(readFileSync(join(golden, 'output0.bin')).equals(outputs)).toBe(true);
    } finally {
      await closeHostModel(model);
    }
  });
});
