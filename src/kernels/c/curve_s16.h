/* Logistic function and hyperbolic tangent of int16, by one table of the logistic function's upper half. */
#ifndef MCUNET_CURVE_S16_H
#define MCUNET_CURVE_S16_H

#include "platform.h"
#include "rows.h"

/* 2^16 / (1 + e^-x) of x in steps of 1/24, less 2^15; between them straight lines. `bits` lie below a step.
 */
KERNEL uint32_t curve_between(const int16_t *table, uint32_t magnitude, int32_t bits, uint32_t saturated) {
  const uint32_t place = magnitude >> bits;
  if (place >= 255) return saturated;
  const uint32_t low = (uint32_t)(table[place] + 32768), high = (uint32_t)(table[place + 1] + 32768);
  const uint32_t rest = magnitude & ((1U << bits) - 1U);
  return (low << bits) + rest * (high - low);
}

KERNEL int32_t logistic_s16(const int16_t *table, int32_t value, uint32_t magnitude) {
  const uint32_t half = 1U << 9;
  const uint32_t result = curve_between(table, magnitude, 9, UINT32_C(0x7fff) << 10);
  return (int32_t)((value >= 0 ? result + half : (UINT32_C(1) << 25) - result + half - 1U) >> 10);
}

/* 2 f(2 x) - 1 of the logistic function f. */
KERNEL int32_t tanh_s16(const int16_t *table, int32_t value, uint32_t magnitude) {
  const int32_t middle = 1 << 23, half = 1 << 7;
  const int32_t result = (int32_t)curve_between(table, magnitude, 8, UINT32_C(0xffff) << 8) - middle;
  return (value >= 0 ? result + half : -result + half - 1) >> 8;
}

/* Inputs times `multiplier` / 2^shift are in steps of 1/24 of 2^9, or of 2^8 for the tangent. Elements are
 * made in order. */
KERNEL void curve_s16(const int16_t *input, int16_t *output, const int16_t *table, int32_t first_row,
                      int32_t end_row, int32_t input_ring, int32_t output_ring, int32_t height,
                      int32_t row_elements, int32_t is_tanh, int32_t multiplier, int32_t shift) {
  const int32_t round = shift > 0 ? 1 << (shift - 1) : 0;
  for (int32_t y = first_row; y < end_row; y++) {
    const int16_t *const from = input + place_of_row(y, input_ring, height) * row_elements;
    int16_t *const to = output + place_of_row(y, output_ring, height) * row_elements;
    for (int32_t i = 0; i < row_elements; i++) {
      const int32_t value = (from[i] * multiplier + round) >> shift;
      const uint32_t magnitude = (uint32_t)(value < 0 ? -value : value);
      to[i] = (int16_t)(is_tanh ? tanh_s16(table, value, magnitude) : logistic_s16(table, value, magnitude));
    }
  }
}

#endif
