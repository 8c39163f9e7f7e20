/* The larger or the smaller of two elements of one scale, broadcast to the output's shape. */
#ifndef MCUNET_EXTREMUM_S8_H
#define MCUNET_EXTREMUM_S8_H

#include "broadcast.h"
#include "rows.h"

/*
 * n0 ... n3 is the shape of a row of the output, or of all of it taken as one row, a_step* and b_step* the
 * operands' steps in it, and *_pitch the bytes of a row; 0 where an operand is the same in all. Elements are
 * made in order.
 */
KERNEL void extremum_s8(const int8_t *a, const int8_t *b, int8_t *output, int32_t first_row, int32_t end_row,
                        int32_t a_ring, int32_t b_ring, int32_t output_ring, int32_t height, int32_t a_pitch,
                        int32_t b_pitch, int32_t output_pitch, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                        int32_t a_step0, int32_t a_step1, int32_t a_step2, int32_t a_step3, int32_t b_step0,
                        int32_t b_step1, int32_t b_step2, int32_t b_step3, int32_t is_maximum) {
  const operand_steps a_steps = {{a_step0, a_step1, a_step2, a_step3}};
  const operand_steps b_steps = {{b_step0, b_step1, b_step2, b_step3}};
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const a_rows = a + place_of_row(y, a_ring, height) * a_pitch;
    const int8_t *const b_rows = b + place_of_row(y, b_ring, height) * b_pitch;
    int8_t *to = output + place_of_row(y, output_ring, height) * output_pitch;
    for (int32_t i = 0; i < n0; i++) {
      for (int32_t j = 0; j < n1; j++) {
        for (int32_t k = 0; k < n2; k++) {
          const int8_t *a_row = a_rows + operand_offset(&a_steps, i, j, k);
          const int8_t *b_row = b_rows + operand_offset(&b_steps, i, j, k);
          for (int32_t l = 0; l < n3; l++) {
            const int32_t a_value = a_row[l * a_step3];
            const int32_t b_value = b_row[l * b_step3];
            *to++ = (int8_t)(is_maximum ? maximum(a_value, b_value) : minimum(a_value, b_value));
          }
        }
      }
    }
  }
}

#endif
