/** What every command gets: the machine, where to write, how much to say, and a toolchain when it asks for one. */
import type { Host, Toolchain } from '../base/index.ts';
import type { ToolchainChoice } from '../config/index.ts';
import { containerOptions, openToolchain } from '../firmware/index.ts';
import type { TerminalProgress, Verbosity } from './progress.ts';

export type Context = {
  readonly host: Host;
  readonly progress: TerminalProgress;
  readonly verbosity: Verbosity;
  /** Results as JSON on standard output, and nothing else there. */
  readonly json: boolean;
  readonly colour: boolean;
  /** Writes a result to standard output. */
  readonly print: (text: string) => void;
  /** Writes a remark to standard error, unless told to be quiet. */
  readonly remark: (text: string) => void;
  readonly openToolchain: (choice: ToolchainChoice) => Promise<Toolchain>;
};

/** @param environment its variables choose the container: see `--help` */
export function toolchainOpener(
  host: Host,
  environment: Readonly<Record<string, string | undefined>>,
): (choice: ToolchainChoice) => Promise<Toolchain> {
  return (choice) => openToolchain(choice, host, containerOptions(environment));
}
