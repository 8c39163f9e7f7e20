/** Failures of measuring on a board: each says what to plug in, install or set. */
import { Failure } from '../base/index.ts';

const boardFailure = (code: string, message: string, hint: string, cause?: unknown): Failure =>
  new Failure({ code, kind: 'toolchain', message, where: 'latency: board', hint, cause });

export const programmerMissing = (): Failure =>
  boardFailure(
    'BOARD_PROGRAMMER_MISSING',
    'neither OpenOCD nor STM32CubeProgrammer is on PATH',
    'install openocd (Debian, Ubuntu: sudo apt-get install openocd) or STM32_Programmer_CLI, or use latency: simulated',
  );

export const boardUnsupported = (target: string): Failure =>
  boardFailure(
    'BOARD_UNSUPPORTED',
    `${target} cannot be flashed from here`,
    'use latency: simulated for this target',
  );

export const boardNotFound = (programmer: string, said: string): Failure =>
  boardFailure(
    'BOARD_NOT_FOUND',
    `${programmer} finds no board: ${said}`,
    'connect the board over its ST-LINK port, check that this user may use it (udev rules), and name one of several with board.probe',
  );

export const wrongChip = (target: string, found: string): Failure =>
  boardFailure(
    'BOARD_WRONG_CHIP',
    `the board that is connected has ${found}, not ${target}`,
    'connect the board that targets names, or name its probe with board.probe; nothing was flashed',
  );

export const flashFailed = (programmer: string, said: string): Failure =>
  boardFailure(
    'BOARD_FLASH_FAILED',
    `${programmer} did not flash the image: ${said}`,
    'check cable and power; another program may be using the probe',
  );

export const serialPortMissing = (folder: string): Failure =>
  boardFailure(
    'BOARD_PORT_MISSING',
    `no serial port of an ST-LINK in ${folder}`,
    "name the board's serial port with board.port, for example /dev/ttyACM0",
  );

export const boardSilent = (command: string, seconds: number, heard: string): Failure =>
  boardFailure(
    'BOARD_SILENT',
    `the board did not answer '${command}' within ${seconds} s${heard === '' ? '' : `; it said '${heard}'`}`,
    'check that board.port is the port of the board that was flashed, and that nothing else reads it',
  );

export const boardRefused = (command: string, said: string): Failure =>
  boardFailure(
    'BOARD_REFUSED',
    `the board answered '${command}' with '${said}'`,
    'run it again; bytes may have been lost on the wire',
  );

export const boardOutputDiffers = (set: number, element: number, expected: number, found: number): Failure =>
  boardFailure(
    'BOARD_OUTPUT_DIFFERS',
    `output ${element} of input set ${set} is ${found} on the board and ${expected} on this machine`,
    'the same C gives the same bytes everywhere: check power and clock of the board, and report it',
  );
