/** Axes that options and constants name, counted from either end. */
import { at } from '../../base/index.ts';
import { demand, integers, type Site } from './site.ts';

/** An axis of `rank` dimensions, from 0. */
export function axisOf(stated: number, rank: number): number {
  const axis = stated < 0 ? stated + rank : stated;
  demand(axis >= 0 && axis < rank, `its axis ${stated} lies outside ${rank} dimensions`);
  return axis;
}

/** The axis that a constant of one element names. */
export function statedAxis(site: Site, position: number, rank: number): number {
  const values = integers(site, position);
  demand(values.length === 1, `it names ${values.length} axes instead of 1`);
  return axisOf(at(values, 0), rank);
}
