/** Firmware is linked, and its figures are those of the linker and of the compiler's call graph. */
import { beforeAll, describe, expect, test } from 'vitest';
import { at, Failure, type Toolchain } from '../../src/base/index.ts';
import type { SourceTree } from '../../src/code/index.ts';
import { readElf } from '../../src/elf/index.ts';
import { buildFirmware, type FirmwareImage } from '../../src/firmware/index.ts';
import { findTarget } from '../../src/target/index.ts';
import { smallNetwork } from './small-network.ts';
import { describeWithArmCompiler, describeWithContainer } from './toolchains.ts';

const target = findTarget('stm32f746');
const build = (tree: SourceTree, toolchain: Toolchain): Promise<FirmwareImage> =>
  buildFirmware(tree, target, toolchain, { name: 'test' });

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Section sizes and addresses as `arm-none-eabi-size -A` prints them. */
async function linkerSizes(toolchain: Toolchain, elf: Uint8Array): Promise<Map<string, [number, number]>> {
  const workspace = await toolchain.openWorkspace('size', new Map([['firmware.elf', elf]]));
  const result = await toolchain.exec(workspace, [
    { argv: ['arm-none-eabi-size', '-A', '-d', '../src/firmware.elf'] },
  ]);
  await toolchain.closeWorkspace(workspace);
  const rows = new TextDecoder().decode(result.stdout).matchAll(/^(\.\S+)\s+(\d+)\s+(\d+)$/gm);
  return new Map([...rows].map(([, name = '', bytes, address]) => [name, [Number(bytes), Number(address)]]));
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw outcome ?? new Error('no failure');
}

describeWithArmCompiler('an image with all its parts', (toolchain) => {
  // An initialised variable, so that there is a data image; three bytes, so that there are gaps.
  const extraCode = 'extern int8_t model_state[3]; int8_t model_state[3] = {1, 2, 3};';
  const tree = smallNetwork({
    weightBytes: 4321,
    arenaBytes: 1000,
    extraCode,
    extraTerm: '++model_state[0]',
  });
  let image: FirmwareImage;
  beforeAll(async () => {
    image = await build(tree, toolchain);
  });

  test('flash adds up to what the linker placed and to the bytes that are programmed', async () => {
    const { totalBytes, ...parts } = image.flash;
    expect(sumOf(Object.values(parts))).toBe(totalBytes);
    expect(totalBytes).toBe(image.bin.length);
    const sizes = await linkerSizes(toolchain, image.elf);
    expect(parts.weightBytes).toBe(sizes.get('.weights')?.[0]);
    expect(parts.weightBytes).toBe(4321);
    expect(parts.kernelBytes).toBe(sizes.get('.kernels')?.[0]);
    expect(parts.runtimeBytes).toBe(sizes.get('.text')?.[0]);
    expect(parts.dataImageBytes).toBe(4);
    const flash = [...sizes].filter(([name]) =>
      /^\.(isr_vector|text|kernels|weights|rodata|data)$/.test(name),
    );
    const gaps = totalBytes - sumOf(flash.map(([, [bytes]]) => bytes));
    expect(gaps).toBeGreaterThanOrEqual(0);
    expect(gaps).toBeLessThan(32);
  });

  test('SRAM adds up to the end of the last section', async () => {
    const { totalBytes, ...parts } = image.sram;
    expect(sumOf(Object.values(parts))).toBe(totalBytes);
    const sizes = await linkerSizes(toolchain, image.elf);
    const ends = [...sizes.values()].filter(([, address]) => address >= target.sramOrigin);
    expect(totalBytes).toBe(Math.max(...ends.map(([bytes, address]) => bytes + address)) - target.sramOrigin);
    expect(parts.arenaBytes).toBe(1000);
    expect(parts.stackBytes).toBe(image.stack.worstCaseBytes);
    expect(image.overflow).toEqual({ flashBytes: 0, sramBytes: 0 });
  });

  test('the stack lies at the bottom of SRAM, so that an overflow faults', async () => {
    expect((await linkerSizes(toolchain, image.elf)).get('.stack')).toEqual([
      image.stack.worstCaseBytes,
      target.sramOrigin,
    ]);
    const initialStackPointer = new DataView(image.bin.buffer, image.bin.byteOffset).getUint32(0, true);
    expect(initialStackPointer).toBe(target.sramOrigin + image.stack.worstCaseBytes);
  });

  test('the stack covers program, interrupt and fault with their exception frames', () => {
    const symbols = image.stack.deepestChain.map(({ symbol }) => symbol);
    expect(symbols.slice(0, 2)).toEqual(['Reset_Handler', 'main']);
    const frames = symbols.flatMap((symbol, index) => (symbol === '(exception frame)' ? [index] : []));
    expect(frames.map((index) => symbols[index + 1])).toEqual(['USART1_IRQHandler', 'fault_report']);
    const bytes = sumOf(image.stack.deepestChain.map(({ frameBytes }) => frameBytes));
    expect(image.stack.worstCaseBytes).toBe(Math.ceil(bytes / 8) * 8);
  });

  test('the vector table leads to reset, the interrupt and the fault report', () => {
    const elf = readElf(image.elf);
    const addressOf = (name: string): number | undefined =>
      elf.symbols.find((symbol) => symbol.name === name)?.value;
    const vectors = new DataView(image.bin.buffer, image.bin.byteOffset);
    const vector = (number: number): number => vectors.getUint32(4 * number, true);
    expect(vector(1)).toBe(addressOf('Reset_Handler'));
    expect(vector(3)).toBe(addressOf('Fault_Handler'));
    expect(vector(16 + 37)).toBe(addressOf('USART1_IRQHandler'));
    expect(vector(16 + 97)).toBe(addressOf('Fault_Handler'));
    expect(elf.entry).toBe(addressOf('Reset_Handler'));
  });

  test('initial values lie in flash where start-up code looks for them', () => {
    const load = readElf(image.elf).symbols.find(({ name }) => name === '__data_load')?.value ?? 0;
    expect(load % 4).toBe(0);
    expect([...image.bin.subarray(load - target.flashOrigin)]).toEqual([1, 2, 3, 0]);
  });

  test('symbols are listed largest first, with even addresses', () => {
    expect(at(image.symbols, 0)).toMatchObject({
      name: 'model_op0_weights',
      bytes: 4321,
      section: '.weights',
    });
    expect(image.symbols.map(({ name }) => name)).toContain('model_op0_add');
    expect(image.symbols.filter(({ address, section }) => section === '.text' && address % 2 !== 0)).toEqual(
      [],
    );
  });

  test('the hex file holds the bytes of the bin file', () => {
    expect(bytesOfHex(new TextDecoder().decode(image.hex), target.flashOrigin)).toEqual([...image.bin]);
  });

  test('another folder gives the same bytes', async () => {
    const again = await build(tree, toolchain);
    for (const part of ['elf', 'bin', 'hex', 'map'] as const) {
      expect(Buffer.compare(again[part], image[part]), part).toBe(0);
    }
  });
});

/** Contents of an Intel HEX file from `origin` on. */
function bytesOfHex(text: string, origin: number): number[] {
  const bytes: number[] = [];
  const put = (offset: number, value: number): void => {
    // What lies between sections is not in the file; the binary has zeros there.
    while (bytes.length < offset) bytes.push(0);
    bytes[offset] = value;
  };
  let upper = 0;
  for (const line of text.trim().split(/\r?\n/)) {
    const record = Buffer.from(line.slice(1), 'hex');
    expect(sumOf([...record]) % 256).toBe(0);
    const [length = 0, high = 0, low = 0, type] = record;
    if (type === 4) upper = record.readUInt16BE(4) * 65_536;
    if (type !== 0) continue;
    for (let index = 0; index < length; index++) {
      put(upper + high * 256 + low + index - origin, at(record, 4 + index));
    }
  }
  return bytes;
}

describeWithArmCompiler('an image that does not fit', (toolchain) => {
  test('says by how many bytes, and is measured all the same', async () => {
    const small = await build(smallNetwork({ weightBytes: 1000, arenaBytes: 1024 }), toolchain);
    const weightBytes = target.flashBytes;
    const arenaBytes = 1024 + target.sramBytes - small.sram.totalBytes + 64;
    const image = await build(smallNetwork({ weightBytes, arenaBytes }), toolchain);
    expect(image.overflow).toEqual({ flashBytes: image.bin.length - target.flashBytes, sramBytes: 64 });
    expect(image.flash).toMatchObject({ totalBytes: image.bin.length, weightBytes });
    expect(image.sram).toMatchObject({ totalBytes: target.sramBytes + 64, arenaBytes });

    const lessWeights = weightBytes - Math.floor(image.overflow.flashBytes / 16) * 16 + 32;
    const barely = await build(smallNetwork({ weightBytes: lessWeights, arenaBytes }), toolchain);
    // The code that walks the weights may be a few bytes longer or shorter for another count.
    expect(barely.overflow.flashBytes).toBe(barely.bin.length - target.flashBytes);
    expect(barely.overflow.flashBytes).toBeGreaterThan(0);
    expect(barely.overflow.flashBytes).toBeLessThan(64);
  });

  test('the last byte that fits is not an overflow', async () => {
    const small = await build(smallNetwork({ weightBytes: 1000, arenaBytes: 1024 }), toolchain);
    const arenaBytes = 1024 + target.sramBytes - small.sram.totalBytes;
    const image = await build(smallNetwork({ weightBytes: 1000, arenaBytes }), toolchain);
    expect(image.sram.totalBytes).toBe(target.sramBytes);
    expect(image.overflow.sramBytes).toBe(0);
  });
});

describeWithArmCompiler('what cannot be bounded or built', (toolchain) => {
  test.each([
    [
      'recursion',
      'static __attribute__((noinline, noclone, optimize("no-optimize-sibling-calls"))) int model_sum(int n) { return n <= 0 ? 0 : n ^ model_sum(n - 1 - model_sum(n / 2)); }',
      'model_sum((int)model_arena[0])',
      /recursion through model_sum/,
    ],
    [
      'a call through a pointer',
      'extern int (*volatile model_hook)(int); int (*volatile model_hook)(int);',
      'model_hook(1)',
      /model_op0_add calls through a pointer/,
    ],
    [
      'a frame that grows',
      'static __attribute__((noinline)) int model_grow(int n) { volatile char space[n]; space[n - 1] = 1; return space[n - 1]; }',
      'model_grow(model_arena[0] + 1)',
      /model_grow has a frame whose size is known at run time only/,
    ],
    [
      'a library function',
      '',
      '(int32_t)((int64_t)sum * 1000 / (model_arena[0] + 1))',
      /__aeabi_ldivmod, called by model_op0_add, has no stack information/,
    ],
  ])('%s', async (_, extraCode, extraTerm, words) => {
    const failure = await failureOf(build(smallNetwork({ extraCode, extraTerm }), toolchain));
    expect(failure.code).toBe('FIRMWARE_STACK_UNBOUNDED');
    expect(failure.message).toMatch(words);
  });

  test('a warning of the compiler is an error, and named', async () => {
    const failure = await failureOf(build(smallNetwork({ extraTerm: 'weight' }), toolchain));
    expect(failure.toLine()).toMatch(/compiling failed: .*'weight' undeclared.*\[FIRMWARE_BUILD_FAILED\]/);
  });

  test('a symbol that nobody defines', async () => {
    const extraCode = 'extern int model_missing;';
    const failure = await failureOf(
      build(smallNetwork({ extraCode, extraTerm: 'model_missing' }), toolchain),
    );
    expect(failure.toLine()).toMatch(/linking failed: .*undefined reference to `model_missing'/);
  });
});

await describeWithContainer('the container', (container) => {
  describe('against the local compiler', () => {
    describeWithArmCompiler('of the same version', (local) => {
      test('gives the same image, byte for byte', async () => {
        const tree = smallNetwork({ weightBytes: 2000 });
        expect(container.identity.compiler).toBe(local.identity.compiler);
        const [inside, outside] = await Promise.all([build(tree, container), build(tree, local)]);
        for (const part of ['elf', 'bin', 'hex', 'map'] as const) {
          expect(Buffer.compare(inside[part], outside[part]), part).toBe(0);
        }
        expect(inside.toolchain).toMatchObject({
          kind: 'container',
          compiler: expect.stringContaining('12.2'),
        });
        expect(inside.toolchain.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
      });
    });
  });
});

describeWithArmCompiler('operators that are alike in every literal', (toolchain) => {
  test('stay functions of their own, each with its stack', async () => {
    const body = '(int8_t *row) { for (int i = 0; i < 9; i++) row[i] = (int8_t)(row[i] * 3); }';
    const functions = ['model_op1_add', 'model_op2_add'].map(
      (name) => `static __attribute__((noinline)) void ${name}${body}`,
    );
    const tree = smallNetwork({
      extraCode: `static int8_t row[9];\n${functions.join('\n')}`,
      extraTerm: '(model_op1_add(row), row[1]++, model_op2_add(row), row[0])',
    });
    const { symbols } = await build(tree, toolchain);
    const places = symbols.filter(({ name }) => /^model_op[12]_add/.test(name));
    expect(places).toHaveLength(2);
  });
});
