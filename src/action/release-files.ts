/** What a release gets: firmware in every form, the C as an archive, the report, a bill of materials, checksums. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { generator, type PipelineResult } from '../pipeline/index.ts';
import { type ReportModel, toHtml, toJson } from '../report/index.ts';

/** The same bytes whenever they are packed: zip knows no earlier day. */
const firstDay = '1980-01-01T00:00:00';

const encoder = new TextEncoder();
const toBytes = (contents: Uint8Array | string): Uint8Array =>
  typeof contents === 'string' ? encoder.encode(contents) : contents;

/**
 * File names are flat, as releases have them, and unique.
 *
 * @param created time of the release, ISO 8601
 */
export function releaseFiles(
  { report, files }: PipelineResult,
  tag: string,
  created: string,
): ReadonlyMap<string, Uint8Array> {
  const assets = new Map<string, Uint8Array>();
  for (const { artifacts } of report.models) {
    if (artifacts === null) continue;
    const folder = posix.dirname(artifacts.elf);
    for (const path of [artifacts.elf, artifacts.bin, artifacts.hex, artifacts.map]) {
      const contents = files.get(path);
      if (contents !== undefined) assets.set(`${folder}${posix.extname(path)}`, toBytes(contents));
    }
    assets.set(`${folder}-sources.zip`, packSources(artifacts.sources, files));
  }
  assets.set('report.json', encoder.encode(toJson(report)));
  assets.set('report.html', encoder.encode(toHtml(report)));
  assets.set('mcunet.spdx.json', encoder.encode(billOfMaterials(report.models, assets, tag, created)));
  assets.set('SHA256SUMS', encoder.encode(checksums(assets)));
  return assets;
}

function packSources(folder: string, files: PipelineResult['files']): Uint8Array {
  const entries: Zippable = {};
  for (const [path, contents] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (path.startsWith(`${folder}/`)) entries[path.slice(folder.length + 1)] = toBytes(contents);
  }
  return zipSync(entries, { mtime: firstDay, level: 9 });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** For `sha256sum --check`. */
function checksums(assets: ReadonlyMap<string, Uint8Array>): string {
  return [...assets].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join('');
}

/** SPDX 2.3: each image, the model that it was made of, and what made it. */
function billOfMaterials(
  models: readonly ReportModel[],
  assets: ReadonlyMap<string, Uint8Array>,
  tag: string,
  created: string,
): string {
  const tool = `${generator.name}-${generator.version}`;
  const compilers = [...new Set(models.flatMap(({ toolchain }) => toolchain?.compiler ?? []))];
  const packages = [
    spdxPackage('SPDXRef-generator', generator.name, generator.version, []),
    ...compilers.map((compiler, index) => spdxPackage(`SPDXRef-compiler-${index}`, compiler, undefined, [])),
    ...models.flatMap((model, index) =>
      model.sha256 === null
        ? []
        : [spdxPackage(`SPDXRef-model-${index}`, model.path, undefined, [model.sha256])],
    ),
    ...models.flatMap(({ artifacts }, index) => {
      if (artifacts === null) return [];
      const name = `${posix.dirname(artifacts.elf)}.elf`;
      const bytes = assets.get(name);
      const digests = bytes === undefined ? [] : [sha256(bytes)];
      return [spdxPackage(`SPDXRef-firmware-${index}`, name, tag, digests)];
    }),
  ];
  const relationships = models.flatMap(({ artifacts, toolchain }, index) =>
    artifacts === null
      ? []
      : [
          relate('SPDXRef-DOCUMENT', 'DESCRIBES', `SPDXRef-firmware-${index}`),
          relate(`SPDXRef-firmware-${index}`, 'GENERATED_FROM', `SPDXRef-model-${index}`),
          relate('SPDXRef-generator', 'BUILD_TOOL_OF', `SPDXRef-firmware-${index}`),
          relate(
            `SPDXRef-compiler-${compilers.indexOf(toolchain?.compiler ?? '')}`,
            'BUILD_TOOL_OF',
            `SPDXRef-firmware-${index}`,
          ),
        ],
  );
  const digest = sha256(encoder.encode(JSON.stringify(packages)));
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `firmware ${tag}`,
    documentNamespace: `https://spdx.org/spdxdocs/${generator.name}-${digest}`,
    creationInfo: { created, creators: [`Tool: ${tool}`] },
    packages,
    relationships,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function spdxPackage(id: string, name: string, version: string | undefined, digests: readonly string[]) {
  return {
    SPDXID: id,
    name,
    ...(version === undefined ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    ...(digests.length === 0
      ? {}
      : { checksums: digests.map((checksumValue) => ({ algorithm: 'SHA256', checksumValue })) }),
  };
}

function relate(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
