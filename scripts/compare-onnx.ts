/**
 * Holds what is computed of ONNX files to what ONNX Runtime computes, over archives of `scripts/make-onnx-vectors.py`.
 *
 * `node scripts/compare-onnx.ts ARCHIVE ...`: of each operator and form, how many configurations were computed, how many
 * elements are equal, and how far the furthest is, from ONNX Runtime without its graph optimisations and with them: in
 * steps between integers, in parts of the largest value in float32. Refusals are listed by their reason. Exits with 1 where
 * an element is more than a step away.
 */
import { at, Failure } from '../src/base/index.ts';
import { buildGraph } from '../src/graph/index.ts';
import { isFloatModel, readModel } from '../src/model/index.ts';
import { runFloat } from '../src/quantisation/index.ts';
import { interpret } from '../src/reference/index.ts';
import { type OnnxFixture, readOnnxFixtures } from '../test/model/onnx-fixtures.ts';

const sets = 2;
/** Of the largest value, what float32 sums in another order may differ by. */
const floatTolerance = 1e-5;

type Tally = {
  configurations: number;
  elements: number;
  differing: number;
  furthest: number;
  differingFromOptimised: number;
  furthestFromOptimised: number;
  readonly refusals: Map<string, number>;
};

const tallies = new Map<string, Tally>();

function tallyOf(name: string): Tally {
  const [configuration = '', form = ''] = name.split('.');
  const key = `${configuration.slice(0, configuration.lastIndexOf('-'))} ${form}`;
  const known = tallies.get(key) ?? {
    configurations: 0,
    elements: 0,
    differing: 0,
    furthest: 0,
    differingFromOptimised: 0,
    furthestFromOptimised: 0,
    refusals: new Map(),
  };
  tallies.set(key, known);
  return known;
}

/** Distances of all elements, in steps or, of float32, in parts of the largest value that are beyond rounding. */
function computed({ bytes, inputs }: OnnxFixture): (expected: Float32Array) => number[] {
  const model = readModel(bytes);
  if (isFloatModel(model)) {
    const outputs = at(runFloat(model, [inputs], sets), 0);
    return (expected) => {
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      return Array.from(outputs, (value, i) => {
        const apart = Math.abs(value - at(expected, i)) / largest;
        return apart <= floatTolerance ? 0 : apart / floatTolerance;
      });
    };
  }
  const graph = buildGraph(model);
  const size = inputs.length / sets;
  const { scale } = at(graph.tensors, at(graph.outputs, 0).tensor);
  const outputs = Array.from({ length: sets }, (_, set) =>
    Array.from(at(interpret(graph, [inputs.slice(set * size, (set + 1) * size)]).outputs, 0), Number),
  ).flat();
  return (expected) => {
    if (outputs.length !== expected.length)
      throw new Error(`${outputs.length} elements, not ${expected.length}`);
    return outputs.map((value, i) => Math.round(Math.abs(value - at(expected, i)) / scale));
  };
}

const furthestOf = (steps: readonly number[]): number => steps.reduce((a, b) => Math.max(a, b), 0);
const differingOf = (steps: readonly number[]): number => steps.filter((step) => step > 0).length;

for (const archive of process.argv.slice(2)) {
  for (const fixture of readOnnxFixtures(archive)) {
    const tally = tallyOf(fixture.name);
    try {
      const distances = computed(fixture);
      const [plain, optimised] = [distances(fixture.plain), distances(fixture.optimised)];
      tally.configurations += 1;
      tally.elements += plain.length;
      tally.differing += differingOf(plain);
      tally.differingFromOptimised += differingOf(optimised);
      tally.furthest = Math.max(tally.furthest, furthestOf(plain));
      tally.furthestFromOptimised = Math.max(tally.furthestFromOptimised, furthestOf(optimised));
      if (furthestOf(plain) > 1) console.log(`${fixture.name}: ${furthestOf(plain)} steps`);
    } catch (error) {
      if (!(error instanceof Failure)) throw new Error(fixture.name, { cause: error });
      const reason = (error.problems[0]?.reason ?? error.message).replaceAll(/-?\d+(\.\d+)?(e-?\d+)?/g, 'N');
      tally.refusals.set(reason, (tally.refusals.get(reason) ?? 0) + 1);
    }
  }
}

console.log(
  '| Operator | Configurations | Elements | Differ | Furthest | From optimised | Furthest | Refused |',
);
console.log('|---|--:|--:|--:|--:|--:|--:|---|');
for (const [key, tally] of tallies) {
  const { configurations, elements, differing, furthest, refusals } = tally;
  const refused = [...refusals].map(([reason, count]) => `${count}: ${reason}`).join('; ');
  const cells = [key, configurations, elements, differing, furthest.toPrecision(2)];
  const optimised = [tally.differingFromOptimised, tally.furthestFromOptimised.toPrecision(2)];
  console.log(`| ${[...cells, ...optimised, refused].join(' | ')} |`);
  if (furthest > 1) process.exitCode = 1;
}
