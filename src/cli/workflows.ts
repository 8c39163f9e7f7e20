/** The workflows that `mcunet init` writes and the README shows: one that builds and cannot be abused, one that publishes. */

import { action, attest, cacheAction, checkout, configLines, download, upload } from './workflow-parts.ts';

const verifyHead = `name: mcunet

on:
  pull_request:
  push:
    branches: [main, master]

# Nothing by default; each job asks for what it needs.
permissions: {}

concurrency:
  group: mcunet-\${{ github.event.pull_request.number || github.sha }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

`;

const restoreFigures = `      - name: figures that are known already
        uses: ${cacheAction('restore')}
        with:
          path: \${{ runner.temp }}/mcunet-cache
          key: mcunet-\${{ github.sha }}
          restore-keys: mcunet-
`;

/** The job with the verdict; `before` brings figures that other jobs have measured. */
function verifyJob(
  config: string,
  { needs, before }: { readonly needs: string; readonly before: string },
): string {
  return `  verify:
${needs}    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read # check out the models; read the merge base
      actions: read # the base branch's report, to compare with
      pull-requests: write # list the changed files and keep one report comment; a fork's token cannot
      checks: write # a check run with annotations; a fork's token cannot
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
${restoreFigures}${before}      - uses: ${action}
        id: mcunet
${configLines(config, '        ')}      - name: report for the publishing workflow
        if: \${{ !cancelled() && steps.mcunet.outputs.report-path != '' }}
        uses: ${upload}
        with:
          name: mcunet-report
          path: \${{ steps.mcunet.outputs.report-path }}
      - name: firmware, C sources and reports
        if: \${{ !cancelled() && steps.mcunet.outputs.output-folder != '' }}
        uses: ${upload}
        with:
          name: mcunet
          path: \${{ steps.mcunet.outputs.output-folder }}
      - name: report and history of the branch
        if: \${{ !cancelled() && steps.mcunet.outputs.history-path != '' }}
        uses: ${upload}
        with:
          name: mcunet-baseline
          path: |
            \${{ steps.mcunet.outputs.report-path }}
            \${{ steps.mcunet.outputs.history-path }}
      - name: keep the figures
        if: \${{ !cancelled() && github.event_name == 'push' }}
        uses: ${cacheAction('save')}
        with:
          path: \${{ runner.temp }}/mcunet-cache
          key: mcunet-\${{ github.sha }}
`;
}

/** `.github/workflows/mcunet.yml`: verifies pull requests, and keeps the default branch's figures. */
export function verifyWorkflow(config: string): string {
  return `# Every pull request that touches a model gets a report; those of forks through mcunet-publish.yml.
${verifyHead}jobs:
${verifyJob(config, { needs: '', before: '' })}`;
}

/** The same for a repository of many models: a job each, whose figures the last job puts into the one report. */
export function matrixWorkflow(config: string): string {
  const withConfig = config === 'mcunet.yml' ? '' : `          config: ${JSON.stringify(config)}\n`;
  const before = `      - name: figures that the jobs before have measured
        uses: ${download}
        with:
          pattern: mcunet-figures-*
          merge-multiple: true
          path: \${{ runner.temp }}/mcunet-cache
`;
  const needs = `    needs: [plan, measure]
    if: \${{ !cancelled() }}
`;
  return `# Every pull request that touches a model gets a report; each model is measured by a job of its own.
${verifyHead}jobs:
  plan:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read # check out the configuration
      pull-requests: read # list the changed files
    outputs:
      matrix: \${{ steps.mcunet.outputs.matrix }}
      model-count: \${{ steps.mcunet.outputs.model-count }}
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - uses: ${action}
        id: mcunet
        with:
          mode: plan
${withConfig}
  measure:
    needs: plan
    if: \${{ needs.plan.outputs.model-count != '0' }}
    strategy:
      fail-fast: false
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read # check out the models; read the merge base
      actions: read # the base branch's report, to compare with
      pull-requests: read # list the changed files
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
${restoreFigures}      - uses: ${action}
        continue-on-error: true # the job \`verify\` has the verdict
        with:
          models: \${{ matrix.models }}
          comment: false
          check: false
${withConfig}      - name: figures for the report
        uses: ${upload}
        with:
          name: mcunet-figures-\${{ strategy.job-index }}
          path: \${{ runner.temp }}/mcunet-cache
          if-no-files-found: ignore

${verifyJob(config, { needs, before })}`;
}

/** `.github/workflows/mcunet-publish.yml`: comments on pull requests from forks, and answers commands. */
export function publishWorkflow(config: string): string {
  return `# Publishes what mcunet.yml found for pull requests from forks, and answers /mcunet in comments.
# Nothing of a pull request is checked out or executed here: its report is data, checked and rendered by the action.
name: mcunet publish

on: # zizmor: ignore[dangerous-triggers] no code or model of the pull request is touched
  workflow_run:
    workflows: [mcunet]
    types: [completed]
  issue_comment:
    types: [created]

# Nothing by default; each job asks for what it needs.
permissions: {}

jobs:
  publish:
    if: >-
      github.event_name == 'workflow_run' && github.event.workflow_run.event == 'pull_request' &&
      github.event.workflow_run.head_repository.full_name != github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      actions: read # the report that the run uploaded
      pull-requests: write # find the pull request and keep one report comment
      checks: write # a check run with annotations
    steps:
      - uses: ${action}
${configLines(config, '        ')}
  command:
    if: >-
      github.event_name == 'issue_comment' && github.event.issue.pull_request &&
      startsWith(github.event.comment.body, '/mcunet')
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      actions: write # run mcunet.yml again, read its report, start a search
      pull-requests: write # read the head and answer
    steps:
      - uses: ${action}
${configLines(config, '        ')}`;
}

/** `.github/workflows/mcunet-release.yml`: attaches firmware to a release, and attests where it was built. */
export function releaseWorkflow(config: string): string {
  return `# A published release gets the firmware of every model, its C sources, reports, a bill of materials and checksums.
name: mcunet release

on:
  release:
    types: [published]

# Nothing by default; each job asks for what it needs.
permissions: {}

jobs:
  firmware:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: write # attach files to the release
      id-token: write # prove to the attestation service which workflow this is
      attestations: write # keep the attestation
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - uses: ${action}
        id: mcunet
${configLines(config, '        ')}      - uses: ${attest}
        with:
          subject-checksums: \${{ steps.mcunet.outputs.output-folder }}/SHA256SUMS
`;
}
