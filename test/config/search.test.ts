/** Section `search`: what it becomes, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/base/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { mcunetFamily } from '../../src/search/index.ts';

const dataset =
  '{ format: npz, path: d.npz, metric: top1, inputs: images, labels: labels, normalisation: none }';
const trained = `supernet: s.json, calibration: { path: c.npz }, dataset: ${dataset}`;

function searchOf(text: string) {
  return parseConfig(`search: { ${text} }`, 'mcunet.yml').search;
}

function problemOf(text: string): string {
  try {
    searchOf(text);
  } catch (error) {
    return (error as Failure).toLine();
  }
  throw new Error('nothing thrown');
}

describe('what is right', () => {
  test('limits alone: MCUNet’s spaces are compared, nothing is trained', () => {
    expect(searchOf('limits: { sram: 256KiB, flash: 1MiB, latency: 100ms }')).toEqual({
      target: 'stm32f746',
      family: mcunetFamily,
      limits: { sramBytes: 262_144, flashBytes: 1_048_576, latencyMs: 100 },
      survey: { samples: 1000, rule: { by: 'mean', leastShare: 0.05 } },
      accuracy: undefined,
      evaluation: undefined,
      evolution: {
        strategy: 'evolution',
        population: 100,
        generations: 30,
        islands: 4,
        parentShare: 0.25,
        mutationShare: 0.5,
        mutationProbability: 0.1,
        seed: 1,
      },
    });
  });

  test('a super-network with its calibration and data', () => {
    expect(searchOf(trained)?.accuracy).toMatchObject({
      from: 'supernet',
      path: 's.json',
      calibration: { path: 'c.npz', from: { array: 'images' }, method: { kind: 'mse' } },
      dataset: { path: 'd.npz', metric: 'top1' },
    });
  });

  test('the other sources, by name', () => {
    expect(searchOf('accuracy: predictor, pairs: p.json')?.accuracy).toEqual({
      from: 'predictor',
      path: 'p.json',
    });
    expect(searchOf('accuracy: command, command: [python3, train.py, "{network}"]')?.accuracy).toEqual({
      from: 'command',
      argv: ['python3', 'train.py', '{network}'],
    });
    expect(searchOf('accuracy: flops')?.accuracy).toEqual({ from: 'flops' });
  });

  test('the board is the first target unless another is named', () => {
    expect(searchOf('seed: 3')?.target).toBe('stm32f746');
    expect(searchOf('target: stm32f746')?.target).toBe('stm32f746');
  });
});

describe('what is wrong', () => {
  test.each([
    ['what a source needs and has not', 'supernet: s.json', /accuracy from supernet needs calibration/],
    ['what no source uses', `dataset: ${dataset}`, /say with `accuracy` what this is for/],
    ['what another source uses', `accuracy: flops, pairs: p.json`, /accuracy is from flops/],
    [
      'islands of too few networks',
      'population: 12',
      /population: must be at least 4 networks for each island/,
    ],
    ['an unknown board', 'target: stm32f999', /search.target: unknown target "stm32f999"/],
    ['a misspelt key', 'limit: { sram: 1KiB }', /unknown key "limit".*limits/],
    [
      'a space without stages',
      'space: { input: { channels: 1, resolutions: [48] }, stem: { width: 8 }, classes: 2, stages: [] }',
      /search.space.stages: name at least one stage/,
    ],
  ])('%s', (_, text, message) => {
    expect(problemOf(text)).toMatch(message);
  });
});
