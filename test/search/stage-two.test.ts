/** Stage two: evolution under hard limits, the same however often it is interrupted and wherever its islands run. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EvolutionOptions,
  type EvolutionState,
  evolve,
  generationsDone,
  type Individual,
  type Merit,
  mergeEvolutions,
  newEvolution,
  outcomeOf,
  paretoFront,
  parseEvolution,
  parseSpace,
  printSpace,
  satisfies,
} from '../../src/search/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { noLimits, smallOptions, smallSpace, syntheticProblem } from './synthetic.ts';

const texts = async (search: Promise<EvolutionState>): Promise<string> => JSON.stringify(await search);
const limits = { sramBytes: undefined, flashBytes: 12_000, latencyMs: 6 };

const someOptions: fc.Arbitrary<EvolutionOptions> = fc.record({
  strategy: fc.constantFrom('evolution', 'random'),
  population: fc.integer({ min: 4, max: 20 }),
  generations: fc.integer({ min: 0, max: 4 }),
  islands: fc.integer({ min: 1, max: 4 }),
  parentShare: fc.double({ min: 0, max: 1, noNaN: true }),
  mutationShare: fc.double({ min: 0, max: 1, noNaN: true }),
  mutationProbability: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.integer(),
});

describe('a search', () => {
  test('is the same for the same seed, and another for another', async () => {
    const first = await texts(evolve(syntheticProblem(limits), smallOptions));
    expect(await texts(evolve(syntheticProblem(limits), smallOptions))).toBe(first);
    expect(await texts(evolve(syntheticProblem(limits), { ...smallOptions, seed: 8 }))).not.toBe(first);
  });

  test('evaluates no network twice, only networks within the limits, and as many as were asked for', async () => {
    const problem = syntheticProblem(limits);
    const state = await evolve(problem, smallOptions);
    expect(new Set(problem.asked).size).toBe(problem.asked.length);
    const { population, generations } = smallOptions;
    const evaluated = state.islands.flatMap((island) => island.evaluated);
    expect(evaluated).toHaveLength(population * (generations + 1));
    expect(evaluated.filter(({ cost }) => !satisfies(cost, limits))).toEqual([]);
    expect(new Set(evaluated.map(({ key }) => key))).toEqual(new Set(problem.asked));
  });

  test('goes on from any generation, written down and read back, as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(someOptions, async (options) => {
        const states: string[] = [];
        const keep = async (state: EvolutionState) => void states.push(JSON.stringify(state));
        const whole = await texts(evolve(syntheticProblem(limits), options, newEvolution(options), keep));
        expect(states).toHaveLength(options.generations + 1);
        for (const text of states) {
          const start = parseEvolution(JSON.parse(text), smallSpace, 'state.json');
          expect(await texts(evolve(syntheticProblem(limits), options, start))).toBe(whole);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('is the same in any number of shards, merged in any order', async () => {
    await fc.assert(
      fc.asyncProperty(someOptions, fc.integer({ min: 1, max: 4 }), async (options, wish) => {
        const count = Math.min(wish, options.islands);
        const whole = await evolve(syntheticProblem(limits), options);
        const shards: EvolutionState[] = [];
        for (let index = count; index >= 1; index--)
          shards.push(
            await evolve(syntheticProblem(limits), options, newEvolution(options, { index, count })),
          );
        const merged = mergeEvolutions(shards, options);
        expect(JSON.stringify(merged)).toBe(JSON.stringify(whole));
        expect(outcomeOf(merged)).toEqual(outcomeOf(whole));
      }),
      { numRuns: 25 },
    );
  });

  test('finds better networks than as many random ones, on average over 10 seeds', async () => {
    const best = async (strategy: EvolutionOptions['strategy'], seed: number): Promise<number> =>
      outcomeOf(await evolve(syntheticProblem(), { ...smallOptions, strategy, seed })).best.accuracy;
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const meanOf = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const evolved = meanOf(await Promise.all(seeds.map((seed) => best('evolution', seed))));
    const drawn = meanOf(await Promise.all(seeds.map((seed) => best('random', seed))));
    expect(evolved).toBeGreaterThan(drawn + 0.02);
  });

  test('ends where a space has no more networks, with each of them evaluated once', async () => {
    const tiny = parseSpace(
      { ...printSpace(smallSpace), stages: [{ width: 8, depths: [1, 2], expands: [2], kernels: [3, 5] }] },
      'tiny',
    );
    const problem = { ...syntheticProblem(), space: tiny };
    const state = await evolve(problem, { ...smallOptions, islands: 1 });
    expect(outcomeOf(state).evaluations).toBe(2 + 4);
    expect(outcomeOf(state).curve.at(-1)?.evaluations).toBe(6);
  });

  test('reaches limits that only the smallest networks keep', async () => {
    const smallest = { ...noLimits, flashBytes: 6000 };
    const problem = syntheticProblem(smallest);
    const { evaluations, best } = outcomeOf(await evolve(problem, { ...smallOptions, generations: 1 }));
    expect(evaluations).toBeGreaterThan(0);
    expect(best.cost.flashBytes).toBeLessThanOrEqual(6000);
  });

  test('says which limit no network keeps, and by how much', async () => {
    const impossible = { ...noLimits, latencyMs: 0.5 };
    await expect(evolve(syntheticProblem(impossible), smallOptions)).rejects.toThrow(
      /no network keeps the limits: the nearest needs [\d.]+ ms of time, [\d.]+ ms over the limit of 0\.5 ms/,
    );
  });

  test('loses nothing but the generation in which an evaluation failed', async () => {
    const states: EvolutionState[] = [];
    let calls = 0;
    const failing = syntheticProblem(limits);
    const search = evolve(
      {
        ...failing,
        evaluate: async (batch) => {
          calls += 1;
          if (calls === 4) throw new Error('the cable came off');
          return failing.evaluate(batch);
        },
      },
      smallOptions,
      newEvolution(smallOptions),
      async (state) => void states.push(state),
    );
    await expect(search).rejects.toThrow('the cable came off');
    expect(states.map(generationsDone)).toEqual([1, 2, 3]);
    const whole = await texts(evolve(syntheticProblem(limits), smallOptions));
    expect(await texts(evolve(syntheticProblem(limits), smallOptions, states.at(-1)))).toBe(whole);
  });

  test('where losses are known they order networks, and the curve has the accuracy of the best by them', async () => {
    const { evaluate, ...problem } = syntheticProblem(limits);
    const opposite = async (batch: Parameters<typeof evaluate>[0]) =>
      (await evaluate(batch)).map(({ accuracy }) => ({ accuracy, loss: accuracy }));
    const state = await evolve({ ...problem, evaluate: opposite }, smallOptions);
    const { best, ranking, curve, front } = outcomeOf(state);
    const accuracies = ranking.map(({ accuracy }) => accuracy);
    expect(accuracies).toEqual(accuracies.toSorted((a, b) => a - b));
    expect(curve.at(-1)?.best).toBe(best.accuracy);
    expect(curve[0]?.best).toBeGreaterThan(best.accuracy);
    expect(front[0]?.accuracy).toBe(accuracies.at(-1));
    expect(JSON.stringify(parseEvolution(JSON.parse(JSON.stringify(state)), smallSpace, 'x'))).toBe(
      JSON.stringify(state),
    );
  });

  test('refuses a loss that is no number', async () => {
    const evaluate = async (batch: readonly unknown[]): Promise<readonly Merit[]> =>
      batch.map(() => ({ accuracy: 0.5, loss: Number.NaN }));
    await expect(evolve({ ...syntheticProblem(), evaluate }, smallOptions)).rejects.toHaveProperty(
      'code',
      'SEARCH_ACCURACY_UNUSABLE',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'refuses %s as an accuracy',
    async (accuracy) => {
      const evaluate = async (batch: readonly unknown[]): Promise<readonly Merit[]> =>
        batch.slice(1).flatMap(() => (accuracy === undefined ? [] : [{ accuracy }]));
      await expect(evolve({ ...syntheticProblem(), evaluate }, smallOptions)).rejects.toHaveProperty(
        'code',
        'SEARCH_ACCURACY_UNUSABLE',
      );
    },
  );
});

describe('shards', () => {
  test('cannot be more than islands', () => {
    const failure = refusalOf(() => newEvolution(smallOptions, { index: 1, count: 4 }));
    expect(failure.toLine()).toMatch(/^4 shards cannot share 3 islands; set as many islands as shards/);
  });

  test('merge only when all are there once, and have ended', async () => {
    const shard = (index: number, generations = smallOptions.generations) =>
      evolve(
        syntheticProblem(),
        { ...smallOptions, generations },
        newEvolution(smallOptions, { index, count: 3 }),
      );
    const [one, two, three, short] = await Promise.all([shard(1), shard(2), shard(3), shard(3, 2)]);
    const problem = (states: readonly EvolutionState[]): string =>
      refusalOf(() => mergeEvolutions(states, smallOptions)).toLine();
    expect(problem([])).toContain('no shard to merge');
    expect(problem([one, two])).toContain('of 3 islands, 3 are missing');
    expect(problem([one, two, two, three])).toContain('island 2 is in two shards');
    expect(problem([one, two, short])).toContain('island 3 has done 2 of 6 generations');
    expect(problem([one, two, { ...three, strategy: 'random' }])).toContain('shards of different searches');
  });
});

describe('a state as JSON', () => {
  test('is refused where it cannot be one', async () => {
    const state = JSON.parse(await texts(evolve(syntheticProblem(), { ...smallOptions, generations: 1 })));
    const [island, ...others] = state.islands;
    const [individual, ...rest] = island.evaluated;
    const problem = (value: unknown): string =>
      refusalOf(() => parseEvolution(value, smallSpace, 'state.json')).toLine();
    expect(problem(null)).toMatch(/^state\.json: this is not the state of a search/);
    expect(problem({ ...state, islands: [] })).toContain('not in order');
    expect(problem({ ...state, islands: [...others, island] })).toContain('not in order');
    const changed = (change: object) => ({ ...state, islands: [{ ...island, ...change }, ...others] });
    expect(problem(changed({ evaluated: rest }))).toContain('says 16 evaluations, but has 15');
    expect(problem(changed({ evaluated: [individual, individual, ...rest.slice(1)] }))).toContain('twice');
    expect(problem(changed({ evaluated: [{ ...individual, key: 'k3e1' }, ...rest] }))).toContain(
      'never evaluated',
    );
    expect(problem(changed({ evaluated: [{ ...individual, accuracy: 'high' }, ...rest] }))).toContain(
      'islands[0].evaluated[0].accuracy expected a number',
    );
  });
});

describe('the Pareto front', () => {
  const individuals = fc.array(
    fc.record({
      accuracy: fc.integer({ min: 0, max: 4 }),
      latencyMs: fc.integer({ min: 0, max: 4 }),
      sramBytes: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 30 },
  );
  const individualOf = (
    values: { accuracy: number; latencyMs: number; sramBytes: number },
    index: number,
  ): Individual => ({
    key: `n${index}`,
    accuracy: values.accuracy,
    cost: { ...values, arenaBytes: 0, flashBytes: 0, macs: 0, parameters: 0 },
  });
  const triple = ({ accuracy, cost }: Individual) => [-accuracy, cost.latencyMs, cost.sramBytes];

  test('is what no network beats, by definition', () => {
    fc.assert(
      fc.property(individuals, (values) => {
        const all = values.map(individualOf);
        const beats = (a: Individual, b: Individual): boolean => {
          const [ours, theirs] = [triple(a), triple(b)];
          return ours.every((value, axis) => value <= (theirs[axis] ?? 0)) && String(ours) !== String(theirs);
        };
        const unbeaten = new Set(
          all.filter((b) => !all.some((a) => beats(a, b))).map((one) => String(triple(one))),
        );
        const front = paretoFront(all).map((one) => String(triple(one)));
        expect(new Set(front)).toEqual(unbeaten);
        expect(front).toHaveLength(unbeaten.size);
      }),
    );
  });
});
