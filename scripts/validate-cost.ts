/**
 * Costs of random networks of MCUNet's space against what they are costs of: arenas of plans, linked images, and cycles on
 * the simulated chip.
 *
 * `node scripts/validate-cost.ts [COUNT] [--plans]`; `--plans` leaves images and cycles out. All figures but the networks
 * a second are deterministic.
 */
import { random } from '../src/base/index.ts';
import { costOf } from '../src/cost/index.ts';
import { openToolchain } from '../src/firmware/index.ts';
import { nodeHost } from '../src/host/index.ts';
import type { NetConfig } from '../src/model/index.ts';
import { planSchedule } from '../src/schedule/index.ts';
import { mcunetFamily, netConfigOf, sampleGenotype, spacesOf } from '../src/search/index.ts';
import { findTarget } from '../src/target/index.ts';
import { inParallel } from './kernel-benchmark/measure-cases.ts';
import { measureGraph } from './kernel-benchmark/measure-graph.ts';
import { netGraph } from './kernel-benchmark/net-graph.ts';

const target = findTarget('stm32f746');
const isPlansOnly = process.argv.includes('--plans');
const count = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 50);
const objective = { objective: 'memory' } as const;

/** Of spaces in turn, whose widths and resolutions are apart; only networks that the chip has flash for. */
function randomNetworks(): readonly NetConfig[] {
  const spaces = spacesOf(mcunetFamily);
  const draws = random(1);
  const networks: NetConfig[] = [];
  for (let turn = 0; networks.length < count; turn++) {
    const space = spaces[(37 * turn) % spaces.length];
    if (space === undefined) throw new Error('the family has spaces');
    const net = netConfigOf(space, sampleGenotype(space, draws));
    const { flashBytes, arenaBytes } = costOf(net, target, 'planned');
    if (flashBytes < 0.97 * target.flashBytes && arenaBytes < 0.85 * target.sramBytes) networks.push(net);
  }
  return networks;
}

type Figures = { readonly arenaBytes: number; readonly flashBytes: number; readonly latencyMs: number };

async function measure(net: NetConfig, seed: number): Promise<Partial<Figures>> {
  const graph = netGraph(net, seed);
  if (isPlansOnly) return { arenaBytes: planSchedule(graph, target, objective).arenaBytes };
  const toolchain = await openToolchain('auto', nodeHost());
  const { schedule, flashBytes, cycles } = await measureGraph(graph, target, toolchain, objective);
  return { arenaBytes: schedule.arenaBytes, flashBytes, latencyMs: (1e3 * cycles) / target.clockHz };
}

const errors: Record<keyof Figures, number[]> = { arenaBytes: [], flashBytes: [], latencyMs: [] };
await inParallel([...randomNetworks().entries()], async ([index, net]) => {
  const cost = costOf(net, target, 'planned');
  const measured = await measure(net, index + 1);
  const words: string[] = [];
  for (const key of ['arenaBytes', 'flashBytes', 'latencyMs'] as const) {
    const value = measured[key];
    if (value === undefined) continue;
    const error = cost[key] / value - 1;
    errors[key].push(error);
    words.push(`${key} ${Math.round(value)} (${(100 * error).toFixed(1)} %)`);
  }
  process.stderr.write(`${index + 1}, ${net.input.width} x ${net.input.height}: ${words.join(', ')}\n`);
});

console.log(`${count} networks, estimates less what was measured, in per cent\n`);
console.log('| Figure | Lowest | Median | Highest | Median of magnitudes | 9 of 10 within |');
console.log('|---|--:|--:|--:|--:|--:|');
for (const [key, values] of Object.entries(errors)) {
  if (values.length === 0) continue;
  const at = (share: number, of: readonly number[]): string => {
    const sorted = [...of].sort((a, b) => a - b);
    return (100 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)).toFixed(2);
  };
  const magnitudes = values.map(Math.abs);
  const row = [at(0, values), at(0.5, values), at(1, values), at(0.5, magnitudes), at(0.9, magnitudes)];
  console.log(`| ${key} | ${row.join(' | ')} |`);
}
