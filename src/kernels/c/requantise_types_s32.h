/* Quantised values of one type as those of another, with another scale and zero point. */
#ifndef MCUNET_REQUANTISE_TYPES_S32_H
#define MCUNET_REQUANTISE_TYPES_S32_H

#include "elements.h"
#include "requantise.h"

/* Elements are made in order, each read just before it is written. Types are those of `elements.h`. */
KERNEL void requantise_types_s32(const void *input, void *output, int32_t elements, int32_t input_type,
                                 int32_t output_type, int32_t input_zero_point, int32_t output_zero_point,
                                 int32_t multiplier, int32_t shift, int32_t min, int32_t max) {
  for (int32_t i = 0; i < elements; i++) {
    const int32_t value = add_wrapping(load_element(input, input_type, i), -input_zero_point);
    const int32_t moved = add_wrapping(requantise(value, multiplier, shift), output_zero_point);
    store_element(output, output_type, i, minimum(maximum(moved, min), max));
  }
}

#endif
