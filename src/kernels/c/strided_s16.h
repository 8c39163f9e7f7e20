/* A compact copy of int16 that lie apart at regular steps: slices and transposes. */
#ifndef MCUNET_STRIDED_S16_H
#define MCUNET_STRIDED_S16_H

#include "broadcast.h"

/* n0 ... n3 is the output's shape, step* what one step along it is in the input, which begins at `start`.
 * Elements are copied in order. */
KERNEL void strided_s16(const int16_t *input, int16_t *output, int32_t start, int32_t n0, int32_t n1,
                        int32_t n2, int32_t n3, int32_t step0, int32_t step1, int32_t step2, int32_t step3) {
  const operand_steps steps = {{step0, step1, step2, step3}};
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int16_t *const row = input + start + operand_offset(&steps, i, j, k);
        for (int32_t l = 0; l < n3; l++) *output++ = row[l * step3];
      }
    }
  }
}

#endif
