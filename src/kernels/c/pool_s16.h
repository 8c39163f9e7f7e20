/* Average and maximum pooling of int16; positions outside the input do not count. */
#ifndef MCUNET_POOL_S16_H
#define MCUNET_POOL_S16_H

#include "channel_sums.h"
#include "wide_scaling.h"

KERNEL int32_t pooled_s16(const window_taps *taps, int32_t channel, int32_t is_maximum) {
  int32_t sum = 0, largest = INT16_MIN;
  const int8_t *row = taps->input + 2 * channel;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    const int8_t *tap = row;
    for (int32_t column = 0; column < taps->columns; column++) {
      const int32_t value = *(const int16_t *)(const void *)tap;
      if (is_maximum) largest = maximum(largest, value);
      if (!is_maximum) sum += value;
      tap += taps->input_column;
    }
    row = tap_below(taps, row);
  }
  return is_maximum ? largest : average(sum, taps->rows * taps->columns);
}

/* Output pixels are made in order, channel by channel. */
KERNEL void pool_s16(const int16_t *input, int16_t *output, int32_t first_row, int32_t end_row,
                     int32_t input_ring, int32_t output_ring, int32_t input_height, int32_t input_width,
                     int32_t channels, int32_t output_height, int32_t output_width, int32_t filter_height,
                     int32_t filter_width, int32_t stride_height, int32_t stride_width, int32_t padding_top,
                     int32_t padding_left, int32_t is_maximum, int32_t min, int32_t max) {
  /* Steps of the window are in bytes. */
  const sliding_window window = {input_height, input_width,   2 * channels, input_ring, filter_height,
                                 filter_width, stride_height, stride_width, 1,          1,
                                 padding_top,  padding_left};
  for (int32_t y = first_row; y < end_row; y++) {
    const tap_rows rows = tap_rows_at((const int8_t *)input, &window, y);
    int16_t *pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      const window_taps taps = taps_at(&rows, &window, x);
      for (int32_t channel = 0; channel < channels; channel++) {
        pixel[channel] = clamp_s16(pooled_s16(&taps, channel, is_maximum), min, max);
      }
      pixel += channels;
    }
  }
}

#endif
