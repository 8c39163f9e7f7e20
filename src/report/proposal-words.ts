/** What would bring a model within its limits, in words and as rows. */
import { at } from '../base/index.ts';
import type { ProposalOption } from '../proposal/index.ts';
import { formatCount, formatKib, formatMilliseconds, formatShape } from './format.ts';
import { offerWords } from './search-offer.ts';
import type { ReportModel } from './types.ts';
import { join, say, type Words } from './words.ts';

/** Sentences of what to try: what a search found, and what was planned or might be searched. */
export function proposalWords(model: ReportModel): Words | undefined {
  const offer = offerWords(model);
  const planned = plannedWords(model);
  const sentences = model.offer?.kind === 'found' ? [offer, planned] : [planned, offer];
  const said = sentences.filter((words) => words !== undefined);
  return said.length === 0 ? undefined : join(said, ' ');
}

/** What was planned, or that nothing of it keeps all limits. */
function plannedWords({ proposal }: ReportModel): Words | undefined {
  if (proposal === null || proposal.options.length === 0) return undefined;
  const fitting = proposal.options.filter(({ fits }) => fits);
  if (fitting.length === 0) {
    const smallest = at(proposal.options, proposal.options.length - 1);
    return say`No version that was planned keeps all limits, down to ${optionTitle(smallest)} (${figureWords(smallest)}).`;
  }
  const same = fitting.filter(isTrained);
  const other = fitting.filter((option) => !isTrained(option));
  return join(
    [
      ...(same.length === 0 ? [] : [say`Within all limits with the same outputs: ${list(same)}.`]),
      ...(other.length === 0
        ? []
        : [say`Within all limits when planned, not trained, accuracy unknown: ${list(other)}.`]),
    ],
    ' ',
  );
}

function list(options: readonly ProposalOption[]): Words {
  return join(
    options.map((option) => [`${optionTitle(option)} (${figureWords(option)})`]),
    ', or ',
  );
}

export type ProposalRow = {
  readonly title: string;
  readonly sram: string;
  readonly flash: string;
  readonly latency: string;
  readonly macs: string;
  readonly fits: boolean;
};

export function proposalRows({ proposal }: ReportModel): readonly ProposalRow[] {
  return (proposal?.options ?? []).map((option) => ({
    title: optionTitle(option),
    sram: formatKib(option.sramBytes),
    flash: formatKib(option.flashBytes),
    latency: formatMilliseconds(option.milliseconds),
    macs: formatCount(option.macs),
    fits: option.fits,
  }));
}

/** How the rows came about, for below them. */
export function proposalNote({ proposal }: ReportModel): string {
  return (
    `${formatCount(proposal?.plansTried ?? 0)} plans of the same network at other sizes. SRAM is the planned arena and the ` +
    'measured rest, flash grows with the constants, latency with the planned cycles. Planned, not trained: but for another ' +
    'objective, which changes no output, accuracy is unknown.'
  );
}

function optionTitle({ kind, objective, inputShape, widthFactor }: ProposalOption): string {
  const input = `input ${formatShape(inputShape.length === 4 ? inputShape.slice(1) : inputShape)}`;
  const width = `channels × ${Number(widthFactor.toFixed(4))}`;
  switch (kind) {
    case 'plan':
      return `objective: ${objective}`;
    case 'resolution':
      return input;
    case 'width':
      return width;
    case 'resolution-and-width':
      return `${input} with ${width}`;
  }
}

function figureWords({ sramBytes, flashBytes, milliseconds }: ProposalOption): string {
  return `SRAM ${formatKib(sramBytes)}, flash ${formatKib(flashBytes)}, ${formatMilliseconds(milliseconds)}`;
}

function isTrained({ kind }: ProposalOption): boolean {
  return kind === 'plan';
}
