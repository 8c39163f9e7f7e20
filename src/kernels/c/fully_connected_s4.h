/* Fully connected layer with weights of four bits. */
#ifndef MCUNET_FULLY_CONNECTED_S4_H
#define MCUNET_FULLY_CONNECTED_S4_H

#include "matrix_pixel.h"

/*
 * Weights of two channels are packed as `packed.h` says; four are unpacked at a time to `scratch`, 4 * depth
 * + 4 bytes, behind which `depth` more hold an input that is no multiple of 4.
 */
KERNEL void fully_connected_s4(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                               const int32_t *scales, int32_t batches, int32_t input_size,
                               int32_t output_size, int32_t depth, int32_t scaling, int32_t output_zero_point,
                               int32_t min, int32_t max) {
  const matrix factor = {{scales, output_zero_point, min, max}, weights, depth, output_size};
  int8_t *const unpacked = scratch;
  int8_t *const padded = unpacked + 4 * depth + 4;
  for (int32_t batch = 0; batch < batches; batch++) {
    const int8_t *pixel = input;
    if (depth != input_size) {
      memcpy(padded, input, (size_t)input_size);
      memset(padded + input_size, 0, (size_t)(depth - input_size));
      pixel = padded;
    }
    packed_pixel(&factor, pixel, output, unpacked, scaling);
    input += input_size;
    output += output_size;
  }
}

#endif
