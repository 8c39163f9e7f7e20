/* Another order of up to four dimensions. */
#ifndef MCUNET_TRANSPOSE_S8_H
#define MCUNET_TRANSPOSE_S8_H

#include "strided_copy.h"

/* n0 ... n3 is the output's shape, step* what one step along it is in the input. */
KERNEL void transpose_s8(const int8_t *input, int8_t *output, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                         int32_t step0, int32_t step1, int32_t step2, int32_t step3) {
  const operand_steps steps = {{step0, step1, step2, step3}};
  copy_strided(input, output, n0, n1, n2, n3, &steps, 0);
}

#endif
