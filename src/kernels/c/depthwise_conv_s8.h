/* Depthwise convolution of any filter, stride, dilation, padding and depth multiplier. */
#ifndef MCUNET_DEPTHWISE_CONV_S8_H
#define MCUNET_DEPTHWISE_CONV_S8_H

#include "requantise.h"
#include "window.h"

/* Weights of the taps that are inside the input, and steps between them. */
typedef struct {
  const int8_t *weights;
  int32_t row, column;
} filter_weights;

/* Returns sum + the products of one channel. */
KERNEL int32_t depthwise_1_channel(const window_taps *taps, const filter_weights *filter,
                                   int32_t input_channel, int32_t channel, int32_t input_zero_point,
                                   int32_t sum) {
  const int8_t *input_row = taps->input + input_channel;
  const int8_t *weights_row = filter->weights + channel;
  for (int32_t row = 0; row < taps->rows; row++) {
    const int8_t *input = input_row;
    const int8_t *weights = weights_row;
    for (int32_t column = 0; column < taps->columns; column++) {
      sum = add_wrapping(sum, (*input - input_zero_point) * *weights);
      input += taps->input_column;
      weights += filter->column;
    }
    input_row = tap_below(taps, input_row);
    weights_row += filter->row;
  }
  return sum;
}

#if MCUNET_DSP
/* Adds the products of four neighbouring channels to `sums`. */
KERNEL void depthwise_4_channels(const window_taps *taps, const filter_weights *filter, int32_t channel,
                                 int32_t input_zero_point, int32_t sums[4]) {
  const int16x2_t offset = both_halves(-input_zero_point);
  int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
  const int8_t *input_row = taps->input + channel;
  const int8_t *weights_row = filter->weights + channel;
  for (int32_t row = 0; row < taps->rows; row++) {
    const int8_t *input = input_row;
    const int8_t *weights = weights_row;
#pragma GCC unroll 8
    for (int32_t column = 0; column < taps->columns; column++) {
      const uint32_t x = load_word(input), w = load_word(weights);
      const int16x2_t x_even = sxtab16_even(offset, x), x_odd = sxtab16_odd(offset, x);
      const int16x2_t w_even = sxtb16_even(w), w_odd = sxtb16_odd(w);
      s0 = __smlabb(x_even, w_even, s0);
      s1 = __smlabb(x_odd, w_odd, s1);
      s2 = __smlatt(x_even, w_even, s2);
      s3 = __smlatt(x_odd, w_odd, s3);
      input += taps->input_column;
      weights += filter->column;
    }
    input_row = tap_below(taps, input_row);
    weights_row += filter->row;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}
#endif

/* All channels of one output pixel. */
KERNEL void depthwise_pixel(const window_taps *taps, const filter_weights *filter, int8_t *output,
                            int32_t channels, int32_t depth_multiplier, int32_t input_zero_point,
                            const output_stage *stage) {
  const int32_t whole = MCUNET_DSP && depth_multiplier == 1 ? channels - channels % 4 : 0;
#if MCUNET_DSP
  for (int32_t channel = 0; channel < whole; channel += 4) {
    const int32_t *const bias = stage->bias + channel;
    int32_t sums[4] = {bias[0], bias[1], bias[2], bias[3]};
    depthwise_4_channels(taps, filter, channel, input_zero_point, sums);
    output[channel] = finish_s8(stage, channel, sums[0]);
    output[channel + 1] = finish_s8(stage, channel + 1, sums[1]);
    output[channel + 2] = finish_s8(stage, channel + 2, sums[2]);
    output[channel + 3] = finish_s8(stage, channel + 3, sums[3]);
  }
#endif
  for (int32_t channel = whole; channel < channels; channel++) {
    const int32_t sum = depthwise_1_channel(taps, filter, channel / depth_multiplier, channel,
                                            input_zero_point, stage->bias[channel]);
    output[channel] = finish_s8(stage, channel, sum);
  }
}

/* Copies of rows first ... end - 1 of an input. */
typedef struct {
  int8_t *copies;
  int32_t first, end;
} row_copies;

/* Goes on to later rows, of which those that are there already are moved and the others copied. */
KERNEL void keep_rows(row_copies *kept, const int8_t *input, int32_t first, int32_t end, int32_t row_bytes) {
  for (int32_t y = first; y < end; y++) {
    const int8_t *const row =
        y < kept->end ? kept->copies + (y - kept->first) * row_bytes : input + y * row_bytes;
    int8_t *const place = kept->copies + (y - first) * row_bytes;
    if (row != place) memcpy(place, row, (size_t)row_bytes);
  }
  kept->first = first;
  kept->end = end;
}

/* One row of outputs. */
KERNEL void depthwise_row(const int8_t *input, int8_t *pixel, const int8_t *weights,
                          const sliding_window *window, int32_t y, int32_t width, int32_t channels,
                          int32_t depth_multiplier, int32_t input_zero_point, const output_stage *stage) {
  const int32_t filter_height = window->filter_height, filter_width = window->filter_width;
  const tap_rows rows = tap_rows_at(input, window, y);
  for (int32_t x = 0; x < width; x++) {
    const window_taps taps = taps_at(&rows, window, x);
    const filter_weights filter = {
        weights + (taps.first_row * filter_width + taps.first_column) * channels,
        filter_width * channels,
        channels,
    };
    if (taps.rows == filter_height && taps.columns == filter_width) {
      /* Said again as literals, so that the taps of a row are unrolled. */
      window_taps whole = taps;
      whole.rows = filter_height;
      whole.columns = filter_width;
      depthwise_pixel(&whole, &filter, pixel, channels, depth_multiplier, input_zero_point, stage);
    } else {
      depthwise_pixel(&taps, &filter, pixel, channels, depth_multiplier, input_zero_point, stage);
    }
    pixel += channels;
  }
}

/*
 * `channels` are those of the output; output channel c reads input channel c / depth_multiplier. Weights are
 * [filter_height][filter_width][channels]. Output pixels are made in order, reading the input as they go.
 * Where `copies` is not NULL, all of the input is there, and its rows are copied into a ring of their own
 * before they are used, so that outputs may be written over them.
 */
KERNEL void depthwise_conv_s8(const int8_t *input, int8_t *output, int8_t *copies, const int8_t *weights,
                              const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                              int32_t first_row, int32_t end_row, int32_t input_ring, int32_t output_ring,
                              int32_t input_height, int32_t input_width, int32_t input_channels,
                              int32_t output_height, int32_t output_width, int32_t channels,
                              int32_t depth_multiplier, int32_t filter_height, int32_t filter_width,
                              int32_t stride_height, int32_t stride_width, int32_t dilation_height,
                              int32_t dilation_width, int32_t padding_top, int32_t padding_left,
                              int32_t small, int32_t input_zero_point, int32_t output_zero_point, int32_t min,
                              int32_t max) {
  const output_stage stage = {bias, multiplier, shift, small, output_zero_point, min, max};
  const sliding_window window = {input_height,    input_width,    input_channels, input_ring,
                                 filter_height,   filter_width,   stride_height,  stride_width,
                                 dilation_height, dilation_width, padding_top,    padding_left};
  row_copies kept = {copies, 0, 0};
  for (int32_t y = first_row; y < end_row; y++) {
    int8_t *const pixel = output + place_of_row(y, output_ring, output_height) * output_width * channels;
    if (copies == NULL) {
      depthwise_row(input, pixel, weights, &window, y, output_width, channels, depth_multiplier,
                    input_zero_point, &stage);
      continue;
    }
    const int32_t top = y * stride_height - padding_top;
    keep_rows(&kept, input, maximum(top, 0),
              minimum(top + (filter_height - 1) * dilation_height + 1, input_height),
              input_width * input_channels);
    /* The image of these rows, whose first outputs are those of row y. */
    sliding_window near = window;
    near.input_height = near.ring = kept.end - kept.first;
    near.padding_top = maximum(-top, 0);
    depthwise_row(copies, pixel, weights, &near, 0, output_width, channels, depth_multiplier,
                  input_zero_point, &stage);
  }
}

#endif
