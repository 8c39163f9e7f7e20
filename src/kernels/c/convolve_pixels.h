/* The core of the convolutions: one or two pixels of `depth` bytes against all output channels. */
#ifndef MCUNET_CONVOLVE_PIXELS_H
#define MCUNET_CONVOLVE_PIXELS_H

#include "dot_product.h"
#include "requantise.h"

/* The weights of output channel c start at weights + c * depth. Channels are taken four by four, the rest
 * singly. */
KERNEL void convolve_1_pixel(const int8_t *pixel, int8_t *output, const int8_t *weights, int32_t depth,
                             int32_t channels, const output_stage *stage) {
  const int32_t whole = channels - channels % 4;
  for (int32_t channel = 0; channel < whole; channel += 4) {
    const int32_t *const bias = stage->bias + channel;
    int32_t sums[4] = {bias[0], bias[1], bias[2], bias[3]};
    dot_1x4(pixel, weights + channel * depth, depth, depth, sums);
    output[channel] = finish_s8(stage, channel, sums[0]);
    output[channel + 1] = finish_s8(stage, channel + 1, sums[1]);
    output[channel + 2] = finish_s8(stage, channel + 2, sums[2]);
    output[channel + 3] = finish_s8(stage, channel + 3, sums[3]);
  }
  for (int32_t channel = whole; channel < channels; channel++) {
    const int32_t sum = dot_1x1(pixel, weights + channel * depth, depth, stage->bias[channel]);
    output[channel] = finish_s8(stage, channel, sum);
  }
}

/* The second pixel follows the first, in the input and in the output. Channels are taken two by two, a last
 * one singly. */
KERNEL void convolve_2_pixels(const int8_t *pixels, int8_t *output, const int8_t *weights, int32_t depth,
                              int32_t channels, const output_stage *stage) {
  for (int32_t channel = 0; channel + 2 <= channels; channel += 2) {
    const int32_t bias_0 = stage->bias[channel], bias_1 = stage->bias[channel + 1];
    int32_t sums[4] = {bias_0, bias_1, bias_0, bias_1};
    dot_2x2(pixels, depth, weights + channel * depth, depth, depth, sums);
    output[channel] = finish_s8(stage, channel, sums[0]);
    output[channel + 1] = finish_s8(stage, channel + 1, sums[1]);
    output[channels + channel] = finish_s8(stage, channel, sums[2]);
    output[channels + channel + 1] = finish_s8(stage, channel + 1, sums[3]);
  }
  if (channels % 2) {
    const int32_t last = channels - 1;
    int32_t sums[2] = {stage->bias[last], stage->bias[last]};
    dot_1x2(weights + last * depth, pixels, depth, depth, sums);
    output[last] = finish_s8(stage, last, sums[0]);
    output[channels + last] = finish_s8(stage, last, sums[1]);
  }
}

#endif
