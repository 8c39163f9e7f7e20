/** Child processes of the real machine: results, limits, a clean environment. */
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/host/index.ts';

const host = nodeHost();

describe('run', () => {
  test('gives exit status and both streams, and passes standard input', async () => {
    const result = await host.run({
      argv: ['sh', '-c', 'cat; echo problem >&2; exit 3'],
      stdin: new TextEncoder().encode('hello'),
    });
    expect(result).toMatchObject({ exitCode: 3, timedOut: false, stderr: 'problem\n' });
    expect(new TextDecoder().decode(result.stdout)).toBe('hello');
  });

  test('a program that ends without reading its input is judged by its status', async () => {
    const result = await host.run({ argv: ['true'], stdin: new Uint8Array(1 << 20) });
    expect(result.exitCode).toBe(0);
  });

  test('a program that does not exist is a toolchain failure', async () => {
    await expect(host.run({ argv: ['no-such-program'] })).rejects.toMatchObject({
      code: 'PROGRAM_NOT_FOUND',
      kind: 'toolchain',
      where: 'no-such-program',
    });
  });

  test('a limit ends the program and its children', async () => {
    const result = await host.run({ argv: ['sh', '-c', 'sleep 60 & wait'], timeoutMs: 200 });
    expect(result).toMatchObject({ timedOut: true, exitCode: undefined });
  });

  test('children see no variables of ours but the few that tools need', async () => {
    process.env.MCUNET_TEST_SECRET = 'token';
    const result = await host.run({ argv: ['env'] });
    delete process.env.MCUNET_TEST_SECRET;
    const output = new TextDecoder().decode(result.stdout);
    expect(output).toContain('PATH=');
    expect(output).not.toContain('MCUNET_TEST_SECRET');
  });
});
