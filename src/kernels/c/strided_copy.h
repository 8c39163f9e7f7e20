/* A compact copy of elements that lie apart at regular steps. */
#ifndef MCUNET_STRIDED_COPY_H
#define MCUNET_STRIDED_COPY_H

#include "broadcast.h"

/* The target may lie over the source where it starts at or before it: each word is read before it is written.
 */
KERNEL void copy_forward(int8_t *target, const int8_t *source, int32_t bytes) {
  const int32_t words = bytes / 4;
  for (int32_t i = 0; i < words; i++) store_word(target + 4 * i, load_word(source + 4 * i));
  for (int32_t i = 4 * words; i < bytes; i++) target[i] = source[i];
}

/* The call of a library's copy costs as much as a few words. */
KERNEL void copy_run(int8_t *target, const int8_t *source, int32_t bytes, int32_t may_overlap) {
  if (may_overlap || bytes < 32) {
    copy_forward(target, source, bytes);
  } else {
    memcpy(target, source, (size_t)bytes);
  }
}

/*
 * n0 ... n3 is the copy's shape, the steps are those of the source. Elements are copied in order, neighbours
 * as words; where they may overlap, no step is negative and the copy starts at or before its source.
 */
KERNEL void copy_strided(const int8_t *input, int8_t *output, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                         const operand_steps *steps, int32_t may_overlap) {
  const int32_t step = steps->step[3];
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *row = input + operand_offset(steps, i, j, k);
        if (step == 1) {
          copy_run(output, row, n3, may_overlap);
          output += n3;
        } else {
          for (int32_t l = 0; l < n3; l++) *output++ = row[l * step];
        }
      }
    }
  }
}

#endif
