import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateCode } from '../../src/code/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { networkBuilder } from '../support/network-builder.ts';
import { buildForQemu, describeWithArm, runOnQemu } from '../support/qemu.ts';
import { seededIntegers } from '../support/seeded-integers.ts';
import { strictFlags, withFolderAsync } from './compile-c.ts';

const target = findTarget('stm32f746');

/** A wide image whose rows have many channels inside: a residual block and strides. */
function wideNetwork(): Graph {
  const network = networkBuilder(3);
  const input = network.input([1, 10, 500, 1]);
  const first = network.conv2d(input, 16, 3, 2);
  const filtered = network.depthwiseConv2d(network.conv2d(first, 32), 3);
  const sum = network.add(network.conv2d(filtered, 16), first);
  const narrow = network.conv2d(network.depthwiseConv2d(sum, 5, 2), 4);
  return network.finish([network.mean(narrow)]);
}

function program(input: Int8Array, expected: ArrayLike<number>): string {
  return `#include <stdio.h>
#include <string.h>
#include "model.h"
static const int8_t input[] = {${[...input].join(', ')}};
static const int8_t expected[] = {${Array.from(expected).join(', ')}};
int main(void) {
  model_init();
  memcpy(model_input(0), input, sizeof input);
  model_invoke();
  puts(memcmp(model_output(0), expected, sizeof expected) == 0 ? "same" : "other");
  return 0;
}
`;
}

describeWithArm('patches on a Cortex-M7', () => {
  test.each([16_000, 12_000])(
    'fit %i bytes, where streams take 50,000, and compute the same',
    async (sramBytes) => {
      const graph = wideNetwork();
      const streamed = planSchedule(graph, target, { objective: 'memory', mostSlowdown: 9 });
      expect(streamed.arenaBytes).toBeGreaterThan(50_000);
      const schedule = planSchedule(graph, target, { sramBytes });
      expect(schedule.steps.some(({ kind }) => kind === 'patch')).toBe(true);
      expect(schedule.arenaBytes).toBeLessThanOrEqual(sramBytes);
      const random = seededIntegers(5);
      const input = Int8Array.from({ length: 5000 }, () => random(-128, 127));
      const expected = interpret(graph, [input]).outputs[0] ?? [];
      const { files } = generateCode(schedule, { name: 'wide', target });
      await withFolderAsync(new Map([...files, ['main.c', program(input, expected)]]), async (folder) => {
        const units = ['model.c', 'main.c'].map((unit) => join(folder, unit));
        const flags = ['-O2', ...strictFlags.filter((flag) => !flag.startsWith('-std'))];
        const elf = await buildForQemu(folder, { units, includeFolders: [folder], flags });
        expect(await runOnQemu(elf, folder, 60_000)).toContain('same');
      });
    },
  );
});
