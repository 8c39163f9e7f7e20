/* 1x1 convolution with stride 1 and no padding: a matrix product over the pixels, straight from the input. */
#ifndef MCUNET_CONV_1X1_S8_H
#define MCUNET_CONV_1X1_S8_H

#include "convolve_pixels.h"

/* `bias` has the input's zero point folded in. Pixels are taken in order, two at a time. */
KERNEL void conv_1x1_s8(const int8_t *input, int8_t *output, const int8_t *weights, const int32_t *bias,
                        const int32_t *multiplier, const int8_t *shift, int32_t pixels,
                        int32_t input_channels, int32_t output_channels, int32_t small,
                        int32_t output_zero_point, int32_t min, int32_t max) {
  const output_stage stage = {bias, multiplier, shift, small, output_zero_point, min, max};
  for (int32_t pixel = 0; pixel + 2 <= pixels; pixel += 2) {
    convolve_2_pixels(input, output, weights, input_channels, output_channels, &stage);
    input += 2 * input_channels;
    output += 2 * output_channels;
  }
  if (pixels % 2) convolve_1_pixel(input, output, weights, input_channels, output_channels, &stage);
}

#endif
