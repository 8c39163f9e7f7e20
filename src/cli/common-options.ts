/** What all commands share: options, and how a command hands on what it was asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.ts';
import type { Verbosity } from './progress.ts';

export type Invocation = {
  readonly verbosity: Verbosity;
  readonly json: boolean;
  readonly action: (context: Context) => Promise<number>;
};

export type CommonOptions = { readonly json?: true; readonly quiet?: true; readonly verbose?: true };

export type Toolchained = { readonly toolchain: 'auto' | 'container' | 'local' };

export type Accept = (options: CommonOptions, action: Invocation['action']) => void;

export function common(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print the result as JSON and nothing else on standard output'))
    .addOption(new Option('--quiet', 'no progress, no remarks').conflicts('verbose'))
    .addOption(new Option('--verbose', 'stack traces of failures'));
}

/** Values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  if (value === '') throw new InvalidArgumentError('a file name is needed');
  return [...previous, value];
}

export function toolchainOption(): Option {
  return new Option('--toolchain <kind>', 'compilers in a container or on this machine').choices([
    'auto',
    'container',
    'local',
  ]);
}
