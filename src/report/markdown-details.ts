/** The folded parts of the Markdown report: memory over the layers, all layers, and how numbers were made. */
import type { LayerMeasurement } from '../measurement/index.ts';
import { layerTitle, peakLayer, slowestLayers } from './blame.ts';
import { htmlName, markdownName, markdownWords } from './escape.ts';
import { type Fact, latencyFacts, layerMethod, planFacts } from './facts.ts';
import {
  formatBytes,
  formatCount,
  formatKib,
  formatMilliseconds,
  formatRatio,
  formatShape,
} from './format.ts';
import { changeTables } from './markdown-comparison.ts';
import { fold, tableRow } from './markdown-table.ts';
import { latencyChart, memoryChart } from './mermaid.ts';
import { proposalNote, proposalRows } from './proposal-words.ts';
import { provenance } from './provenance.ts';
import { weightsLabel } from './remarks.ts';
import type { Report, ReportModel } from './types.ts';

/** A folded section of one model, or nothing where it was not measured. */
export function modelDetails(model: ReportModel, layerCount: number): string {
  if (model.sram === null || model.flash === null) return '';
  const weights = weightsLabel(model);
  const title = weights === null ? htmlName(model.name) : `${htmlName(model.name)} (${weights})`;
  const summary = `${title}: SRAM over the layers, where the bytes go, plan, latency, layers`;
  return fold(summary, [
    changeTables(model.comparison, layerCount),
    proposalTable(model),
    memoryChart(model),
    latencyChart(model),
    partsTable(model),
    factsTable('Plan', planFacts(model)),
    tradeOffTable(model),
    factsTable('Latency', latencyFacts(model)),
    layersTable(model, layerCount),
    stackLine(model),
  ]);
}

function partsTable({ sram, flash }: ReportModel): string {
  if (sram === null || flash === null) return '';
  const row = (memory: string, part: string, bytes: number) =>
    tableRow([memory, part, formatBytes(bytes), formatKib(bytes)]);
  return [
    tableRow(['Memory', 'Part', 'Bytes', 'KiB']),
    tableRow([':--', ':--', '--:', '--:']),
    row('SRAM', 'arena', sram.arenaBytes),
    row('', 'static data', sram.staticBytes),
    row('', 'stack, worst case', sram.stackBytes),
    row('', '**total**', sram.totalBytes),
    ...(sram.stackHighWaterBytes === null
      ? []
      : [row('', 'stack, deepest when simulated', sram.stackHighWaterBytes)]),
    row('Flash', 'weights', flash.weightBytes),
    row('', 'kernels', flash.kernelBytes),
    row('', 'runtime', flash.runtimeBytes),
    row('', 'data image', flash.dataImageBytes),
    row('', 'other', flash.otherBytes),
    row('', '**total**', flash.totalBytes),
  ].join('\n');
}

function factsTable(title: string, facts: readonly Fact[]): string {
  if (facts.length === 0) return '';
  return [tableRow([title, '']), tableRow([':--', '--:']), ...facts.map(tableRow)].join('\n');
}

/** More would be a plot, and the page has one. */
const mostChoices = 12;

/** The plans that were considered: where there are many, those nearest to the one that was taken. */
function tradeOffTable({ plan }: ReportModel): string {
  if (plan === null || plan.tradeOff.length < 2) return '';
  const { tradeOff } = plan;
  const chosen = tradeOff.findIndex((choice) => choice.chosen);
  const first = Math.max(0, Math.min(chosen - mostChoices / 2, tradeOff.length - mostChoices));
  const shown = tradeOff.slice(first, first + mostChoices);
  const rows = shown.map((choice) =>
    tableRow([
      formatBytes(choice.peakBytes),
      formatCount(choice.cycles),
      formatMilliseconds(choice.milliseconds),
      choice.chosen ? '**chosen**' : '',
    ]),
  );
  const note = shown.length < tradeOff.length ? `\n\n_${shown.length} of ${tradeOff.length} plans._` : '';
  const head = [
    tableRow(['Arena considered', 'Cycles, estimated', 'Latency', '']),
    tableRow(['--:', '--:', '--:', ':--']),
  ];
  return [...head, ...rows].join('\n') + note;
}

/** Versions of the network that were planned, since this one is over a limit. */
function proposalTable(model: ReportModel): string {
  const rows = proposalRows(model);
  if (rows.length === 0) return '';
  return [
    tableRow(['Tried', 'SRAM', 'Flash', 'Latency', 'MACs', 'Within limits']),
    tableRow([':--', '--:', '--:', '--:', '--:', ':--']),
    ...rows.map(({ title, sram, flash, latency, macs, fits }) =>
      tableRow([title, sram, flash, latency, macs, fits ? 'yes' : 'no']),
    ),
    '',
    `_${proposalNote(model)}_`,
  ].join('\n');
}

function layersTable(model: ReportModel, layerCount: number): string {
  if (model.layers.length === 0) return '';
  const shown = chosenLayers(model, layerCount);
  const hasStalls = shown.some(({ stalls }) => stalls !== null);
  const note =
    shown.length < model.layers.length
      ? `\n\n_${shown.length} of ${model.layers.length} layers: the slowest and the one at the peak of SRAM._`
      : '';
  return (
    [
      tableRow([
        '#',
        'Layer',
        'Operator',
        'Output',
        'MACs',
        `Cycles, ${layerMethod(model)}`,
        ...(hasStalls ? ['D-cache stalls', 'Mispredicted', 'Dual-issued'] : []),
        'Live SRAM',
        'Weights',
      ]),
      tableRow([
        ...['--:', ':--', ':--', ':--', '--:', '--:'],
        ...(hasStalls ? ['--:', '--:', '--:'] : []),
        ...['--:', '--:'],
      ]),
      ...shown.map((layer) => layerRow(layer, hasStalls)),
    ].join('\n') + note
  );
}

/** Shares of the layer's own cycles. */
function stallCells({ stalls }: LayerMeasurement): readonly string[] {
  if (stalls === null) return ['', '', ''];
  const { dataCacheShare, mispredictionShare, dualIssueShare } = stalls;
  return [
    formatRatio(dataCacheShare),
    formatRatio(mispredictionShare),
    dualIssueShare === null ? '' : formatRatio(dualIssueShare),
  ];
}

function layerRow(layer: LayerMeasurement, hasStalls: boolean): string {
  return tableRow([
    String(layer.index),
    markdownName(layerTitle(layer), 48),
    markdownName(layer.op, 40),
    formatShape(layer.outputShape),
    formatCount(layer.macs),
    formatCount(layer.cycles),
    ...(hasStalls ? stallCells(layer) : []),
    formatBytes(layer.liveBytes),
    formatBytes(layer.weightBytes),
  ]);
}

/** The slowest layers and the one at the peak, in the order of the network. */
function chosenLayers(model: ReportModel, count: number): readonly LayerMeasurement[] {
  if (model.layers.length <= count) return model.layers;
  const chosen = new Set(slowestLayers(model, count).map(({ layer }) => layer));
  const peak = peakLayer(model);
  if (peak !== undefined) chosen.add(peak);
  return model.layers.filter((layer) => chosen.has(layer));
}

function stackLine(model: ReportModel): string {
  if (model.deepestStack.length === 0) return '';
  const frames = model.deepestStack
    .slice(0, 12)
    .map(({ symbol, frameBytes }) => `${markdownName(symbol, 40)} ${formatBytes(frameBytes)}`);
  return `Deepest stack: ${frames.join(' → ')}`;
}

/** How every kind of number came about, folded. */
export function provenanceDetails(report: Report): string {
  const lines = provenance(report).map(({ title, words }) => `- **${title}**: ${markdownWords(words)}`);
  return fold('How these numbers were made', [lines.join('\n')]);
}
