/**
 * Measures the kernels of the catalogue on the simulated chip.
 *
 * `node scripts/kernel-benchmark/main.ts` prints the catalogue with cycles of usual shapes; `--fit` measures a few hundred
 * operators and writes the coefficients of the estimate, `--fit KERNEL ...` those of some kernels only; `--validate [FOLDER]` compares the estimate with the simulator on
 * the .tflite networks of a folder, `--random COUNT` on so many random networks of MCUNet's search space.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openToolchain } from '../../src/firmware/index.ts';
import { buildGraph } from '../../src/graph/index.ts';
import { nodeHost } from '../../src/host/index.ts';
import { dispatchCycles } from '../../src/kernels/cycles/coefficients.generated.ts';
import { chooseKernel } from '../../src/kernels/index.ts';
import { readModel } from '../../src/model/index.ts';
import { planOptions } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { benchmarkCases } from './cases.ts';
import { catalogueTable, measureCatalogue } from './catalogue-table.ts';
import { fitCoefficients } from './fit.ts';
import { measureCases } from './measure-cases.ts';
import { randomSearchNetwork } from './random-networks.ts';
import { type ValidationCase, validateEstimate, validationTable } from './validate.ts';
import { coefficientsText, fitKernels } from './write-coefficients.ts';

const root = join(import.meta.dirname, '../..');
const table = join(root, 'src/kernels/cycles/coefficients.generated.ts');
const target = findTarget('stm32f746');
const toolchain = await openToolchain('auto', nodeHost());
const [mode, ...values] = process.argv.slice(2);
const [value] = values;
const flashBytes = 900_000;

async function fitTable(): Promise<void> {
  const isWanted = (kernel: string): boolean => values.length === 0 || values.includes(kernel);
  const cases = benchmarkCases().filter(({ graph }) =>
    graph.ops.some((op) => op.kind !== 'reshape' && isWanted(chooseKernel(op, graph, target).name)),
  );
  const measurements = await measureCases(cases, target, toolchain);
  const fits = fitKernels(measurements).filter(({ kernel }) => isWanted(kernel));
  const dispatch = values.length > 0 ? dispatchCycles : (fitCoefficients(measurements.dispatches).call ?? 0);
  const { compiler } = toolchain.identity;
  const before = values.length > 0 ? readFileSync(table, 'utf8') : '';
  writeFileSync(table, coefficientsText(fits, dispatch, { compiler, chip: target.chip, before }));
  for (const { kernel, samples, medianError, worstError } of fits) {
    const percent = (error: number): string => `${(100 * error).toFixed(1)} %`;
    console.log(
      `${kernel}: ${samples} operators, median ${percent(medianError)}, worst ${percent(worstError)}`,
    );
  }
}

function networksOf(folder: string): ValidationCase[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.tflite')) : [];
  return files.flatMap((file) =>
    (['auto', 'memory'] as const).map((objective) => ({
      name: `${basename(file, '.tflite')}, ${objective}`,
      graph: buildGraph(readModel(readFileSync(join(folder, file)))),
      options: planOptions(objective, undefined, target),
    })),
  );
}

function randomNetworks(count: number): ValidationCase[] {
  const cases: ValidationCase[] = [];
  for (let seed = 1; cases.length < count; seed++) {
    const graph = randomSearchNetwork(seed);
    const weightBytes = graph.ops.reduce((sum, op) => sum + ('weights' in op ? op.weights.length : 0), 0);
    if (weightBytes > flashBytes) continue;
    const objective = cases.length % 3 === 2 ? 'memory' : 'auto';
    const name = `random ${seed}, ${objective}`;
    cases.push({ name, graph, options: planOptions(objective, undefined, target) });
  }
  return cases;
}

async function validate(cases: readonly ValidationCase[]): Promise<void> {
  console.log(validationTable(await validateEstimate(cases, target, toolchain)));
}

if (mode === '--fit') await fitTable();
else if (mode === '--random') await validate(randomNetworks(Number(value ?? 50)));
else if (mode === '--validate') await validate(networksOf(value ?? join(root, '../shared/data/models')));
else console.log(catalogueTable(await measureCatalogue(target, toolchain)));
