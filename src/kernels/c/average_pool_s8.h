/* Average pooling; positions outside the input do not count. */
#ifndef MCUNET_AVERAGE_POOL_S8_H
#define MCUNET_AVERAGE_POOL_S8_H

#include "row_sums.h"

KERNEL void average_pool_pixel(const window_taps *taps, int8_t *output, int32_t channels,
                               int32_t filter_width, int32_t min, int32_t max) {
  const int32_t count = taps->rows * taps->columns;
  const int32_t whole = MCUNET_DSP ? channels - channels % 4 : 0;
#if MCUNET_DSP
  for (int32_t channel = 0; channel < whole; channel += 4) {
    int32_t sums[4];
    sum_4_channels(taps, channel, filter_width, sums);
    output[channel] = (int8_t)minimum(maximum(average(sums[0], count), min), max);
    output[channel + 1] = (int8_t)minimum(maximum(average(sums[1], count), min), max);
    output[channel + 2] = (int8_t)minimum(maximum(average(sums[2], count), min), max);
    output[channel + 3] = (int8_t)minimum(maximum(average(sums[3], count), min), max);
  }
#else
  (void)filter_width;
#endif
  for (int32_t channel = whole; channel < channels; channel++) {
    output[channel] = (int8_t)minimum(maximum(average(sum_1_channel(taps, channel), count), min), max);
  }
}

/*
 * Output pixels are made in order, reading the input as they go. Where `sums` is not NULL, there is one
 * output pixel, of the whole input; then rows are those of the input, and `sums` keeps an int32 for each
 * channel until the last of them.
 */
KERNEL void average_pool_s8(const int8_t *input, int8_t *output, int32_t *sums, int32_t first_row,
                            int32_t end_row, int32_t input_ring, int32_t output_ring, int32_t input_height,
                            int32_t input_width, int32_t channels, int32_t output_height,
                            int32_t output_width, int32_t filter_height, int32_t filter_width,
                            int32_t stride_height, int32_t stride_width, int32_t padding_top,
                            int32_t padding_left, int32_t min, int32_t max) {
  const sliding_window window = {input_height, input_width,   channels,     input_ring, filter_height,
                                 filter_width, stride_height, stride_width, 1,          1,
                                 padding_top,  padding_left};
  if (sums != NULL) {
    for (int32_t y = first_row; y < end_row; y++) {
      const int8_t *const row = input + place_of_row(y, input_ring, input_height) * input_width * channels;
      add_row(row, sums, input_width, channels, y == 0);
    }
    if (end_row < input_height) return;
    for (int32_t channel = 0; channel < channels; channel++) {
      output[channel] =
          (int8_t)minimum(maximum(average(sums[channel], input_height * input_width), min), max);
    }
    return;
  }
  for (int32_t y = first_row; y < end_row; y++) {
    const tap_rows rows = tap_rows_at(input, &window, y);
    int8_t *pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      const window_taps taps = taps_at(&rows, &window, x);
      average_pool_pixel(&taps, pixel, channels, filter_width, min, max);
      pixel += channels;
    }
  }
}

#endif
