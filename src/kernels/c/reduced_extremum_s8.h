/* The largest or the smallest value over any dimensions. */
#ifndef MCUNET_REDUCED_EXTREMUM_S8_H
#define MCUNET_REDUCED_EXTREMUM_S8_H

#include "broadcast.h"

KERNEL int32_t extremum_of_loops(const int8_t *input, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                                 const operand_steps *steps, int32_t is_maximum) {
  const int32_t step = steps->step[3];
  int32_t found = input[0];
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *row = input + operand_offset(steps, i, j, k);
        for (int32_t l = 0; l < n3; l++) {
          found = is_maximum ? maximum(found, row[l * step]) : minimum(found, row[l * step]);
        }
      }
    }
  }
  return found;
}

/*
 * n* and step* are the kept dimensions and their steps in the input, reduced_* those that are reduced.
 * Results are made in order, each read whole before it is written.
 */
KERNEL void reduced_extremum_s8(const int8_t *input, int8_t *output, int32_t n0, int32_t n1, int32_t n2,
                                int32_t n3, int32_t step0, int32_t step1, int32_t step2, int32_t step3,
                                int32_t reduced_n0, int32_t reduced_n1, int32_t reduced_n2,
                                int32_t reduced_n3, int32_t reduced_step0, int32_t reduced_step1,
                                int32_t reduced_step2, int32_t reduced_step3, int32_t is_maximum) {
  const operand_steps kept = {{step0, step1, step2, step3}};
  const operand_steps reduced = {{reduced_step0, reduced_step1, reduced_step2, reduced_step3}};
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *row = input + operand_offset(&kept, i, j, k);
        for (int32_t l = 0; l < n3; l++) {
          *output++ = (int8_t)extremum_of_loops(row + l * step3, reduced_n0, reduced_n1, reduced_n2,
                                                reduced_n3, &reduced, is_maximum);
        }
      }
    }
  }
}

#endif
