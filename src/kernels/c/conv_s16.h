/* Convolutions and fully connected layers of int16 activations and int8 weights. */
#ifndef MCUNET_CONV_S16_H
#define MCUNET_CONV_S16_H

#include "wide_products.h"
#include "wide_scaling.h"
#include "window.h"

/* What the taps of a window meet in the weights of two output channels. */
typedef struct {
  const int8_t *a, *b;
  int32_t row, column, channels;
} filter_pair_s16;

KERNEL channel_sums_s16 window_sums_s16(const window_taps *taps, const filter_pair_s16 *filter,
                                        int32_t narrow) {
  channel_sums_s16 sums = {0, 0, 0, 0};
  /* Taps that follow each other in both are one run. */
  const int32_t joined = taps->input_column == 2 * filter->channels;
  const int32_t runs = joined ? 1 : taps->columns;
  const int32_t run = joined ? taps->columns * filter->channels : filter->channels;
  const int8_t *row = taps->input;
  int32_t place = taps->first_row * filter->row + taps->first_column * filter->column;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    const int8_t *tap = row;
    for (int32_t i = 0; i < runs; i++) {
      const int32_t at = place + i * filter->column;
      add_run_s16(&sums, (const int16_t *)(const void *)tap, filter->a + at, filter->b + at, run, narrow);
      tap += taps->input_column;
    }
    row = tap_below(taps, row);
    place += filter->row;
  }
  if (narrow) gather_parts_s16(&sums);
  return sums;
}

/*
 * Weights are [channel][filter row][filter column][input channel]. Output pixels are made in order, two
 * channels at a time, each time reading the pixel's window anew. `narrow`: sums of products fit an int32 with
 * the bias, or are to wrap.
 */
KERNEL void conv_s16(const int16_t *input, int16_t *output, const int8_t *weights, const int32_t *bias,
                     const int32_t *multiplier, const int8_t *shift, int32_t first_row, int32_t end_row,
                     int32_t input_ring, int32_t output_ring, int32_t input_height, int32_t input_width,
                     int32_t input_channels, int32_t output_height, int32_t output_width, int32_t channels,
                     int32_t filter_height, int32_t filter_width, int32_t stride_height, int32_t stride_width,
                     int32_t dilation_height, int32_t dilation_width, int32_t padding_top,
                     int32_t padding_left, int32_t wide, int32_t narrow, int32_t min, int32_t max) {
  /* Steps of the window are in bytes. */
  const sliding_window window = {input_height,    input_width,    2 * input_channels, input_ring,
                                 filter_height,   filter_width,   stride_height,      stride_width,
                                 dilation_height, dilation_width, padding_top,        padding_left};
  const output_stage_s16 stage = {bias, multiplier, shift, wide, min, max};
  const int32_t depth = filter_height * filter_width * input_channels;
  for (int32_t y = first_row; y < end_row; y++) {
    const tap_rows rows = tap_rows_at((const int8_t *)input, &window, y);
    int16_t *pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      const window_taps taps = taps_at(&rows, &window, x);
      for (int32_t channel = 0; channel < channels; channel += 2) {
        const int32_t second = minimum(channel + 1, channels - 1);
        const filter_pair_s16 filter = {weights + channel * depth, weights + second * depth,
                                        filter_width * input_channels, input_channels, input_channels};
        const channel_sums_s16 sums = window_sums_s16(&taps, &filter, narrow);
        pixel[channel] = finish_s16(&stage, channel, sums.a);
        pixel[second] = finish_s16(&stage, second, sums.b);
      }
      pixel += channels;
    }
  }
}

#endif
