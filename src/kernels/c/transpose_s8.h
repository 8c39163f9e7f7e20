/* Another order of up to four dimensions. */
#ifndef MCUNET_TRANSPOSE_S8_H
#define MCUNET_TRANSPOSE_S8_H

#include "broadcast.h"

/* n0 ... n3 is the output's shape, step* what one step along it is in the input. */
KERNEL void transpose_s8(const int8_t *input, int8_t *output, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                         int32_t step0, int32_t step1, int32_t step2, int32_t step3) {
  const operand_steps steps = {{step0, step1, step2, step3}};
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *row = input + operand_offset(&steps, i, j, k);
        for (int32_t l = 0; l < n3; l++) *output++ = row[l * step3];
      }
    }
  }
}

#endif
