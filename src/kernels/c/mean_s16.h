/* Means and sums of int16 over any dimensions. */
#ifndef MCUNET_MEAN_S16_H
#define MCUNET_MEAN_S16_H

#include "wide_scaling.h"

/* Sums fit an int32. n* and step* are the kept dimensions and their steps in the input, summed_* those that
 * are summed over. Results are made in order, each read before it is written. */
KERNEL void mean_s16(const int16_t *input, int16_t *output, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                     int32_t step0, int32_t step1, int32_t step2, int32_t step3, int32_t summed_n0,
                     int32_t summed_n1, int32_t summed_n2, int32_t summed_n3, int32_t summed_step0,
                     int32_t summed_step1, int32_t summed_step2, int32_t summed_step3, int32_t multiplier,
                     int32_t shift) {
  for (int32_t i = 0; i < n0 * n1 * n2 * n3; i++) {
    const int32_t l = i % n3, k = i / n3 % n2, j = i / (n3 * n2) % n1, h = i / (n3 * n2 * n1);
    const int16_t *const from = input + h * step0 + j * step1 + k * step2 + l * step3;
    int32_t sum = 0;
    for (int32_t a = 0; a < summed_n0; a++) {
      for (int32_t b = 0; b < summed_n1; b++) {
        for (int32_t c = 0; c < summed_n2; c++) {
          const int16_t *row = from + a * summed_step0 + b * summed_step1 + c * summed_step2;
          for (int32_t d = 0; d < summed_n3; d++) sum += row[d * summed_step3];
        }
      }
    }
    output[i] = clamp_s16(requantise(sum, multiplier, shift), INT16_MIN, INT16_MAX);
  }
}

#endif
