/** Progress on standard error: bars on a terminal, plain lines elsewhere, nothing when told to be quiet. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Progress } from '../base/index.ts';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** `end` takes the bars away; call it before anything else is written to the stream. */
export type TerminalProgress = Progress & { readonly end: () => void };

/** Plain lines come at each of this many parts of the whole. */
const plainParts = 4;

export function terminalProgress(stream: NodeJS.WriteStream, verbosity: Verbosity): TerminalProgress {
  if (verbosity === 'quiet') return { stage: ignore, advance: ignore, end: ignore };
  return stream.isTTY ? barProgress(stream) : plainProgress(stream);
}

function ignore(): void {
  // Quiet means quiet.
}

function barProgress(stream: NodeJS.WriteStream): TerminalProgress {
  const bars = new MultiBar({
    stream,
    format: '  {label} [{bar}] {value}/{total}, {eta_formatted} left',
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: true,
  });
  const running = new Map<string, SingleBar>();
  return {
    stage: (label) => (running.size > 0 ? bars.log(`${label}\n`) : stream.write(`${label}\n`)),
    advance(label, done, total) {
      const bar = running.get(label) ?? bars.create(total, 0, { label });
      running.set(label, bar);
      bar.update(done);
      if (done < total) return;
      bars.remove(bar);
      running.delete(label);
    },
    end: () => bars.stop(),
  };
}

function plainProgress(stream: NodeJS.WriteStream): TerminalProgress {
  const reached = new Map<string, number>();
  return {
    stage: (label) => stream.write(`${label}\n`),
    advance(label, done, total) {
      const part = Math.floor((done / total) * plainParts);
      if (part <= (reached.get(label) ?? 0)) return;
      reached.set(label, part);
      stream.write(`${label}: ${done} of ${total}\n`);
    },
    end: ignore,
  };
}
