/** Tables as data sets: which cells become values and labels, and what is refused, with its place. */
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/evaluation/index.ts';
import { compileModel } from '../../src/pipeline/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { scoresModel } from '../support/small-models.ts';

/** Four int8 inputs of scale 0.5 and zero point 0, three scores. */
const { graph } = compileModel(scoresModel(), 'scores.tflite', 'scores', findTarget('stm32f746'));
const source = { format: 'csv', path: 'd.csv', labels: 'class', normalisation: undefined } as const;
const normalised = { ...source, normalisation: { mean: [1], std: [2] } };

const load = (text: string, from: Parameters<typeof loadDataset>[0] = source) =>
  loadDataset(from, 'top1', graph, memoryHost({ 'd.csv': text }));

describe('tables', () => {
  test.each([
    ['first', 'class,a,b,c,d\n2,0,1,2,3\n0,-1,.5,1e1,300\n'],
    ['last', 'a,b,c,d,class\n0,1,2,3,2\n-1,.5,1e1,300,0\n'],
    [
      'between, with blanks, quotes, an empty line and a mark of byte order',
      '\ufeffa, "b",class,c,d\r\n0, 1,2,"2",3\r\n\r\n-1,.5,0,1e1,300',
    ],
  ])('have their labels in the named column: %s', async (_title, text) => {
    const { inputs, labels, samples, path } = await load(text);
    // By the input's scale of 0.5, rounded half away from zero, saturated.
    expect([...new Int8Array(inputs.buffer)]).toEqual([0, 2, 4, 6, -2, 1, 20, 127]);
    expect([...labels]).toEqual([2, 0]);
    expect({ samples, path }).toEqual({ samples: 2, path: 'd.csv' });
  });

  test('are normalised before they are quantised', async () => {
    const text = 'a,b,c,d,class\n1,3,5,7,0\n';
    expect([...new Int8Array((await load(text, normalised)).inputs.buffer)]).toEqual([0, 2, 4, 6]);
  });

  test.each([
    ['without samples', 'a,b,c,d,class\n', 'DATASET_UNREADABLE', 'd.csv', /no samples/],
    ['that are empty', '', 'DATASET_UNREADABLE', 'd.csv', /no samples/],
    ['without the named column', '1,2,3,4,0\n1,2,3,4,1\n', 'DATASET_MISMATCH', 'd.csv', /no column 'class'/],
    ['with two such columns', 'class,a,class\n1,2,3\n', 'DATASET_UNREADABLE', 'd.csv', /two columns 'class'/],
    ['with nothing else', 'class\n1\n', 'DATASET_UNREADABLE', 'd.csv', /no column beside 'class'/],
    [
      'with a line that is too short',
      'a,b,c,d,class\n1,2,3,4,0\n1,2,3,0\n',
      'DATASET_UNREADABLE',
      'd.csv',
      /line 3/,
    ],
    [
      'with text',
      'a,b,c,d,class\n1,2,x.png,4,0\n',
      'DATASET_UNREADABLE',
      "d.csv: line 2, column 'c'",
      /"x.png" is not/,
    ],
    [
      'with a hole',
      'a,b,c,d,class\n\n1,2,,4,0\n',
      'DATASET_UNREADABLE',
      "d.csv: line 3, column 'c'",
      /"" is not/,
    ],
    [
      'with infinity',
      'a,b,c,d,class\n1,2,3,4e999,0\n',
      'DATASET_UNREADABLE',
      "d.csv: line 2, column 'd'",
      /4e999/,
    ],
    [
      'of samples of another size',
      'a,b,class\n1,2,0\n',
      'DATASET_MISMATCH',
      'd.csv',
      /samples of 2, the network takes 1 x 4/,
    ],
    [
      'with a label that is no class',
      'a,b,c,d,class\n1,2,3,4,3\n',
      'DATASET_MISMATCH',
      'd.csv: class: sample 0',
      /label 3/,
    ],
  ])('%s are refused', async (_title, text, code, where, message) => {
    await expect(load(text)).rejects.toMatchObject({ code, where, message: expect.stringMatching(message) });
  });

  test('that a normalisation does not fit are refused', async () => {
    const three = { ...source, normalisation: { mean: [1, 2, 3], std: [1] } };
    await expect(load('a,b,c,d,class\n1,3,5,7,0\n', three)).rejects.toMatchObject({
      code: 'DATASET_MISMATCH',
      message: "normalisation by 3 channels, the network's input has 4",
    });
  });
});
