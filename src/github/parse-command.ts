/** The commands that there are: a closed list, read from the first line of a comment only. */

export const waivableMetrics = ['sram', 'flash', 'latency', 'accuracy'] as const;

export type SearchLimits = Readonly<Partial<Record<'sram' | 'flash' | 'latency', string>>>;

export type WaiveCommand = {
  readonly kind: 'waive';
  readonly metric: (typeof waivableMetrics)[number];
  readonly days: number;
  readonly reason: string;
};

export type ParsedCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'verify'; readonly sha: string }
  | { readonly kind: 'explain'; readonly layer: string }
  | { readonly kind: 'search'; readonly sha: string; readonly limits: SearchLimits }
  | WaiveCommand
  /** Begins like a command and is none. */
  | { readonly kind: 'unknown' };

const longestLayer = 200;
const longestReason = 300;
export const mostWaivedDays = 90;

const size = /^\d{1,9}(?:\.\d{1,3})?(?:B|KB|KiB|MB|MiB)?$/;
export const limitPatterns: Readonly<Record<keyof SearchLimits, RegExp>> = {
  sram: size,
  flash: size,
  latency: /^\d{1,9}(?:\.\d{1,3})?(?:us|ms|s)$/,
};

const unknown: ParsedCommand = { kind: 'unknown' };

/** `undefined` for a comment that is no command. */
export function parseCommand(body: string): ParsedCommand | undefined {
  const line = body.split(/\r?\n/, 1)[0] ?? '';
  if (!/^\/mcunet(?:[ \t]|$)/.test(line)) return undefined;
  const [, word, rest = ''] = /^\/mcunet(?:[ \t]+(\w+)(?:[ \t]+(.*))?)?[ \t]*$/.exec(line) ?? [];
  const words = rest.trim();
  switch (word) {
    case 'help':
      return { kind: 'help' };
    case 'verify':
      return isSha(words) ? { kind: 'verify', sha: words } : unknown;
    case 'explain':
      return words !== '' && words.length <= longestLayer ? { kind: 'explain', layer: words } : unknown;
    case 'search':
      return parseSearch(words);
    case 'waive':
      return parseWaiver(words);
    default:
      return line.trim() === '/mcunet' ? { kind: 'help' } : unknown;
  }
}

function isSha(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}

/** `<sha> [sram=256KiB flash=1MiB latency=100ms]` */
function parseSearch(words: string): ParsedCommand {
  const [sha = '', ...given] = words.split(/[ \t]+/);
  const limits: Partial<Record<keyof typeof limitPatterns, string>> = {};
  for (const entry of given) {
    const [, name, value = ''] = /^(sram|flash|latency)=(.*)$/.exec(entry) ?? [];
    if (name !== 'sram' && name !== 'flash' && name !== 'latency') return unknown;
    if (limits[name] !== undefined || !limitPatterns[name].test(value)) return unknown;
    limits[name] = value;
  }
  return isSha(sha) ? { kind: 'search', sha, limits } : unknown;
}

/** `<metric> <days> <reason>` */
function parseWaiver(words: string): ParsedCommand {
  const [, name, count, reason = ''] = /^(\w+)[ \t]+(\d{1,3})d?[ \t]+(.+)$/.exec(words) ?? [];
  const metric = waivableMetrics.find((candidate) => candidate === name);
  const days = Number(count);
  const isBounded = days >= 1 && days <= mostWaivedDays && reason.length <= longestReason;
  return metric !== undefined && isBounded ? { kind: 'waive', metric, days, reason } : unknown;
}
