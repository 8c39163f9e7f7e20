/** What the firmware sent, and when. */

export type UartLine = {
  /** Without its line end. */
  readonly text: string;
  /** When the last byte of it left, seconds of device time and cycles of the core since reset. */
  readonly seconds: number;
  readonly cycles: number;
};

export type UartLog = {
  readonly push: (byte: number, cycles: number, seconds: number) => void;
  /** Whole lines so far. */
  readonly lines: readonly UartLine[];
  /** Everything so far, as Latin-1. */
  readonly text: () => string;
  /** Bytes since the last call. */
  readonly take: () => Uint8Array;
  /** Asks to be told, by `hasMatched`, when `text` has been sent from now on; `undefined` asks for nothing. */
  readonly watch: (text: string | undefined) => void;
  readonly hasMatched: () => boolean;
};

export function createUartLog(): UartLog {
  const lines: UartLine[] = [];
  const parts: string[] = [];
  let line = '';
  let untaken: number[] = [];
  let watched: string | undefined;
  let tail = '';
  let matched = false;
  return {
    lines,
    push: (byte, cycles, seconds) => {
      const character = String.fromCharCode(byte);
      parts.push(character);
      untaken.push(byte);
      if (character === '\n') {
        lines.push({ text: line.replace(/\r$/, ''), seconds, cycles });
        line = '';
      } else {
        line += character;
      }
      if (watched !== undefined) {
        tail = (tail + character).slice(-watched.length);
        matched ||= tail === watched;
      }
    },
    text: () => parts.join(''),
    take: () => {
      const taken = Uint8Array.from(untaken);
      untaken = [];
      return taken;
    },
    watch: (text) => {
      watched = text;
      tail = '';
      matched = false;
    },
    hasMatched: () => matched,
  };
}
