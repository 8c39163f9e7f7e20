/* Mean over any dimensions: a sum, scaled once by the ratio of the scales over the count. */
#ifndef MCUNET_MEAN_S8_H
#define MCUNET_MEAN_S8_H

#include "requantise.h"
#include "row_sums.h"

/* The dimensions that are summed over. */
typedef struct {
  int32_t size[4];
  int32_t step[4];
} summed_loops;

KERNEL int32_t sum_of_loops(const int8_t *input, const summed_loops *loops) {
  int32_t sum = 0;
  for (int32_t i = 0; i < loops->size[0]; i++) {
    for (int32_t j = 0; j < loops->size[1]; j++) {
      const int8_t *plane = input + i * loops->step[0] + j * loops->step[1];
      const window_taps taps = {.input = plane,
                                .rows = loops->size[2],
                                .columns = loops->size[3],
                                .input_column = loops->step[3],
                                .step = loops->step[2]};
      sum += sum_1_channel(&taps, 0);
    }
  }
  return sum;
}

#if MCUNET_DSP
/* Four neighbouring elements at a time. */
KERNEL void sums_of_loops(const int8_t *input, const summed_loops *loops, int32_t sums[4]) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (int32_t i = 0; i < loops->size[0]; i++) {
    for (int32_t j = 0; j < loops->size[1]; j++) {
      const int8_t *plane = input + i * loops->step[0] + j * loops->step[1];
      const window_taps taps = {.input = plane,
                                .rows = loops->size[2],
                                .columns = loops->size[3],
                                .input_column = loops->step[3],
                                .step = loops->step[2]};
      int32_t part[4];
      sum_4_channels(&taps, 0, loops->size[3], part);
      s0 += part[0];
      s1 += part[1];
      s2 += part[2];
      s3 += part[3];
    }
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}
#endif

/* Means over all rows of an image, whose sums grow row by row; written with the last row. */
KERNEL void mean_of_rows(const int8_t *input, int8_t *output, int32_t *sums, int32_t first_row,
                         int32_t end_row, int32_t ring, int32_t height, int32_t width, int32_t channels,
                         int32_t offset, int32_t output_zero_point, int32_t multiplier, int32_t shift) {
  for (int32_t y = first_row; y < end_row; y++) {
    add_row(input + place_of_row(y, ring, height) * width * channels, sums, width, channels, y == 0);
  }
  if (end_row < height) return;
  for (int32_t channel = 0; channel < channels; channel++) {
    output[channel] = requantise_s8(sums[channel] - offset, multiplier, shift, output_zero_point, -128, 127);
  }
}

/*
 * n* and step* are the kept dimensions and their steps in the input, summed_* those that are summed over.
 * Results are made in order, at most four at a time, each read before it is written. Where `sums` is not
 * NULL, the input has `height` rows of `width` pixels of `channels`, of which rows first_row ... end_row - 1
 * are added to `sums`: an int32 for each channel, kept until the last row.
 */
KERNEL void mean_s8(const int8_t *input, int8_t *output, int32_t *sums, int32_t first_row, int32_t end_row,
                    int32_t input_ring, int32_t height, int32_t width, int32_t channels, int32_t n0,
                    int32_t n1, int32_t n2, int32_t n3, int32_t step0, int32_t step1, int32_t step2,
                    int32_t step3, int32_t summed_n0, int32_t summed_n1, int32_t summed_n2, int32_t summed_n3,
                    int32_t summed_step0, int32_t summed_step1, int32_t summed_step2, int32_t summed_step3,
                    int32_t input_zero_point, int32_t output_zero_point, int32_t multiplier, int32_t shift) {
  const summed_loops loops = {{summed_n0, summed_n1, summed_n2, summed_n3},
                              {summed_step0, summed_step1, summed_step2, summed_step3}};
  const int32_t offset = summed_n0 * summed_n1 * summed_n2 * summed_n3 * input_zero_point;
  const int32_t whole = MCUNET_DSP && step3 == 1 ? n3 - n3 % 4 : 0;
  if (sums != NULL) {
    mean_of_rows(input, output, sums, first_row, end_row, input_ring, height, width, channels, offset,
                 output_zero_point, multiplier, shift);
    return;
  }
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t j = 0; j < n1; j++) {
      for (int32_t k = 0; k < n2; k++) {
        const int8_t *row = input + i * step0 + j * step1 + k * step2;
#if MCUNET_DSP
        for (int32_t l = 0; l < whole; l += 4) {
          int32_t sums[4];
          sums_of_loops(row + l, &loops, sums);
          *output++ = requantise_s8(sums[0] - offset, multiplier, shift, output_zero_point, -128, 127);
          *output++ = requantise_s8(sums[1] - offset, multiplier, shift, output_zero_point, -128, 127);
          *output++ = requantise_s8(sums[2] - offset, multiplier, shift, output_zero_point, -128, 127);
          *output++ = requantise_s8(sums[3] - offset, multiplier, shift, output_zero_point, -128, 127);
        }
#endif
        for (int32_t l = whole; l < n3; l++) {
          const int32_t sum = sum_of_loops(row + l * step3, &loops) - offset;
          *output++ = requantise_s8(sum, multiplier, shift, output_zero_point, -128, 127);
        }
      }
    }
  }
}

#endif
