/** Our own image: its Dockerfile, and the digest under which it was published. */
import { z } from 'zod';
import { at, invariant } from '../base/index.ts';
import { containerFiles } from './container.generated.ts';

const recordSchema = z.strictObject({
  repository: z.string(),
  dockerfile: z.string(),
  digest: z.string(),
});

export function dockerfile(): string {
  const text = containerFiles.get('Dockerfile');
  invariant(text !== undefined, 'the Dockerfile is part of the program');
  return text;
}

/** Digest of the Dockerfile, as in `scripts/make-container-image`: an image of that tag was built from it. */
export async function dockerfileTag(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(dockerfile()));
  const tag = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return tag.slice(0, 12);
}

/** `repository@sha256:...`, or `undefined` where this Dockerfile has not been published. */
export async function publishedImage(): Promise<string | undefined> {
  const record = recordSchema.parse(JSON.parse(containerFiles.get('image.json') ?? '{}'));
  const isOurs = record.dockerfile === (await dockerfileTag());
  return isOurs && record.digest !== '' ? `${record.repository}@${record.digest}` : undefined;
}

/** The digest of a reference that has one. */
export function digestOf(reference: string): string | undefined {
  const found = /@(sha256:[0-9a-f]{64})$/.exec(reference);
  return found === null ? undefined : at(found, 1);
}
