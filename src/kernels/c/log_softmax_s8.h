/* Logarithm of the softmax over the last dimension in fixed point, bit for bit as TensorFlow Lite's
 * reference. */
#ifndef MCUNET_LOG_SOFTMAX_S8_H
#define MCUNET_LOG_SOFTMAX_S8_H

#include "fixed_point.h"

/* a * b / 2^31 and the terms of a rational function are F0; powers of two are F6. */
enum { sqrt_half = 1518500250, root_of_sqrt_half = 1805811301, log_of_two = 1488522236 };

/* log(value) in F5 for F12 value from 1 on: the exponent of two, and a rational function of the rest around
 * 2^-1/4. */
KERNEL int32_t log_from_one(int32_t value) {
  const int32_t quarter = 1 << 23;
  const int32_t zeros = leading_zeros((uint32_t)value);
  const int32_t above = shift_left_saturating(multiply_fixed(value << (zeros - 1), sqrt_half), 1);
  const int32_t above_power = (12 - zeros) * (1 << 25) + quarter;
  const int32_t headroom = leading_zeros((uint32_t)multiply_fixed(value, sqrt_half)) - 1;
  const int32_t below = shift_left_saturating(value, headroom);
  const int32_t below_power = (12 - headroom) * (1 << 25) - quarter;
  const int32_t rest = minimum(above, below);
  const int32_t power = maximum(above_power, below_power);
  const int32_t half_sum = (int32_t)(((int64_t)rest + root_of_sqrt_half + 1) / 2);
  const int32_t gap = (rest - root_of_sqrt_half) * 2;
  const int32_t square = multiply_fixed(gap, gap);
  const int32_t numerator =
      multiply_fixed(gap, rest) + multiply_fixed(multiply_fixed(gap, square), 117049297);
  const int32_t inner = 1057819769 + gap + multiply_fixed(127690142, square);
  const int32_t denominator = multiply_fixed(half_sum, inner) + multiply_fixed(638450708, gap);
  const int32_t quotient =
      multiply_fixed(shift_right_rounding(numerator, 6), reciprocal_of_one_plus(denominator));
  return shift_left_saturating(multiply_fixed(power, log_of_two) + quotient, 1);
}

/* How differences from the largest value of a row become fixed point; those below `diff_min` do not count. */
typedef struct {
  int32_t multiplier, left_shift, diff_min;
  /* From fixed point back to differences. */
  int32_t reverse_multiplier, reverse_shift;
} log_softmax_scale;

KERNEL void log_softmax_row_s8(const int8_t *input, int8_t *output, int32_t depth,
                               const log_softmax_scale *scale) {
  int32_t largest = -128;
  for (int32_t i = 0; i < depth; i++) largest = maximum(largest, input[i]);
  int32_t sum = 0;
  for (int32_t i = 0; i < depth; i++) {
    const int32_t difference = input[i] - largest;
    if (difference < scale->diff_min) continue;
    sum += shift_right_rounding(exp_of_difference(difference, scale->multiplier, scale->left_shift), 12);
  }
  const int32_t log_of_sum = log_from_one(sum);
  const int32_t least =
      maximum(scale->diff_min - 1,
              requantise(log_of_sum + INT32_MIN, scale->reverse_multiplier, scale->reverse_shift));
  for (int32_t i = 0; i < depth; i++) {
    const int32_t difference = input[i] - largest;
    int32_t value = -128;
    if (difference > least) {
      const int32_t fixed = requantise(difference, scale->multiplier, scale->left_shift);
      value = shift_right_rounding(fixed - log_of_sum, 31 - 5 - 4) + 127;
    }
    output[i] = (int8_t)minimum(maximum(value, -128), 127);
  }
}

/* Each row is read whole before its first result is written, and then element by element ahead of its
 * results. */
KERNEL void log_softmax_s8(const int8_t *input, int8_t *output, int32_t rows, int32_t depth,
                           int32_t multiplier, int32_t left_shift, int32_t diff_min,
                           int32_t reverse_multiplier, int32_t reverse_shift) {
  const log_softmax_scale scale = {multiplier, left_shift, diff_min, reverse_multiplier, reverse_shift};
  for (int32_t row = 0; row < rows; row++) {
    log_softmax_row_s8(input, output, depth, &scale);
    input += depth;
    output += depth;
  }
}

#endif
