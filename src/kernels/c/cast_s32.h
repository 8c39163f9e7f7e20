/* Whole numbers of one type as those of another. */
#ifndef MCUNET_CAST_S32_H
#define MCUNET_CAST_S32_H

#include "elements.h"

/* Elements are made in order, each read just before it is written. Types are those of `elements.h`. */
KERNEL void cast_s32(const void *input, void *output, int32_t elements, int32_t input_type,
                     int32_t output_type) {
  for (int32_t i = 0; i < elements; i++) {
    store_element(output, output_type, i, load_element(input, input_type, i));
  }
}

#endif
