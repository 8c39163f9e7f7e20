/* Bilinear resize: every output pixel lies between four input pixels, at most. */
#ifndef MCUNET_RESIZE_BILINEAR_S8_H
#define MCUNET_RESIZE_BILINEAR_S8_H

#include "rows.h"

/*
 * Weights are 1,024ths along either axis, those along a row in steps of 1/16 of them. The sum of four
 * products is then v * 2^24, and v + 128 with halves rounded away from 0 stands in the upper byte of sum +
 * 2^31 + 2^23 - 1 + (1 where that is 2^31 and more): the last step changes halves alone, and leaves those
 * that are negative.
 */
#define BILINEAR_BASE ((1U << 31) + (1U << 23) - 1U)

/* A channel between two columns: what it is at the left one, in steps of 2^-24 from the base on, and how it
 * grows. */
typedef struct {
  uint32_t left, growth;
} bilinear_lane;

/* Two rows of an image, and how much of 1,024 the lower one counts. */
typedef struct {
  const int8_t *upper, *lower;
  int32_t weight;
} bilinear_rows;

/* Neighbouring channels of a column between the rows, in 1,024ths. */
KERNEL void blend_column(const bilinear_rows *rows, int32_t place, int32_t lanes, int32_t *values) {
#if MCUNET_DSP
  if (lanes == 4) {
    const uint32_t upper = load_word(rows->upper + place), lower = load_word(rows->lower + place);
    const uint32_t low = pack_low(upper, lower), high = pack_high(lower, upper);
    const int16x2_t weights = (int16x2_t)pack_low((uint32_t)(1024 - rows->weight), (uint32_t)rows->weight);
    values[0] = __smuad(sxtb16_even(low), weights);
    values[1] = __smuad(sxtb16_odd(low), weights);
    values[2] = __smuad(sxtb16_even(high), weights);
    values[3] = __smuad(sxtb16_odd(high), weights);
    return;
  }
#endif
  for (int32_t i = 0; i < lanes; i++) {
    const int32_t upper = rows->upper[place + i], lower = rows->lower[place + i];
    values[i] = upper * 1024 + (lower - upper) * rows->weight;
  }
}

KERNEL void store_lanes(int8_t *to, const uint32_t *values, int32_t lanes) {
#if MCUNET_DSP
  if (lanes == 4) {
    const uint32_t even = pack_high(values[2], values[0]), odd = pack_high(values[3], values[1]);
    store_word(to, (((even >> 8) & 0xff00ffU) | (odd & 0xff00ff00U)) ^ 0x80808080U);
    return;
  }
#endif
  for (int32_t i = 0; i < lanes; i++) to[i] = (int8_t)((int32_t)(values[i] >> 24) - 128);
}

/* Up to four neighbouring channels of a row of outputs. Neighbouring outputs mostly share their columns. */
KERNEL void resize_lanes(const bilinear_rows *rows, int8_t *to, const int16_t *columns,
                         const int16_t *column_weights, int32_t lanes, int32_t channels, int32_t input_width,
                         int32_t output_width) {
  bilinear_lane between[4] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
  int32_t values[4];
  uint32_t results[4];
  int32_t column = -2;
  for (int32_t x = 0; x < output_width; x++) {
    if (columns[x] != column) {
      if (columns[x] == column + 1) {
#pragma GCC unroll 4
        for (int32_t i = 0; i < lanes; i++) between[i].left += between[i].growth << 14;
      } else {
        blend_column(rows, columns[x] * channels, lanes, values);
#pragma GCC unroll 4
        for (int32_t i = 0; i < lanes; i++) between[i].left = ((uint32_t)values[i] << 14) + BILINEAR_BASE;
      }
      column = columns[x];
      blend_column(rows, minimum(column + 1, input_width - 1) * channels, lanes, values);
#pragma GCC unroll 4
      for (int32_t i = 0; i < lanes; i++) {
        between[i].growth = (uint32_t)(values[i] - ((int32_t)(between[i].left - BILINEAR_BASE) >> 14));
      }
    }
    const uint32_t weight = (uint32_t)column_weights[x];
#pragma GCC unroll 4
    for (int32_t i = 0; i < lanes; i++) {
      const uint32_t value = between[i].left + between[i].growth * weight;
      results[i] = value + (value >> 31);
    }
    store_lanes(to, results, lanes);
    to += channels;
  }
}

/*
 * `rows` and `columns` name the first of the two input rows and columns that each output row and column lies
 * between, the weights how much the second counts: of 1,024, and of 16,384.
 */
KERNEL void resize_bilinear_s8(const int8_t *input, int8_t *output, const int16_t *rows,
                               const int16_t *row_weights, const int16_t *columns,
                               const int16_t *column_weights, int32_t first_row, int32_t end_row,
                               int32_t input_ring, int32_t output_ring, int32_t input_height,
                               int32_t input_width, int32_t channels, int32_t output_height,
                               int32_t output_width) {
  const int32_t pitch = input_width * channels;
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const upper = input + place_of_row(rows[y], input_ring, input_height) * pitch;
    const int8_t *const lower =
        row_weights[y] > 0 ? input + place_of_row(rows[y] + 1, input_ring, input_height) * pitch : upper;
    int8_t *const to = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t channel = 0; channel < channels / 4 * 4; channel += 4) {
      const bilinear_rows between = {upper + channel, lower + channel, row_weights[y]};
      resize_lanes(&between, to + channel, columns, column_weights, 4, channels, input_width, output_width);
    }
    for (int32_t channel = channels / 4 * 4; channel < channels; channel++) {
      const bilinear_rows between = {upper + channel, lower + channel, row_weights[y]};
      resize_lanes(&between, to + channel, columns, column_weights, 1, channels, input_width, output_width);
    }
  }
}

#endif
