/* Rows scaled to a length of 1, in steps of 1/128, bit for bit as TensorFlow Lite's reference. */
#ifndef MCUNET_L2_NORMALISATION_S8_H
#define MCUNET_L2_NORMALISATION_S8_H

#include "fixed_point.h"
#include "requantise.h"

/* A factor as `requantise.h` has it. */
typedef struct {
  int32_t multiplier, shift;
} fixed_factor;

/* 1 / sqrt(value), times 128: five Newton steps on what powers of four leave of the value. */
KERNEL fixed_factor inverse_root(int32_t value) {
  fixed_factor result = {INT32_MAX, 7};
  if (value <= 1) return result;
  int32_t halvings = 11;
  for (; value >= 1 << 29; halvings++) value /= 4;
  const int32_t pairs = (leading_zeros((uint32_t)value) - 1) / 2 - 1;
  halvings -= pairs;
  value *= 1 << 2 * pairs;
  const int32_t half = shift_right_rounding(value >> 1, 1);
  int32_t x = 1 << 28;
  for (int32_t step = 0; step < 5; step++) {
    /* Of nine integer bits, and back to three. */
    const int32_t cube = shift_left_saturating(multiply_fixed(multiply_fixed(x, x), x), 6);
    const int32_t gain = multiply_fixed((1 << 28) + (1 << 27), x) - multiply_fixed(half, cube);
    x = shift_left_saturating(gain, 3);
  }
  result.multiplier = multiply_fixed(x, 1518500250);
  if (halvings < 0) {
    result.multiplier *= 1 << -halvings;
    halvings = 0;
  }
  result.shift = 7 - halvings;
  return result;
}

/* Each row is read whole before its first result is written, and then element by element ahead of its
 * results. */
KERNEL void l2_normalisation_s8(const int8_t *input, int8_t *output, int32_t rows, int32_t depth,
                                int32_t input_zero_point) {
  for (int32_t row = 0; row < rows; row++) {
    int32_t sum = 0;
    for (int32_t i = 0; i < depth; i++) {
      const int32_t value = input[i] - input_zero_point;
      sum += value * value;
    }
    const fixed_factor factor = inverse_root(sum);
    for (int32_t i = 0; i < depth; i++) {
      const int32_t scaled = requantise(input[i] - input_zero_point, factor.multiplier, factor.shift);
      output[i] = (int8_t)minimum(maximum(scaled, INT8_MIN), INT8_MAX);
    }
    input += depth;
    output += depth;
  }
}

#endif
