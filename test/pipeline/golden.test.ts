/** Every golden vector of the shared networks, byte for byte, through the generated C on this machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  closeHostModel,
  compileForHost,
  evaluate,
  loadDataset,
  runOnHost,
} from '../../src/evaluation/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

const networks = [
  'kws_ref_model',
  'pretrainedResnet_quant',
  'vww_96_int8',
  'ad01_int8',
  'tinyengine_vww',
  'mcunet-320kb-1mb_imagenet',
] as const;

const host = nodeHost();
const target = findTarget('stm32f746');

describeWithFixtures('golden vectors', (folder) => {
  const compile = (network: string): ReturnType<typeof compileModel> => {
    const path = join(folder, 'models', `${network}.tflite`);
    return compileModel(readFileSync(path), path, network, target);
  };

  test.each(networks)('%s', async (network) => {
    const { tree, graph } = compile(network);
    const model = await compileForHost(network, tree, graph, await openToolchain('local', host));
    try {
      const golden = join(folder, 'golden', network);
      const outputs = await runOnHost(model, readFileSync(join(golden, 'input0.bin')), 'input0.bin');
      const expected = readFileSync(join(golden, 'output0.bin'));
      expect(expected.length).toBe(12 * model.outputSetBytes);
      expect(expected.equals(outputs)).toBe(true);
    } finally {
      await closeHostModel(model);
    }
  });

  test('keyword spotting is right on 901 of its 1,000 samples', async () => {
    const { tree, graph } = compile('kws_ref_model');
    const source = { format: 'mlperf-tiny', path: join(folder, 'kws01') } as const;
    const dataset = await loadDataset(source, 'top1', graph, host);
    const model = await compileForHost('kws', tree, graph, await openToolchain('local', host));
    const accuracy = await evaluate(model, graph, dataset, 'top1');
    await closeHostModel(model);
    expect(accuracy).toEqual({ metric: 'top1', value: 0.901, samples: 1000 });
  });
});
