/** `mcunet operators`: what networks may be made of. */
import { exitCodes } from '../../base/index.ts';
import { foldedOnnxOperators, integerOnnxOperators } from '../../model/index.ts';
import type { Context } from '../context.ts';
import { type ListedOperator, listOperators, noteWords, typeWords } from '../operator-list.ts';

export async function operators({ json, print }: Pick<Context, 'json' | 'print'>): Promise<number> {
  print(json ? operatorsJson() : operatorsText());
  return exitCodes.pass;
}

function operatorsJson(): string {
  const listed = listOperators().map(({ op, types, weightTypes, onnx, kernels, isQuantisable, note }) => ({
    tflite: op,
    types,
    weightTypes,
    onnx,
    kernels,
    quantisable: isQuantisable,
    note: note ?? null,
  }));
  const onnx = { folded: foldedOnnxOperators(), integer: integerOnnxOperators() };
  return `${JSON.stringify({ operators: listed, onnx }, null, 2)}\n`;
}

const columns = [
  { title: '.tflite', width: 24, of: ({ op }: ListedOperator) => op },
  { title: 'ONNX', width: 22, of: ({ onnx }: ListedOperator) => onnx.join(', ') },
  { title: 'types', width: 14, of: typeWords },
  { title: 'kernels', width: 34, of: ({ kernels }: ListedOperator) => kernels.join(', ') },
] as const;

function operatorsText(): string {
  const rows = listOperators().flatMap((operator) => {
    const cells = columns.map(({ width, of }) => wrapped(of(operator), width - 2));
    const note = noteWords(operator);
    return [...tableLines(cells), ...(note === '' ? [] : wrapped(note, 88).map((line) => `    ${line}`))];
  });
  const head = tableLines(columns.map(({ title }) => [title]));
  return `${[...head, ...rows, '', ...remarks()].join('\n')}\n`;
}

/** Lines of a row whose cells may have several. */
function tableLines(cells: readonly (readonly string[])[]): string[] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ width }, column) => (cells[column]?.[line] ?? '').padEnd(width))
      .join('')
      .trimEnd(),
  );
}

/** Broken between words; a word that is longer than a line stays whole. */
function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function remarks(): readonly string[] {
  return [
    `ONNX also: ${foldedOnnxOperators().join(', ')}, which become nothing;`,
    ...wrapped(`${integerOnnxOperators().join(', ')}, read as what they compute.`, 94).map(
      (line) => `  ${line}`,
    ),
    'Shapes that a file computes (SHAPE, ConstantOfShape, arithmetic of constants) become constants.',
    'Real numbers (float32) enter and leave at the edges; inside, networks are quantised.',
  ];
}
