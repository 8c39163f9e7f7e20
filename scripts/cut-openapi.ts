/**
 * Cuts GitHub's own OpenAPI description down to the operations that the action uses, for the test server.
 *
 * Usage: node scripts/cut-openapi.ts PACKAGE, where PACKAGE is the unpacked npm package `@octokit/openapi`
 * (`npm pack @octokit/openapi`; at more than 400 MB it is no dependency of ours).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const operations: readonly (readonly [method: string, path: string])[] = [
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/files'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['post', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['post', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'],
  ['get', '/repos/{owner}/{repo}/pulls'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['get', '/repos/{owner}/{repo}/compare/{basehead}'],
  ['get', '/repos/{owner}/{repo}/git/trees/{tree_sha}'],
  ['get', '/repos/{owner}/{repo}/git/blobs/{file_sha}'],
  ['post', '/repos/{owner}/{repo}/git/trees'],
  ['post', '/repos/{owner}/{repo}/git/commits'],
  ['get', '/repos/{owner}/{repo}/git/ref/{ref}'],
  ['post', '/repos/{owner}/{repo}/git/refs'],
  ['patch', '/repos/{owner}/{repo}/git/refs/{ref}'],
  ['get', '/repos/{owner}/{repo}/actions/workflows/{workflow_id}'],
  ['post', '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'],
  ['get', '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'],
  ['post', '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun'],
  ['get', '/repos/{owner}/{repo}/actions/artifacts'],
  ['get', '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts'],
  ['get', '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'],
  ['get', '/repos/{owner}/{repo}/commits/{ref}/check-runs'],
  ['post', '/repos/{owner}/{repo}/check-runs'],
  ['patch', '/repos/{owner}/{repo}/check-runs/{check_run_id}'],
  ['get', '/repos/{owner}/{repo}/collaborators/{username}/permission'],
  ['get', '/repos/{owner}/{repo}/releases/tags/{tag}'],
  ['get', '/repos/{owner}/{repo}/releases/{release_id}/assets'],
  ['post', '/repos/{owner}/{repo}/releases/{release_id}/assets'],
  ['get', '/repos/{owner}/{repo}/releases/assets/{asset_id}'],
  ['delete', '/repos/{owner}/{repo}/releases/assets/{asset_id}'],
];

/** Prose, samples and vendor notes: nothing that a request or a reply is checked against. */
const droppedKeys = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags']);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy without prose. Below `properties` a key is a property's name, and stays whatever it is called. */
function withoutProse(value: Json, keysAreNames = false): Json {
  if (Array.isArray(value)) return value.map((element) => withoutProse(element));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key]) => keysAreNames || !(droppedKeys.has(key) || key.startsWith('x-')),
  );
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, withoutProse(inner, !keysAreNames && key === 'properties')]),
  );
}

function referencesIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function lookUp(description: JsonObject, path: readonly string[]): Json {
  let value: Json = description;
  for (const key of path) {
    const next: Json | undefined = isObject(value) ? value[key] : undefined;
    if (next === undefined) throw new Error(`the description has no ${path.join(' > ')}`);
    value = next;
  }
  return value;
}

function cut(description: JsonObject, source: string): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  const components: Record<string, Record<string, Json>> = {};
  const pending: string[] = [];
  for (const [method, path] of operations) {
    const operation = withoutProse(lookUp(description, ['paths', path, method]));
    paths[path] = { ...paths[path], [method]: operation };
    pending.push(...referencesIn(operation));
  }
  for (let reference = pending.pop(); reference !== undefined; reference = pending.pop()) {
    const [kind = '', name = ''] = reference.replace('#/components/', '').split('/');
    if (components[kind]?.[name] !== undefined) continue;
    const component = withoutProse(lookUp(description, ['components', kind, name]));
    components[kind] = { ...components[kind], [name]: component };
    pending.push(...referencesIn(component));
  }
  return { openapi: description.openapi ?? null, source, paths, components };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/cut-openapi.ts UNPACKED_OCTOKIT_OPENAPI');
const read = (path: string): JsonObject => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const { name, version, license } = read('package.json');
const text = JSON.stringify(
  cut(
    read('generated/api.github.com.json'),
    `${name} ${version} (${license}), generated/api.github.com.json`,
  ),
);
const output = join(import.meta.dirname, '../test/fixtures/github-openapi.json');
writeFileSync(output, `${text}\n`);
process.stdout.write(`${output}: ${text.length} bytes, ${operations.length} operations\n`);
