/** The hidden first line of our comments: whose it is, and which run wrote it. */

/** Which run a report is from. */
export type Stamp = {
  /** Tells the comments of several configurations of one repository apart. */
  readonly id: string;
  readonly runId: number;
  readonly attempt: number;
  readonly headSha: string;
};

const pattern =
  /^<!-- mcunet-action id=(?<id>[\w.~%!*'()-]{1,300}) run=(?<run>\d{1,15}) attempt=(?<attempt>\d{1,6}) head=(?<head>[0-9a-f]{40,64}) -->/;

export function formatMarker(stamp: Stamp): string {
  const id = encodeURIComponent(stamp.id);
  return `<!-- mcunet-action id=${id} run=${stamp.runId} attempt=${stamp.attempt} head=${stamp.headSha} -->`;
}

/** The stamp of a comment that begins with a marker. One that is quoted or further down is not ours. */
export function parseMarker(body: string): Stamp | undefined {
  const groups = pattern.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const { id = '', run, attempt, head = '' } = groups;
  return { id: decodeId(id), runId: Number(run), attempt: Number(attempt), headSha: head };
}

/** Run identifiers grow with time; an attempt repeats its run. */
export function isNewer(one: Stamp, other: Stamp): boolean {
  return one.runId === other.runId ? one.attempt > other.attempt : one.runId > other.runId;
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    // Not written by `formatMarker`: equal to no id of ours.
    return '';
  }
}
