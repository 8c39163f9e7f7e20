/** The workflow that `mcunet init` writes where a search is configured: shards side by side, then one job that unites them. */
import { action, cacheAction, checkout, download, upload } from './workflow-parts.ts';

/** Where the action keeps the state of a search. */
const stateFolder = `\${{ runner.temp }}/mcunet-search`;

const head = `# Searches a network within the limits of mcunet.yml: by hand, or for /mcunet search in a comment. A shard that is cut
# off has kept its state: run the failed jobs again, and they go on where they stopped.
name: mcunet search

on:
  # schedule:
  #   - cron: "0 2 * * 6" # Saturdays at two; pull requests over their budget are shown what was found last
  workflow_dispatch:
    inputs:
      sha: { description: commit to search for; the last of the branch unless told, type: string }
      pull: { description: number of the pull request to answer, type: string }
      comment: { description: number of the comment that asked, type: string }
      sram: { description: "most RAM, for example 256KiB", type: string }
      flash: { description: "most flash, for example 1MiB", type: string }
      latency: { description: "most time, for example 100ms", type: string }
      seed: { description: seed of all randomness, type: string }

# Nothing by default; each job asks for what it needs.
permissions: {}

concurrency:
  group: mcunet-search-\${{ inputs.pull || github.ref }}
  cancel-in-progress: false
`;

const checkoutStep = `      - uses: ${checkout}
        with:
          ref: \${{ inputs.sha || github.sha }}
          persist-credentials: false
`;

const cacheKey = (last: string): string => `mcunet-search-\${{ matrix.shard }}-${last}`;

const keptState = `        with:
          path: ${stateFolder}
          key: ${cacheKey(`\${{ github.run_id }}-\${{ github.run_attempt }}`)}
`;

function actionStep(config: string, inputs: readonly string[]): string {
  const lines = [
    ...(config === 'mcunet.yml' ? [] : [`config: ${JSON.stringify(config)}`]),
    'mode: search',
    ...inputs,
    `seed: \${{ inputs.seed }}`,
  ];
  return `        with:\n${lines.map((line) => `          ${line}\n`).join('')}`;
}

function shardJob(config: string, shards: number): string {
  const numbers = Array.from({ length: shards }, (_, index) => index + 1);
  return `  shard:
    strategy:
      fail-fast: false
      matrix:
        shard: [${numbers.join(', ')}] # at most as many as the search has islands; any number gives the same result
    runs-on: ubuntu-24.04
    timeout-minutes: 360
    permissions:
      contents: read # check out the configuration and the data
    steps:
${checkoutStep}      - name: where it was cut off
        uses: ${cacheAction('restore')}
${keptState}          restore-keys: ${cacheKey('')}
      - uses: ${action}
        timeout-minutes: 340 # before the job's own, so that the state is kept
${actionStep(config, [`shard: \${{ matrix.shard }}/\${{ strategy.job-total }}`])}      - name: keep the state
        if: \${{ always() }}
        uses: ${cacheAction('save')}
${keptState}      - name: state for the job that unites all
        uses: ${upload}
        with:
          name: mcunet-search-shard-\${{ matrix.shard }}
          path: ${stateFolder}
          overwrite: true
`;
}

function foundJob(config: string): string {
  const shards = `\${{ runner.temp }}/mcunet-shards`;
  return `  found:
    needs: shard
    if: \${{ !cancelled() }}
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read # check out the configuration and the data
      pull-requests: write # answer the command that asked
    steps:
${checkoutStep}      - name: states of all shards
        uses: ${download}
        with:
          pattern: mcunet-search-shard-*
          path: ${shards}
      - uses: ${action}
        id: mcunet
${actionStep(config, [`merge: ${shards}`])}      - name: result, for pull requests over their budget
        uses: ${upload}
        with:
          name: mcunet-search
          path: \${{ steps.mcunet.outputs.search-path }}
          overwrite: true
      - name: network, firmware, C sources and reports
        uses: ${upload}
        with:
          name: mcunet-found
          path: \${{ steps.mcunet.outputs.output-folder }}
          overwrite: true
`;
}

/**
 * `.github/workflows/mcunet-search.yml`: a job for each shard of the search, and one that measures what they found.
 *
 * @param shards at most as many as the configuration has islands
 */
export function searchWorkflow(config: string, shards: number): string {
  return `${head}
jobs:
${shardJob(config, shards)}
${foundJob(config)}`;
}
