/** What the project needs of the machine it runs on, as a type: `host` provides it, tests make their own. */

export type Command = {
  /** Program and arguments; never a shell string. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string | undefined;
  readonly stdin?: Uint8Array | undefined;
  /** Wall-clock limit; the process group is killed after it. */
  readonly timeoutMs?: number | undefined;
  /** Called with every chunk of standard output as it arrives, for progress. */
  readonly onStdout?: ((chunk: Uint8Array) => void) | undefined;
};

export type ProcessResult = {
  /** Exit status; `undefined` where the process was ended by a signal. */
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: string;
};

/** A wire to a device: bytes that came since the last `take`, and bytes to send. */
export type SerialPort = {
  take(): Uint8Array;
  write(bytes: Uint8Array): void;
  /** Resolves when bytes have come, and at the latest after this time. */
  wait(milliseconds: number): Promise<void>;
  close(): void;
};

export type Host = {
  /** Throws a `Failure` (`FILE_NOT_FOUND`, `FILE_UNREADABLE`) that names the path. */
  readFile(path: string): Promise<Uint8Array>;
  fileExists(path: string): Promise<boolean>;
  /** Names (not paths) in a folder, sorted. */
  listFolder(path: string): Promise<readonly string[]>;
  /** Paths below `root` that match a glob, sorted; separators are `/`. */
  glob(pattern: string, root: string): Promise<readonly string[]>;
  /**
   * Writes files below `folder`, all or none: they are staged beside their places and renamed when all are whole.
   * Throws a `Failure` (`OUTPUT_NOT_WRITABLE`, `DISK_FULL`) that names the folder; other files in it stay.
   */
  writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void>;
  /** An empty folder of our own; removed by `removeFolder` and at the latest when the process ends. */
  makeTemporaryFolder(label: string): Promise<string>;
  removeFolder(path: string): Promise<void>;
  /** Runs a child process to its end. A program that does not exist is a `Failure` (`PROGRAM_NOT_FOUND`). */
  run(command: Command): Promise<ProcessResult>;
  /** Opens a serial port raw at 115200 baud, 8N1. Throws a `Failure` (`SERIAL_PORT_NOT_OPENED`) that names it. */
  openSerialPort(path: string): Promise<SerialPort>;
  /** Processors that may be used at the same time. */
  readonly processors: number;
  /** Memory that may still be taken, bytes, also of what a container is allowed. */
  readonly memoryBytes: number;
};

/** Receives progress of long work; the command line draws it, tests ignore it. */
export type Progress = {
  /** A stage has begun, for example `build kws`. */
  stage(label: string): void;
  /** `done` of `total` units of a stage, which other stages may run beside. */
  advance(label: string, done: number, total: number): void;
};
