/* The same scaling of every element: another scale or zero point, and standalone activations. */
#ifndef MCUNET_REQUANTISE_ELEMENTS_S8_H
#define MCUNET_REQUANTISE_ELEMENTS_S8_H

#include "requantise.h"
#include "rows.h"

/* Elements of a row are made in order. */
KERNEL void requantise_elements_s8(const int8_t *input, int8_t *output, int32_t first_row, int32_t end_row,
                                   int32_t input_ring, int32_t output_ring, int32_t height,
                                   int32_t row_elements, int32_t input_zero_point, int32_t output_zero_point,
                                   int32_t multiplier, int32_t shift, int32_t min, int32_t max) {
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const from = input + place_of_row(y, input_ring, height) * row_elements;
    int8_t *const to = output + place_of_row(y, output_ring, height) * row_elements;
    for (int32_t i = 0; i < row_elements; i++) {
      to[i] = requantise_s8(from[i] - input_zero_point, multiplier, shift, output_zero_point, min, max);
    }
  }
}

#endif
