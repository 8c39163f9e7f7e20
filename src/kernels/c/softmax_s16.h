/* Softmax of int16 over the last dimension, by tables of e^x and of 1 / (1 + x), bit for bit as TensorFlow
 * Lite's. */
#ifndef MCUNET_SOFTMAX_S16_H
#define MCUNET_SOFTMAX_S16_H

#include "wide_scaling.h"

/* A function of an int16 in 512 straight pieces, whose ends the table holds. */
KERNEL int32_t in_pieces(const int16_t *table, int32_t value) {
  const int16_t *const piece = table + 256 + (value >> 7);
  return piece[0] + (((piece[1] - piece[0]) * (value & 127) + 64) >> 7);
}

/* Every row is read whole before its first result is written; exponentials wait in the output for their sum.
 */
KERNEL void softmax_s16(const int16_t *input, int16_t *output, const int16_t *exponentials,
                        const int16_t *reciprocals, int32_t rows, int32_t depth, int32_t multiplier,
                        int32_t shift) {
  for (int32_t row = 0; row < rows; row++) {
    int32_t largest = INT16_MIN, sum = 0;
    for (int32_t i = 0; i < depth; i++) largest = maximum(largest, input[i]);
    for (int32_t i = 0; i < depth; i++) {
      /* 0 ... -65535 stand for 0 ... -10. */
      const int32_t difference = requantise(input[i] - largest, multiplier, shift);
      const int32_t place = maximum(difference, -65535) + 32767;
      output[i] = (int16_t)in_pieces(exponentials, place);
      sum += output[i];
    }
    const int32_t headroom = __builtin_clz((uint32_t)sum);
    const int32_t mantissa = (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t scale = in_pieces(reciprocals, clamp_s16(mantissa - 98304, INT16_MIN, INT16_MAX));
    const int32_t right = 31 - headroom;
    for (int32_t i = 0; i < depth; i++) {
      const int32_t share = (output[i] * scale + (1 << (right - 1))) >> right;
      output[i] = clamp_s16(share, 0, INT16_MAX);
    }
    input += depth;
    output += depth;
  }
}

#endif
