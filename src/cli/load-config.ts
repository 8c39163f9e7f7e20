/** Which configuration applies: the one named, the one that lies here, or none but the models on the command line. */
import { dirname, relative, resolve } from 'node:path';
import type { Host } from '../base/index.ts';
import { type Config, type ModelConfig, parseConfig } from '../config/index.ts';
import { modelName } from './commands/build.ts';
import { usageError } from './failures.ts';

export const defaultConfigPath = 'mcunet.yml';

/** What holds where no configuration says otherwise. */
const withoutFile: Config = { targets: ['stm32f746'], models: [], toolchain: 'auto' };

/** The configuration, and the folder that its paths are relative to. */
export type LoadedConfig = { readonly config: Config; readonly root: string };

/** @param models names or paths of configured models to restrict the run to; others are files without budgets */
export async function loadConfig(
  path: string | undefined,
  models: readonly string[],
  host: Host,
): Promise<LoadedConfig> {
  const configPath = path ?? ((await host.fileExists(defaultConfigPath)) ? defaultConfigPath : undefined);
  if (configPath === undefined && models.length === 0) {
    throw usageError(
      'no mcunet.yml here and no --model',
      'name a model with --model FILE, or a configuration with --config FILE',
    );
  }
  const root = configPath === undefined ? '.' : dirname(configPath);
  const config = configPath === undefined ? withoutFile : await readConfig(configPath, host);
  if (models.length === 0) return { config, root };
  return {
    config: { ...config, models: withUniqueNames(models.map((model) => chooseModel(model, config, root))) },
    root,
  };
}

async function readConfig(path: string, host: Host): Promise<Config> {
  return parseConfig(new TextDecoder().decode(await host.readFile(path)), path);
}

/** A configured model by name or path, else the file itself, without budgets. */
function chooseModel(wanted: string, config: Config, root: string): ModelConfig {
  const configured = config.models.find(
    (model) => model.name === wanted || resolve(root, model.path) === resolve(wanted),
  );
  return (
    configured ?? {
      name: modelName(wanted),
      path: relative(root, wanted),
      budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
      objective: 'auto',
      regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
      dataset: undefined,
    }
  );
}

/** Files of one name in several folders are told apart by their paths. */
function withUniqueNames(models: readonly ModelConfig[]): readonly ModelConfig[] {
  const count = (name: string): number => models.filter((model) => model.name === name).length;
  return models.map((model) => (count(model.name) > 1 ? { ...model, name: model.path } : model));
}
