/** The two pictures of RAM: what is in use at each layer, and which buffer is where in the arena. */
import { at } from '../../base/index.ts';
import type { ArenaBlock, LayerMeasurement } from '../../measurement/index.ts';
import { layerTitle, peakLayer, streamOf } from '../blame.ts';
import { visibleText } from '../escape.ts';
import { streamName } from '../facts.ts';
import { decidingVerdict } from '../figures.ts';
import { formatByteLimit, formatKib, formatRatio } from '../format.ts';
import type { ReportModel, ReportSram } from '../types.ts';
import { type Chart, layerAxis, textStyle, valueAxis } from './chart.ts';
import { columnsOf, columnWords } from './columns.ts';

const kib = (bytes: number): number => Math.round((bytes / 1024) * 100) / 100;

const timelineParts = [
  { name: 'static data and stack', colour: 'var(--muted)' },
  { name: 'live buffers', colour: 'var(--blue)' },
  { name: 'arena at rest', colour: 'var(--idle)' },
] as const;

/** RAM at each layer: static data and stack below, buffers that hold something, arena that rests above. */
export function memoryTimeline(model: ReportModel, sram: ReportSram): Chart {
  const columns = columnsOf(model.layers);
  const live = columns.groups.map((group) => Math.max(...group.map((layer) => layer.liveBytes)));
  const amounts = [
    live.map(() => sram.staticBytes + sram.stackBytes),
    live,
    live.map((bytes) => sram.arenaBytes - bytes),
  ];
  const peak = peakLayer(model);
  const where = peak === undefined ? '' : peakWords(model, peak);
  return {
    title: 'SRAM over the layers',
    description: `Buffers in use peak at ${formatKib(Math.max(...live))}${where}; total ${formatKib(sram.totalBytes)}.${columnWords(columns, 'largest')}`,
    legend: timelineParts,
    option: {
      xAxis: layerAxis(columns.labels),
      yAxis: valueAxis('KiB'),
      series: timelineParts.map(({ name, colour }, part) => ({
        type: 'bar',
        name,
        stack: 'all',
        barCategoryGap: '12%',
        itemStyle: { color: colour },
        data: at(amounts, part).map(kib),
        ...(part === 0 ? { markLine: limitLine(model, sram) } : {}),
      })),
    },
  };
}

function peakWords(model: ReportModel, peak: LayerMeasurement): string {
  const stream = streamOf(model, peak);
  return stream === undefined
    ? ` at layer ${peak.index}, ${visibleText(layerTitle(peak), 60)}`
    : ` while layers ${streamName(stream, model.layers)} run row by row`;
}

/** The limit, where it is near enough not to flatten the picture. */
function limitLine(model: ReportModel, sram: ReportSram): Readonly<Record<string, unknown>> {
  const limit = decidingVerdict(model, 'sram')?.limit ?? 0;
  const near = limit > 0 && limit <= sram.totalBytes * 1.6;
  return {
    silent: true,
    symbol: 'none',
    data: near ? [{ yAxis: kib(limit) }] : [],
    lineStyle: { color: 'var(--red)', width: 1.5, type: 'dashed' },
    label: {
      ...textStyle,
      position: 'insideEndTop',
      formatter: `limit ${formatByteLimit(limit)}`,
      color: 'var(--red)',
      textBorderWidth: 0,
    },
  };
}

const mostBlocks = 1500;
const blockKinds: Readonly<Record<ArenaBlock['kind'], { readonly name: string; readonly colour: string }>> = {
  tensor: { name: 'tensor', colour: 'var(--blue)' },
  state: { name: 'kept between inferences', colour: 'var(--red)' },
  scratch: { name: 'scratch', colour: 'var(--orange)' },
  line: { name: 'line buffer', colour: 'var(--aqua)' },
};

/** Offset by layer: each rectangle is a buffer from its first use to its last. */
export function arenaMap(model: ReportModel, sram: ReportSram): Chart {
  const blocks = model.arena.toSorted((a, b) => b.bytes - a.bytes).slice(0, mostBlocks);
  const omitted = model.arena.length - blocks.length;
  const shared = blocks.some((block) => isShared(block, blocks));
  const kinds = [...new Set(blocks.map((block) => block.kind))];
  const bound = sram.arenaBytes === 0 ? 1 : sram.arenaLowerBoundBytes / sram.arenaBytes;
  const tightness =
    bound >= 1
      ? 'the least that this order of layers allows'
      : `its lower bound is ${formatRatio(bound)} of that`;
  return {
    title: 'Arena map',
    description: `${model.arena.length} buffers share ${formatKib(sram.arenaBytes)} (${tightness}): offset by layers of use.${shared ? sharingWords(model) : ''}${omitted > 0 ? ` The ${omitted} smallest are left out.` : ''}`,
    legend: kinds.map((kind) => blockKinds[kind]),
    option: {
      xAxis: layerAxis(model.layers.map((layer) => String(layer.index))),
      yAxis: valueAxis('KiB', kib(sram.arenaBytes)),
      series: kinds.map((kind) =>
        blockSeries(
          kind,
          blocks.filter((block) => block.kind === kind),
        ),
      ),
    },
  };
}

function sharingWords({ plan }: ReportModel): string {
  const isStreamed = plan !== null && plan.streams.length > 0;
  return isStreamed
    ? ' Where rectangles overlap, layers work in place, row by row where they are streamed.'
    : ' Where rectangles overlap, a layer works in place.';
}

/** Whether another buffer has some of the same bytes during the same layer. */
function isShared(block: ArenaBlock, blocks: readonly ArenaBlock[]): boolean {
  return blocks.some(
    (other) =>
      other !== block &&
      other.firstStep <= block.lastStep &&
      block.firstStep <= other.lastStep &&
      other.offsetBytes < block.offsetBytes + block.bytes &&
      block.offsetBytes < other.offsetBytes + other.bytes,
  );
}

type Placing = {
  coord(point: readonly [number, number]): readonly [number, number];
  size(extent: readonly [number, number]): readonly [number, number];
};

function blockSeries(
  kind: ArenaBlock['kind'],
  blocks: readonly ArenaBlock[],
): Readonly<Record<string, unknown>> {
  return {
    type: 'custom',
    name: blockKinds[kind].name,
    itemStyle: { color: blockKinds[kind].colour },
    data: blocks.map((block) => [block.firstStep, kib(block.offsetBytes)]),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, placing: Placing) => {
      const block = blocks[dataIndex];
      return block === undefined ? undefined : rectangle(block, placing, !isShared(block, blocks));
    },
  };
}

function rectangle(
  block: ArenaBlock,
  placing: Placing,
  labelled: boolean,
): Readonly<Record<string, unknown>> {
  const [column] = placing.size([1, 0]);
  const [left, bottom] = placing.coord([block.firstStep, block.offsetBytes / 1024]);
  const [right, top] = placing.coord([block.lastStep, (block.offsetBytes + block.bytes) / 1024]);
  const shape = { x: left - column / 2, y: top, width: right - left + column, height: bottom - top };
  const label = formatKib(block.bytes);
  const roomy = labelled && shape.width > label.length * 6.5 && shape.height > 16;
  return {
    type: 'rect',
    shape,
    style: {
      fill: blockKinds[block.kind].colour,
      // Two buffers that share bytes are both to be seen.
      opacity: 0.85,
      stroke: 'var(--surface)',
      lineWidth: Math.min(1.5, column / 4),
    },
    ...(roomy
      ? {
          textContent: { style: { ...textStyle, text: label, fontSize: 11, fill: 'var(--on-colour)' } },
          textConfig: { position: 'inside' },
        }
      : {}),
  };
}
