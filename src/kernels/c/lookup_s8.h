/* A function of one int8, from a table that is made with the code. */
#ifndef MCUNET_LOOKUP_S8_H
#define MCUNET_LOOKUP_S8_H

#include "rows.h"

/* Entry i of the table is the result for the int8 whose bits are those of i. Elements of a row are made in
 * order. */
KERNEL void lookup_s8(const int8_t *input, int8_t *output, const int8_t *table, int32_t first_row,
                      int32_t end_row, int32_t input_ring, int32_t output_ring, int32_t height,
                      int32_t row_elements) {
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const from = input + place_of_row(y, input_ring, height) * row_elements;
    int8_t *const to = output + place_of_row(y, output_ring, height) * row_elements;
    for (int32_t i = 0; i < row_elements; i++) to[i] = table[(uint8_t)from[i]];
  }
}

#endif
