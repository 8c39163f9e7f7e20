/** The shape of `mcunet.yml`: what is allowed, what it means, and how it becomes a `Config`. */
import { z } from 'zod';
import { dataset } from './dataset-schema.ts';
import { path, points, ratio, share, size, time } from './schema-parts.ts';
import { search } from './search-schema.ts';
import type { Config, RegressionLimits } from './types.ts';

const defaultTarget = 'stm32f746';

const budgets = z
  .strictObject({
    sram: size('Most RAM: arena, static data and worst-case stack.'),
    flash: size('Most flash: code, weights and everything else of the image.'),
    latency: time('Most time of one inference.'),
    accuracy: ratio('Least accuracy in the metric of the data set.'),
  })
  .default({})
  .meta({ description: 'Limits of this model; exceeding one fails the check.' })
  .transform(({ sram, flash, latency, accuracy }) => ({
    sramBytes: sram,
    flashBytes: flash,
    latencyMs: latency,
    accuracy,
  }));

const regression = z
  .strictObject({
    sram: share('Most growth of RAM against the base branch.'),
    flash: share('Most growth of flash against the base branch.'),
    latency: share('Most growth of latency against the base branch.'),
    accuracy: points('Most loss of accuracy against the base branch, in percentage points.'),
  })
  .default({})
  .meta({ description: 'How much worse than the base branch this model may get.' })
  .transform(({ sram, flash, latency, accuracy }): RegressionLimits => ({ sram, flash, latency, accuracy }));

const model = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
        'a name has 1 to 80 letters, digits, dots, dashes or underscores and starts with a letter or digit',
      )
      .meta({ description: 'Names the model in reports and its folder of outputs.' }),
    path: path('The .tflite or .onnx file, the net configuration, or a glob; relative to this file.'),
    budgets,
    objective: z.enum(['auto', 'memory', 'speed']).default('auto').meta({
      description:
        'auto: the fastest plan within the SRAM budget; memory: the smallest arena that costs at most a tenth more time; speed: the fastest plan.',
    }),
    regression,
    dataset,
  })
  .meta({ description: 'A quantised network, or several that a glob matches.' });

const board = z
  .strictObject({
    port: path(
      "Serial port of the board, for example /dev/ttyACM0; the ST-LINK's own unless told.",
    ).optional(),
    programmer: z
      .enum(['auto', 'openocd', 'stm32programmer'])
      .default('auto')
      .meta({ description: 'auto takes OpenOCD where it is installed, else STM32_Programmer_CLI.' }),
    probe: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'a serial number has letters and digits alone')
      .optional()
      .meta({ description: 'Serial number of the debug probe, where several are connected.' }),
  })
  .optional()
  .meta({ description: 'The board that `latency: board` measures on.' });

export const configSchema: z.ZodType<Config> = z
  .strictObject({
    targets: z
      .array(z.string().max(100).meta({ description: 'A board, for example stm32f746.' }))
      .min(1, 'name at least one target')
      .max(16, 'name at most 16 targets')
      .default([defaultTarget])
      .meta({ description: 'Boards that firmware is built for.' }),
    models: z
      .array(model)
      .max(500, 'name at most 500 models')
      .default([])
      .meta({ description: 'The networks to check.' }),
    search,
    latency: z.enum(['simulated', 'board']).default('simulated').meta({
      description:
        'simulated: counted by executing the firmware on a model of the chip; board: by a board that is connected to this machine, beside the simulated figure.',
    }),
    board,
    toolchain: z
      .enum(['auto', 'container', 'local'])
      .default('auto')
      .meta({ description: 'auto takes the container when an engine works, else the local compiler.' }),
  })
  .transform(({ targets, models, search, toolchain, latency, board }): Config => {
    const { port, programmer = 'auto', probe } = board ?? {};
    return {
      targets,
      models,
      search: search && { ...search, target: search.target ?? targets[0] ?? defaultTarget },
      toolchain,
      board: latency === 'board' ? { port, programmer, probe } : undefined,
    };
  });
