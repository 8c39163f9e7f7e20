/* Elements that tables name along each dimension. */
#ifndef MCUNET_TAKE_S8_H
#define MCUNET_TAKE_S8_H

#include "rows.h"

/* Element i of a dimension is that which its table names; without one it is element i. */
KERNEL int32_t source_of(const int16_t *sources, int32_t i) {
  return sources != NULL ? sources[i] : i;
}

/*
 * n0 ... n3 is the output's shape, step* what one step along it is in the input. Rows are those of dimension
 * 1, of which the input has `input_height`; where not all are made at once, n0 is 1.
 */
KERNEL void take_s8(const int8_t *input, int8_t *output, const int16_t *sources0, const int16_t *sources1,
                    const int16_t *sources2, const int16_t *sources3, int32_t first_row, int32_t end_row,
                    int32_t input_ring, int32_t output_ring, int32_t input_height, int32_t n0, int32_t n1,
                    int32_t n2, int32_t n3, int32_t step0, int32_t step1, int32_t step2, int32_t step3) {
  for (int32_t i = 0; i < n0; i++) {
    const int8_t *const plane = input + source_of(sources0, i) * step0;
    for (int32_t y = first_row; y < end_row; y++) {
      const int8_t *const row =
          plane + place_of_row(source_of(sources1, y), input_ring, input_height) * step1;
      int8_t *to = output + (i * n1 + place_of_row(y, output_ring, n1)) * n2 * n3;
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *const from = row + source_of(sources2, k) * step2;
        if (sources3 == NULL) {
          memcpy(to, from, (size_t)n3);
          to += n3;
        } else {
          for (int32_t l = 0; l < n3; l++) *to++ = from[sources3[l] * step3];
        }
      }
    }
  }
}

#endif
