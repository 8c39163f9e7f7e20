/** What is to be known of plan, latency and stack of a model, as names and values alike in every format. */
import type { LatencyStalls, LayerMeasurement, LayerStream } from '../measurement/index.ts';
import {
  formatBytes,
  formatCount,
  formatDelta,
  formatMilliseconds,
  formatRatio,
  formatSize,
} from './format.ts';
import type { ReportLatency, ReportModel } from './types.ts';

export type Fact = readonly [name: string, value: string];

const objectives = {
  auto: 'auto: the fastest plan within the SRAM limit',
  memory: 'memory: the smallest arena that costs at most a tenth more time',
  speed: 'speed: the fastest plan',
} as const;

/** How the arena was planned; empty where it was not. */
export function planFacts(model: ReportModel): readonly Fact[] {
  const { plan, layers } = model;
  if (plan === null) return [];
  return [
    ...workFacts(model),
    ['objective', objectives[plan.objective]],
    ['arena, peak', formatSize(plan.peakBytes)],
    ...stateFacts(model),
    ['lower bound', formatSize(plan.lowerBoundBytes)],
    ['gap', `${formatBytes(plan.gapBytes)} (${formatRatio(plan.gapShare)})`],
    ['plans considered', formatCount(plan.tradeOff.length)],
    ['run row by row', plan.streams.length === 0 ? 'no layers' : streamList(plan.streams, layers)],
    ...plan.patched.map((patched): Fact => {
      const again = `${formatCount(patched.recomputedMacs)} MACs again`;
      return [
        'run patch by patch',
        `layers ${streamName(patched, layers)}, ${patched.patches} patches, ${again}`,
      ];
    }),
  ];
}

/** What a network keeps from one inference to the next is part of its arena. */
function stateFacts({ arena }: ReportModel): readonly Fact[] {
  const bytes = arena.reduce((sum, block) => (block.kind === 'state' ? sum + block.bytes : sum), 0);
  return bytes === 0 ? [] : [['of the arena, kept between inferences', formatSize(bytes)]];
}

/** Channels that can only give one value are not executed: both figures where these make a difference. */
function workFacts({ macs, modelMacs }: ReportModel): readonly Fact[] {
  if (macs === null) return [];
  const executed: Fact = ['MACs executed', formatCount(macs)];
  if (modelMacs === null || modelMacs === macs) return [executed];
  return [executed, ['MACs in the file', `${formatCount(modelMacs)}, idle channels included`]];
}

/** More would not be read. */
const mostStreams = 8;

function streamList(streams: readonly LayerStream[], layers: readonly LayerMeasurement[]): string {
  const named = streams.slice(0, mostStreams).map((stream) => streamName(stream, layers));
  const omitted = streams.length - named.length;
  return `layers ${named.join(', ')}${omitted === 0 ? '' : ` and ${omitted} more`}`;
}

/** Layers are named by their operator index; reshapes become no layer, so that there may be gaps. */
export function streamName(
  { firstLayer, lastLayer }: LayerStream,
  layers: readonly LayerMeasurement[],
): string {
  return `${layers[firstLayer]?.index ?? firstLayer} to ${layers[lastLayer]?.index ?? lastLayer}`;
}

const methodTitles = {
  simulated: 'simulated',
  estimated: 'estimated',
  board: 'measured on a board',
} as const;

/** The simulator's figure for the same image, and how far it is from the board's. */
function besideBoard({ milliseconds, cycles }: ReportLatency, simulatedCycles: number): readonly Fact[] {
  const simulated = cycles === 0 ? 0 : (milliseconds * simulatedCycles) / cycles;
  return [
    ['simulated', `${formatMilliseconds(simulated)} (${formatDelta('latency', milliseconds, simulated)})`],
    ['cycles, simulated', formatCount(simulatedCycles)],
  ];
}

function errorFact(relativeError: number | null): Fact {
  return ['error band', relativeError === null ? 'not known' : `±${formatRatio(relativeError)}`];
}

/** One inference; empty where latency was not found. */
export function latencyFacts({ latency }: ReportModel): readonly Fact[] {
  if (latency === null) return [];
  const { milliseconds, cycles, instructions, relativeError, simulatedCycles, stalls } = latency;
  const perInstruction: readonly Fact[] =
    instructions === null
      ? []
      : [
          ['instructions', formatCount(instructions)],
          [
            'cycles per instruction',
            instructions === 0 ? '–' : ((simulatedCycles ?? cycles) / instructions).toFixed(2),
          ],
        ];
  return [
    [methodTitles[latency.method], formatMilliseconds(milliseconds)],
    ['cycles', formatCount(cycles)],
    ...(simulatedCycles === null ? [] : besideBoard(latency, simulatedCycles)),
    ...perInstruction,
    ...(latency.method === 'board' ? [] : [errorFact(relativeError)]),
    ...(stalls === null ? [] : shareFacts(stalls)),
  ];
}

function shareFacts({ dataCacheShare, mispredictionShare, dualIssueShare }: LatencyStalls): readonly Fact[] {
  return [
    ['D-cache stalls', formatRatio(dataCacheShare)],
    ['mispredicted branches', formatRatio(mispredictionShare)],
    ...(dualIssueShare === null ? [] : [['dual-issued', formatRatio(dualIssueShare)] as const]),
  ];
}

/** How the cycles of single layers were found: no board tells layers apart. */
export function layerMethod({ latency }: ReportModel): string {
  if (latency === null) return 'estimated';
  return latency.method === 'board' ? 'simulated' : latency.method;
}
