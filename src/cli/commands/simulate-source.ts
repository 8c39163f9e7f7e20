/** Which line of source an instruction is from, where the image and the toolchain can tell. */
import { Failure, type Host } from '../../base/index.ts';

/** For example `src/main.c:12`; `undefined` for an image without debug information, or without the toolchain. */
export async function sourceLine(elf: string, address: number, host: Host): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await host.run({
      argv: ['arm-none-eabi-addr2line', '-e', elf, `0x${address.toString(16)}`],
      timeoutMs: 10_000,
    });
    // A discriminator may follow the line.
    const line = new TextDecoder()
      .decode(stdout)
      .trim()
      .replace(/ \(.*\)$/, '');
    return exitCode === 0 && /^[^?].*:[1-9]\d*$/.test(line) ? line : undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'PROGRAM_NOT_FOUND') return undefined;
    throw error;
  }
}
