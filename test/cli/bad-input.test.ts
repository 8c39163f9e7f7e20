/** Wrong input of every kind: its exit code, one clear line, and nothing half-written. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine, temporaryFolder } from '../support/command-line.ts';
import { scoresModel, scoresNetwork } from '../support/small-models.ts';
import { buildTflite } from '../support/tflite-builder.ts';

type Case = {
  readonly title: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly words: readonly string[];
  readonly exitCode: number;
  /** What the line on standard error must say: what, where, what to do. */
  readonly says: readonly RegExp[];
};

const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1);
const config = (model: string, more = ''): string => `targets: [stm32f746]\nmodels:\n${model}${more}`;
const listed = (extra = ''): string => `  - name: scores\n    path: scores.tflite\n${extra}`;

const floatOnly = buildTflite({
  tensors: [
    { shape: [1, 4], type: 'float32' },
    { shape: [3, 4], type: 'float32', data: Array.from({ length: 12 }, () => 0.5) },
    { shape: [1, 3], type: 'float32' },
  ],
  operators: scoresNetwork().operators,
  inputs: [0],
  outputs: [2],
});

const dynamicShape = buildTflite({
  ...scoresNetwork(),
  tensors: scoresNetwork().tensors.map((tensor, index) =>
    index === 0 ? { ...tensor, raw: { shapeSignature: [1, -1] } } : tensor,
  ),
});

const cases: readonly Case[] = [
  {
    title: 'a missing model',
    words: ['verify', '--model', 'absent.tflite'],
    exitCode: 2,
    says: [/absent\.tflite/],
  },
  {
    title: 'an empty file',
    files: { 'empty.tflite': '' },
    words: ['verify', '--model', 'empty.tflite'],
    exitCode: 3,
    says: [/empty\.tflite/, /empty/],
  },
  {
    title: 'a JPEG named .tflite',
    files: { 'photo.tflite': jpeg },
    words: ['verify', '--model', 'photo.tflite'],
    exitCode: 3,
    says: [/photo\.tflite/, /JPEG/],
  },
  {
    title: 'a float-only network',
    files: { 'float.tflite': floatOnly },
    words: ['build', '--model', 'float.tflite'],
    exitCode: 3,
    says: [/float/, /quanti/i, /representative/],
  },
  {
    title: 'a dynamic shape',
    files: { 'dynamic.tflite': dynamicShape },
    words: ['build', '--model', 'dynamic.tflite'],
    exitCode: 3,
    says: [/dynamic/],
  },
  {
    title: 'a data set that is not there',
    files: {
      'scores.tflite': scoresModel(),
      'mcunet.yml': config(listed('    dataset: { format: mlperf-tiny, path: data, metric: top1 }\n')),
    },
    words: ['verify'],
    exitCode: 2,
    says: [/data\/y_labels\.csv/],
  },
  {
    title: 'samples of another size',
    files: {
      'scores.tflite': scoresModel(),
      'mcunet.yml': config(listed('    dataset: { format: mlperf-tiny, path: data, metric: top1 }\n')),
      'data/y_labels.csv': 'a.bin,3,1\n',
      'data/a.bin': Uint8Array.of(1, 2, 3),
    },
    words: ['verify'],
    exitCode: 2,
    says: [/data\/a\.bin/, /3 bytes/, /4/],
  },
  {
    title: 'a label count that does not match',
    files: {
      'scores.tflite': scoresModel(),
      'mcunet.yml': config(listed('    dataset: { format: mlperf-tiny, path: data, metric: top1 }\n')),
      'data/y_labels.csv': 'a.bin,12,1\n',
      'data/a.bin': Uint8Array.of(1, 2, 3, 4),
    },
    words: ['verify'],
    exitCode: 2,
    says: [/y_labels\.csv: line 1/, /12 classes/, /3 scores/],
  },
  {
    title: 'a budget in a wrong unit',
    files: {
      'scores.tflite': scoresModel(),
      'mcunet.yml': config(listed('    budgets: { latency: 20KB }\n')),
    },
    words: ['verify'],
    exitCode: 2,
    says: [/latency/, /ms/],
  },
  {
    title: 'an unknown key',
    files: { 'scores.tflite': scoresModel(), 'mcunet.yml': config(listed('    budget: { sram: 1KiB }\n')) },
    words: ['verify'],
    exitCode: 2,
    says: [/budget/, /budgets/],
  },
  {
    title: 'two models of one name',
    files: { 'scores.tflite': scoresModel(), 'mcunet.yml': config(listed(), listed()) },
    words: ['verify'],
    exitCode: 2,
    says: [/scores/],
  },
  {
    title: 'an unknown target',
    files: { 'scores.tflite': scoresModel() },
    words: ['build', '--model', 'scores.tflite', '--target', 'stm32f764'],
    exitCode: 2,
    says: [/stm32f764/, /stm32f746/],
  },
  {
    title: 'no configuration and no model',
    words: ['verify'],
    exitCode: 2,
    says: [/mcunet\.yml/, /--model/],
  },
  { title: 'an unknown command', words: ['verfy'], exitCode: 2, says: [/verfy/, /--help/] },
  { title: 'an unknown option', words: ['verify', '--modle', 'x'], exitCode: 2, says: [/--modle/, /--help/] },
  {
    title: 'input that is not a whole number of sets',
    files: { 'scores.tflite': scoresModel(), 'in.bin': Uint8Array.of(1, 2, 3, 4, 5) },
    words: [
      'run',
      '--model',
      'scores.tflite',
      '--input',
      'in.bin',
      '--output',
      'out.bin',
      '--toolchain',
      'local',
    ],
    exitCode: 2,
    says: [/in\.bin/, /5 bytes/, /4 bytes/],
  },
  {
    title: 'a report that is not JSON',
    files: { 'report.json': '{' },
    words: ['report', '--report', 'report.json'],
    exitCode: 2,
    says: [/report\.json/],
  },
  {
    title: 'a container where none works',
    files: { 'scores.tflite': scoresModel() },
    words: ['build', '--model', 'scores.tflite', '--toolchain', 'container'],
    exitCode: 4,
    says: [/docker|podman|container/i],
  },
];

describe('bad input', () => {
  test.each(cases)('$title', ({ files, words, exitCode, says }) => {
    using folder = temporaryFolder();
    writeAll(folder.path, files ?? {});
    const before = listAll(folder.path);
    // An image name that no engine has, so that no image is built for a test.
    const environment = { MCUNET_CONTAINER_IMAGE: 'localhost/mcunet-no-such-image' };
    const ended = runCommandLine(words, { cwd: folder.path, environment });
    expect(ended.stderr, ended.stdout).not.toMatch(/^\s+at /m);
    const errors = ended.stderr.split('\n').filter((line) => /^error: /.test(line));
    expect(errors).toHaveLength(1);
    for (const part of says) expect(errors[0]).toMatch(part);
    expect(ended.exitCode).toBe(exitCode);
    // A report may say what failed; nothing else appears.
    const written = listAll(folder.path).filter((path) => !before.includes(path));
    expect(written.filter((path) => !/^build\/mcunet\/report\.(json|md|html)$/.test(path))).toEqual([]);
  });

  test('a folder that cannot be written', ({ skip }) => {
    using folder = temporaryFolder();
    writeAll(folder.path, { 'scores.tflite': scoresModel(), file: '' });
    const words = ['build', '--model', 'scores.tflite', '--toolchain', 'local', '--out', 'file/below'];
    const ended = runCommandLine(words, { cwd: folder.path });
    expect(ended.stderr).toMatch(/^error: file\/below: cannot be written/m);
    expect(ended.exitCode).toBe(2);
    if (process.getuid?.() === 0) skip('permissions do not hold root back');
    mkdirSync(join(folder.path, 'locked'));
    chmodSync(join(folder.path, 'locked'), 0o500);
    const locked = runCommandLine([...words.slice(0, -1), 'locked'], { cwd: folder.path });
    expect(locked.exitCode).toBe(2);
    expect(readdirSync(join(folder.path, 'locked'))).toEqual([]);
  });

  test('no compiler', () => {
    using folder = temporaryFolder();
    writeAll(folder.path, { 'scores.tflite': scoresModel() });
    const words = ['build', '--model', 'scores.tflite', '--toolchain', 'local'];
    const ended = runCommandLine(words, { cwd: folder.path, environment: { PATH: '/nonexistent' } });
    expect(ended.stderr).toMatch(/arm-none-eabi-gcc/);
    expect(ended.stderr).toMatch(/install/);
    expect(ended.exitCode).toBe(4);
    expect(existsSync(join(folder.path, 'build'))).toBe(false);
  });
});

function writeAll(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
}

function listAll(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
