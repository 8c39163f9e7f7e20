/* Padding of int16 with a value whose two bytes differ. */
#ifndef MCUNET_FILL_S16_H
#define MCUNET_FILL_S16_H

#include "broadcast.h"

/* The output is filled, then the input laid into it from `start` on; n0 ... n3 is the input's shape, step*
 * its steps in the output. */
KERNEL void fill_s16(const int16_t *input, int16_t *output, int32_t elements, int32_t value, int32_t start,
                     int32_t n0, int32_t n1, int32_t n2, int32_t n3, int32_t step0, int32_t step1,
                     int32_t step2, int32_t step3) {
  const operand_steps steps = {{step0, step1, step2, step3}};
  for (int32_t i = 0; i < elements; i++) output[i] = (int16_t)value;
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        int16_t *const row = output + start + operand_offset(&steps, i, j, k);
        for (int32_t l = 0; l < n3; l++) row[l * step3] = *input++;
      }
    }
  }
}

#endif
