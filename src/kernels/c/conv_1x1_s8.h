/* 1x1 convolution with stride 1 and no padding: a matrix product over the pixels. */
#ifndef MCUNET_CONV_1X1_S8_H
#define MCUNET_CONV_1X1_S8_H

#include "expand.h"
#include "matrix_pixel.h"
#include "rows.h"

/*
 * Rows that lie one behind the other in both rings are taken together: their pixels in order, `block` at a
 * time, a multiple of 4. `scratch` holds them expanded, 2 * depth bytes each and a word, so that they are
 * read whole before their outputs are written. What is left is copied there pixel by pixel. `depth` is the
 * input's channels up to a multiple of 4.
 */
KERNEL void conv_1x1_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                        const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                        int32_t output_ring, int32_t height, int32_t width, int32_t input_channels,
                        int32_t output_channels, int32_t depth, int32_t block, int32_t apart, int32_t scaling,
                        int32_t output_zero_point, int32_t min, int32_t max) {
  const matrix factor = {{scales, output_zero_point, min, max}, weights, depth, output_channels};
  int32_t *const expanded = scratch;
  int8_t *const single = scratch;
  for (int32_t y = first_row; y < end_row;) {
    const int32_t input_place = place_of_row(y, input_ring, height);
    const int32_t output_place = place_of_row(y, output_ring, height);
    const int32_t rows = minimum(end_row - y, minimum(input_ring - input_place, output_ring - output_place));
    const int32_t all = rows * width;
    const int8_t *from = input + input_place * width * input_channels;
    int8_t *to = output + output_place * width * output_channels;
    for (int32_t rest = all / 4 * 4; rest > 0; rest -= block) {
      const int32_t pixels = minimum(rest, block);
      for (int32_t pixel = 0; pixel < pixels; pixel += 4) {
        int32_t *const group = expanded + pixel / 4 * EXPANDED_WORDS(depth);
        if (depth == input_channels) {
          expand_pixels(from, group, depth, input_channels);
        } else {
          for (int32_t i = 0; i < 4; i++) {
            expand_short(from + i * input_channels, group + i, input_channels);
          }
        }
        from += 4 * input_channels;
      }
      matrix_groups(&factor, expanded, pixels / 4, to, apart, scaling);
      to += pixels * output_channels;
    }
    for (int32_t rest = all % 4; rest > 0; rest--) {
      memcpy(single, from, (size_t)input_channels);
      if (depth != input_channels) memset(single + input_channels, 0, (size_t)(depth - input_channels));
      matrix_pixel(&factor, single, to, apart, scaling);
      from += input_channels;
      to += output_channels;
    }
    y += rows;
  }
}

#endif
