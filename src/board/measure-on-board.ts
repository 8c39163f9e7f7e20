/** Flashes an image and lets the chip itself count the cycles of one inference. */
import { at, type Host, invariant, type SerialPort } from '../base/index.ts';
import { chips, familyOf } from './chips.ts';
import { boardUnsupported, serialPortMissing, wrongChip } from './failures.ts';
import { findProgrammer, type ProgrammerName } from './programmers.ts';
import { compareOutputs, openSession } from './session.ts';

export type BoardOptions = {
  /** Path of the serial port; the ST-LINK's own where absent. */
  readonly port: string | undefined;
  readonly programmer: ProgrammerName | 'auto';
  /** Serial number of the probe, where there are several. */
  readonly probe: string | undefined;
};

export type BoardInference = {
  readonly cycles: number;
  readonly programmer: ProgrammerName;
};

export type BoardRequest = {
  readonly elf: Uint8Array;
  /** Name of the target that the image is for. */
  readonly target: string;
  /**
   * Bytes of input sets as in memory: one sequence, over which a network keeps its state. The last one's inference counts,
   * those before it warm caches and predictors up.
   */
  readonly inputs: readonly Int8Array[];
  /** What the same C computes on this machine over the same sequence. */
  readonly expected: readonly Int8Array[];
  readonly options: BoardOptions;
};

const portFolder = '/dev/serial/by-id';

/**
 * Checks that the right chip is connected before anything is written, flashes, and infers on each input set; outputs
 * must equal those of this machine. Throws a `Failure`: `BOARD_PROGRAMMER_MISSING`, `BOARD_NOT_FOUND`,
 * `BOARD_WRONG_CHIP`, `BOARD_FLASH_FAILED`, `BOARD_PORT_MISSING`, `SERIAL_PORT_NOT_OPENED`, `BOARD_SILENT`,
 * `BOARD_REFUSED`, `BOARD_OUTPUT_DIFFERS`.
 */
export async function measureOnBoard(request: BoardRequest, host: Host): Promise<BoardInference> {
  const { target, options } = request;
  const chip = chips[target];
  if (chip === undefined) throw boardUnsupported(target);
  const programmer = await findProgrammer(options.programmer, chip, options.probe, host);
  const deviceId = await programmer.identify();
  if (deviceId !== chip.deviceId) throw wrongChip(target, familyOf(deviceId));
  await flash(request.elf, programmer.flash, host);
  const port = await host.openSerialPort(options.port ?? (await findPort(host)));
  try {
    return { cycles: await inferAll(port, request), programmer: programmer.name };
  } finally {
    port.close();
  }
}

async function flash(elf: Uint8Array, write: (path: string) => Promise<void>, host: Host): Promise<void> {
  const folder = await host.makeTemporaryFolder('flash');
  try {
    await host.writeFiles(folder, new Map([['firmware.elf', elf]]));
    await write(`${folder}/firmware.elf`);
  } finally {
    await host.removeFolder(folder);
  }
}

async function inferAll(port: SerialPort, { inputs, expected }: BoardRequest): Promise<number> {
  invariant(inputs.length >= 2 && inputs.length === expected.length, 'a warm-up and a timed inference');
  const session = openSession(port);
  await session.start();
  let counted = 0;
  for (const [set, input] of inputs.entries()) {
    const { cycles, outputs } = await session.infer(input);
    compareOutputs(outputs, at(expected, set), set);
    counted = cycles;
  }
  return counted;
}

async function findPort(host: Host): Promise<string> {
  const names = (await host.fileExists(portFolder)) ? await host.listFolder(portFolder) : [];
  const name = names.find((candidate) => /STLINK|ST-LINK|STMicroelectronics/i.test(candidate));
  if (name === undefined) throw serialPortMissing(portFolder);
  return `${portFolder}/${name}`;
}
