/** Inferences on the one board that there is: models take turns, whatever runs side by side otherwise. */
import type { Host, Progress } from '../base/index.ts';
import { type BoardInference, measureOnBoard } from '../board/index.ts';
import type { BoardConfig } from '../config/index.ts';
import type { FirmwareImage } from '../firmware/index.ts';

type BoardRun = {
  readonly name: string;
  readonly image: FirmwareImage;
  readonly inputs: readonly Int8Array[];
  readonly expected: readonly Int8Array[];
};

export type Board = (run: BoardRun) => Promise<BoardInference>;

/** `undefined` where latency is simulated alone. */
export function boardOf(options: BoardConfig | undefined, host: Host, progress: Progress): Board | undefined {
  if (options === undefined) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  return ({ name, image, inputs, expected }) => {
    const turn = last.then(() => {
      progress.stage(`measure ${name} on a board`);
      return measureOnBoard({ elf: image.elf, target: image.target, inputs, expected, options }, host);
    });
    // One that fails does not take down the next.
    last = turn.catch(() => undefined);
    return turn;
  };
}
