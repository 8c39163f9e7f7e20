/** Networks of operators that read what none takes, which only their last operators tell: damaged files that fuzzing found. */
import { expect, test } from 'vitest';
import { readModel } from '../../src/model/index.ts';
import { refusalOf } from '../support/refusal.ts';
import { edge, float32, network, node } from './onnx-bytes.ts';

test.each([
  [
    'places in another order than they are made in',
    [
      'CAg6vgIKPgoFaW5wdXQKBGMwLjAKBGMwLjEKBGMwLjIKBGMwLjMSAnYwIgZBcmdNaW4qEQoHZXBzaWxvbhWsxSc3oAEBEgdu',
      'ZXR3b3JrKjAICRABQgRjMC4wSiR/LNg/7EGQP0siwD8I/C8/+V++v/Bw0D9IV+4+ZDzRPnwbhz8qMAgJEAFCBGMwLjFKJJsJ',
      'er/Anmo9SjSZP3apRb4uaMI+R3+HPQ9Qrr7cnYw+WVprvyowCAkQAUIEYzAuMkokBc2nvsXcN7++V4O+TAuJvl7gsz4sMpO/',
      'NhEMP5BW2r7Xw4I+KjAICRABQgRjMC4zSiRCMSQ/tZoPP4S63z+THYI/5tmFP1OItD9HoPk/o7uGP/QcjD5aHwoFaW5wdXQS',
      'FgoUCAESEAoCCAEKAggJCgIIAQoCCAZiCgoCdjASBAoCCAFCBAoAEBE=',
    ].join(''),
    /ArgMin at operator 0 "v0" \(what it gives is read, or stands in another order than it is made in: int64 values/,
  ],
  [
    'int8 values without a scale',
    [
      'CAg6cwo6CgVpbnB1dBICdjAiBkFyZ01pbioUCgRheGlzGP///////////wGgAQIqDwoIa2VlcGRpbXMYAKABAhIHbmV0d29y',
      'a1oXCgVpbnB1dBIOCgwIAhIICgIIAQoCCDliCgoCdjASBAoCCAcSB25ldHdvcmtCBAoAEBE=',
    ].join(''),
    /ArgMin at operator 0 "v0" \(it reads int8 values without a scale\)/,
  ],
] as const)('%s', (_, text, reason) => {
  const { code, message } = refusalOf(() => readModel(new Uint8Array(Buffer.from(text, 'base64'))));
  expect(code).toBe('MODEL_OP_UNSUPPORTED');
  expect(message).toMatch(reason);
});

test('factors of a normalisation that float32 does not hold', () => {
  const [scales, others] = ['scales', 'others'].map((name, index) =>
    float32(name, [2], index === 0 ? [3e38, 1] : [1e-20, 1]),
  );
  const bytes = network(
    scales ?? [],
    others ?? [],
    node('BatchNormalization', ['input', 'scales', 'others', 'others', 'others'], 'out'),
    edge(11, 'input', [1, 2]),
    edge(12, 'out', [1, 2]),
  );
  expect(refusalOf(() => readModel(bytes)).message).toMatch(/some of its factors are infinite or no numbers/);
});

test('places between places, gathered of constants', () => {
  const bytes = network(
    float32('places', [2], [0.5, 1]),
    float32('numbers', [3], [1, 2, 3]),
    node('Gather', ['numbers', 'places'], 'gathered'),
    node('Add', ['input', 'gathered'], 'out'),
    edge(11, 'input', [1, 2]),
    edge(12, 'out', [1, 2]),
  );
  expect(refusalOf(() => readModel(bytes)).code).toBe('MODEL_OP_UNSUPPORTED');
});
