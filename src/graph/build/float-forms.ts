/**
 * How float32 values that only go from place to place can be kept quantised, so that what is made of them in the end is
 * the same: as they come, or as all who take them read them, since rounding each value earlier gives the same bytes.
 */
import type { ModelVariable } from '../../model/index.ts';
import { zeros } from '../element-types.ts';
import { dequantizeValue, quantizeValue } from '../quantisation.ts';
import type { FloatPart, Form } from './float-parts.ts';

/** Nobody reads it. */
const unread: Form = { type: 'int8', scale: 1, zeroPoint: 0 };

type Forms = Map<FloatPart, Form>;
type Places = ReadonlyMap<ModelVariable, FloatPart>;

/** A form for each part that can have one. A variable has that of the part that it is read in. */
export function chooseForms(parts: readonly FloatPart[]): ReadonlyMap<FloatPart, Form> {
  const forms: Forms = new Map();
  const { readIn, assignedIn } = placesOf(parts);
  for (const group of connected(parts)) {
    const form = formOfAll(group);
    if (form !== undefined) for (const part of group) forms.set(part, form);
  }
  // Each round decides at least one part, or is the last.
  for (let before = -1; before < forms.size; ) {
    before = forms.size;
    for (const part of parts) {
      if (forms.has(part)) continue;
      const form = asRead(part, readIn, forms) ?? asGiven(part, assignedIn, forms);
      if (form !== undefined) forms.set(part, form);
    }
  }
  return forms;
}

/** As all that is ever made of what goes round between parts. */
function formOfAll(group: readonly FloatPart[]): Form | undefined {
  const sinks = group.flatMap((part) => part.sinks);
  if (group.some(({ isResult }) => isResult)) return undefined;
  return sinks.length === 0 ? unread : common(sinks);
}

function placesOf(parts: readonly FloatPart[]): { readonly readIn: Places; readonly assignedIn: Places } {
  return {
    readIn: new Map(parts.flatMap((part) => part.reads.map((variable) => [variable, part]))),
    assignedIn: new Map(parts.flatMap((part) => part.assigns.map((variable) => [variable, part]))),
  };
}

/** Groups of parts between which variables carry values. */
export function connected(parts: readonly FloatPart[]): readonly (readonly FloatPart[])[] {
  const { readIn, assignedIn } = placesOf(parts);
  const seen = new Set<FloatPart>();
  return parts.flatMap((start) => {
    if (seen.has(start)) return [];
    const group = new Set([start]);
    // The loop sees what it adds.
    for (const part of group) {
      seen.add(part);
      const near = [
        ...part.reads.map((of) => assignedIn.get(of)),
        ...part.assigns.map((of) => readIn.get(of)),
      ];
      for (const other of near) if (other !== undefined) group.add(other);
    }
    return [[...group]];
  });
}

/** As all who take values of the part read them. */
function asRead(part: FloatPart, readIn: Places, forms: Forms): Form | undefined {
  if (part.isResult) return undefined;
  const kept = formsOf(
    part,
    part.assigns.map((variable) => readIn.get(variable)),
    forms,
  );
  return kept && common([...part.sinks, ...kept]);
}

/** As all values come that are in the part. */
function asGiven(part: FloatPart, assignedIn: Places, forms: Forms): Form | undefined {
  if (part.isGiven) return undefined;
  const held = part.reads.filter(({ assigned }) => assigned !== undefined);
  const kept = formsOf(
    part,
    held.map((variable) => assignedIn.get(variable)),
    forms,
  );
  const form = kept && common([...part.sources, ...kept]);
  return form !== undefined && part.stated.every((bytes) => isExact(bytes, form)) ? form : undefined;
}

/** Of the other parts that a variable is in; `undefined` before all are known. */
function formsOf(
  part: FloatPart,
  others: readonly (FloatPart | undefined)[],
  forms: Forms,
): readonly Form[] | undefined {
  const found = others.filter((other) => other !== part).map((other) => other && forms.get(other));
  return found.every((form) => form !== undefined) ? found : undefined;
}

function common([first, ...others]: readonly Form[]): Form | undefined {
  return others.every((form) => first !== undefined && isSameForm(first, form)) ? first : undefined;
}

export function isSameForm(a: Form, b: Form): boolean {
  return a.type === b.type && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

function isExact(bytes: Uint8Array, form: Form): boolean {
  return floatsIn(bytes).every((value) => dequantizeValue(quantizeValue(value, form), form) === value);
}

/** float32 values in a form, row-major little-endian. */
export function quantised(bytes: Uint8Array, form: Form): Uint8Array {
  const values = zeros(form.type, bytes.byteLength / 4);
  floatsIn(bytes).forEach((value, index) => {
    values[index] = quantizeValue(value, form);
  });
  return new Uint8Array(values.buffer);
}

function floatsIn(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}
