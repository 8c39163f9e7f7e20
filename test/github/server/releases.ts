/** Releases and their files on the loopback GitHub. */
import { createHash } from 'node:crypto';
import type { Operation } from './description.ts';
import { examplesOf } from './events.ts';
import { page, type Reply, refuse } from './replies.ts';
import type { State } from './state.ts';

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
function releaseReply(tag: string, uploadUrl: string): object {
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

export function answerReleases(
  state: State,
  operation: Operation,
  query: URLSearchParams,
  uploadUrl: string,
): Reply | undefined {
  const { tag, asset_id: id } = operation.parameters;
  switch (operation.route) {
    case 'GET /repos/{owner}/{repo}/releases/tags/{tag}':
      return tag === state.releaseTag
        ? { status: 200, headers: {}, body: releaseReply(tag, uploadUrl) }
        : refuse(404, 'Not Found');
    case 'GET /repos/{owner}/{repo}/releases/{release_id}/assets':
      return page(state.assets.map(assetReply), query, `${uploadUrl}/assets`);
    case 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}':
      return { status: 302, headers: { location: `${uploadUrl}/assets/${id}` }, body: undefined };
    case 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}':
      state.assets = state.assets.filter((asset) => String(asset.id) !== id);
      return { status: 204, headers: {}, body: undefined };
    default:
      return undefined;
  }
}
