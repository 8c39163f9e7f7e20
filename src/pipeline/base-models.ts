/** Which model of the base each model of the head came from, and which limits hold: those of the base. */
import type { Config, ModelConfig } from '../config/index.ts';
import type { LimitEdit } from '../report/index.ts';

export type Origin = {
  readonly kind: 'same-name' | 'renamed';
  readonly model: ModelConfig;
};

/**
 * The base's model of the same name; else the one whose file the head's model has, under the file's old name where it
 * was renamed, provided that the head no longer has that model under its old name.
 *
 * @param renames new paths and their old ones, relative to the configuration
 */
export function findOrigin(
  { name, path }: ModelConfig,
  head: Config,
  base: Config,
  renames: ReadonlyMap<string, string>,
): Origin | undefined {
  const sameName = base.models.find((model) => model.name === name);
  if (sameName !== undefined) return { kind: 'same-name', model: sameName };
  const before = renames.get(path) ?? path;
  const sameFile = base.models.find(
    (model) => model.path === before && !head.models.some((other) => other.name === model.name),
  );
  return sameFile && { kind: 'renamed', model: sameFile };
}

/** The head's configuration under the base's limits; a model that the base does not have keeps its own. */
export function underBaseLimits(
  head: Config,
  base: Config,
  renames: ReadonlyMap<string, string>,
): { readonly config: Config; readonly edits: readonly LimitEdit[] } {
  const edits: LimitEdit[] = [];
  const models = head.models.map((model): ModelConfig => {
    const origin = findOrigin(model, head, base, renames)?.model;
    if (origin === undefined) return model;
    edits.push(...limitEdits(model, origin));
    return { ...model, budgets: origin.budgets, regression: origin.regression };
  });
  return { config: { ...head, models }, edits };
}

function limitEdits(head: ModelConfig, base: ModelConfig): readonly LimitEdit[] {
  const now = limitsOf(head);
  return limitsOf(base).flatMap(([limit, before], index) => {
    const from = before ?? null;
    const to = now[index]?.[1] ?? null;
    return from === to ? [] : [{ model: head.name, limit, from, to }];
  });
}

function limitsOf({ budgets, regression }: ModelConfig): readonly (readonly [string, number | undefined])[] {
  return [
    ['budgets.sram', budgets.sramBytes],
    ['budgets.flash', budgets.flashBytes],
    ['budgets.latency', budgets.latencyMs],
    ['budgets.accuracy', budgets.accuracy],
    ['regression.sram', regression.sram],
    ['regression.flash', regression.flash],
    ['regression.latency', regression.latency],
    ['regression.accuracy', regression.accuracy],
  ];
}

/** Models of the base that no model of the head came from. */
export function deletedModels(
  head: Config,
  base: Config,
  renames: ReadonlyMap<string, string>,
): readonly { readonly name: string; readonly path: string }[] {
  const kept = new Set(head.models.map((model) => findOrigin(model, head, base, renames)?.model.name));
  return base.models.filter(({ name }) => !kept.has(name)).map(({ name, path }) => ({ name, path }));
}
