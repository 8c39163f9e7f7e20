/** Builds every model afresh for a release, twice, and attaches what came out. */
import { posix } from 'node:path';
import * as core from '@actions/core';
import { openToolchain } from '../firmware/index.ts';
import { attachToRelease } from '../github/index.ts';
import { runPipeline } from '../pipeline/index.ts';
import { publishRefused, releaseDiffers, releaseNotReproducible } from './failures.ts';
import { info, logProgress } from './log.ts';
import { loadProject } from './project.ts';
import { showReport } from './publication.ts';
import { releaseFiles } from './release-files.ts';
import { ownPlace, type Session } from './session.ts';
import { judge, setReportOutputs } from './verdict.ts';

type Release = { readonly tag: string; readonly created: string };

export async function release(session: Session, { tag, created }: Release): Promise<void> {
  const { inputs, run, host, github } = session;
  const project = await loadProject(inputs, run, host);
  const toolchain = await openToolchain(project.config.toolchain, host, run.container);
  const services = { host, toolchain, progress: logProgress() };
  const request = { config: project.config, root: project.root };
  const result = await runPipeline(request, services);
  const { report, failures } = result;
  const configFolder = posix.dirname(project.pathInRepository);
  setReportOutputs(report, inputs.outputFolder);
  await showReport(report, configFolder, ownPlace(session));
  const assets = releaseFiles(result, tag, created);
  const files = new Map([...result.files, ...assets]);
  await host.writeFiles(posix.join(run.workspace, inputs.outputFolder), files);
  // What is over its budget or does not build is not released.
  if (report.status !== 'pass') return judge(report, failures, configFolder);
  info('building again, to compare');
  refuseDifference(assets, releaseFiles(await runPipeline(request, services), tag, created));
  const outcomes = await attachToRelease(github, run.event.repository, tag, assets, inputs.overwrite);
  if (outcomes === undefined) return info(`${tag} has no release: the files are in ${inputs.outputFolder}`);
  if ('reason' in outcomes) throw publishRefused(outcomes.reason);
  for (const { name, kind } of outcomes) info(`${name}: ${kind}`);
  core.setOutput('asset-count', outcomes.length);
  const different = outcomes.filter(({ kind }) => kind === 'differs').map(({ name }) => name);
  if (different.length > 0) throw releaseDiffers(different);
}

function refuseDifference(
  one: ReadonlyMap<string, Uint8Array>,
  other: ReadonlyMap<string, Uint8Array>,
): void {
  for (const [name, bytes] of one) {
    const again = other.get(name);
    if (again === undefined || Buffer.compare(bytes, again) !== 0) throw releaseNotReproducible(name);
  }
}
