/* The same scaling of every element: another scale or zero point, and standalone activations. */
#ifndef MCUNET_REQUANTISE_ELEMENTS_S8_H
#define MCUNET_REQUANTISE_ELEMENTS_S8_H

#include "requantise.h"

KERNEL void requantise_elements_s8(const int8_t *input, int8_t *output, int32_t elements,
                                   int32_t input_zero_point, int32_t output_zero_point, int32_t multiplier,
                                   int32_t shift, int32_t min, int32_t max) {
  for (int32_t i = 0; i < elements; i++) {
    output[i] = requantise_s8(input[i] - input_zero_point, multiplier, shift, output_zero_point, min, max);
  }
}

#endif
