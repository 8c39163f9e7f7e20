/** The firmware's text protocol over a serial port: commands end with `%`, answers with `m-ready`. */
import { at, type SerialPort } from '../base/index.ts';
import { boardOutputDiffers, boardRefused, boardSilent } from './failures.ts';

/** A board that has just been reset says nothing until its clock and caches run. */
const startSeconds = 10;
const answerSeconds = 30;
/** The cycle counter wraps after some 20 s. */
const inferenceSeconds = 60;

/** Bytes of input a command: hexadecimal digits are decoded as they come. */
const bytesPerCommand = 256;

export type BoardSession = {
  /** Waits until the firmware listens: a sequence begins, as at every start of the chip. Throws `BOARD_SILENT`. */
  readonly start: () => Promise<void>;
  /** One inference, the next of the sequence: cycles by the chip's own counter, outputs byte for byte as in memory. */
  readonly infer: (input: Int8Array) => Promise<{ readonly cycles: number; readonly outputs: Int8Array }>;
};

export function openSession(port: SerialPort): BoardSession {
  let heard = '';
  const decoder = new TextDecoder('latin1');
  /** All up to the end of `words`; `undefined` where nothing came for so long. */
  const readUntil = async (words: string, seconds: number): Promise<string | undefined> => {
    // Counted in waits of at most this long: no clock is read, and what arrives costs no patience.
    const waitMs = 50;
    for (let left = (seconds * 1000) / waitMs; left > 0; ) {
      const arrived = decoder.decode(port.take());
      heard += arrived;
      const found = heard.indexOf(words);
      if (found >= 0) {
        const answer = heard.slice(0, found);
        heard = heard.slice(found + words.length);
        return answer;
      }
      if (arrived === '') left--;
      await port.wait(waitMs);
    }
    return undefined;
  };
  const ask = async (command: string, seconds: number = answerSeconds): Promise<string> => {
    port.write(new TextEncoder().encode(`${command}%`));
    const answer = await readUntil('m-ready', seconds);
    if (answer === undefined) throw boardSilent(command.slice(0, 40), seconds, heard.trim().slice(-80));
    const problem = /^e-\[(.*)\]/m.exec(answer)?.[1];
    if (problem !== undefined) throw boardRefused(command.slice(0, 40), problem);
    return answer;
  };
  return {
    async start() {
      // It may have said that it is ready before anybody listened, and it hears nothing before it is.
      for (let tries = startSeconds; tries > 0; tries--) {
        port.write(new TextEncoder().encode('%name%'));
        if ((await readUntil('m-name-dut-[mcunet]', 1)) === undefined) continue;
        // Answers to what was asked more than once.
        while ((await readUntil('m-ready', 0.3)) !== undefined);
        heard = '';
        return;
      }
      throw boardSilent('name', startSeconds, heard.trim().slice(-80));
    },
    async infer(input) {
      await ask(`db load ${input.length}`);
      for (let start = 0; start < input.length; start += bytesPerCommand) {
        await ask(`db ${toHex(input.subarray(start, start + bytesPerCommand))}`);
      }
      await ask('infer 1 0', inferenceSeconds);
      const cycles = /m-cycles-\[(\d+),/.exec(await ask('cycles'))?.[1];
      const outputs = /m-output-([0-9a-f]*)/i.exec(await ask('output'))?.[1];
      if (cycles === undefined || outputs === undefined) throw boardRefused('cycles', 'no count');
      return { cycles: Number(cycles), outputs: fromHex(outputs) };
    },
  };
}

/** Throws `BOARD_OUTPUT_DIFFERS`. */
export function compareOutputs(found: Int8Array, expected: Int8Array, set: number): void {
  for (const [element, value] of expected.entries()) {
    const other = found[element];
    if (other !== value) throw boardOutputDiffers(set, element, value, other ?? Number.NaN);
  }
}

function toHex(bytes: Int8Array): string {
  return Array.from(bytes, (byte) => (byte & 0xff).toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Int8Array {
  return Int8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(`${at(text, 2 * index)}${at(text, 2 * index + 1)}`, 16),
  );
}
