/* Nearest-neighbour resize: every output pixel is a copy of one input pixel. */
#ifndef MCUNET_RESIZE_NEAREST_S8_H
#define MCUNET_RESIZE_NEAREST_S8_H

#include "platform.h"

/* `rows` and `columns` name the input row and column of each output row and column. */
KERNEL void resize_nearest_s8(const int8_t *input, int8_t *output, const int16_t *rows,
                              const int16_t *columns, int32_t input_width, int32_t channels,
                              int32_t output_height, int32_t output_width) {
  for (int32_t y = 0; y < output_height; y++) {
    const int8_t *const row = input + rows[y] * input_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      memcpy(output, row + columns[x] * channels, (size_t)channels);
      output += channels;
    }
  }
}

#endif
