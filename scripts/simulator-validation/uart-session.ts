/** The MLPerf Tiny protocol (mlcommons/tiny, benchmark/api) as the runner speaks it: commands end in `%`, replies in `m-ready`. */

/** The device under test; `run` simulates until the reply holds `until` and returns everything printed meanwhile. */
export type Device = {
  write(text: string): void;
  run(until: string, maximumCycles: number): string;
};

/** The device's command buffer holds 80 characters. */
const bytesPerCommand = 32;

type TimedRun = {
  /** Microseconds by the device's own clock between the two lap lines. */
  readonly lapMicroseconds: number;
  readonly results: string;
};

export type UartSession = {
  /** Waits for the device's first `m-ready`. */
  start(): void;
  load(input: Uint8Array): void;
  infer(iterations: number, warmUps: number): TimedRun;
};

export function openSession(device: Device, maximumCycles: number): UartSession {
  const command = (text: string): string => {
    device.write(`${text}%`);
    return device.run('m-ready', maximumCycles);
  };
  return {
    start: () => void device.run('m-ready', maximumCycles),
    load(input) {
      command(`db load ${input.length}`);
      for (let start = 0; start < input.length; start += bytesPerCommand) {
        command(`db ${Buffer.from(input.subarray(start, start + bytesPerCommand)).toString('hex')}`);
      }
    },
    infer(iterations, warmUps) {
      const reply = command(`infer ${iterations} ${warmUps}`);
      const laps = [...reply.matchAll(/m-lap-us-(\d+)/g)].map((match) => Number(match[1]));
      const results = /m-results-\[([^\]]*)\]/.exec(reply)?.[1];
      const [first, second] = laps;
      if (first === undefined || second === undefined || results === undefined) {
        throw new Error(`no two laps and results in the reply: ${reply.slice(-200)}`);
      }
      return { lapMicroseconds: second - first, results };
    },
  };
}
