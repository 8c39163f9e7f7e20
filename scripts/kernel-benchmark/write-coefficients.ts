/** The table of coefficients as TypeScript, with where it comes from and how well it fits. */
import { at } from '../../src/base/index.ts';
import { fitCoefficients, type Sample } from './fit.ts';
import type { Measurements } from './measure-cases.ts';

export type KernelFit = {
  readonly kernel: string;
  readonly coefficients: Readonly<Record<string, number>>;
  readonly samples: number;
  readonly medianError: number;
  readonly worstError: number;
};

export function fitKernels({ samples }: Measurements): KernelFit[] {
  const kernels = [...samples].sort(([a], [b]) => a.localeCompare(b));
  const fits = kernels.map(([kernel, own]) => fitKernel(kernel, own));
  return fits.map((fit) => {
    const seen = (samples.get(fit.kernel) ?? []).flatMap(({ work }) => Object.keys(work));
    const terms = new Set([...seen, 'streamCall']);
    const borrowed = [...terms]
      .filter((term) => !(term in fit.coefficients))
      .map((term): [string, number] => [term, medianOfOthers(fits, term)]);
    return { ...fit, coefficients: { ...fit.coefficients, ...Object.fromEntries(borrowed) } };
  });
}

/** What no sample of a kernel shows, such as a call in a stream, takes about what it does in other kernels. */
function medianOfOthers(fits: readonly KernelFit[], term: string): number {
  const others = fits.flatMap(({ coefficients }) => coefficients[term] ?? []).sort((a, b) => a - b);
  return others[Math.floor(others.length / 2)] ?? 0;
}

function fitKernel(kernel: string, samples: readonly Sample[]): KernelFit {
  const coefficients = fitCoefficients(samples);
  const errors = samples
    .map(({ work, cycles }) => {
      const terms = Object.entries(work);
      const estimate = terms.reduce((sum, [term, count]) => sum + count * (coefficients[term] ?? 0), 0);
      return Math.abs(estimate / cycles - 1);
    })
    .sort((a, b) => a - b);
  return {
    kernel,
    coefficients,
    samples: samples.length,
    medianError: at(errors, Math.floor(errors.length / 2)),
    worstError: at(errors, errors.length - 1),
  };
}

/** The entry of each kernel in a table as it was written before. */
function entriesOf(table: string): Map<string, string> {
  const entries = table.matchAll(/ {2}\/\/ [^\n]*\n {2}(\w+): \{\s[^}]*\},\n/g);
  return new Map([...entries].map(([text, kernel = '']) => [kernel, text]));
}

/** The table with these fits; kernels that they lack stay as `before` has them. */
export function coefficientsText(
  fits: readonly KernelFit[],
  dispatchCycles: number,
  { compiler, chip, before }: { readonly compiler: string; readonly chip: string; readonly before: string },
): string {
  const entries = entriesOf(before);
  for (const fit of fits) entries.set(fit.kernel, entryText(fit));
  const texts = [...entries].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => text);
  const count = texts.reduce((sum, text) => sum + Number(/\d+/.exec(text)?.[0]), 0);
  return `/** Made by \`node scripts/kernel-benchmark/main.ts --fit\`; not to be edited. */
import type { KernelName } from './shape.ts';

/** ${count} operators on a simulated ${chip}, compiled by ${compiler}. */
export const coefficients: Readonly<Record<KernelName, Readonly<Record<string, number>>>> = {
${texts.join('')}};

/** Of a call by the loop of a stream. */
export const dispatchCycles = ${rounded(dispatchCycles)};
`;
}

function entryText({ kernel, coefficients, samples, medianError }: KernelFit): string {
  const terms = Object.entries(coefficients).map(([term, cycles]) => `    ${term}: ${rounded(cycles)},\n`);
  const error = `${(100 * medianError).toFixed(1)} %`;
  return `  // ${samples} operators, median error ${error}.\n  ${kernel}: {\n${terms.join('')}  },\n`;
}

/** Four digits are more than the model knows. */
function rounded(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
