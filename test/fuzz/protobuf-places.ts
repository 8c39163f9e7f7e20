/** Where edits may take place in an ONNX file: its fields, each in the message that it stands in. */
import type { Random } from './mutations.ts';
import { type Field, type Message, messageTypes, parseMessage } from './protobuf-tree.ts';

export type Place = { readonly message: Message; readonly field: Field };
export type Pick = <T>(values: ArrayLike<T>) => T;
export type Job = {
  readonly root: Message;
  readonly random: Random;
  readonly pick: Pick;
  readonly donors: Donors;
};

/** Fields of all seeds by where they may stand: `Node.5`. */
export type Donors = ReadonlyMap<string, readonly Field[]>;

export function placesIn(message: Message, into: Place[] = []): Place[] {
  for (const field of message.fields) {
    into.push({ message, field });
    if (field.content.is === 'message') placesIn(field.content.message, into);
  }
  return into;
}

export function donorsOf(files: readonly Uint8Array[]): Donors {
  const donors = new Map<string, Field[]>();
  for (const bytes of files) {
    for (const { message, field } of placesIn(parseMessage(bytes, 'Model'))) {
      const key = `${message.type}.${field.number}`;
      const known = donors.get(key) ?? [];
      donors.set(key, known);
      known.push(field);
    }
  }
  return donors;
}

export function choose(job: Job, fits: (place: Place) => boolean = () => true): Place | undefined {
  // A kind of field first: names would else drown the rest.
  const kinds = new Map<number, Place[]>();
  for (const place of placesIn(job.root)) {
    if (!fits(place)) continue;
    const kind = messageTypes.indexOf(place.message.type) * 32 + place.field.number;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [place]);
    else known.push(place);
  }
  return kinds.size === 0 ? undefined : job.pick(job.pick([...kinds.values()]));
}
