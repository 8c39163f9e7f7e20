/**
 * C that calls any kernel of the catalogue with arguments that are known at run time only, made from the kernels'
 * prototypes: the engine of `evaluation` is compiled from it, so that no kernel can be forgotten there.
 */

export type Prototype = {
  readonly name: string;
  /** `p` for a pointer and `n` for an int32, one a parameter. */
  readonly parameters: string;
};

/** Headers of kernels end like this and hold a function of the same name; the others are what kernels stand on. */
const kernelHeader = /^([a-z0-9_]+_(?:s4|s8|s16|s32|u8))\.h$/;
const number = /^int32_t [a-z][a-z0-9_]*$/;
const pointer = /^(const )?(void|u?int(8|16|32)_t) \*[a-z][a-z0-9_]*$/;

/**
 * TypeScript of the table of kernels, and of the C header `dispatch.h`.
 *
 * @param headers texts by file name
 * @throws Error where a kernel has no prototype that can be read
 */
export function dispatchModule(headers: ReadonlyMap<string, string>): string {
  const prototypes = prototypesOf(headers);
  const entries = prototypes.map(
    ({ name, parameters }) =>
      `  { name: ${JSON.stringify(name)}, parameters: ${JSON.stringify(parameters)} },\n`,
  );
  return (
    '// Made by scripts/generate-sources.ts from the prototypes in src/kernels/c; do not edit.\n' +
    'export type DispatchedKernel = { readonly name: string; readonly parameters: string };\n' +
    '/** In the order of the table in `dispatch.h`; a parameter is a pointer (p) or a number (n). */\n' +
    `export const dispatchedKernels: readonly DispatchedKernel[] = [\n${entries.join('')}];\n` +
    `export const dispatchHeader: string = ${JSON.stringify(dispatchText(prototypes, 'kernels/'))};\n`
  );
}

/** Of the kernels among headers, whose texts come by file name. */
export function prototypesOf(headers: ReadonlyMap<string, string>): readonly Prototype[] {
  return [...headers].flatMap(([file, text]) => {
    const name = kernelHeader.exec(file)?.[1];
    return name === undefined ? [] : [prototypeOf(name, text)];
  });
}

function prototypeOf(name: string, text: string): Prototype {
  const found = [...text.matchAll(new RegExp(`^KERNEL void ${name}\\(([^)]*)\\) \\{$`, 'gm'))];
  const [first] = found;
  if (first?.[1] === undefined || found.length !== 1) {
    throw new Error(`${name}.h has ${found.length} definitions that begin with "KERNEL void ${name}("`);
  }
  const parameters = first[1].split(',').map((parameter) => letterOf(name, parameter.trim()));
  return { name, parameters: parameters.join('') };
}

function letterOf(kernel: string, parameter: string): 'n' | 'p' {
  const text = parameter.replaceAll(/\s+/g, ' ');
  if (number.test(text)) return 'n';
  if (pointer.test(text)) return 'p';
  throw new Error(`${kernel}: parameter "${text}" is neither an int32_t nor a pointer to integers`);
}

/** C of the table `kernels`; `place` is where the kernels' headers are. */
export function dispatchText(prototypes: readonly Prototype[], place: string): string {
  const includes = prototypes.map(({ name }) => `#include "${place}${name}.h"\n`);
  const wrappers = prototypes.map(({ name, parameters }) => {
    const given = [...parameters].map(
      (letter, index) => `      given[${index}].${letter === 'n' ? 'number' : 'pointer'}`,
    );
    return `static void call_${name}(const argument *given) {\n  ${name}(\n${given.join(',\n')});\n}\n`;
  });
  const table = prototypes.map(({ name }) => `    call_${name},\n`);
  return (
    `${includes.join('')}\n${wrappers.join('\n')}\n` +
    `static void (*const kernels[])(const argument *given) = {\n${table.join('')}};\n`
  );
}
