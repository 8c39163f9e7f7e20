/** How every kind of number came about: its label, its tool and its error. */
import { latencyFacts } from './facts.ts';
import { accuracyTitles } from './figures.ts';
import { formatCount, formatRatio } from './format.ts';
import type { Report, ReportModel } from './types.ts';
import { join, name, prose, render, say, type Words } from './words.ts';

export type Provenance = { readonly title: string; readonly words: Words };

/** More ways than this in one report would only be noise. */
const mostWays = 12;
/** Classes that are named; the order shows in the first ones. */
const mostClasses = 12;

/** One entry for each way in which a figure of the report was found. */
export function provenance(report: Report): readonly Provenance[] {
  const measured = report.models.filter((model) => model.sram !== null);
  const { generator, schemaVersion } = report;
  return [
    ...(measured.length === 0 ? [] : memoryWays(measured)),
    ...distinct(measured.flatMap(latencyWays)).map((words) => ({ title: 'Latency', words })),
    ...measured.flatMap(cycleWays).slice(0, mostWays),
    ...distinct(measured.flatMap(accuracyWays)).map((words) => ({ title: 'Accuracy', words })),
    {
      title: 'Made by',
      words: say`${prose(generator.name, 60)} ${prose(generator.version, 60)}; report.json version ${String(schemaVersion)}. 1 KiB is 1,024 bytes.`,
    },
  ];
}

function memoryWays(models: readonly ReportModel[]): readonly Provenance[] {
  const tools = join(distinct(models.map(toolchainWords)), '; ');
  return [
    { title: 'Flash', words: say`measured: the sections of the linked ELF as they load, with ${tools}.` },
    {
      title: 'SRAM',
      words: say`measured: the same ELF, plus the worst case of the stack over its call graph${stackWords(models)}.`,
    },
    {
      title: 'Plan',
      words: say`the lower bound is proven for the chosen order and buffers; the latency of plans that were considered is estimated.`,
    },
  ];
}

function stackWords(models: readonly ReportModel[]): string {
  const isRun = models.some(({ sram }) => sram !== null && sram.stackHighWaterBytes !== null);
  return isRun ? '; the simulated run stays within that' : '';
}

function toolchainWords({ toolchain }: ReportModel): Words {
  if (toolchain === null) return ['an unknown compiler'];
  const compiler = name(toolchain.compiler, 120);
  if (toolchain.kind === 'local') return say`${compiler} of the local machine`;
  const origin = toolchain.imageOrigin === null ? '' : `${originWords[toolchain.imageOrigin]} `;
  const image =
    toolchain.imageDigest === null ? [] : say` of ${origin}image ${name(toolchain.imageDigest, 80)}`;
  return say`${compiler} in a ${toolchain.engine ?? ''} container${image}`;
}

const originWords = { published: 'the published', built: 'the locally built', given: 'the given' } as const;

function latencyWays({ latency }: ReportModel): readonly Words[] {
  if (latency === null) return [];
  const error =
    latency.relativeError === null
      ? 'its error is not known'
      : `error ±${formatRatio(latency.relativeError)}`;
  const source =
    latency.method === 'simulated' ? ', from measured boards: docs/simulator.md of mcunet-action' : '';
  return [say`${latency.method}: ${prose(latency.methodDescription, 400)}; ${error}${source}.`];
}

/** Where the cycles of a simulated inference went. */
function cycleWays(model: ReportModel): readonly Provenance[] {
  if (model.latency?.method !== 'simulated') return [];
  const facts = latencyFacts(model)
    .slice(1)
    .map(([fact, value]) => `${fact} ${value}`);
  return [{ title: 'Cycles', words: say`${name(model.name)}: ${facts.join(', ')}.` }];
}

function accuracyWays({ accuracy }: ReportModel): readonly Words[] {
  if (accuracy === null) return [];
  const samples = formatCount(accuracy.samples);
  const measured = `measured: ${accuracyTitles[accuracy.metric]} of the generated C over ${samples} samples`;
  return [say`${measured}${classWords(accuracy.classes)}.`];
}

/** Which class index the data set's names stand for: a wrong order looks like a bad network. */
function classWords(classes: readonly string[] | undefined): Words {
  if (classes === undefined) return [];
  const shown = classes.slice(0, mostClasses).map((label, index) => say`${String(index)} ${name(label, 40)}`);
  const more = classes.length > mostClasses ? `, ... (${formatCount(classes.length)} in all)` : '';
  return say`; classes ${join(shown, ', ')}${more}`;
}

function distinct(sentences: readonly Words[]): readonly Words[] {
  const byText = new Map(sentences.map((words) => [render(words, ({ text }) => text), words]));
  return [...byText.values()].slice(0, mostWays);
}
