/** The folded parts of the Markdown report: memory over the layers, all layers, and how numbers were made. */
import type { LayerMeasurement } from '../measurement/index.ts';
import { peakLayer, slowestLayers } from './blame.ts';
import { htmlName, markdownName, markdownProse } from './escape.ts';
import { accuracyTitles } from './figures.ts';
import { formatBytes, formatCount, formatKib, formatRatio, formatShape } from './format.ts';
import { tableRow } from './markdown-table.ts';
import { memoryChart } from './mermaid.ts';
import type { Report, ReportLatency, ReportModel } from './types.ts';

/** A folded section of one model, or nothing where it was not measured. */
export function modelDetails(model: ReportModel, layerCount: number): string {
  if (model.sram === null || model.flash === null) return '';
  const summary = `${htmlName(model.name)}: SRAM over the layers, where the bytes go, layers`;
  return fold(summary, [
    memoryChart(model),
    partsTable(model),
    layersTable(model, layerCount),
    stackLine(model),
  ]);
}

function fold(summary: string, sections: readonly string[]): string {
  const body = sections.filter((section) => section !== '').join('\n\n');
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
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
    row('', 'lower bound of the arena', sram.arenaLowerBoundBytes),
    row('Flash', 'weights', flash.weightBytes),
    row('', 'kernels', flash.kernelBytes),
    row('', 'runtime', flash.runtimeBytes),
    row('', 'data image', flash.dataImageBytes),
    row('', 'other', flash.otherBytes),
    row('', '**total**', flash.totalBytes),
  ].join('\n');
}

function layersTable(model: ReportModel, layerCount: number): string {
  if (model.layers.length === 0) return '';
  const shown = chosenLayers(model, layerCount);
  const method = model.latency?.method ?? 'estimated';
  const note =
    shown.length < model.layers.length
      ? `\n\n_${shown.length} of ${model.layers.length} layers: the slowest and the one at the peak of SRAM._`
      : '';
  return (
    [
      tableRow(['#', 'Layer', 'Operator', 'Output', 'MACs', `Cycles, ${method}`, 'Live SRAM', 'Weights']),
      tableRow(['--:', ':--', ':--', ':--', '--:', '--:', '--:', '--:']),
      ...shown.map(layerRow),
    ].join('\n') + note
  );
}

function layerRow(layer: LayerMeasurement): string {
  return tableRow([
    String(layer.index),
    markdownName(layer.name, 48),
    markdownName(layer.op, 40),
    formatShape(layer.outputShape),
    formatCount(layer.macs),
    formatCount(layer.cycles),
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

/** How every kind of number came about, each with its label, its tool and its error. */
export function provenanceDetails(report: Report): string {
  const measured = report.models.filter((model) => model.sram !== null);
  const lines = measured.length === 0 ? [] : [...memoryLines(measured), ...latencyLines(measured)];
  const accuracy = [...new Set(measured.flatMap(accuracyWords))];
  const { name, version } = report.generator;
  return fold('How these numbers were made', [
    [
      ...lines,
      ...accuracy.slice(0, 12).map((words) => `- **Accuracy**, measured: ${words}.`),
      `- Made by ${markdownProse(name, 60)} ${markdownProse(version, 60)}; \`report.json\` version ${report.schemaVersion}. 1 KiB is 1,024 bytes.`,
    ].join('\n'),
  ]);
}

function memoryLines(models: readonly ReportModel[]): readonly string[] {
  const tools = [...new Set(models.map(toolchainWords))].slice(0, 6).join('; ');
  return [
    `- **Flash**, measured: the sections of the linked ELF as they load, with ${tools}.`,
    '- **SRAM**, measured: the same ELF, plus the worst case of the stack over its call graph.',
  ];
}

function toolchainWords({ toolchain }: ReportModel): string {
  if (toolchain === null) return 'an unknown compiler';
  const compiler = markdownName(toolchain.compiler, 120);
  if (toolchain.kind === 'local') return `${compiler} of the local machine`;
  const image = toolchain.imageDigest === null ? '' : ` ${markdownName(toolchain.imageDigest, 80)}`;
  return `${compiler} in a ${toolchain.engine ?? ''} container${image}`;
}

function latencyLines(models: readonly ReportModel[]): readonly string[] {
  const words = models.flatMap(({ latency }) => (latency === null ? [] : [latencyWords(latency)]));
  return [...new Set(words)].slice(0, 12).map((text) => `- **Latency**, ${text}.`);
}

export function latencyWords(latency: ReportLatency): string {
  const error =
    latency.relativeError === null
      ? 'its error is not known'
      : `error ±${formatRatio(latency.relativeError)}`;
  return `${latency.method}: ${markdownProse(latency.methodDescription, 400)}; ${error}`;
}

function accuracyWords({ accuracy }: ReportModel): readonly string[] {
  if (accuracy === null) return [];
  const samples = formatCount(accuracy.samples);
  return [`${accuracyTitles[accuracy.metric]} of the generated C over ${samples} samples`];
}
