/** Makes a chip's peripherals out of its data, and joins them to interrupts and clocks. */
import { invariant } from '../../base/index.ts';
import type { PeripheralMapping } from '../bus/bus.ts';
import type { Chip, PeripheralPlace } from '../chips/types.ts';
import type { Exceptions } from '../exceptions/exceptions.ts';
import { exceptionNumbers, setLine } from '../exceptions/priorities.ts';
import type { Clock } from './clock.ts';
import { createCrc } from './crc.ts';
import { createDwt } from './dwt.ts';
import { createGpio } from './gpio.ts';
import { createMpu, type Mpu } from './mpu.ts';
import { createNvic } from './nvic.ts';
import { createFlashInterface, createPwr, createRandomNumbers } from './power-and-flash.ts';
import { createPrivateBus } from './private-bus.ts';
import { createRccF7, type Rcc } from './rcc-f7.ts';
import { createRccH7 } from './rcc-h7.ts';
import { createStorage } from './storage.ts';
import {
  createSystemControlBlock,
  type SystemControlBlock,
  type SystemControlEffects,
} from './system-control-block.ts';
import { createSysTick } from './systick.ts';
import { createTimer } from './timer.ts';
import type { Peripheral, PeripheralContext } from './types.ts';
import { createUsart, type UartPace, type Usart } from './usart.ts';
import { createUsartF4 } from './usart-f4.ts';

export type ChipPeripherals = {
  readonly mappings: readonly PeripheralMapping[];
  readonly clock: Clock;
  readonly usarts: readonly Usart[];
  readonly systemControl: SystemControlBlock;
  readonly mpu: Mpu;
  /** Brings all up to now; the cycle of the next event. */
  readonly advance: () => number;
};

export type PeripheralSurroundings = {
  readonly now: () => number;
  readonly changed: () => void;
  readonly exceptions: Exceptions;
  readonly effects: SystemControlEffects;
  readonly pace: UartPace;
  readonly onTransmit: (usart: string, byte: number, cycles: number) => void;
};

const pageBytes = 0x1000;
const peripheralBytes = 0x400;
const privateBus = { start: 0xe000_e000, dwt: 0xe000_1000 } as const;

/** Debug blocks of the core that software may configure and that change nothing here: ITM, FPB, TPIU, ROM table. */
const debugBlocks: readonly (readonly [string, number])[] = [
  ['ITM', 0xe000_0000],
  ['FPB', 0xe000_2000],
  ['TPIU', 0xe004_0000],
  ['ETM', 0xe004_1000],
  ['ROM table', 0xe00f_f000],
];

export function createPeripherals(chip: Chip, surroundings: PeripheralSurroundings): ChipPeripherals {
  const { now, changed, exceptions, effects } = surroundings;
  const context: PeripheralContext = {
    now,
    changed,
    setLine: (interrupt, level) =>
      setLine(exceptions.priorities, exceptionNumbers.firstInterrupt + interrupt, level),
  };
  const isH7 = chip.family === 'stm32h74' || chip.family === 'stm32h7a';
  const rcc = isH7 ? createRccH7(chip, context) : createRccF7(chip, context);
  const usarts: Usart[] = [];
  const mappings = chip.peripherals.map((place) => {
    const peripheral = createOne(place, chip, { rcc, context, surroundings });
    if (place.kind === 'usart') usarts.push(peripheral as Usart);
    const bytes = 'bytes' in place ? place.bytes : peripheralBytes;
    return { name: place.name, start: place.start, bytes, peripheral };
  });
  const sysTick = createSysTick(now, () => {
    exceptions.priorities.pending[exceptionNumbers.sysTick] = 1;
  });
  const systemControl = createSystemControlBlock(chip, exceptions, effects);
  const nvic = createNvic(exceptions.priorities, chip.priorityBits);
  const mpu = createMpu(chip.mpuRegions, effects.protectionChanged);
  const coreBlocks: readonly (readonly [string, number, Peripheral])[] = [
    ['system control space', privateBus.start, createPrivateBus({ sysTick, nvic, mpu, systemControl })],
    ['DWT', privateBus.dwt, createDwt(now)],
    ...debugBlocks.map(([name, start]) => [name, start, createStorage()] as const),
  ];
  for (const [name, start, peripheral] of coreBlocks) {
    mappings.push({ name, start, bytes: pageBytes, peripheral });
  }
  const timed = mappings.flatMap(({ peripheral }) => (peripheral === undefined ? [] : [peripheral]));
  const advance = (): number =>
    timed.reduce((next, peripheral) => Math.min(next, peripheral.advance()), Number.POSITIVE_INFINITY);
  return { mappings, clock: rcc.clock, usarts, systemControl, mpu, advance };
}

type Wiring = {
  readonly rcc: Rcc;
  readonly context: PeripheralContext;
  readonly surroundings: PeripheralSurroundings;
};

function createOne(place: PeripheralPlace, chip: Chip, wiring: Wiring): Peripheral | undefined {
  const { rcc, context, surroundings } = wiring;
  switch (place.kind) {
    case 'usart':
      return (place.layout === 'status-data' ? createUsartF4 : createUsart)(place, {
        clock: rcc.clock,
        context,
        pace: surroundings.pace,
        rccRegister: rcc.register,
        onTransmit: surroundings.onTransmit,
      });
    case 'timer':
      return createTimer(place, rcc.clock, context);
    case 'gpio':
      return createGpio(place.name);
    case 'rcc':
      return rcc.peripheral;
    case 'pwr':
      return createPwr(chip.family);
    case 'flash-interface':
      return createFlashInterface(chip.family, surroundings.effects.enableCaches);
    case 'crc':
      return createCrc();
    case 'rng':
      return createRandomNumbers();
    case 'storage':
      return createStorage(place.resetValues);
    case 'unsupported':
      return undefined;
    default:
      invariant(place satisfies never, 'every kind of peripheral is made');
      return undefined;
  }
}
