/** Architectures without weights: what they cost is measured, what they answer is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/index.ts';
import { countMacs } from '../../src/graph/index.ts';
import { layersOf, readNetConfig } from '../../src/model/index.ts';
import { compileModel, planOptions, runPipeline } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';
import { smallNet } from '../model/net-config-json.ts';
import { describeWithFixtures } from '../support/fixtures.ts';
import { memoryHost } from '../support/memory-host.ts';

const target = findTarget('stm32f746');
const bytes = new TextEncoder().encode(JSON.stringify(smallNet()));

describe('a net configuration', () => {
  test('is quantised, planned and generated, the same every time', () => {
    const compiled = compileModel(bytes, 'net.json', 'net', target);
    expect(compiled.isTrained).toBe(false);
    expect(compiled.graph.outputs[0]).toMatchObject({ type: 'int8', shape: [1, 10] });
    expect(compiled.schedule.arenaBytes).toBeGreaterThan(0);
    expect(compileModel(bytes, 'net.json', 'net', target).tree).toEqual(compiled.tree);
  });
});

describeWithArmCompiler('verifying a net configuration', (toolchain) => {
  const verify = async (settings: string) => {
    const config = parseConfig(`models:\n  - { name: net, path: net.json${settings} }\n`, 'mcunet.yml');
    const services = {
      host: memoryHost({ '/p/net.json': new TextDecoder().decode(bytes) }),
      toolchain,
      progress: { stage: () => {}, advance: () => {} },
    };
    const { report } = await runPipeline({ config, root: '/p', proposes: false }, services);
    return report.models[0];
  };
  const dataset = ', dataset: { format: mlperf-tiny, path: data, metric: top1 }';

  test('measures memory and latency, and no accuracy, whatever data there is', async () => {
    const row = await verify(dataset);
    expect(row).toMatchObject({ status: 'pass', accuracy: null, error: null });
    expect(row?.latency?.method).toBe('simulated');
    expect(row?.macs).toBeGreaterThan(0);
  });

  test('refuses a limit on accuracy', async () => {
    const row = await verify(`${dataset}, budgets: { accuracy: 90% }`);
    expect(row?.status).toBe('error');
    expect(row?.error).toMatchObject({ code: 'ACCURACY_UNTRAINED' });
  });
});

describeWithFixtures("MCUNet's networks", (folder) => {
  /** Half of the peak SRAM in TinyEngine's own table of its model zoo; 1 kB = 1,000 bytes. */
  const limits = [
    ['mcunet-10fps_imagenet', 49_000 / 2],
    ['mcunet-256kb-1mb_imagenet', 215_000 / 2],
    ['mcunet-320kb-1mb_imagenet', 260_000 / 2],
    ['mcunet-512kb-2mb_imagenet', 416_000 / 2],
    ['proxyless-w0.3-r176_imagenet', 259_000 / 2],
  ] as const;

  test.each(limits)(
    '%s takes an arena of at most %d bytes, half of what TinyEngine takes, and all of its work is there',
    (name, most) => {
      const net = readFileSync(join(folder, 'nets', `${name}.json`));
      const { graph, schedule } = compileModel(
        net,
        name,
        name,
        target,
        planOptions('memory', undefined, target),
      );
      expect(schedule.arenaBytes).toBeLessThanOrEqual(most);
      const macs = layersOf(readNetConfig(net.toString(), name)).reduce((sum, layer) => sum + layer.macs, 0);
      expect(graph.ops.reduce((sum, op) => sum + countMacs(op, graph), 0)).toBe(macs);
    },
  );
});
