/* Depthwise convolution of int16 activations and int8 weights. */
#ifndef MCUNET_DEPTHWISE_CONV_S16_H
#define MCUNET_DEPTHWISE_CONV_S16_H

#include "wide_scaling.h"
#include "window.h"

/* Sum of the products of one channel; `row` and `column` are steps in the weights. */
KERNEL int64_t depthwise_sum_s16(const window_taps *taps, int32_t input_channel, const int8_t *weights,
                                 int32_t row, int32_t column, int32_t narrow) {
  int64_t sum = 0;
  int32_t part = 0;
  const int8_t *input_row = taps->input + 2 * input_channel;
  weights += taps->first_row * row + taps->first_column * column;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    const int8_t *input = input_row;
    const int8_t *weight = weights;
    for (int32_t i = 0; i < taps->columns; i++) {
      const int32_t product = *(const int16_t *)(const void *)input * *weight;
      if (narrow) part += product;
      if (!narrow) sum += product;
      input += taps->input_column;
      weight += column;
    }
    input_row = tap_below(taps, input_row);
    weights += row;
  }
  return sum + part;
}

/* Output pixels are made in order, channel by channel; weights are [filter row][filter column][channel]. */
KERNEL void depthwise_conv_s16(const int16_t *input, int16_t *output, const int8_t *weights,
                               const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                               int32_t first_row, int32_t end_row, int32_t input_ring, int32_t output_ring,
                               int32_t input_height, int32_t input_width, int32_t input_channels,
                               int32_t output_height, int32_t output_width, int32_t channels,
                               int32_t depth_multiplier, int32_t filter_height, int32_t filter_width,
                               int32_t stride_height, int32_t stride_width, int32_t dilation_height,
                               int32_t dilation_width, int32_t padding_top, int32_t padding_left,
                               int32_t narrow, int32_t min, int32_t max) {
  /* Steps of the window are in bytes. */
  const sliding_window window = {input_height,    input_width,    2 * input_channels, input_ring,
                                 filter_height,   filter_width,   stride_height,      stride_width,
                                 dilation_height, dilation_width, padding_top,        padding_left};
  const output_stage_s16 stage = {bias, multiplier, shift, 1, min, max};
  for (int32_t y = first_row; y < end_row; y++) {
    const tap_rows rows = tap_rows_at((const int8_t *)input, &window, y);
    int16_t *pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    for (int32_t x = 0; x < output_width; x++) {
      const window_taps taps = taps_at(&rows, &window, x);
      for (int32_t channel = 0; channel < channels; channel++) {
        const int64_t sum = depthwise_sum_s16(&taps, channel / depth_multiplier, weights + channel,
                                              filter_width * channels, channels, narrow);
        pixel[channel] = finish_s16(&stage, channel, sum);
      }
      pixel += channels;
    }
  }
}

#endif
