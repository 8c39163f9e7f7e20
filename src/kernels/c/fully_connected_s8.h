/* Fully connected layer: each output is one row of the weights times the input. */
#ifndef MCUNET_FULLY_CONNECTED_S8_H
#define MCUNET_FULLY_CONNECTED_S8_H

#include "convolve_pixels.h"

/* `bias` has the input's zero point folded in. */
KERNEL void fully_connected_s8(const int8_t *input, int8_t *output, const int8_t *weights,
                               const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                               int32_t batches, int32_t input_size, int32_t output_size, int32_t small,
                               int32_t output_zero_point, int32_t min, int32_t max) {
  const output_stage stage = {bias, multiplier, shift, small, output_zero_point, min, max};
  for (int32_t batch = 0; batch < batches; batch++) {
    convolve_1_pixel(input, output, weights, input_size, output_size, &stage);
    input += input_size;
    output += output_size;
  }
}

#endif
