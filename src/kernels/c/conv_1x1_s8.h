/* 1x1 convolution with stride 1 and no padding: a matrix product over the pixels, straight from the input. */
#ifndef MCUNET_CONV_1X1_S8_H
#define MCUNET_CONV_1X1_S8_H

#include "convolve_pixels.h"
#include "rows.h"

/*
 * `bias` has the input's zero point folded in. A row's pixels are taken in order, two at a time; where all
 * rows are made at once, they may be given as one.
 */
KERNEL void conv_1x1_s8(const int8_t *input, int8_t *output, const int8_t *weights, const int32_t *bias,
                        const int32_t *multiplier, const int8_t *shift, int32_t first_row, int32_t end_row,
                        int32_t input_ring, int32_t output_ring, int32_t height, int32_t width,
                        int32_t input_channels, int32_t output_channels, int32_t small,
                        int32_t output_zero_point, int32_t min, int32_t max) {
  const output_stage stage = {bias, multiplier, shift, small, output_zero_point, min, max};
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *from = input + place_of_row(y, input_ring, height) * width * input_channels;
    int8_t *to = output + place_of_row(y, output_ring, height) * width * output_channels;
    for (int32_t x = 0; x + 2 <= width; x += 2) {
      convolve_2_pixels(from, to, weights, input_channels, output_channels, &stage);
      from += 2 * input_channels;
      to += 2 * output_channels;
    }
    if (width % 2) convolve_1_pixel(from, to, weights, input_channels, output_channels, &stage);
  }
}

#endif
