/** MCUNet's own net configurations, held to the figures that its authors publish. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildGraph, countMacs } from '../../src/graph/index.ts';
import { layersOf, type NetLayer, printNetConfig, readModel, readNetConfig } from '../../src/model/index.ts';
import { describeWithFixtures } from '../support/fixtures.ts';

/** Millions of multiply-accumulates, from the model zoo of mit-han-lab/mcunet. */
const published = [
  ['mbv2-w0.35-r144_imagenet', 23.5],
  ['mcunet-10fps_imagenet', 6.4],
  ['mcunet-256kb-1mb_imagenet', 67.3],
  ['mcunet-320kb-1mb_imagenet', 81.8],
  ['mcunet-512kb-2mb_imagenet', 125.9],
  ['proxyless-w0.3-r176_imagenet', 38.3],
] as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const macsOf = (layers: readonly NetLayer[]): number => sum(layers.map(({ macs }) => macs));

describeWithFixtures("MCUNet's net configurations", (folder) => {
  const text = (name: string): string => readFileSync(join(folder, 'nets', `${name}.json`), 'utf8');

  test.each(published)(
    '%s has %d M multiply-accumulates, and is the same after printing',
    (name, millions) => {
      const net = readNetConfig(text(name), name);
      expect(macsOf(layersOf(net)) / 1e6).toBeCloseTo(millions, 1);
      expect(readNetConfig(printNetConfig(net), name)).toEqual(net);
    },
  );

  test('mcunet-320kb has the convolutions of the .tflite file of the same network', () => {
    const graph = buildGraph(
      readModel(readFileSync(join(folder, 'models', 'mcunet-320kb-1mb_imagenet.tflite'))),
      [],
    );
    const inFile = graph.ops.map((op) => countMacs(op, graph)).filter((macs) => macs > 0);
    const net = readNetConfig(text('mcunet-320kb-1mb_imagenet'), 'net');
    const stated = layersOf(net).map(({ macs }) => macs);
    expect(inFile).toEqual(stated.filter((macs) => macs > 0));
  });
});
