/** Files of a release: what is there and equal stays, what is missing is added, what differs is not overwritten unasked. */
import { createHash } from 'node:crypto';
import { RequestError } from '@octokit/request-error';
import type { GitHub, Repository } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

export type AssetOutcome = {
  readonly name: string;
  readonly kind: 'uploaded' | 'equal' | 'replaced' | 'differs';
};

type Asset = {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** `sha256:...`; older assets have none. */
  readonly digest: string | null;
  readonly state: string;
};

/** `undefined` where the tag has no release. */
export async function attachToRelease(
  github: GitHub,
  { owner, repo }: Repository,
  tag: string,
  files: ReadonlyMap<string, Uint8Array>,
  overwrite: boolean,
): Promise<readonly AssetOutcome[] | Refusal | undefined> {
  try {
    const { data } = await github.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
      owner,
      repo,
      tag,
    });
    const release = { owner, repo, id: Number(data.id), uploadUrl: data.upload_url };
    const there = await listAssets(github, release);
    const outcomes: AssetOutcome[] = [];
    for (const [name, bytes] of files) {
      const asset = there.find((candidate) => candidate.name === name);
      outcomes.push({ name, kind: await settle(github, release, asset, name, bytes, overwrite) });
    }
    return outcomes;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404 && error.request.url.includes('/tags/')) {
      return undefined;
    }
    const purpose = { what: 'attach files to the release', permission: 'contents: write', fromFork: false };
    const refusal = explainRefusal(error, purpose);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

type Release = Repository & { readonly id: number; readonly uploadUrl: string };

async function listAssets(github: GitHub, { owner, repo, id }: Release): Promise<readonly Asset[]> {
  const assets = await github.paginate('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
    owner,
    repo,
    release_id: id,
    per_page: 100,
  });
  return assets.map((asset) => ({
    id: Number(asset.id),
    name: asset.name,
    size: asset.size,
    digest: asset.digest,
    state: asset.state,
  }));
}

async function settle(
  github: GitHub,
  release: Release,
  asset: Asset | undefined,
  name: string,
  bytes: Uint8Array,
  overwrite: boolean,
): Promise<AssetOutcome['kind']> {
  if (asset === undefined) {
    await upload(github, release, name, bytes);
    return 'uploaded';
  }
  // An upload that broke off leaves an asset that holds nothing and is in the way.
  const isWhole = asset.state === 'uploaded';
  if (isWhole && (await isEqual(github, release, asset, bytes))) return 'equal';
  if (isWhole && !overwrite) return 'differs';
  await github.request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    owner: release.owner,
    repo: release.repo,
    asset_id: asset.id,
  });
  await upload(github, release, name, bytes);
  return isWhole ? 'replaced' : 'uploaded';
}

async function isEqual(
  github: GitHub,
  { owner, repo }: Release,
  asset: Asset,
  bytes: Uint8Array,
): Promise<boolean> {
  if (asset.size !== bytes.length) return false;
  const digest = (contents: Uint8Array) => createHash('sha256').update(contents).digest('hex');
  if (asset.digest !== null) return asset.digest === `sha256:${digest(bytes)}`;
  const { data } = await github.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    owner,
    repo,
    asset_id: asset.id,
    headers: { accept: 'application/octet-stream' },
  });
  return digest(new Uint8Array(data as unknown as ArrayBuffer)) === digest(bytes);
}

/** GitHub says where uploads go: another host than the API's. */
async function upload(
  github: GitHub,
  { uploadUrl }: Release,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  await github.request(`POST ${uploadUrl}`, {
    name,
    data: bytes,
    headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
  });
}
