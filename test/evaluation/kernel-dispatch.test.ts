/** The dispatch of kernels is made from their prototypes: what cannot be read is refused, what is new is there. */
import { expect, test } from 'vitest';
import { dispatchModule } from '../../scripts/kernel-dispatch.ts';

const kernel = (parameters: string, name = 'double_s8'): ReadonlyMap<string, string> =>
  new Map([
    [`${name}.h`, `/* Doubles. */\nKERNEL void double_s8(${parameters}) {\n}\n`],
    ['platform.h', 'KERNEL int32_t minimum(int32_t a, int32_t b) {\n}\n'],
  ]);

test('kernels get pointers and numbers in the order of their parameters; other headers hold none', () => {
  const text = dispatchModule(kernel('const int8_t *input, int8_t *output,\n   void *scratch, int32_t n0'));
  expect(text).toContain('{ name: "double_s8", parameters: "pppn" }');
  expect(text).toContain('given[2].pointer,\\n      given[3].number);');
  expect(text).not.toContain('minimum');
});

test.each([
  ['a parameter of another type', kernel('const int8_t *input, float factor'), /"float factor" is neither/],
  ['a parameter without a name', kernel('int32_t'), /"int32_t" is neither/],
  ['a header without its function', kernel('int32_t n', 'triple_s8'), /triple_s8.h has 0 definitions/],
])('%s stops the generation', (_title, headers, message) => {
  expect(() => dispatchModule(headers)).toThrow(message);
});
