/** Which toolchain is chosen, what is said where none works, and what a container may not do. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Command, Failure, type ProcessResult, type Toolchain } from '../../src/base/index.ts';
import { openToolchain } from '../../src/firmware/index.ts';
import { memoryHost } from '../support/memory-host.ts';
import { describeWithArmCompiler, describeWithContainer } from './toolchains.ts';

const version = 'arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205';
const imageId = 'ab'.repeat(32);

type Programs = {
  readonly localCompiler?: boolean;
  readonly docker?: 'no daemon' | 'has image';
  readonly podman?: 'cannot run' | 'has image' | 'builds image' | 'cannot build' | 'pulls image';
};

type Reply = Partial<ProcessResult> & { readonly text?: string };

/** A machine with these programs, and the commands that it was given. */
function machine(programs: Programs): {
  readonly host: ReturnType<typeof memoryHost>;
  readonly commands: Command[];
} {
  const commands: Command[] = [];
  const built = new Set<string>();
  const reply = ({ argv: [program, verb] }: Command): Reply => {
    if (['chmod', 'mkdir', 'rm', 'mv'].includes(program)) return {};
    if (program === 'arm-none-eabi-gcc' && programs.localCompiler) return { text: `${version}\nCopyright\n` };
    const state = program === 'docker' || program === 'podman' ? programs[program] : undefined;
    if (state === undefined) return notInstalled(program);
    if (verb === 'build' && state === 'builds image') built.add(program);
    if (verb === 'load' && state.includes('build')) built.add(program);
    if (verb === 'pull' && state === 'pulls image') built.add(program);
    return engineReply(state, verb, built.has(program));
  };
  const host = memoryHost({}, async (command) => {
    commands.push(command);
    const { text = '', ...result } = reply(command);
    return { exitCode: 0, timedOut: false, stderr: '', stdout: new TextEncoder().encode(text), ...result };
  });
  return { host, commands };
}

function engineReply(state: string, verb: string | undefined, isBuilt: boolean): Reply {
  if (state === 'no daemon') return { exitCode: 1, stderr: 'Cannot connect to the Docker daemon\n' };
  if (verb === 'run' && state === 'cannot run') {
    return { exitCode: 126, stderr: 'Error: OCI permission denied\n' };
  }
  if (verb === 'build' && state === 'cannot build') return { exitCode: 1, stderr: 'Error: no such host\n' };
  if (verb === 'pull' && state !== 'pulls image') {
    return { exitCode: 125, stderr: 'Error: initializing source: dial tcp: no such host\n' };
  }
  if (verb === 'image' && !isBuilt && /build|pulls/.test(state))
    return { exitCode: 125, stderr: 'no such image' };
  return { text: verb === 'image' ? `${imageId}\n` : version };
}

function notInstalled(program: string): never {
  throw new Failure({
    code: 'PROGRAM_NOT_FOUND',
    kind: 'toolchain',
    message: 'not installed',
    where: program,
  });
}

const failureOf = async (work: Promise<Toolchain>): Promise<Failure> =>
  work.then(
    () => Promise.reject(new Error('a toolchain was found')),
    (error: unknown) => (error instanceof Failure ? error : Promise.reject(error)),
  );

test('auto takes the container where one runs, and says so', async () => {
  const { host } = machine({ localCompiler: true, docker: 'no daemon', podman: 'has image' });
  const { identity } = await openToolchain('auto', host);
  expect(identity).toEqual({
    kind: 'container',
    compiler: version,
    engine: 'podman',
    imageDigest: `sha256:${imageId}`,
    imageOrigin: 'built',
  });
});

test.each<[string, Programs]>([
  ['there is no engine', { localCompiler: true }],
  ['the engine cannot run anything', { localCompiler: true, podman: 'cannot run' }],
  ['the image can be neither found nor built', { localCompiler: true, podman: 'cannot build' }],
])('auto takes the local compiler where %s', async (_, programs) => {
  const { identity } = await openToolchain('auto', machine(programs).host);
  expect(identity).toEqual({ kind: 'local', compiler: version });
});

test('builds the image from the Dockerfile where it is absent', async () => {
  const { host, commands } = machine({ podman: 'builds image' });
  expect((await openToolchain('container', host)).identity.kind).toBe('container');
  const build = commands.find(({ argv }) => argv[1] === 'build');
  expect(new TextDecoder().decode(build?.stdin)).toMatch(
    /FROM \$\{BASE_IMAGE\}[\s\S]*gcc-arm-none-eabi=15:12\.2/,
  );
});

const digest = `sha256:${'cd'.repeat(32)}`;
const published = `ghcr.io/someone/toolchain@${digest}`;
const verbs = (commands: readonly Command[]) =>
  commands.map(({ argv }) => argv[1]).filter((verb) => /^(pull|build|load|save)$/.test(verb ?? ''));

test('pulls the published image by its digest, and names it', async () => {
  const { host, commands } = machine({ podman: 'pulls image' });
  const { identity } = await openToolchain('container', host, { publishedImage: published });
  expect(identity).toMatchObject({ imageDigest: digest, imageOrigin: 'published' });
  expect(commands.find(({ argv }) => argv[1] === 'pull')?.argv.at(-1)).toBe(published);
  expect(verbs(commands)).toEqual(['pull']);
});

test('builds it where the pull fails, and keeps what was built', async () => {
  const { host, commands } = machine({ podman: 'builds image' });
  const options = { publishedImage: published, imageFolder: '/kept' };
  const { identity } = await openToolchain('container', host, options);
  expect(identity).toMatchObject({ imageDigest: `sha256:${imageId}`, imageOrigin: 'built' });
  expect(verbs(commands)).toEqual(['pull', 'build', 'save']);
  const moved = commands.find(({ argv }) => argv[0] === 'mv')?.argv;
  expect(moved?.at(-1)).toMatch(/^\/kept\/mcunet-toolchain-[0-9a-f]{12}\.tar$/);
});

test('loads what was kept instead of building again', async () => {
  const first = machine({ podman: 'builds image' });
  await openToolchain('container', first.host, { imageFolder: '/kept' });
  const kept = first.commands.find(({ argv }) => argv[0] === 'mv')?.argv.at(-1) ?? '';
  const { host, commands } = machine({ podman: 'builds image' });
  await host.writeFiles('/kept', new Map([[basename(kept), 'layers']]));
  const { identity } = await openToolchain('container', host, { imageFolder: '/kept' });
  expect(identity.imageOrigin).toBe('built');
  expect(verbs(commands)).toEqual(['load']);
});

test('says what each way to the image came to where none works', async () => {
  const { host } = machine({ podman: 'cannot build' });
  const failure = await failureOf(openToolchain('container', host, { publishedImage: published }));
  expect(failure.message).toContain('podman pull: Error: initializing source');
  expect(failure.message).toContain('podman build: Error: no such host');
});

test('an image of the user is pulled only by digest', async () => {
  const byDigest = machine({ podman: 'pulls image' });
  const { identity } = await openToolchain('container', byDigest.host, { containerImage: published });
  expect(identity).toMatchObject({ imageDigest: digest, imageOrigin: 'given' });
  const byTag = machine({ podman: 'pulls image' });
  await failureOf(openToolchain('container', byTag.host, { containerImage: 'team/compilers:3' }));
  expect(verbs(byTag.commands)).toEqual([]);
});

test('a recorded digest is that of this very Dockerfile, or of none', async () => {
  const folder = join(import.meta.dirname, '../../src/firmware/container');
  const text = readFileSync(join(folder, 'Dockerfile'));
  const record = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8'));
  const tag = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const isRecorded = record.dockerfile === tag && /^sha256:[0-9a-f]{64}$/.test(record.digest);
  expect(isRecorded || (record.dockerfile === '' && record.digest === '')).toBe(true);
});

test('a named image is taken as it is, or missed by its name', async () => {
  const { host, commands } = machine({ podman: 'builds image' });
  const failure = await failureOf(openToolchain('container', host, { containerImage: 'team/compilers:3' }));
  expect(failure.message).toContain('container image team/compilers:3');
  expect(commands.some(({ argv }) => argv[1] === 'build')).toBe(false);
});

test('says why nothing works, and how to install either', async () => {
  const { host } = machine({ docker: 'no daemon', podman: 'cannot run' });
  const failure = await failureOf(openToolchain('auto', host));
  expect(failure).toMatchObject({ code: 'TOOLCHAIN_MISSING', kind: 'toolchain' });
  const line = failure.toLine();
  expect(line).toContain('OCI permission denied');
  expect(line).toContain('arm-none-eabi-gcc is not on PATH');
  expect(line).toMatch(/apt-get install gcc-arm-none-eabi .* or a container engine/);
});

test('confines everything that it runs', async () => {
  const { host, commands } = machine({ docker: 'has image' });
  const toolchain = await openToolchain('container', host, { containerArguments: ['--runtime=runc'] });
  const workspace = await toolchain.openWorkspace('x', new Map([['a.c', 'int a;']]));
  commands.length = 0;
  await toolchain.exec(workspace, [{ argv: ['cc', 'one'] }, { argv: ['cc', 'two', 'three'] }]);
  await toolchain.exec(workspace, [{ argv: ['cc'] }, { argv: ['./run'], stdin: new Uint8Array(3) }]);
  expect(commands).toHaveLength(3);
  for (const { argv, timeoutMs } of commands) {
    expect(argv.slice(0, 2)).toEqual(['docker', 'run']);
    for (const limit of [
      '--network=none',
      '--read-only',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--user=65534:65534',
      '--pids-limit=256',
      '--memory=4g',
      '--cpus=2',
      '--runtime=runc',
      `--volume=${workspace.root}/src:/build/src:ro,z`,
      `sha256:${imageId}`,
    ]) {
      expect(argv).toContain(limit);
    }
    expect(argv.some((argument) => argument.startsWith('--env'))).toBe(false);
    expect(timeoutMs).toBeGreaterThan(0);
  }
  expect(commands[0]?.argv.slice(-8)).toEqual(['batch', '2', 'cc', 'one', '3', 'cc', 'two', 'three']);
});

/** What both kinds of toolchain promise. */
function keepsThePromise(toolchain: Toolchain): void {
  /** Runs shell scripts in one workspace, with `src/given.txt` in it. */
  async function run(scripts: readonly string[], stdin?: string, timeoutMs?: number): Promise<ProcessResult> {
    const workspace = await toolchain.openWorkspace('promise', new Map([['given.txt', 'given\n']]));
    try {
      return await toolchain.exec(
        workspace,
        scripts.map((script) => ({
          argv: ['sh', '-c', script] as const,
          ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) }),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        })),
      );
    } finally {
      await toolchain.closeWorkspace(workspace);
    }
  }
  const textOf = (result: ProcessResult): string => new TextDecoder().decode(result.stdout);

  test('tools run in out/, in order, and find the sources beside it', async () => {
    const result = await run(['cp ../src/given.txt made.txt', 'cat made.txt', 'basename "$(pwd)"']);
    expect(textOf(result)).toBe('given\nout\n');
    expect(result.exitCode).toBe(0);
  });

  test('the first failure ends the series, with its status and what was said', async () => {
    const result = await run(['echo one', 'echo two; echo why >&2; exit 7', 'echo three']);
    expect(result).toMatchObject({ exitCode: 7, timedOut: false });
    expect(textOf(result)).toBe('one\ntwo\n');
    expect(result.stderr).toBe('why\n');
  });

  test('input goes to the command that it is for', async () => {
    expect(textOf(await run(['cat'], 'from here'))).toBe('from here');
    expect(textOf(await run(['cat; echo nothing', 'cat']))).toBe('nothing\n');
  });

  test('bytes go in and come out unchanged, and are seen as they come', async () => {
    const stdin = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * index) >> 3);
    const workspace = await toolchain.openWorkspace('bytes', new Map());
    let seenBytes = 0;
    const onStdout = (chunk: Uint8Array): void => {
      seenBytes += chunk.length;
    };
    const result = await toolchain.exec(workspace, [{ argv: ['cat'], stdin, onStdout }]);
    await toolchain.closeWorkspace(workspace);
    expect(Buffer.compare(result.stdout, stdin)).toBe(0);
    expect(seenBytes).toBe(stdin.length);
  });

  test('a command that does not end is ended', async () => {
    const started = performance.now();
    const result = await run(['sleep 60'], undefined, 1000);
    expect(result.timedOut).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('no variable of this process is seen', async () => {
    process.env.MCUNET_TEST_SECRET = 'secret';
    expect(textOf(await run(['env']))).not.toContain('MCUNET_TEST_SECRET');
  });
}

describeWithArmCompiler('the local toolchain', keepsThePromise);

await describeWithContainer('the container toolchain', (toolchain) => {
  keepsThePromise(toolchain);

  test('cannot reach a network, write outside out/, or be root', async () => {
    const workspace = await toolchain.openWorkspace('confined', new Map([['given.txt', 'given']]));
    const attempts = [
      'echo x > ../src/given.txt',
      'echo x > /etc/motd',
      'echo x > /build/new',
      'cat /etc/shadow',
      'exec 3<>/dev/tcp/127.0.0.1/80',
      `cat ${workspace.root}/src/given.txt`,
    ].map((attempt) => `(${attempt}) 2>/dev/null && echo "done: ${attempt.replaceAll('>', ' to ')}"`);
    const script = `${attempts.join('; ')}; ls /sys/class/net; id -u`;
    const result = await toolchain.exec(workspace, [{ argv: ['bash', '-c', script] }]);
    await toolchain.closeWorkspace(workspace);
    expect(new TextDecoder().decode(result.stdout)).toBe('lo\n65534\n');
  });
});
