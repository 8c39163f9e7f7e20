/* Fully connected layer: each output is one row of the weights times the input. */
#ifndef MCUNET_FULLY_CONNECTED_S8_H
#define MCUNET_FULLY_CONNECTED_S8_H

#include "dense.h"

KERNEL void multiply_batch(const matrix *factor, const int8_t *input, int8_t *output, int32_t eights,
                           int32_t apart, int32_t scaling) {
  if (!eights) {
    matrix_pixel(factor, input, output, apart, scaling);
  } else if (scaling == scaling_rectified) {
    dense_rectified(factor, input, output);
  } else if (scaling == scaling_once) {
    dense_once(factor, input, output);
  } else {
    dense_signed(factor, input, output);
  }
}

/*
 * `depth` is the input's size up to a multiple of 4; where it is larger, `scratch` holds an input of that
 * size. Where `eights` is not 0, weights are those of eight channels together.
 */
KERNEL void fully_connected_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                               const int32_t *scales, int32_t batches, int32_t input_size,
                               int32_t output_size, int32_t depth, int32_t eights, int32_t apart,
                               int32_t scaling, int32_t output_zero_point, int32_t min, int32_t max) {
  const matrix factor = {{scales, output_zero_point, min, max}, weights, depth, output_size};
  for (int32_t batch = 0; batch < batches; batch++) {
    if (depth == input_size) {
      multiply_batch(&factor, input, output, eights, apart, scaling);
    } else {
      int8_t *const padded = scratch;
      memcpy(padded, input, (size_t)input_size);
      memset(padded + input_size, 0, (size_t)(depth - input_size));
      multiply_batch(&factor, padded, output, eights, apart, scaling);
    }
    input += input_size;
    output += output_size;
  }
}

#endif
