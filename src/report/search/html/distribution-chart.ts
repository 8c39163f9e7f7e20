/** Stage one as MCUNet draws it: for each space, the share of its networks below a number of MACs. */
import type { SpaceSurvey } from '../../../search/index.ts';
import { visibleText } from '../../escape.ts';
import { formatCount, formatMagnitude, formatShare } from '../../format.ts';
import { bareAxis, type Chart, textStyle, valueAxis } from '../../html/chart.ts';
import { rankedSpaces } from '../spaces.ts';
import type { SearchReport } from '../types.ts';

/** Above the axis and the drawing, since it is longer than a unit. */
const shareTitle = {
  name: '% of the networks within the limits',
  nameTextStyle: { ...textStyle, align: 'left', padding: [0, 0, 0, -36] },
} as const;

const chosenColour = 'var(--blue)';
const rivalColours = ['var(--orange)', 'var(--aqua)', 'var(--violet)', 'var(--yellow)'] as const;
const layerwiseColour = 'var(--ink)';
const otherColour = 'var(--muted)';

/** More could not be told apart. */
const mostOthers = 200;

type Distribution = SpaceSurvey & { readonly macs: NonNullable<SpaceSurvey['macs']> };
type Curve = { readonly survey: Distribution; readonly kind: 'chosen' | 'rival' | 'other' | 'few' };

/** Undefined where the chosen space has no distribution. */
export function distributionChart(report: SearchReport): Chart | undefined {
  const curves = curvesOf(report);
  const [first] = curves;
  if (first === undefined || first.kind !== 'chosen') return undefined;
  const rivals = curves.filter(({ kind }) => kind === 'rival');
  const rest = curves.filter(({ kind }) => kind === 'other' || kind === 'few').slice(0, mostOthers);
  const most = Math.max(...curves.map(({ survey }) => survey.macs.quantiles.at(-1) ?? 0));
  const unit = most < 1e6 ? thousands : millions;
  const layerwise = layerwiseOf(report);
  return {
    title: 'What the networks within the limits compute',
    description: describe(report, first.survey, curves),
    legend: [
      keyOf(first.survey, chosenColour),
      ...(layerwise === undefined ? [] : [keyOf(layerwise, layerwiseColour, 'layer by layer: ')]),
      ...rivals.map(({ survey }, index) => keyOf(survey, rivalColours[index] ?? otherColour)),
      ...(rest.length === 0
        ? []
        : [
            {
              name: `${formatCount(rest.length)} other ${rest.length === 1 ? 'space' : 'spaces'}`,
              colour: otherColour,
            },
          ]),
    ],
    height: 330,
    option: {
      grid: { left: 48, right: 14, top: 26, bottom: 42 },
      xAxis: macsAxis(unit, most),
      yAxis: { ...valueAxis('', 100), ...shareTitle, ...bareAxis, axisLabel: textStyle, interval: 20 },
      series: [
        ...rest.map(({ survey, kind }) =>
          line(survey, unit, otherColour, kind === 'few' ? fewLine : otherLine),
        ),
        ...rivals
          .map(({ survey }, index) => line(survey, unit, rivalColours[index] ?? otherColour, { width: 1.75 }))
          .reverse(),
        ...(layerwise === undefined ? [] : [line(layerwise, unit, layerwiseColour, layerwiseLine)]),
        line(first.survey, unit, chosenColour, { width: 3.25 }),
        marks(first.survey, unit, most),
      ],
    },
  };
}

function curvesOf(report: SearchReport): readonly Curve[] {
  let rivals = 0;
  return rankedSpaces(report).flatMap(({ survey, standing }): readonly Curve[] => {
    const { macs } = survey;
    if (macs === undefined || standing === 'none') return [];
    if (standing !== 'eligible') return [{ survey: { ...survey, macs }, kind: standing }];
    rivals += 1;
    return [{ survey: { ...survey, macs }, kind: rivals <= rivalColours.length ? 'rival' : 'other' }];
  });
}

/** The best space of networks that are run layer by layer. */
function layerwiseOf({ surveys, chosenLayerwise }: SearchReport): Distribution | undefined {
  const survey = surveys.find(({ space }) => space === chosenLayerwise);
  const macs = survey?.layerwise.macs;
  return survey === undefined || macs === undefined ? undefined : { ...survey, macs };
}

const keyOf = ({ space, macs }: Distribution, colour: string, before = '') => ({
  name: `${before}${visibleText(space, 30)}, mean ${formatMagnitude(macs.mean)}`,
  colour,
});

function describe({ rule, surveys }: SearchReport, { macs }: Distribution, curves: readonly Curve[]): string {
  const few = curves.filter(({ kind }) => kind === 'few').length;
  const none = surveys.length - curves.length;
  const shown = Math.min(mostOthers, curves.length);
  return [
    `A curve further to the right has networks that compute more. Chosen: mean ${formatMagnitude(macs.mean)} MACs, 80th percentile ${formatMagnitude(macs.p80)}.`,
    few === 0
      ? ''
      : ` Faint and dashed: ${formatCount(few)} with under ${formatShare(rule.leastShare)} of their networks within the limits, too few to choose.`,
    none === 0
      ? ''
      : ` ${formatCount(none)} without any network within the limits ${none === 1 ? 'is' : 'are'} not drawn.`,
    curves.length - shown > 5 ? ` Of the others, ${formatCount(mostOthers)} are drawn.` : '',
  ].join('');
}

/** For labels beside the curve furthest to the right. */
const axisRoom = 1.12;

type Unit = { readonly title: string; readonly macs: number };
const thousands: Unit = { title: 'thousand MACs', macs: 1e3 };
const millions: Unit = { title: 'million MACs', macs: 1e6 };

function macsAxis({ title, macs }: Unit, most: number): Readonly<Record<string, unknown>> {
  return {
    ...valueAxis(title),
    max: Number(((most / macs) * axisRoom).toPrecision(3)),
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: textStyle,
    splitLine: { show: false },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisLabel: { ...textStyle, showMaxLabel: false, hideOverlap: true },
  };
}

type Stroke = { readonly width: number; readonly opacity?: number; readonly type?: 'dashed' };
const otherLine: Stroke = { width: 1, opacity: 0.45 };
const layerwiseLine: Stroke = { width: 2, opacity: 1, type: 'dashed' };
const fewLine: Stroke = { width: 1, opacity: 0.6, type: 'dashed' };

/** Faint curves need fewer points. */
function line(
  { macs }: Distribution,
  unit: Unit,
  colour: string,
  stroke: Stroke,
): Readonly<Record<string, unknown>> {
  const step = stroke.opacity === undefined ? 1 : 4;
  return {
    type: 'line',
    silent: true,
    showSymbol: false,
    lineStyle: { color: colour, ...stroke },
    data: macs.quantiles.flatMap((value, percent) =>
      percent % step === 0 ? [[value / unit.macs, percent]] : [],
    ),
  };
}

type Point = readonly [x: number, y: number];
type Placing = { coord(point: Point): Point };

/** Of the chosen space: where its mean lies, and what 80 % of its networks do not exceed. */
function marks({ macs }: Distribution, unit: Unit, most: number): Readonly<Record<string, unknown>> {
  const mean: Point = [macs.mean / unit.macs, percentileOf(macs.quantiles, macs.mean)];
  const p80: Point = [macs.p80 / unit.macs, 80];
  // Text that would leave the drawing stands on the other side.
  const isRight = macs.p80 > most * 0.88;
  return {
    type: 'custom',
    silent: true,
    data: [p80],
    renderItem: (_: unknown, placing: Placing) => ({
      type: 'group',
      children: [
        ...mark(placing, p80, [0, 80], `80 % ≤ ${formatMagnitude(macs.p80)}`, isRight),
        ...mark(placing, mean, [mean[0], 0], `mean ${formatMagnitude(macs.mean)}`, isRight),
      ],
    }),
    z: 5,
  };
}

/** A dashed line from the axis, a point, and a label beside it. */
function mark(
  placing: Placing,
  point: Point,
  from: Point,
  text: string,
  isRight: boolean,
): readonly Readonly<Record<string, unknown>>[] {
  const [x, y] = placing.coord(point);
  const [x1, y1] = placing.coord(from);
  return [
    {
      type: 'line',
      shape: { x1, y1, x2: x, y2: y },
      style: { stroke: 'var(--ink-soft)', lineWidth: 1, lineDash: [3, 3], fill: 'none' },
    },
    {
      type: 'circle',
      shape: { cx: x, cy: y, r: 4.5 },
      style: { fill: chosenColour, stroke: 'var(--surface)', lineWidth: 1.5 },
      z2: 2,
    },
    {
      type: 'text',
      style: {
        text,
        x: isRight ? x - 9 : x + 9,
        y: isRight ? y - 12 : y + 10,
        align: isRight ? 'right' : 'left',
        verticalAlign: 'middle',
        fill: 'var(--ink)',
        stroke: 'var(--surface)',
        lineWidth: 3,
        fontSize: 12,
        fontWeight: 600,
        fontFamily: textStyle.fontFamily,
      },
      z2: 3,
    },
  ];
}

/** Where a value stands among quantiles, in percent. */
function percentileOf(quantiles: readonly number[], value: number): number {
  const above = quantiles.findIndex((quantile) => quantile >= value);
  if (above <= 0) return Math.max(0, above);
  const low = quantiles[above - 1] ?? value;
  const high = quantiles[above] ?? value;
  return high === low ? above : above - 1 + (value - low) / (high - low);
}
