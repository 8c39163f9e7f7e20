/** Command line of `scripts/validate-simulator`. */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { tuneEngine } from '../../src/host/index.ts';
import { chipTimings } from '../../src/simulator/timing/chip-timings.ts';
import type { ChipTiming } from '../../src/simulator/timing/types.ts';
import { ablations } from './ablations.ts';
import { type MeasuredImage, readFigures } from './figures.ts';
import { type ImageRun, measureImage } from './measure-image.ts';

const maximumError = 0.03;
const maximumMeanError = 0.015;

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
const thousands = (value: number): string => Math.round(value).toLocaleString('en');

function printRuns(runs: readonly ImageRun[]): void {
  const table = new Table({
    head: ['image', 'measured, cycles', 'simulated, cycles', 'error', 'instructions', 'answers', 'MIPS'],
    style: { head: [], border: [] },
  });
  for (const run of runs) {
    const right = run.checkedAnswers - run.wrongAnswers.length;
    table.push([
      run.name,
      thousands(run.measuredCycles),
      thousands(run.simulatedCycles),
      percent(run.error),
      thousands(run.instructions),
      run.checkedAnswers === 0 ? 'no inputs' : `${right} of ${run.checkedAnswers}`,
      run.millionInstructionsPerSecond.toFixed(0),
    ]);
  }
  console.log(table.toString());
  for (const run of runs) for (const answer of run.wrongAnswers) console.log(`${run.name}: ${answer}`);
}

function printStalls(runs: readonly ImageRun[]): void {
  for (const run of runs) {
    const shares = Object.entries(run.stalls)
      .filter(([, amount]) => amount > 0)
      .map(([cause, amount]) => `${cause} ${percent(amount / run.simulatedCycles)}`);
    console.log(`${run.name}: ${shares.join(', ')}`);
  }
}

function verdict(runs: readonly ImageRun[]): boolean {
  const errors = runs.map(({ error }) => Math.abs(error));
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const worst = Math.max(...errors);
  console.log(`mean error ${percent(mean)}, worst ${percent(worst)}`);
  const isRight = runs.every(({ wrongAnswers }) => wrongAnswers.length === 0);
  return isRight && worst <= maximumError && mean <= maximumMeanError;
}

/** What each rule is worth: change of the simulated cycles, in per cent. */
function printAblations(folder: string, images: readonly MeasuredImage[], only: string | undefined): void {
  const short = images.map((image) => ({
    ...image,
    checkedInputs: 0,
    iterations: Math.min(3, image.iterations),
  }));
  const before = short.map((image) => measureImage(folder, image).simulatedCycles);
  console.log(['change', ...images.map(({ name }) => name)].join(' | '));
  for (const { name, change } of ablations) {
    if (only !== undefined && !only.split(',').some((text) => name.includes(text))) continue;
    const cells = short.map((image, index) => {
      const timing = chipTimings[image.chip] as ChipTiming;
      const changed = measureImage(folder, image, change(timing));
      return percent(changed.simulatedCycles / (before[index] ?? Number.NaN) - 1);
    });
    console.log([name, ...cells].join(' | '));
  }
}

tuneEngine();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    stalls: { type: 'boolean' },
    ablate: { type: 'boolean' },
    rule: { type: 'string' },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(
    'usage: scripts/validate-simulator FOLDER [--only NAME,...] [--stalls] [--ablate [--rule TEXT,...]]',
  );
  process.exitCode = 2;
} else {
  const names = values.only?.split(',');
  const images = readFigures(folder).images.filter(({ name }) => names === undefined || names.includes(name));
  const runs = images.map((image) => measureImage(folder, image));
  printRuns(runs);
  if (values.stalls) printStalls(runs);
  process.exitCode = verdict(runs) ? 0 : 1;
  if (values.ablate) printAblations(folder, images, values.rule);
}
