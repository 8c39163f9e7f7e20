/* The same scaling of every element from or to int16: other scales, and activations that bound or bend. */
#ifndef MCUNET_RESCALE_S16_H
#define MCUNET_RESCALE_S16_H

#include "rows.h"
#include "wide_scaling.h"

KERNEL int32_t element_of_bytes(const void *values, int32_t place, int32_t bytes) {
  return bytes == 1 ? ((const int8_t *)values)[place] : ((const int16_t *)values)[place];
}

/*
 * Values below 0 have a factor of their own, which is applied to their magnitude where `of_magnitude` is 1,
 * and the result negated where `negated` is. Elements have 1 or 2 bytes on either side and are made in order.
 */
KERNEL void rescale_s16(const void *input, void *output, int32_t first_row, int32_t end_row,
                        int32_t input_ring, int32_t output_ring, int32_t height, int32_t row_elements,
                        int32_t input_bytes, int32_t output_bytes, int32_t input_zero_point,
                        int32_t output_zero_point, int32_t multiplier, int32_t shift,
                        int32_t below_multiplier, int32_t below_shift, int32_t of_magnitude, int32_t negated,
                        int32_t min, int32_t max) {
  for (int32_t y = first_row; y < end_row; y++) {
    const int32_t from = place_of_row(y, input_ring, height) * row_elements;
    const int32_t to = place_of_row(y, output_ring, height) * row_elements;
    for (int32_t i = 0; i < row_elements; i++) {
      const int32_t value = element_of_bytes(input, from + i, input_bytes) - input_zero_point;
      const int32_t below = requantise(of_magnitude ? -value : value, below_multiplier, below_shift);
      const int32_t scaled = value >= 0 ? requantise(value, multiplier, shift) : negated ? -below : below;
      /* The sum is formed last, so that it cannot overflow. */
      const int32_t bounded = minimum(maximum(scaled, min - output_zero_point), max - output_zero_point);
      if (output_bytes == 1) ((int8_t *)output)[to + i] = (int8_t)(bounded + output_zero_point);
      if (output_bytes == 2) ((int16_t *)output)[to + i] = (int16_t)(bounded + output_zero_point);
    }
  }
}

#endif
