/** Proposals: the largest version that keeps the limits, and figures that a real build of that version confirms. */
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/index.ts';
import type { Graph } from '../../src/graph/index.ts';
import { type Proposal, type ProposalRequest, propose } from '../../src/proposal/index.ts';
import { type PlanOptions, planSchedule } from '../../src/schedule/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { networkBuilder } from '../support/network-builder.ts';

const target = findTarget('stm32f746');

function classifier(side = 32): Graph {
  const network = networkBuilder(7);
  const stem = network.conv2d(network.input([1, side, side, 3]), 16, 3, 2);
  const wide = network.conv2d(network.depthwiseConv2d(stem), 32);
  return network.finish([network.fullyConnected(network.mean(wide), 10)]);
}

const measured = { sramBytes: 30_000, flashBytes: 20_000, weightBytes: 8_000, milliseconds: 10 };

function proposalFor(
  graph: Graph,
  limits: ProposalRequest['limits'],
  options: PlanOptions = { objective: 'auto', sramBytes: 300_000 },
): Proposal {
  return propose({ schedule: planSchedule(graph, target, options), target, options, measured, limits });
}

const kinds = ({ options }: Proposal) => options.map(({ kind }) => kind);

describe('what would bring a network within its limits', () => {
  test('a smaller image and fewer channels, each alone where each is enough, and no larger one would do', () => {
    const found = proposalFor(classifier(), { milliseconds: 7 });
    expect(kinds(found)).toEqual(['resolution', 'width']);
    for (const option of found.options) {
      expect(option.fits).toBe(true);
      expect(option.milliseconds).toBeLessThanOrEqual(7);
      expect(option.milliseconds).toBeGreaterThan(3.5);
    }
    expect(found.plansTried).toBeLessThanOrEqual(16);
  });

  test('both at once only where neither alone is enough', () => {
    const found = proposalFor(classifier(), { milliseconds: 1.5 });
    expect(kinds(found)).toEqual(['resolution', 'width', 'resolution-and-width']);
    expect(found.options.map(({ fits }) => fits)).toEqual([false, false, true]);
  });

  test('what does not fit is said to, down to the smallest that was planned', () => {
    const found = proposalFor(classifier(), { flashBytes: 11_000 });
    expect(found.options.every(({ fits }) => !fits)).toBe(true);
    expect(found.options.length).toBeGreaterThan(0);
  });

  test('another objective where SRAM is short and rows can be streamed: the same network, at its own size', () => {
    const graph = classifier(64);
    const options = { objective: 'speed', sramBytes: 300_000 } as const;
    const schedule = planSchedule(graph, target, options);
    const sram = { ...measured, sramBytes: schedule.arenaBytes + 2_000 };
    const limits = { sramBytes: sram.sramBytes - 1_000 };
    const { options: found } = propose({ schedule, target, options, measured: sram, limits });
    const plan = found.find(({ kind, objective }) => kind === 'plan' && objective === 'memory');
    expect(plan).toMatchObject({ fits: true, widthFactor: 1, inputShape: [1, 64, 64, 3] });
    expect(plan?.sramBytes).toBe(planSchedule(graph, target, { objective: 'memory' }).arenaBytes + 2_000);
  });

  test('a network without an image is offered other widths alone', () => {
    const network = networkBuilder(8);
    const hidden = network.fullyConnected(network.input([1, 64]), 128);
    const graph = network.finish([network.fullyConnected(hidden, 64)]);
    const found = proposalFor(graph, { milliseconds: 6 });
    expect(kinds(found)).toEqual(['width']);
    expect(at(found.options, 0)).toMatchObject({ fits: true, inputShape: [1, 64] });
  });

  test('is the same every time', () => {
    const limits = { milliseconds: 5, sramBytes: 20_000 };
    expect(proposalFor(classifier(), limits)).toEqual(proposalFor(classifier(), limits));
  });
});
