/* Elements at regular steps from a begin along each dimension. */
#ifndef MCUNET_SLICE_S8_H
#define MCUNET_SLICE_S8_H

#include "rows.h"
#include "strided_copy.h"

/*
 * Output row y is made of input row `begin` + y * `stride`, of `input_pitch` bytes, from its byte `start` on;
 * n0 ... n3 and the steps say what is taken of it, `output_pitch` bytes. All may be taken as one row.
 */
KERNEL void slice_s8(const int8_t *input, int8_t *output, int32_t first_row, int32_t end_row,
                     int32_t input_ring, int32_t output_ring, int32_t input_height, int32_t output_height,
                     int32_t begin, int32_t stride, int32_t input_pitch, int32_t output_pitch, int32_t start,
                     int32_t n0, int32_t n1, int32_t n2, int32_t n3, int32_t step0, int32_t step1,
                     int32_t step2, int32_t step3) {
  const operand_steps steps = {{step0, step1, step2, step3}};
  for (int32_t y = first_row; y < end_row; y++) {
    const int32_t source = place_of_row(begin + y * stride, input_ring, input_height);
    const int32_t target = place_of_row(y, output_ring, output_height);
    copy_strided(input + source * input_pitch + start, output + target * output_pitch, n0, n1, n2, n3, &steps,
                 1);
  }
}

#endif
