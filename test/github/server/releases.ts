/** Releases and their files on the loopback GitHub. */
import { createHash } from 'node:crypto';
import { examplesOf } from './events.ts';

export type StoredAsset = {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of an upload that broke off. */
  readonly isBroken?: boolean;
  /** Older assets have none. */
  readonly hasDigest?: boolean;
};

/** GitHub's documented example, as of this tag. */
export function releaseReply(tag: string, uploadUrl: string): object {
  const { release: example } = structuredClone(examplesOf('release')[0]) as { release: object };
  return { ...example, tag_name: tag, upload_url: `${uploadUrl}/assets{?name,label}` };
}

export function assetReply({ id, name, bytes, isBroken, hasDigest }: StoredAsset): object {
  const url = `https://api.github.com/repos/Codertocat/Hello-World/releases/assets/${id}`;
  return {
    id,
    name,
    content_type: 'application/octet-stream',
    size: bytes.length,
    digest: hasDigest === false ? null : `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    state: isBroken === true ? 'open' : 'uploaded',
    url,
    node_id: `RA_${id}`,
    download_count: 0,
    label: null,
    uploader: null,
    browser_download_url: url,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  };
}
