/* Nearest-neighbour resize: every output pixel is a copy of one input pixel. */
#ifndef MCUNET_RESIZE_NEAREST_S8_H
#define MCUNET_RESIZE_NEAREST_S8_H

#include "rows.h"

/* `rows` and `columns` name the input row and column of each output row and column. */
KERNEL void resize_nearest_s8(const int8_t *input, int8_t *output, const int16_t *rows,
                              const int16_t *columns, int32_t first_row, int32_t end_row, int32_t input_ring,
                              int32_t output_ring, int32_t input_height, int32_t input_width,
                              int32_t channels, int32_t output_height, int32_t output_width) {
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const row =
        input + place_of_row(rows[y], input_ring, input_height) * input_width * channels;
    int8_t *to = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      memcpy(to, row + columns[x] * channels, (size_t)channels);
      to += channels;
    }
  }
}

#endif
