/** Coefficients of a kernel from measured calls: those of least squared relative error among all that are not negative. */
import { at } from '../../src/base/index.ts';
import type { Work } from '../../src/kernels/cycles/work.ts';

export type Sample = { readonly work: Work; readonly cycles: number };

/** Cycles that are added to each sample's own before errors are taken relative to them: small calls matter less. */
const softening = 3000;
/** Draws what the samples do not tell apart towards equal shares, without moving what they do. */
const ridge = 1e-6;
const rounds = 20_000;

/** Of what lies behind the data cache: a rough model, which must not bend the others. */
const cachedTerms = ['inputLine', 'outputLine', 'scratchLine'];

/**
 * Cycles of one of each term: first from calls on coupled memory, then, for what only the others have, from what these
 * take beyond that.
 */
export function fitCoefficients(samples: readonly Sample[]): Record<string, number> {
  const isCoupled = ({ work }: Sample): boolean => cachedTerms.every((term) => (work[term] ?? 0) === 0);
  const coupled = solve(samples.filter(isCoupled));
  const beyond = samples
    .filter((sample) => !isCoupled(sample))
    .map(({ work, cycles }): Sample => {
      const unknown = Object.entries(work).filter(([term]) => !(term in coupled));
      return { work: Object.fromEntries(unknown), cycles: cycles - cyclesOf(work, coupled) };
    });
  return { ...solve(beyond), ...coupled };
}

function cyclesOf(work: Work, coefficients: Readonly<Record<string, number>>): number {
  return Object.entries(work).reduce((sum, [term, count]) => sum + count * (coefficients[term] ?? 0), 0);
}

function solve(samples: readonly Sample[]): Record<string, number> {
  const names = [...new Set(samples.flatMap(({ work }) => Object.keys(work)))].sort();
  const used = names.filter((name) => samples.some(({ work }) => (work[name] ?? 0) > 0));
  // Columns of unit length, so that one step fits all.
  const weights = samples.map(({ cycles }) => 1 / (Math.abs(cycles) + softening));
  const columns = used.map((name) => samples.map(({ work }, i) => (work[name] ?? 0) * at(weights, i)));
  const lengths = columns.map((column) => Math.hypot(...column));
  const unit = columns.map((column, j) => column.map((value) => value / at(lengths, j)));
  const wanted = samples.map(({ cycles }, i) => cycles * at(weights, i));
  const gram = unit.map((a) => unit.map((b) => dot(a, b)));
  const target = unit.map((column) => dot(column, wanted));
  const solution = descend(gram, target);
  return Object.fromEntries(used.map((name, j) => [name, at(solution, j) / at(lengths, j)]));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * at(b, i), 0);
}

/** Coordinate descent on a quadratic, kept above 0. */
function descend(gram: readonly (readonly number[])[], target: readonly number[]): number[] {
  const x = target.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (let j = 0; j < x.length; j++) {
      const row = at(gram, j);
      const own = at(x, j);
      const rest = dot(row, x) - at(row, j) * own;
      const next = Math.max(0, (at(target, j) - rest) / (at(row, j) + ridge));
      moved = Math.max(moved, Math.abs(next - own));
      x[j] = next;
    }
    if (moved < 1e-9) break;
  }
  return x;
}
