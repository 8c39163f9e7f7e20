/** How every kind of number in the report of a search came about. */
import { accuracyTitles } from '../figures.ts';
import { formatCount, formatRatio, formatShare } from '../format.ts';
import type { Provenance } from '../provenance.ts';
import { name, prose, say, type Words } from '../words.ts';
import { accuracySentence } from './accuracy-words.ts';
import type { SearchEvolution, SearchMeasured, SearchReport } from './types.ts';

export function searchProvenance(report: SearchReport): readonly Provenance[] {
  const { evolution, measured, generator, schemaVersion } = report;
  return [
    { title: 'Spaces', words: spacesSentence(report) },
    {
      title: 'Estimates',
      words: [
        'SRAM, flash and latency of candidates follow from their shapes: the plan that their firmware would have, what its image would hold, and a cycle model of each kernel. MACs count positions in the padding, as MCUNet does. Nothing is executed.',
      ],
    },
    ...(evolution === null
      ? []
      : [
          {
            title: evolution.accuracy.from === 'flops' ? 'FLOPs stand-in' : 'Accuracy while searching',
            words: accuracySentence(evolution.accuracy),
          },
          { title: 'Search', words: evolutionSentence(evolution) },
        ]),
    ...(measured === null ? [] : measuredWays(measured)),
    {
      title: 'Made by',
      words: say`${prose(generator.name, 60)} ${prose(generator.version, 60)}; search.json version ${String(schemaVersion)}. 1 KiB is 1,024 bytes.`,
    },
  ];
}

function spacesSentence({ surveys, rule }: SearchReport): Words {
  const by = rule.by === 'mean' ? 'mean' : '80th percentile';
  return [
    `networks were drawn at random from each of ${formatCount(surveys.length)} spaces, and those within the limits kept. The space is chosen whose kept networks have the highest ${by} of MACs, of the spaces that keep at least ${formatShare(rule.leastShare)}: within one family, networks that compute more tend to be more accurate (MCUNet, NeurIPS 2020, section 3.1).`,
  ];
}

function evolutionSentence({ options, evaluations }: SearchEvolution): Words {
  const { strategy, population, islands, parentShare, mutationShare, mutationProbability, seed } = options;
  const breeding =
    strategy === 'random'
      ? 'every network drawn at random'
      : `the best ${formatShare(parentShare)} have children, ${formatShare(mutationShare)} of them mutants (each gene with probability ${formatShare(mutationProbability)}), the others crossed from two`;
  return [
    `${formatCount(options.generations)} generations of ${formatCount(population)} networks on ${formatCount(islands)} ${islands === 1 ? 'island' : 'islands'} after a random one, ${breeding}; seed ${String(seed)}; ${formatCount(evaluations)} different networks, all within the limits by estimate.`,
  ];
}

function measuredWays({ latency, accuracy, dataset, sram }: SearchMeasured): readonly Provenance[] {
  const ways: Provenance[] = [];
  if (sram !== null)
    ways.push({
      title: 'Measured SRAM and flash',
      words: ['sections of the linked ELF, and for SRAM the worst case of the stack over its call graph.'],
    });
  if (latency !== null) {
    const { method, methodDescription, relativeError } = latency;
    const error = relativeError === null ? 'its error is not known' : `error ±${formatRatio(relativeError)}`;
    ways.push({
      title: 'Measured latency',
      words: say`${method}: ${prose(methodDescription, 400)}; ${error}.`,
    });
  }
  if (accuracy !== null) {
    const samples = `${accuracyTitles[accuracy.metric]} of the generated C over ${formatCount(accuracy.samples)} samples`;
    ways.push({
      title: 'Measured accuracy',
      words: dataset === null ? [`${samples}.`] : say`${samples} of ${name(dataset, 120)}.`,
    });
  }
  return ways;
}
