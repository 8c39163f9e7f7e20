/**
 * Fills the README's tables of inputs and outputs from action.yml, that of operators from what readers and kernels take,
 * that of permissions from the routes that the tests saw, and its workflows and the example's from what `mcunet init` writes, so that they cannot disagree; `--check` only
 * says whether they do.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listOperators, noteWords, typeWords } from '../src/cli/operator-list.ts';
import { searchWorkflow } from '../src/cli/search-workflow.ts';
import { matrixWorkflow, publishWorkflow, releaseWorkflow, verifyWorkflow } from '../src/cli/workflows.ts';
import { parseConfig } from '../src/config/index.ts';
import { fillSection } from './fill-section.ts';
import { permissionsTable } from './permissions-table.ts';

type Entry = { readonly description: string; readonly default?: string };
type Action = {
  readonly inputs: Readonly<Record<string, Entry>>;
  readonly outputs: Readonly<Record<string, Entry>>;
};

const root = join(import.meta.dirname, '..');
const readmePath = join(root, 'README.md');
const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));

function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

function inputTable(): string {
  const rows = Object.entries(action.inputs).map(([name, entry]) => {
    const preset = entry.default ? `\`${entry.default}\`` : '';
    return `| \`${name}\` | ${preset} | ${cell(entry.description)} |`;
  });
  return ['| Input | Default | |', '|---|---|---|', ...rows].join('\n');
}

function outputTable(): string {
  const rows = Object.entries(action.outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ['| Output | |', '|---|---|', ...rows].join('\n');
}

/** What `mcunet operators` prints. */
function operatorTable(): string {
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const rows = listOperators().map((operator) => {
    const { op, onnx, kernels } = operator;
    return `| \`${op}\` | ${onnx.join(', ')} | ${typeWords(operator)} | ${code(kernels)} | ${cell(noteWords(operator))} |`;
  });
  return [
    '| In `.tflite` files | In ONNX files | Types | Kernels | |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\`\`\``;
}

function readOrEmpty(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

const current = readFileSync(readmePath, 'utf8');
const sections = {
  inputs: inputTable(),
  outputs: outputTable(),
  operators: operatorTable(),
  permissions: permissionsTable(root),
  'verify-workflow': fenced(verifyWorkflow('mcunet.yml')),
  'publish-workflow': fenced(publishWorkflow('mcunet.yml')),
  'matrix-workflow': fenced(matrixWorkflow('mcunet.yml')),
  'release-workflow': fenced(releaseWorkflow('mcunet.yml')),
  'search-workflow': fenced(searchWorkflow('mcunet.yml', 4)),
};
const filled = Object.entries(sections).reduce(
  (text, [name, content]) => fillSection(text, name, content),
  current,
);
const exampleFolder = join(root, 'examples');
const searched = parseConfig(readOrEmpty(join(exampleFolder, 'tinynas/mcunet.yml')), 'mcunet.yml');
const workflows = {
  'quality-inspection/workflows/mcunet.yml': verifyWorkflow('mcunet.yml'),
  'quality-inspection/workflows/mcunet-publish.yml': publishWorkflow('mcunet.yml'),
  'quality-inspection/workflows/mcunet-release.yml': releaseWorkflow('mcunet.yml'),
  'many-models/workflows/mcunet.yml': matrixWorkflow('mcunet.yml'),
  'tinynas/workflows/mcunet-search.yml': searchWorkflow(
    'mcunet.yml',
    searched.search?.evolution.islands ?? 1,
  ),
};
const stale = Object.entries(workflows).filter(
  ([file, text]) => readOrEmpty(join(exampleFolder, file)) !== text,
);
if (process.argv.includes('--check')) {
  if (filled !== current || stale.length > 0) {
    process.stderr.write('README.md or the example workflows are not as generated: run npm run generate\n');
    process.exitCode = 1;
  }
} else {
  if (filled !== current) writeFileSync(readmePath, filled);
  for (const [file, text] of stale) writeFileSync(join(exampleFolder, file), text);
}
