/** Programmers that put an image into a board's flash: OpenOCD and ST's own, whichever is there. */
import { Failure, type Host, type ProcessResult } from '../base/index.ts';
import type { Chip } from './chips.ts';
import { boardNotFound, flashFailed, programmerMissing } from './failures.ts';

export type ProgrammerName = 'openocd' | 'stm32programmer';

export type Programmer = {
  readonly name: ProgrammerName;
  /** Device id of the chip that is connected. Throws `BOARD_NOT_FOUND`. */
  readonly identify: () => Promise<number>;
  /** Writes, verifies and starts the image. Throws `BOARD_FLASH_FAILED`. */
  readonly flash: (elfPath: string) => Promise<void>;
};

const programs: Readonly<Record<ProgrammerName, string>> = {
  openocd: 'openocd',
  stm32programmer: 'STM32_Programmer_CLI',
};

const questionTimeoutMs = 30_000;
const flashTimeoutMs = 180_000;

/** Throws a `Failure` (`BOARD_PROGRAMMER_MISSING`). */
export async function findProgrammer(
  wanted: ProgrammerName | 'auto',
  chip: Chip,
  probe: string | undefined,
  host: Host,
): Promise<Programmer> {
  const names: readonly ProgrammerName[] = wanted === 'auto' ? ['openocd', 'stm32programmer'] : [wanted];
  for (const name of names) {
    if (await isInstalled(name, host)) return makers[name](chip, probe, host);
  }
  throw programmerMissing();
}

async function isInstalled(name: ProgrammerName, host: Host): Promise<boolean> {
  try {
    await host.run({ argv: [programs[name], '--version'], timeoutMs: questionTimeoutMs });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'PROGRAM_NOT_FOUND') return false;
    throw error;
  }
}

type Maker = (chip: Chip, probe: string | undefined, host: Host) => Programmer;

const openOcd: Maker = (chip, probe, host) => {
  const ask = (commands: readonly string[], timeoutMs: number): Promise<ProcessResult> =>
    host.run({
      argv: [
        programs.openocd,
        ...['-f', 'interface/stlink.cfg'],
        ...(probe === undefined ? [] : ['-c', `adapter serial ${probe}`]),
        ...['-f', chip.openOcdTarget],
        ...commands.flatMap((command) => ['-c', command]),
      ],
      timeoutMs,
    });
  return {
    name: 'openocd',
    async identify() {
      const address = `0x${chip.idcodeAddress.toString(16)}`;
      const result = await ask(['init', 'reset halt', `mdw ${address}`, 'shutdown'], questionTimeoutMs);
      const word = new RegExp(`${address}: ([0-9a-f]{8})`, 'i').exec(textOf(result))?.[1];
      if (word === undefined) throw boardNotFound('openocd', complaint(result));
      return Number.parseInt(word, 16) & 0xfff;
    },
    async flash(elfPath) {
      const result = await ask([`program {${elfPath}} verify reset exit`], flashTimeoutMs);
      if (result.exitCode !== 0) throw flashFailed('openocd', complaint(result));
    },
  };
};

const stm32Programmer: Maker = (_, probe, host) => {
  const connection = ['-c', 'port=SWD', 'mode=UR', ...(probe === undefined ? [] : [`sn=${probe}`])];
  const ask = (words: readonly string[], timeoutMs: number): Promise<ProcessResult> =>
    host.run({ argv: [programs.stm32programmer, ...connection, ...words], timeoutMs });
  return {
    name: 'stm32programmer',
    async identify() {
      const result = await ask([], questionTimeoutMs);
      const id = /Device ID\s*:\s*0x([0-9a-f]{3,8})/i.exec(textOf(result))?.[1];
      if (id === undefined) throw boardNotFound('STM32_Programmer_CLI', complaint(result));
      return Number.parseInt(id, 16) & 0xfff;
    },
    async flash(elfPath) {
      const result = await ask(['-w', elfPath, '-v', '-rst'], flashTimeoutMs);
      if (result.exitCode !== 0) throw flashFailed('STM32_Programmer_CLI', complaint(result));
    },
  };
};

const makers: Readonly<Record<ProgrammerName, Maker>> = {
  openocd: openOcd,
  stm32programmer: stm32Programmer,
};

function textOf({ stdout, stderr }: ProcessResult): string {
  return `${new TextDecoder().decode(stdout)}\n${stderr}`;
}

/** Programmers say a lot; the first line that complains says why. */
function complaint(result: ProcessResult): string {
  if (result.timedOut) return 'it did not answer in time';
  const lines = textOf(result)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const worst = lines.find((line) => /\berror\b|no debug probe|not found|unable/i.test(line));
  return (worst ?? lines.at(-1) ?? 'it said nothing').slice(0, 200);
}
