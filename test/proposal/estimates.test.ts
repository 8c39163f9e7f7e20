/** What a proposal says of a version, against that version really built and executed on the simulated chip. */
import { expect, test } from 'vitest';
import { at, type Toolchain } from '../../src/base/index.ts';
import { generateCode } from '../../src/code/index.ts';
import { buildFirmware } from '../../src/firmware/index.ts';
import { simulateInferences } from '../../src/measurement/index.ts';
import { propose, scaleGraph } from '../../src/proposal/index.ts';
import { interpret } from '../../src/reference/index.ts';
import { planSchedule, type Schedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { describeWithArmCompiler } from '../firmware/toolchains.ts';
import { networkBuilder } from '../support/network-builder.ts';

const target = findTarget('stm32f746');
const options = { objective: 'auto', sramBytes: 300_000 } as const;

/** Residual blocks of depthwise and 1x1 convolutions, as MobileNet has them. */
function network(): Schedule {
  const builder = networkBuilder(11);
  let tensor = builder.conv2d(builder.input([1, 48, 48, 3]), 16, 3, 2);
  for (const channels of [24, 32, 48]) {
    const deep = builder.depthwiseConv2d(builder.conv2d(tensor, channels * 2), 3, 2);
    const narrow = builder.conv2d(deep, channels);
    tensor = builder.add(narrow, builder.conv2d(builder.depthwiseConv2d(narrow), channels));
  }
  const graph = builder.finish([builder.fullyConnected(builder.mean(tensor), 10)]);
  return planSchedule(graph, target, options);
}

async function measured(schedule: Schedule, toolchain: Toolchain) {
  const { graph } = schedule;
  const image = await buildFirmware(generateCode(schedule, { name: 'version', target }), target, toolchain, {
    name: 'version',
  });
  const { shape } = at(graph.tensors, at(graph.inputs, 0).tensor);
  const elements = shape.reduce((product, size) => product * size, 1);
  const inputs = [3, 7].map((step) =>
    Int8Array.from({ length: elements }, (_, index) => ((index * step) % 255) - 127),
  );
  const expected = inputs.map((input) => Int8Array.from(at(interpret(graph, [input]).outputs, 0)));
  const { cycles } = simulateInferences({ image, target, schedule, inputs, expected });
  return {
    sramBytes: image.sram.totalBytes,
    flashBytes: image.flash.totalBytes,
    weightBytes: image.flash.weightBytes,
    milliseconds: cycles / 216_000,
  };
}

describeWithArmCompiler('figures of versions that were planned', (toolchain) => {
  test('are near those of the same version built and executed', { timeout: 120_000 }, async () => {
    const schedule = network();
    const now = await measured(schedule, toolchain);
    const limits = { milliseconds: now.milliseconds * 0.6 };
    const found = propose({ schedule, target, options, measured: now, limits });
    expect(found.options.map(({ kind }) => kind)).toEqual(['resolution', 'width']);
    for (const option of found.options) {
      const [, height = 0, width = 0] = option.inputShape;
      const graph = scaleGraph(schedule.graph, { image: { height, width }, width: option.widthFactor });
      if (graph === undefined) throw new Error('what was proposed can be made');
      const real = await measured(planSchedule(graph, target, options), toolchain);
      expect(Math.abs(option.milliseconds / real.milliseconds - 1)).toBeLessThan(0.1);
      expect(Math.abs(option.sramBytes / real.sramBytes - 1)).toBeLessThan(0.02);
      expect(Math.abs(option.flashBytes / real.flashBytes - 1)).toBeLessThan(0.15);
    }
  });
});
