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

/* The columns of outputs: those that lie between the same two of the input are a run. */
typedef struct {
  /* The first of the two columns of each run. */
  const int16_t *columns;
  /* Of each output: twice what the second column counts of 16,384, and 1 more where it ends its run. */
  const int16_t *weights;
  int32_t runs, input_width;
} bilinear_columns;

/* Up to four neighbouring channels of a row of outputs; `channels` are from pixel to pixel. */
KERNEL void resize_lanes(const bilinear_rows *rows, const bilinear_columns *across, int8_t *to, int32_t lanes,
                         int32_t channels) {
  const int16_t *weights = across->weights;
  int32_t left[4] = {0, 0, 0, 0}, right[4] = {0, 0, 0, 0};
  int32_t behind = -1;
  for (int32_t run = 0; run < across->runs; run++) {
    const int32_t column = across->columns[run];
    if (column == behind) {
#pragma GCC unroll 4
      for (int32_t i = 0; i < lanes; i++) left[i] = right[i];
    } else {
      blend_column(rows, column * channels, lanes, left);
    }
    behind = column + 1;
    blend_column(rows, minimum(behind, across->input_width - 1) * channels, lanes, right);
    uint32_t base[4], growth[4];
#pragma GCC unroll 4
    for (int32_t i = 0; i < lanes; i++) {
      base[i] = ((uint32_t)left[i] << 14) + BILINEAR_BASE;
      growth[i] = (uint32_t)right[i] - (uint32_t)left[i];
    }
    int32_t weight;
    do {
      weight = *weights++;
      uint32_t values[4];
#pragma GCC unroll 4
      for (int32_t i = 0; i < lanes; i++) {
        const uint32_t value = base[i] + growth[i] * ((uint32_t)weight >> 1);
        values[i] = value + (value >> 31);
      }
      store_lanes(to, values, lanes);
      to += channels;
    } while ((weight & 1) == 0);
  }
}

/*
 * `rows` name the first of the two input rows that each output row lies between, `row_weights` how much of
 * 1,024 the second counts; `columns` and `column_weights` are as `bilinear_columns` says.
 */
KERNEL void resize_bilinear_s8(const int8_t *input, int8_t *output, const int16_t *rows,
                               const int16_t *row_weights, const int16_t *columns,
                               const int16_t *column_weights, int32_t first_row, int32_t end_row,
                               int32_t input_ring, int32_t output_ring, int32_t input_height,
                               int32_t input_width, int32_t channels, int32_t output_height,
                               int32_t output_width, int32_t runs) {
  const bilinear_columns across = {columns, column_weights, runs, input_width};
  const int32_t pitch = input_width * channels;
  for (int32_t y = first_row; y < end_row; y++) {
    const int8_t *const upper = input + place_of_row(rows[y], input_ring, input_height) * pitch;
    const int8_t *const lower =
        row_weights[y] > 0 ? input + place_of_row(rows[y] + 1, input_ring, input_height) * pitch : upper;
    int8_t *const to = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t channel = 0; channel < channels / 4 * 4; channel += 4) {
      const bilinear_rows between = {upper + channel, lower + channel, row_weights[y]};
      resize_lanes(&between, &across, to + channel, 4, channels);
    }
    for (int32_t channel = channels / 4 * 4; channel < channels; channel++) {
      const bilinear_rows between = {upper + channel, lower + channel, row_weights[y]};
      resize_lanes(&between, &across, to + channel, 1, channels);
    }
  }
}

#endif
