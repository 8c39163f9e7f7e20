/* Sum, product, extremum or prelu of two int16 tensors, broadcast to the output's shape. */
#ifndef MCUNET_OPERANDS_S16_H
#define MCUNET_OPERANDS_S16_H

#include "broadcast.h"
#include "rows.h"
#include "wide_scaling.h"

/* What is made of two elements, as the catalogue names it. */
enum { sum_of_pair, product_of_pair, larger_of_pair, smaller_of_pair, prelu_of_pair };

/* A sum scales both first, with shifts of at most 0 (`b_sign` is -1 for a difference); prelu has a factor for
 * values below 0 beside that of the others. */
typedef struct {
  int32_t function, a_multiplier, a_shift, b_multiplier, b_shift, b_sign, b_zero_point, multiplier, shift;
} pair_function;

KERNEL int32_t of_pair(const pair_function *pair, int32_t a, int32_t b) {
  switch (pair->function) {
  case sum_of_pair: {
    const int32_t sum = scale_down(a * (1 << 15), pair->a_multiplier, pair->a_shift) +
                        pair->b_sign * scale_down(b * (1 << 15), pair->b_multiplier, pair->b_shift);
    return requantise(sum, pair->multiplier, pair->shift);
  }
  case product_of_pair:
    return requantise(a * b, pair->multiplier, pair->shift);
  case larger_of_pair:
    return maximum(a, b);
  case smaller_of_pair:
    return minimum(a, b);
  default:
    if (a >= 0) return requantise(a, pair->multiplier, pair->shift);
    return requantise(a * (b - pair->b_zero_point), pair->b_multiplier, pair->b_shift);
  }
}

/* An element of the second operand, which is int8 for prelu. */
KERNEL int32_t second_of_pair(const void *b, int32_t place, int32_t function) {
  return function == prelu_of_pair ? ((const int8_t *)b)[place] : ((const int16_t *)b)[place];
}

/*
 * n0 ... n3 is the shape of a row of the output, or of all of it taken as one row, a_step* and b_step* the
 * operands' steps in it, and *_pitch the elements of a row; 0 where an operand is the same in all. Elements
 * are made in order.
 */
KERNEL void operands_s16(const int16_t *a, const void *b, int16_t *output, int32_t first_row, int32_t end_row,
                         int32_t a_ring, int32_t b_ring, int32_t output_ring, int32_t height, int32_t a_pitch,
                         int32_t b_pitch, int32_t output_pitch, int32_t n0, int32_t n1, int32_t n2,
                         int32_t n3, int32_t a_step0, int32_t a_step1, int32_t a_step2, int32_t a_step3,
                         int32_t b_step0, int32_t b_step1, int32_t b_step2, int32_t b_step3, int32_t function,
                         int32_t a_multiplier, int32_t a_shift, int32_t b_multiplier, int32_t b_shift,
                         int32_t b_sign, int32_t b_zero_point, int32_t multiplier, int32_t shift, int32_t min,
                         int32_t max) {
  const operand_steps a_steps = {{a_step0, a_step1, a_step2, a_step3}};
  const operand_steps b_steps = {{b_step0, b_step1, b_step2, b_step3}};
  const pair_function pair = {function, a_multiplier, a_shift,    b_multiplier, b_shift,
                              b_sign,   b_zero_point, multiplier, shift};
  for (int32_t y = first_row; y < end_row; y++) {
    const int16_t *const a_rows = a + place_of_row(y, a_ring, height) * a_pitch;
    const int32_t b_rows = place_of_row(y, b_ring, height) * b_pitch;
    int16_t *to = output + place_of_row(y, output_ring, height) * output_pitch;
    for (int32_t i = 0; i < n0; i++) {
      for (int32_t j = 0; j < n1; j++) {
        for (int32_t k = 0; k < n2; k++) {
          const int16_t *a_row = a_rows + operand_offset(&a_steps, i, j, k);
          const int32_t b_row = b_rows + operand_offset(&b_steps, i, j, k);
          for (int32_t l = 0; l < n3; l++) {
            const int32_t second = second_of_pair(b, b_row + l * b_step3, function);
            *to++ = clamp_s16(of_pair(&pair, a_row[l * a_step3], second), min, max);
          }
        }
      }
    }
  }
}

#endif
