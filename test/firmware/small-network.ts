/** A hand-written network with the interface that generated ones have: large enough to have every part of an image. */
import type { SourceTree } from '../../src/code/index.ts';

export type SmallNetwork = {
  /** Bytes of weights, which the network sums up. */
  readonly weightBytes?: number;
  readonly arenaBytes?: number;
  /** Further C in model.c, and an expression that the operator adds. */
  readonly extraCode?: string;
  readonly extraTerm?: string;
};

/** One int8 input and one float32 input of 4 elements, one output of 4: input + float input + sum of weights. */
export function smallNetwork(options: SmallNetwork = {}): SourceTree {
  const { weightBytes = 64, arenaBytes = 256, extraCode = '', extraTerm = '0' } = options;
  const weights = Array.from({ length: weightBytes }, (_, index) => (index % 7) - 3).join(',');
  const header = `#ifndef MODEL_H
#define MODEL_H
#include <stddef.h>
#include <stdint.h>
#define MODEL_NAME "small network"
#define MODEL_ARENA_BYTES ${arenaBytes}
#define MODEL_INPUT_COUNT 2
#define MODEL_OUTPUT_COUNT 1
#define MODEL_INPUT_0_TYPE int8_t
#define MODEL_INPUT_0_ELEMENTS 4
#define MODEL_INPUT_0_BYTES 4
#define MODEL_INPUT_0_IS_FLOAT32 0
#define MODEL_INPUT_1_TYPE int8_t
#define MODEL_INPUT_1_ELEMENTS 4
#define MODEL_INPUT_1_BYTES 4
#define MODEL_INPUT_1_IS_FLOAT32 1
#define MODEL_OUTPUT_0_TYPE int8_t
#define MODEL_OUTPUT_0_ELEMENTS 4
#define MODEL_OUTPUT_0_BYTES 4
#define MODEL_OUTPUT_0_IS_FLOAT32 0
void model_init(void);
void model_invoke(void);
int8_t *model_input(size_t index);
const int8_t *model_output(size_t index);
void model_set_input_f32(size_t index, size_t element, float value);
float model_get_output_f32(size_t index, size_t element);
#endif
`;
  const source = `#include "model.h"
#include <string.h>
static _Alignas(16) uint8_t model_arena[MODEL_ARENA_BYTES];
static const int8_t model_op0_weights[${weightBytes}] = {${weights}};
${extraCode}
static __attribute__((noinline)) void model_op0_add(void) {
  int32_t sum = 0;
  for (size_t i = 0; i < sizeof model_op0_weights; ++i) {
    sum += model_op0_weights[i];
  }
  for (size_t i = 0; i < 4; ++i) {
    model_arena[8 + i] = (uint8_t)(model_arena[i] + model_arena[4 + i] + (uint32_t)sum + (uint32_t)(${extraTerm}));
  }
}
void model_init(void) { memset(model_arena, 0, sizeof model_arena); }
void model_invoke(void) { model_op0_add(); }
int8_t *model_input(size_t index) { return (int8_t *)model_arena + 4 * index; }
const int8_t *model_output(size_t index) { return index == 0 ? (const int8_t *)model_arena + 8 : NULL; }
void model_set_input_f32(size_t index, size_t element, float value) {
  model_input(index)[element] = (int8_t)(value * 2.0F);
}
float model_get_output_f32(size_t index, size_t element) { return 0.5F * (float)model_output(index)[element]; }
`;
  return {
    files: new Map([
      ['model.h', header],
      ['model.c', source],
    ]),
    units: ['model.c'],
    symbols: [{ step: 0, operatorIndex: 0, symbol: 'model_op0_add' }],
  };
}
