/** What `/mcunet search` asks of the workflow that searches: written as inputs, read from the event that these make. */
import { z } from 'zod';
import type { RunEvent } from './event.ts';
import { eventMalformed } from './failures.ts';
import { limitPatterns, type SearchLimits } from './parse-command.ts';

export type SearchRequest = {
  /** Commit to search for; what the workflow runs on where nobody named one. */
  readonly sha: string | undefined;
  /** Pull request that gets the answer. */
  readonly pull: number | undefined;
  /** The command, whose answer the result becomes. */
  readonly comment: number | undefined;
  /** Instead of the configuration's; texts with units. */
  readonly limits: SearchLimits;
};

const nothing: SearchRequest = { sha: undefined, pull: undefined, comment: undefined, limits: {} };

/** An input that nobody filled in is an empty text. */
const optional = (pattern: RegExp, message: string) =>
  z
    .union([z.literal(''), z.string().regex(pattern, message)], { error: message })
    .optional()
    .transform((text) => (text === '' ? undefined : text));

const id = optional(/^[1-9]\d{0,14}$/, 'must be a number').transform((text) =>
  text === undefined ? undefined : Number(text),
);

const payloadSchema = z.object({
  inputs: z
    .object({
      sha: optional(/^[0-9a-f]{40,64}$/, 'must be a whole commit SHA'),
      pull: id,
      comment: id,
      sram: optional(limitPatterns.sram, 'must be a size such as 256KiB'),
      flash: optional(limitPatterns.flash, 'must be a size such as 1MiB'),
      latency: optional(limitPatterns.latency, 'must be a time such as 100ms'),
    })
    .nullish(),
});

/** Throws `GITHUB_EVENT_MALFORMED`. Nothing is asked by other events than `workflow_dispatch`. */
export function readSearchRequest({ name, payload }: RunEvent): SearchRequest {
  if (name !== 'workflow_dispatch') return nothing;
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) throw eventMalformed(name, parsed.error.issues[0]);
  const { sha, pull, comment, ...limits } = parsed.data.inputs ?? {};
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { sha, pull, comment, limits: Object.fromEntries(given) };
}

/** Inputs of the workflow: texts all. */
export function searchInputs({
  sha,
  pull,
  comment,
  limits,
}: SearchRequest): Readonly<Record<string, string>> {
  const texts = { sha, pull: pull?.toString(), comment: comment?.toString(), ...limits };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}
