/** Sizes, times and ratios as people write them, turned into bytes, milliseconds and fractions. */

/** A number, or what to say about a text that is none. */
export type Quantity = { readonly value: number } | { readonly problem: string };

const sizeWords = 'write bytes or a number with B, KB, MB, KiB or MiB, for example 64KiB or 200KB';
const timeWords = 'write a number with us, ms or s, for example 20ms';
const ratioWords = 'write a percentage or a fraction, for example 85% or 0.85';
const pointWords = 'write percentage points, for example 0.5pp';

/** Powers of ten are applied in decimal, so that 4.35KB is exactly 4350. */
const sizeUnits: Readonly<Record<string, (digits: string) => number>> = {
  '': Number,
  B: Number,
  kB: (digits) => Number(`${digits}e3`),
  KB: (digits) => Number(`${digits}e3`),
  MB: (digits) => Number(`${digits}e6`),
  KiB: (digits) => Number(digits) * 1024,
  MiB: (digits) => Number(digits) * 1024 * 1024,
};

const timeUnits: Readonly<Record<string, (digits: string) => number>> = {
  us: (digits) => Number(`${digits}e-3`),
  µs: (digits) => Number(`${digits}e-3`),
  μs: (digits) => Number(`${digits}e-3`),
  ms: Number,
  s: (digits) => Number(`${digits}e3`),
};

const ratioUnits: Readonly<Record<string, (digits: string) => number>> = {
  '': Number,
  '%': (digits) => Number(`${digits}e-2`),
};

const pointUnits: Readonly<Record<string, (digits: string) => number>> = {
  pp: (digits) => Number(`${digits}e-2`),
};

/** Whole bytes above 0; a part of a byte that a limit would allow is worth nothing. */
export function readSize(input: string | number): Quantity {
  const quantity = readQuantity(input, sizeUnits, `is not a size: ${sizeWords}`);
  if ('problem' in quantity) return quantity;
  const bytes = Math.floor(quantity.value);
  if (bytes < 1 || !Number.isSafeInteger(bytes)) return refusal(input, `is not a size above 0: ${sizeWords}`);
  return { value: bytes };
}

/** Milliseconds above 0; a number without unit is refused, because it says nothing. */
export function readTime(input: string | number): Quantity {
  const quantity = readQuantity(input, timeUnits, `is not a time: ${timeWords}`);
  if ('problem' in quantity || (quantity.value > 0 && Number.isFinite(quantity.value))) return quantity;
  return refusal(input, `is not a time above 0: ${timeWords}`);
}

/** A fraction from 0 to 1. */
export function readRatio(input: string | number): Quantity {
  const quantity = readQuantity(input, ratioUnits, `is not a ratio: ${ratioWords}`);
  if ('problem' in quantity || quantity.value <= 1) return quantity;
  return refusal(input, `is more than 100 %: ${ratioWords}`);
}

/** Percentage points as a fraction from 0 to 1. */
export function readPoints(input: string | number): Quantity {
  const quantity = readQuantity(input, pointUnits, `is not a difference of ratios: ${pointWords}`);
  if ('problem' in quantity || quantity.value <= 1) return quantity;
  return refusal(input, `is more than 100 percentage points: ${pointWords}`);
}

function readQuantity(
  input: string | number,
  units: Readonly<Record<string, (digits: string) => number>>,
  problem: string,
): Quantity {
  const match = /^(\d{1,15}(?:\.\d{1,15})?)\s?(\D{0,3})$/u.exec(String(input).trim());
  const [, digits = '', unit = ''] = match ?? [];
  const convert = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (match === null || convert === undefined) return refusal(input, problem);
  return { value: convert(digits) };
}

function refusal(input: string | number, problem: string): Quantity {
  return { problem: `${JSON.stringify(String(input).slice(0, 40))} ${problem}` };
}
