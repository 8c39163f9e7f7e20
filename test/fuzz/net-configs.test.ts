/** Net configurations with anything in any place give a network or a `Failure`, soon. */
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/base/index.ts';
import { readModel } from '../../src/model/index.ts';
import { type NetJson, smallNet } from '../model/net-config-json.ts';

const encode = (json: NetJson): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

/** What reading ended in, and the processor time that it took. */
function outcomeOf(bytes: Uint8Array): { code: string; ms: number } {
  const start = process.threadCpuUsage();
  const code = codeOf(bytes);
  const { user, system } = process.threadCpuUsage(start);
  return { code, ms: (user + system) / 1000 };
}

function codeOf(bytes: Uint8Array): string {
  try {
    readModel(bytes, 'net.json');
    return 'read';
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.code;
    throw thrown;
  }
}

/** Every place of a JSON value, as the keys that lead to it. */
function placesOf(value: NetJson): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [[], ...keys.flatMap((key) => placesOf(value[key]).map((place) => [key, ...place]))];
}

function replaced(json: NetJson, [key, ...rest]: (string | number)[], value: unknown): NetJson {
  if (key === undefined) return value;
  const copy = Array.isArray(json) ? [...json] : { ...json };
  copy[key] = replaced(copy[key], rest, value);
  return copy;
}

const oddValues = [0, -1, 1, 1.5, 3, 1e9, 2 ** 53, -0, null, true, 'x', '', [], [3], [3, 1], [1e9, 1e9], {}];

describe('net configurations', () => {
  test('with an odd value in any one place', () => {
    const codes = new Set<string>();
    for (const place of placesOf(smallNet()).filter(({ length }) => length > 0)) {
      for (const value of oddValues) {
        const { code, ms } = outcomeOf(encode(replaced(smallNet(), place, value)));
        expect(ms, `${place.join('.')} = ${JSON.stringify(value)}`).toBeLessThan(1000);
        codes.add(code);
      }
    }
    expect([...codes].sort()).toEqual(['NET_CONFIG_INVALID', 'read']);
  });

  test('at the limit of what may be are read in time, one beyond at once', () => {
    const largest = smallNet();
    largest.feature_mix_layer.out_channels = 41;
    largest.classifier = { ...largest.classifier, in_features: 41, out_features: 99_000 };
    const read = outcomeOf(encode(largest));
    expect(read.code).toBe('read');
    expect(read.ms).toBeLessThan(1000);
    const nested = `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(codeOf(new TextEncoder().encode(nested))).toBe('NET_CONFIG_INVALID');
    const many = { ...smallNet(), blocks: Array.from({ length: 100_000 }, () => 0) };
    const { code, ms } = outcomeOf(encode(many));
    expect(code).toBe('NET_CONFIG_INVALID');
    expect(ms).toBeLessThan(1000);
  });
});
