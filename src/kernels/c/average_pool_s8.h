/* Average pooling; positions outside the input do not count. */
#ifndef MCUNET_AVERAGE_POOL_S8_H
#define MCUNET_AVERAGE_POOL_S8_H

#include "channel_sums.h"

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

/* Output pixels are made in order, reading the input as they go. */
KERNEL void average_pool_s8(const int8_t *input, int8_t *output, int32_t input_height, int32_t input_width,
                            int32_t channels, int32_t output_height, int32_t output_width,
                            int32_t filter_height, int32_t filter_width, int32_t stride_height,
                            int32_t stride_width, int32_t padding_top, int32_t padding_left, int32_t min,
                            int32_t max) {
  const int32_t pitch = input_width * channels;
  for (int32_t y = 0; y < output_height; y++) {
    const int32_t top = y * stride_height - padding_top;
    const tap_range rows = taps_inside(top, filter_height, 1, input_height);
    for (int32_t x = 0; x < output_width; x++) {
      const int32_t left = x * stride_width - padding_left;
      const tap_range columns = taps_inside(left, filter_width, 1, input_width);
      const window_taps taps = {
          .input = input + (top + rows.first) * pitch + (left + columns.first) * channels,
          .rows = rows.end - rows.first,
          .columns = columns.end - columns.first,
          .input_row = pitch,
          .input_column = channels,
      };
      average_pool_pixel(&taps, output, channels, filter_width, min, max);
      output += channels;
    }
  }
}

#endif
