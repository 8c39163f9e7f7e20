/* Exponentials, reciprocals and logarithms in fixed point, bit for bit as TensorFlow Lite's reference. */
#ifndef MCUNET_FIXED_POINT_H
#define MCUNET_FIXED_POINT_H

#include "requantise.h"

/* Fixed-point numbers are named by their integer bits: F0 is -1 ... 1, F5 is -32 ... 32, F12 -4096 ... 4096.
 */

/* a * b of two fixed-point numbers; a and b are never both -2^31 here. */
KERNEL int32_t multiply_fixed(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* value * 2^shift, saturated. */
KERNEL int32_t shift_left_saturating(int32_t value, int32_t shift) {
  if (value > INT32_MAX >> shift) return INT32_MAX;
  if (value < INT32_MIN >> shift) return INT32_MIN;
  return value * (1 << shift);
}

/* exp(value) in F0 for F0 value in -1/4 ... 0: a Taylor polynomial around -1/8. */
KERNEL int32_t exp_of_quarter(int32_t value) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t third = 715827883;
  const int32_t x = value + (1 << 28);
  const int32_t x2 = multiply_fixed(x, x);
  const int32_t x3 = multiply_fixed(x2, x);
  const int32_t x4 = multiply_fixed(x2, x2);
  const int32_t cubic = multiply_fixed(shift_right_rounding(x4, 2) + x3, third) + x2;
  return exp_minus_eighth + multiply_fixed(exp_minus_eighth, x + shift_right_rounding(cubic, 1));
}

/* exp(value) in F0 for F5 value <= 0: quarters by the polynomial, the rest by factors exp(-2^n), n = -2
 * ... 4. */
KERNEL int32_t exp_of_negative(int32_t value) {
  static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = 1 << 24;
  const int32_t within = (value & (quarter - 1)) - quarter;
  const int32_t quarters = within - value;
  int32_t result = exp_of_quarter(within * 32);
  if (value == 0) return INT32_MAX;
  for (int32_t bit = 0; bit < 7; bit++) {
    if ((quarters >> (24 + bit)) & 1) result = multiply_fixed(result, factors[bit]);
  }
  return result;
}

/* 1 / (1 + value) in F0 for F0 value in 0 ... 1, by three Newton steps in F2. */
KERNEL int32_t reciprocal_of_one_plus(int32_t value) {
  const int32_t half_denominator = (int32_t)(((int64_t)value + INT32_MAX + 1) / 2);
  int32_t x = 1515870810 + multiply_fixed(half_denominator, -1010580540);
  for (int32_t step = 0; step < 3; step++) {
    const int32_t error = (1 << 29) - multiply_fixed(half_denominator, x);
    x += shift_left_saturating(multiply_fixed(x, error), 2);
  }
  return shift_left_saturating(x, 1);
}

KERNEL int32_t leading_zeros(uint32_t value) {
  return __builtin_clz(value);
}

/* exp of a difference of int8, scaled to F5: multiplier and left shift are those of the layer. */
KERNEL int32_t exp_of_difference(int32_t difference, int32_t multiplier, int32_t left_shift) {
  return exp_of_negative(multiply_fixed(difference * (1 << left_shift), multiplier));
}

#endif
