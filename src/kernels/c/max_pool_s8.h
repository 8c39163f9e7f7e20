/* Maximum pooling; positions outside the input do not take part. */
#ifndef MCUNET_MAX_POOL_S8_H
#define MCUNET_MAX_POOL_S8_H

#include "window.h"

KERNEL int8_t max_of_1_channel(const window_taps *taps, int32_t channel) {
  int8_t largest = INT8_MIN;
  const int8_t *row = taps->input + channel;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    const int8_t *input = row;
    for (int32_t column = 0; column < taps->columns; column++) {
      if (*input > largest) largest = *input;
      input += taps->input_column;
    }
    row = tap_below(taps, row);
  }
  return largest;
}

#if MCUNET_DSP
/* The larger of each pair of signed bytes: SSUB8 compares, SEL chooses. */
KERNEL uint32_t maximum_of_4(uint32_t a, uint32_t b) {
  (void)__ssub8((int8x4_t)a, (int8x4_t)b);
  return __sel(a, b);
}

/* The smaller of each pair. */
KERNEL uint32_t minimum_of_4(uint32_t a, uint32_t b) {
  (void)__ssub8((int8x4_t)a, (int8x4_t)b);
  return __sel(b, a);
}

KERNEL uint32_t max_of_4_channels(const window_taps *taps, int32_t channel) {
  uint32_t largest = 0x80808080U;
  const int8_t *row = taps->input + channel;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    const int8_t *input = row;
    for (int32_t column = 0; column < taps->columns; column++) {
      largest = maximum_of_4(load_word(input), largest);
      input += taps->input_column;
    }
    row = tap_below(taps, row);
  }
  return largest;
}

KERNEL uint32_t four_times(int32_t value) {
  return ((uint32_t)value & 0xffU) * 0x01010101U;
}
#endif

KERNEL void max_pool_pixel(const window_taps *taps, int8_t *output, int32_t channels, int32_t min,
                           int32_t max) {
  const int32_t whole = MCUNET_DSP ? channels - channels % 4 : 0;
#if MCUNET_DSP
  for (int32_t channel = 0; channel < whole; channel += 4) {
    uint32_t largest = max_of_4_channels(taps, channel);
    if (min > INT8_MIN) largest = maximum_of_4(largest, four_times(min));
    if (max < INT8_MAX) largest = minimum_of_4(largest, four_times(max));
    store_word(output + channel, largest);
  }
#endif
  for (int32_t channel = whole; channel < channels; channel++) {
    output[channel] = (int8_t)minimum(maximum(max_of_1_channel(taps, channel), min), max);
  }
}

/* Output pixels are made in order, reading the input as they go. */
KERNEL void max_pool_s8(const int8_t *input, int8_t *output, int32_t first_row, int32_t end_row,
                        int32_t input_ring, int32_t output_ring, int32_t input_height, int32_t input_width,
                        int32_t channels, int32_t output_height, int32_t output_width, int32_t filter_height,
                        int32_t filter_width, int32_t stride_height, int32_t stride_width,
                        int32_t padding_top, int32_t padding_left, int32_t min, int32_t max) {
  const sliding_window window = {input_height, input_width,   channels,     input_ring, filter_height,
                                 filter_width, stride_height, stride_width, 1,          1,
                                 padding_top,  padding_left};
  for (int32_t y = first_row; y < end_row; y++) {
    const tap_rows rows = tap_rows_at(input, &window, y);
    int8_t *pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      const window_taps taps = taps_at(&rows, &window, x);
      max_pool_pixel(&taps, pixel, channels, min, max);
      pixel += channels;
    }
  }
}

#endif
