/** A configuration for models named on the command line, where there is no `mcunet.yml`. */
import { findTarget } from '../target/index.ts';
import { defaultTarget } from './schema.ts';
import type { Config, ModelConfig, ToolchainChoice } from './types.ts';

const noLimits = {
  budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
  regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
  dataset: undefined,
} as const;

/** Models without budgets, named after their files. Throws `TARGET_UNKNOWN`. */
export function configForFiles(
  paths: readonly string[],
  targets: readonly string[] = [defaultTarget],
  toolchain: ToolchainChoice = 'auto',
): Config {
  for (const target of targets) findTarget(target);
  const models: ModelConfig[] = [];
  for (const path of paths) {
    const taken = new Set(models.map((model) => model.name.toLowerCase()));
    models.push({ name: freeName(nameOf(path), taken), path, ...noLimits });
  }
  return { targets: [...new Set(targets)], models, toolchain };
}

/** The file's name without folder and extension, in the characters that a model's name may have. */
function nameOf(path: string): string {
  const base = path.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const stem = base.replace(/\.[^.]*$/, '').replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  return stem.replace(/^[^A-Za-z0-9]+/, '').slice(0, 70) || 'model';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name.toLowerCase())) return name;
  let suffix = 2;
  while (taken.has(`${name}-${suffix}`.toLowerCase())) suffix += 1;
  return `${name}-${suffix}`;
}
