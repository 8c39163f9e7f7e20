/** Accuracies that a command of the user's own prints: it may train, or ask whoever knows. */
import type { Host, ProcessResult } from '../../base/index.ts';
import { printNetConfig } from '../../model/index.ts';
import type { Merit, Space } from '../../search/index.ts';
import type { AccuracySource } from './accuracy.ts';
import { commandFailed } from './failures.ts';

/** `{network}` in an argument stands for the path of the network's configuration. */
const placeholder = '{network}';

/** A network may be trained for it. */
const timeoutMs = 24 * 3600_000;

/** Runs the command in `folder` once for each network, one after the other: it may well take all processors itself. */
export async function openCommandAccuracy(
  argv: readonly string[],
  space: Space,
  folder: string,
  host: Host,
): Promise<AccuracySource> {
  const workspace = await host.makeTemporaryFolder('search');
  const words = argv.join(' ');
  return {
    description: { from: 'command', command: argv },
    space,
    async evaluate(batch, report) {
      const merits: Merit[] = [];
      for (const { key, net } of batch) {
        await host.writeFiles(workspace, new Map([['network.json', printNetConfig(net)]]));
        const [program = '', ...rest] = argv.map((argument) =>
          argument.replaceAll(placeholder, `${workspace}/network.json`),
        );
        const result = await host.run({ argv: [program, ...rest], cwd: folder, timeoutMs });
        merits.push({ accuracy: accuracyFrom(result, words, key) });
        report(merits.length);
      }
      return merits;
    },
    close: () => host.removeFolder(workspace),
  };
}

function accuracyFrom(
  { exitCode, timedOut, stdout, stderr }: ProcessResult,
  command: string,
  key: string,
): number {
  if (timedOut) throw commandFailed(command, key, `no end after ${timeoutMs / 3600_000} hours`);
  if (exitCode !== 0) {
    const said = lastLine(stderr);
    const words = `exit status ${exitCode ?? 'none, ended by a signal'}`;
    throw commandFailed(command, key, said === '' ? words : `${words}: ${said}`);
  }
  const line = lastLine(new TextDecoder().decode(stdout));
  const [, digits, percent] = /^([0-9]*\.?[0-9]+(?:e-?[0-9]+)?)\s*(%?)$/i.exec(line) ?? [];
  const value = Number(digits) / (percent === '%' ? 100 : 1);
  if (digits === undefined || !(value >= 0 && value <= 1))
    throw commandFailed(command, key, line === '' ? 'it printed nothing' : `its last line is "${line}"`);
  return value;
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().slice(0, 200);
}
