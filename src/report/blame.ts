/** Which layers and symbols a figure comes from. */
import type { LayerMeasurement, LayerStream } from '../measurement/index.ts';
import type { ReportModel } from './types.ts';

/**
 * The name that a layer is shown by. Converters join the names of all operators that they fused with semicolons; the
 * first is the one whose output the layer gives.
 */
export function layerTitle(layer: LayerMeasurement): string {
  const [first = ''] = layer.name.split(';', 1);
  return first.trim() === '' ? layer.name : first;
}

export type LayerShare = { readonly layer: LayerMeasurement; readonly share: number };

/** The layers that take most cycles, with their share of all. */
export function slowestLayers(model: ReportModel, count: number): readonly LayerShare[] {
  return largestBy(model, count, (layer) => layer.cycles);
}

/** The layers that hold most weights, with their share of all flash. */
export function heaviestLayers(model: ReportModel, count: number): readonly LayerShare[] {
  const total = model.flash?.totalBytes ?? 0;
  return largestBy(model, count, (layer) => layer.weightBytes, total);
}

/** The first layer at which the arena is fullest. */
export function peakLayer(model: ReportModel): LayerMeasurement | undefined {
  return model.layers.reduce<LayerMeasurement | undefined>(
    (peak, layer) => (peak === undefined || layer.liveBytes > peak.liveBytes ? layer : peak),
    undefined,
  );
}

/** The layers that run row by row together with this one: they have their rows at the same time. */
export function streamOf({ plan, layers }: ReportModel, layer: LayerMeasurement): LayerStream | undefined {
  const position = layers.indexOf(layer);
  return plan?.streams.find(({ firstLayer, lastLayer }) => firstLayer <= position && position <= lastLayer);
}

function largestBy(
  model: ReportModel,
  count: number,
  amount: (layer: LayerMeasurement) => number,
  whole: number = model.layers.reduce((sum, layer) => sum + amount(layer), 0),
): readonly LayerShare[] {
  return model.layers
    .filter((layer) => amount(layer) > 0)
    .toSorted((a, b) => amount(b) - amount(a) || a.index - b.index)
    .slice(0, count)
    .map((layer) => ({ layer, share: whole === 0 ? 0 : amount(layer) / whole }));
}
