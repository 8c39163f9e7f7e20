/** `mcunet.yml`: what it may say, and that every mistake is named with its place. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Failure } from '../../src/base/index.ts';
import { type Config, type ConfigProblem, configJsonSchema, parseConfig } from '../../src/config/index.ts';

const documented = `targets: [stm32f746]
models:
  - name: keyword-spotting
    path: models/kws.tflite            # globs allowed
    budgets: { sram: 64KiB, flash: 128KiB, latency: 20ms, accuracy: 90% }
    regression: { sram: 2%, flash: 2%, latency: 5%, accuracy: 0.5pp }   # against the base branch
    dataset: { format: mlperf-tiny, path: data/kws01, metric: top1 }
search: {}
toolchain: auto
`;

function failureOf(text: string): Failure {
  try {
    parseConfig(text, 'mcunet.yml');
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('nothing thrown');
}

function problemsOf(text: string): readonly ConfigProblem[] {
  const failure = failureOf(text);
  expect(failure.code).toBe('CONFIG_INVALID');
  expect(failure.kind).toBe('usage');
  return failure.data.problems as readonly ConfigProblem[];
}

/** One model with these lines added, and the only problem that they cause. */
function problemOf(lines: string): ConfigProblem {
  const problems = problemsOf(`models:\n  - name: a\n    path: a.tflite\n${lines}`);
  expect(problems).toHaveLength(1);
  return problems[0] as ConfigProblem;
}

function modelOf(lines: string): Config['models'][number] | undefined {
  return parseConfig(`models:\n  - name: a\n    path: a.tflite\n${lines}`, 'mcunet.yml').models[0];
}

const pictures = 'format: image-folder, path: d, metric: top1';

describe('what is right', () => {
  test('a plan may be asked for its memory or its speed', () => {
    expect(modelOf('    objective: memory')?.objective).toBe('memory');
    expect(problemOf('    objective: small').message).toContain('memory');
  });

  test('the documented example becomes bytes, milliseconds and fractions', () => {
    const { search, ...config } = parseConfig(documented, 'mcunet.yml');
    expect(search).toMatchObject({ target: 'stm32f746', accuracy: undefined });
    expect(config).toEqual({
      targets: ['stm32f746'],
      models: [
        {
          name: 'keyword-spotting',
          path: 'models/kws.tflite',
          budgets: { sramBytes: 65_536, flashBytes: 131_072, latencyMs: 20, accuracy: 0.9 },
          objective: 'auto',
          regression: { sram: 0.02, flash: 0.02, latency: 0.05, accuracy: 0.005 },
          dataset: { format: 'mlperf-tiny', path: 'data/kws01', metric: 'top1' },
        },
      ],
      toolchain: 'auto',
    });
  });

  test('a board is asked only where it is wanted', () => {
    const models = 'models: [{name: a, path: "*.tflite"}]';
    const boardOf = (text: string) => parseConfig(`${models}\n${text}`, 'mcunet.yml').board;
    expect(boardOf('latency: simulated')).toBeUndefined();
    expect(boardOf('board: { port: /dev/ttyACM0 }')).toBeUndefined();
    expect(boardOf('latency: board')).toEqual({ port: undefined, programmer: 'auto', probe: undefined });
    expect(
      boardOf('latency: board\nboard: { port: /dev/ttyACM0, programmer: openocd, probe: 0A1B }'),
    ).toEqual({
      port: '/dev/ttyACM0',
      programmer: 'openocd',
      probe: '0A1B',
    });
    expect(() => boardOf('latency: board\nboard: { probe: "a; shutdown" }')).toThrow(/letters and digits/);
  });

  test('the least configuration has no limits', () => {
    expect(parseConfig('models: [{name: a, path: "*.tflite"}]', 'mcunet.yml')).toEqual({
      targets: ['stm32f746'],
      models: [
        {
          name: 'a',
          path: '*.tflite',
          budgets: { sramBytes: undefined, flashBytes: undefined, latencyMs: undefined, accuracy: undefined },
          objective: 'auto',
          regression: { sram: undefined, flash: undefined, latency: undefined, accuracy: undefined },
          dataset: undefined,
        },
      ],
      toolchain: 'auto',
    });
  });

  test.each([
    ['1024', 1024],
    ['200KB', 200_000],
    ['200 kB', 200_000],
    ['0.5MiB', 524_288],
    ['4.35KB', 4350],
    ['1.1MiB', 1_153_433],
    ['1MB', 1_000_000],
    ['12B', 12],
  ])('size %s is %i bytes', (size, bytes) => {
    expect(modelOf(`    budgets: { sram: ${size} }`)?.budgets.sramBytes).toBe(bytes);
  });

  test.each([
    ['20ms', 20],
    ['1.5s', 1500],
    ['800us', 0.8],
    ['800µs', 0.8],
  ])('time %s is %d ms', (time, milliseconds) => {
    expect(modelOf(`    budgets: { latency: ${time} }`)?.budgets.latencyMs).toBe(milliseconds);
  });

  test.each([
    ['85%', 0.85],
    ['0.85', 0.85],
    ['90.1%', 0.901],
    ['1', 1],
  ])('ratio %s is %d', (ratio, value) => {
    const dataset = '    dataset: { format: mlperf-tiny, path: d, metric: auc }';
    expect(modelOf(`    budgets: { accuracy: ${ratio} }\n${dataset}`)?.budgets.accuracy).toBe(value);
  });

  test('npz states its arrays and its normalisation', () => {
    const dataset = 'format: npz, path: d.npz, metric: top5, inputs: x, labels: y';
    expect(
      modelOf(`    dataset: { ${dataset}, normalisation: { mean: 127.5, std: [1, 2, 3] } }`)?.dataset,
    ).toEqual({
      format: 'npz',
      path: 'd.npz',
      metric: 'top5',
      inputs: 'x',
      labels: 'y',
      normalisation: { mean: [127.5], std: [1, 2, 3] },
    });
    expect(modelOf(`    dataset: { ${dataset}, normalisation: none }`)?.dataset).toHaveProperty(
      'normalisation',
      undefined,
    );
  });

  test.each([
    ['classes: sorted', 'sorted', { kind: 'stretch' }],
    ['classes: numbered, fit: crop', 'numbered', { kind: 'crop' }],
    ['classes: [b, a], fit: { shorterSide: 256 }', ['b', 'a'], { kind: 'shorter-side', pixels: 256 }],
  ])('pictures state how they come onto the input: %s', (keys, classes, fit) => {
    const dataset = `${pictures}, ${keys}, resize: bilinear, normalisation: none`;
    expect(modelOf(`    dataset: { ${dataset} }`)?.dataset).toEqual({
      format: 'image-folder',
      path: 'd',
      metric: 'top1',
      classes,
      resize: 'bilinear',
      fit,
      normalisation: undefined,
    });
  });

  test('csv states its column of labels and its normalisation', () => {
    const dataset = 'format: csv, path: d.csv, metric: top1, labels: class';
    expect(modelOf(`    dataset: { ${dataset}, normalisation: { mean: 1, std: 2 } }`)?.dataset).toEqual({
      format: 'csv',
      path: 'd.csv',
      metric: 'top1',
      labels: 'class',
      normalisation: { mean: [1], std: [2] },
    });
  });
});

test('samples of networks with state may be sequences', () => {
  const dataset = 'format: npz, path: d.npz, metric: top1, inputs: x, labels: y, normalisation: none';
  expect(modelOf(`    dataset: { ${dataset}, sequence: each }`)?.dataset).toHaveProperty('sequence', 'each');
  expect(modelOf(`    dataset: { ${dataset} }`)?.dataset).not.toHaveProperty('sequence');
});

describe('what is wrong', () => {
  test.each([
    ['latency: 20KB', '"20KB" is not a time: write a number with us, ms or s, for example 20ms'],
    ['latency: 20', '"20" is not a time: write a number with us, ms or s, for example 20ms'],
    ['latency: 0ms', '"0ms" is not a time above 0: write a number with us, ms or s, for example 20ms'],
    [
      'sram: 64ms',
      '"64ms" is not a size: write bytes or a number with B, KB, MB, KiB or MiB, for example 64KiB or 200KB',
    ],
    [
      'sram: 64K',
      '"64K" is not a size: write bytes or a number with B, KB, MB, KiB or MiB, for example 64KiB or 200KB',
    ],
    [
      'sram: -1',
      '"-1" is not a size: write bytes or a number with B, KB, MB, KiB or MiB, for example 64KiB or 200KB',
    ],
    [
      'sram: 0',
      '"0" is not a size above 0: write bytes or a number with B, KB, MB, KiB or MiB, for example 64KiB or 200KB',
    ],
    ['flash: [1]', 'expected a text such as 64KiB'],
  ])('budgets: { %s }', (budget, message) => {
    const problem = problemOf(`    budgets: { ${budget} }`);
    expect(problem.message).toBe(message);
    expect(problem).toMatchObject({ path: `models[0].budgets.${budget.split(':')[0]}`, line: 4 });
    expect(problem.column).toBe(16 + budget.indexOf(' ') + 1);
  });

  test.each([
    ['regression: { sram: 3ms }', 'is not a ratio'],
    ['regression: { latency: 150% }', 'is more than 100 %'],
    [`dataset: { ${pictures}, classes: sorted, normalisation: none }`, 'is missing'],
    [`dataset: { ${pictures}, resize: nearest, normalisation: none }`, 'is missing'],
    [
      `dataset: { ${pictures}, classes: alphabetical, resize: nearest, normalisation: none }`,
      'expected sorted, numbered, or a list',
    ],
    [
      `dataset: { ${pictures}, classes: [a, b, a], resize: nearest, normalisation: none }`,
      'names a class twice',
    ],
    [
      `dataset: { ${pictures}, classes: sorted, resize: bicubic, normalisation: none }`,
      'expected one of nearest, bilinear, bilinear-antialias, bicubic-antialias',
    ],
    [
      `dataset: { ${pictures}, classes: sorted, resize: nearest, fit: pad, normalisation: none }`,
      'expected stretch, crop, or { shorterSide: pixels }',
    ],
    [
      'dataset: { format: csv, path: d, metric: top1, labels: "", normalisation: none }',
      'a column name cannot be empty',
    ],
    [
      'dataset: { format: mlperf-tiny, path: d, metric: top1, sequence: first }',
      'expected one of last, each',
    ],
    [
      `dataset: { ${pictures}, classes: sorted, resize: nearest, normalisation: none, sequence: last }`,
      'unknown key "sequence"',
    ],
    ['dataset: { format: zip, path: d, metric: top1 }', 'expected mlperf-tiny, npz, csv or image-folder'],
    [
      'dataset: { format: mlperf-tiny, path: d, metric: top2 }',
      'expected one of top1, top5, auc, did you mean top1?',
    ],
    ['dataset: { format: npz, path: d, metric: top1, inputs: x, labels: y }', 'is missing'],
    [
      'dataset: { format: npz, path: d, metric: top1, inputs: x, labels: y, normalisation: { mean: [1, 2], std: [1, 2, 3] } }',
      'different numbers of channels',
    ],
    ['budgets: { accuracy: 90% }', 'accuracy cannot be measured without a dataset'],
    [
      'budget: { sram: 1 }',
      'unknown key "budget", did you mean budgets?: known are name, path, budgets, objective, regression, dataset',
    ],
    ['budgets: { lattency: 1ms }', 'unknown key "lattency", did you mean latency?'],
    ['__proto__: 1', 'unknown key "__proto__"'],
  ])('%s', (lines, message) => {
    expect(problemOf(`    ${lines}`).message).toContain(message);
  });

  test('points of accuracy are asked for by name', () => {
    const dataset = '    dataset: { format: mlperf-tiny, path: d, metric: top1 }';
    const problem = problemOf(`    regression: { accuracy: 2% }\n${dataset}`);
    expect(problem.message).toBe(
      '"2%" is not a difference of ratios: write percentage points, for example 0.5pp',
    );
  });

  test('two models of one name, whatever their case', () => {
    const [problem] = problemsOf('models:\n  - { name: kws, path: a }\n  - { name: KWS, path: b }\n');
    expect(problem).toEqual({
      path: 'models[1].name',
      line: 3,
      column: 13,
      message: '"KWS" is also the name of models[0] (line 2)',
    });
  });

  test('an unknown target, with the known and the nearest', () => {
    const [problem] = problemsOf('targets: [stm32f764]\nmodels: [{ name: a, path: a }]\n');
    expect(problem).toMatchObject({ path: 'targets[0]', line: 1, column: 11 });
    expect(problem?.message).toMatch(/unknown target "stm32f764" \(did you mean stm32f746\? known targets: /);
  });

  test('a target twice, an unknown key of the search', () => {
    const paths = problemsOf('targets: [stm32f746, stm32f746]\nmodels: []\nsearch: { sram: 1 }\n');
    expect(paths.map(({ path, line }) => `${path}:${line}`)).toEqual(['targets[1]:1', 'search.sram:3']);
  });

  test('everything at once, in the order of the file', () => {
    const problems = problemsOf(`models:
  - name: "no spaces"
    path: 3
    budgets: { sram: 1ms, falsh: 1 }
  - 7
toolchian: auto
`);
    expect(problems.map(({ path, line, column }) => `${line}:${column} ${path}`)).toEqual([
      '2:11 models[0].name',
      '3:11 models[0].path',
      '4:22 models[0].budgets.sram',
      '4:27 models[0].budgets.falsh',
      '5:5 models[1]',
      '6:1 toolchian',
    ]);
  });

  test('one problem is placed by file, line and column in one line', () => {
    expect(failureOf('models: [{ name: a, path: a, budgets: { latency: 20KB } }]').toLine()).toBe(
      'mcunet.yml:1:50: models[0].budgets.latency: "20KB" is not a time: write a number with us, ms or s, for example 20ms [CONFIG_INVALID]',
    );
  });

  test('an empty file has no models', () => {
    expect(failureOf('').toLine()).toBe(
      'mcunet.yml:1:1: models: name at least one model, or what to search [CONFIG_INVALID]',
    );
  });
});

describe('what is hostile', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => [...pair]))
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);

  test.each([
    ['broken YAML', 'models: [', 'CONFIG_SYNTAX'],
    ['a key twice', 'models: []\nmodels: []\n', 'CONFIG_SYNTAX'],
    ['two documents', 'models: []\n---\nmodels: []\n', 'CONFIG_SYNTAX'],
    ['an unknown tag', 'models: !!js/function x', 'CONFIG_SYNTAX'],
    ['an alias of nothing', 'models: *nothing', 'CONFIG_SYNTAX'],
    ['an alias bomb', bomb.join('\n'), 'CONFIG_TOO_LARGE'],
    ['deep nesting', `models: ${'['.repeat(40)}${']'.repeat(40)}`, 'CONFIG_TOO_LARGE'],
    ['very deep nesting', '['.repeat(20_000), 'CONFIG_TOO_LARGE'],
    ['very deep keys', '? '.repeat(2000), 'CONFIG_TOO_LARGE'],
    ['a huge file', `# ${'x'.repeat(300_000)}`, 'CONFIG_TOO_LARGE'],
  ])('%s', (_, text, code) => {
    const started = performance.now();
    expect(failureOf(text).code).toBe(code);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('any text is a configuration or a failure', () => {
    const line = fc.constantFrom(
      'models:',
      '  - name: a',
      '    path: b',
      '    budgets:',
      '      sram: ',
      'targets: ',
      '&a ',
      '*a',
      '[',
      ']',
      '{',
      '}',
      '? ',
      '- ',
      ': ',
      '\n',
      '\t',
      '"',
      "'",
      '|',
      '>',
      '%YAML 1.1',
      '---',
      '\u0000',
      '<<: ',
      '!!binary',
      '1e999',
      '.nan',
      'null',
      '64KiB',
      'search: ',
      'dataset: ',
      'format: npz',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 8 })), { maxLength: 40 }), (parts) => {
        try {
          parseConfig(parts.join(''), 'mcunet.yml');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the JSON Schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(configJsonSchema());

  test('accepts the documented example and describes every key', () => {
    expect(validate(parse(documented))).toBe(true);
    const described = JSON.stringify(configJsonSchema()).match(/"description":/g);
    expect(described?.length).toBeGreaterThan(25);
  });

  test('refuses unknown keys and wrong types', () => {
    expect(validate({ models: [{ name: 'a', path: 'b', budgets: { ram: 1 } }] })).toBe(false);
    expect(validate({ models: 'a' })).toBe(false);
  });
});
