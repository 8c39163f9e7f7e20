/* Product of two tensors of different scales, broadcast to the output's shape. */
#ifndef MCUNET_MUL_S8_H
#define MCUNET_MUL_S8_H

#include "broadcast.h"
#include "requantise.h"

/* Elements are made in order; n0 ... n3 is the output's shape, a_* and b_* the operands' steps. */
KERNEL void mul_s8(const int8_t *a, const int8_t *b, int8_t *output, int32_t n0, int32_t n1, int32_t n2,
                   int32_t n3, int32_t a_step0, int32_t a_step1, int32_t a_step2, int32_t a_step3,
                   int32_t b_step0, int32_t b_step1, int32_t b_step2, int32_t b_step3, int32_t a_zero_point,
                   int32_t b_zero_point, int32_t output_zero_point, int32_t multiplier, int32_t shift,
                   int32_t min, int32_t max) {
  const operand_steps a_steps = {{a_step0, a_step1, a_step2, a_step3}};
  const operand_steps b_steps = {{b_step0, b_step1, b_step2, b_step3}};
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *a_row = a + operand_offset(&a_steps, i, j, k);
        const int8_t *b_row = b + operand_offset(&b_steps, i, j, k);
        for (int32_t l = 0; l < n3; l++) {
          const int32_t a_value = a_row[l * a_step3] - a_zero_point;
          const int32_t b_value = b_row[l * b_step3] - b_zero_point;
          *output++ = requantise_s8(a_value * b_value, multiplier, shift, output_zero_point, min, max);
        }
      }
    }
  }
}

#endif
