/** Ways of rounding that JavaScript has no function for. */

/** To the nearest whole number, halves to even ones, as IEEE 754 and ONNX do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
