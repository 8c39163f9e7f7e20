/** Numbers as text: bytes and KiB (1,024 bytes), milliseconds, ratios and differences. */
import type { Metric } from '../measurement/index.ts';

const grouping = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const minus = '\u2212';

export function formatCount(count: number): string {
  return grouping.format(count);
}

/** `54.7 M`, `853 k` or `960`: three significant digits. */
export function formatMagnitude(count: number): string {
  if (count < 1000) return grouping.format(count);
  const [divisor, letter] = count < 999_500 ? [1e3, 'k'] : [1e6, 'M'];
  const value = count / divisor;
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${letter}`;
}

/** `27,750 B`. */
export function formatBytes(bytes: number): string {
  return `${grouping.format(bytes)} B`;
}

/** `27.1 KiB`, and bytes where a KiB would say nothing. */
export function formatKib(bytes: number): string {
  return Math.abs(bytes) < 1024 ? formatBytes(bytes) : `${oneDigit.format(bytes / 1024)} KiB`;
}

/** A limit: `64 KiB` where it is whole, so that it reads as it was written. */
export function formatByteLimit(bytes: number): string {
  return bytes % 1024 === 0 ? `${grouping.format(bytes / 1024)} KiB` : formatKib(bytes);
}

/** `27.1 KiB (27,750 B)`. */
export function formatSize(bytes: number): string {
  return Math.abs(bytes) < 1024 ? formatBytes(bytes) : `${formatKib(bytes)} (${formatBytes(bytes)})`;
}

/** Three significant digits. */
export function formatMilliseconds(milliseconds: number): string {
  const magnitude = Math.abs(milliseconds);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
  return `${milliseconds.toFixed(digits)} ms`;
}

export function formatRatio(ratio: number): string {
  return `${oneDigit.format(ratio * 100)} %`;
}

/** `5 %`, `99.99 %`: a ratio that someone wrote, with no more digits than it was written with. */
export function formatShare(ratio: number): string {
  return `${twoDigits.format(ratio * 100)} %`;
}

/** A value of a metric in its own unit. */
export function formatFigure(metric: Metric, value: number): string {
  if (metric === 'latency') return formatMilliseconds(value);
  if (metric === 'accuracy') return formatRatio(value);
  return formatKib(value);
}

/** A limit of a metric: no more digits than it was written with. */
export function formatLimit(metric: Metric, limit: number): string {
  if (metric === 'latency') return `${twoDigits.format(limit)} ms`;
  if (metric === 'accuracy') return formatShare(limit);
  return formatByteLimit(limit);
}

/** How far two values of a metric are apart: percentage points for accuracy. */
export function formatDistance(metric: Metric, distance: number): string {
  if (metric === 'accuracy') return `${twoDigits.format(Math.abs(distance) * 100)} pp`;
  return formatFigure(metric, Math.abs(distance));
}

/** `+0.4 KiB`, `−6.0 %`, `+0.6 pp` or `=`: what became of a base figure. */
export function formatDelta(metric: Metric, base: number, value: number): string {
  if (value === base) return '=';
  const sign = value > base ? '+' : minus;
  if (metric !== 'latency') return `${sign}${formatDistance(metric, value - base)}`;
  return base === 0
    ? `${sign}${formatDistance(metric, value - base)}`
    : `${sign}${formatRatio(Math.abs(value - base) / base)}`;
}

export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

const signed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0, signDisplay: 'exceptZero' });

/** A whole difference with its sign: +1,024, −8, 0. */
export function formatDifference(value: number): string {
  return signed.format(value).replace('-', '\u2212');
}
