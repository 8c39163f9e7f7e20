/* Depthwise convolution with filters of 3, 5 or 7 columns and steps of 1 or 2, two taps of a row at a time.
 */
#ifndef MCUNET_DEPTHWISE_PAIRED_S8_H
#define MCUNET_DEPTHWISE_PAIRED_S8_H

#include "depthwise_rows.h"

#if MCUNET_DSP
#define DEPTHWISE_OF(name, columns, scaling)                                                             \
  SHARED void name(const depthwise_layer *layer, const int8_t *input, int8_t *output, uint32_t *scratch, \
                   int32_t first_row, int32_t end_row, int32_t together, int32_t band) {                 \
    depthwise_rows(layer, input, output, scratch, first_row, end_row, together, band, columns, scaling); \
  }

DEPTHWISE_OF(depthwise_3_any, 3, scaling_any)
DEPTHWISE_OF(depthwise_3_signed, 3, scaling_signed)
DEPTHWISE_OF(depthwise_3_rectified, 3, scaling_rectified)
DEPTHWISE_OF(depthwise_3_once, 3, scaling_once)
DEPTHWISE_OF(depthwise_5_any, 5, scaling_any)
DEPTHWISE_OF(depthwise_5_signed, 5, scaling_signed)
DEPTHWISE_OF(depthwise_5_rectified, 5, scaling_rectified)
DEPTHWISE_OF(depthwise_5_once, 5, scaling_once)
DEPTHWISE_OF(depthwise_7_any, 7, scaling_any)
DEPTHWISE_OF(depthwise_7_signed, 7, scaling_signed)
DEPTHWISE_OF(depthwise_7_rectified, 7, scaling_rectified)
DEPTHWISE_OF(depthwise_7_once, 7, scaling_once)
#undef DEPTHWISE_OF

#define DEPTHWISE_OF_SCALING(taps)                         \
  (scaling == scaling_any      ? depthwise_##taps##_any    \
   : scaling == scaling_signed ? depthwise_##taps##_signed \
   : scaling == scaling_once   ? depthwise_##taps##_once   \
                               : depthwise_##taps##_rectified)
#else
/* The sum of one output, in the order of its taps. */
KERNEL int32_t depthwise_sum(const depthwise_layer *layer, const int8_t *input, int32_t top, int32_t left,
                             int32_t channel, int32_t sum) {
  const int8_t *weight = layer->weights + channel * layer->filter_height * layer->filter_width;
  for (int32_t y = top; y < top + layer->filter_height; y++) {
    const int32_t place = place_of_row(maximum(y, 0), layer->input_ring, layer->input_height);
    const int8_t *const row = input + place * layer->input_width * layer->channels + channel;
    for (int32_t x = left; x < left + layer->filter_width; x++) {
      const int32_t is_inside = y >= 0 && y < layer->input_height && x >= 0 && x < layer->input_width;
      const int32_t value = is_inside ? row[x * layer->channels] : layer->input_zero_point;
      sum = add_wrapping(sum, value * *weight++);
    }
  }
  return sum;
}

KERNEL void depthwise_rows(const depthwise_layer *layer, const int8_t *input, int8_t *output,
                           int32_t first_row, int32_t end_row, int32_t scaling) {
  for (int32_t y = first_row; y < end_row; y++) {
    int8_t *to = output + place_of_row(y, layer->output_ring, layer->output_height) * layer->output_width *
                              layer->channels;
    for (int32_t x = 0; x < layer->output_width; x++) {
      const int32_t *scale = layer->output.scales;
      for (int32_t channel = 0; channel < layer->channels; channel++) {
        const int32_t sum =
            depthwise_sum(layer, input, y * layer->stride_height - layer->padding_top,
                          x * layer->stride_width - layer->padding_left, channel, first_sum(scale, scaling));
        const channel_scaling how = channel_of(&layer->output, scale, scaling);
        *to++ = (int8_t)scaled(sum, &how, &layer->output, scaling);
        scale += SCALE_WORDS(scaling);
      }
    }
  }
}
#endif

/*
 * Channels are made one group of four after the other: of all rows at once where `at_once`, or where no
 * output lies in the input's ring; else row by row. `scratch` holds the pairs of four channels: of their
 * weights, and of the input's rows that `band` rows of outputs need.
 */
KERNEL void depthwise_paired_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                                const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                                int32_t output_ring, int32_t input_height, int32_t input_width,
                                int32_t output_height, int32_t output_width, int32_t channels,
                                int32_t filter_height, int32_t filter_width, int32_t stride_height,
                                int32_t stride_width, int32_t padding_top, int32_t padding_left,
                                int32_t at_once, int32_t band, int32_t input_zero_point, int32_t scaling,
                                int32_t output_zero_point, int32_t min, int32_t max) {
  const depthwise_layer layer = {{scales, output_zero_point, min, max},
                                 weights,
                                 input_height,
                                 input_width,
                                 input_ring,
                                 output_height,
                                 output_width,
                                 output_ring,
                                 channels,
                                 filter_height,
                                 filter_width,
                                 stride_height,
                                 stride_width,
                                 padding_top,
                                 padding_left,
                                 input_zero_point};
#if MCUNET_DSP
  const uintptr_t from = (uintptr_t)input, to = (uintptr_t)output;
  const int32_t is_apart = to + (uintptr_t)(output_ring * output_width * channels) <= from ||
                           from + (uintptr_t)(input_ring * input_width * channels) <= to;
  const int32_t together = at_once || is_apart ? output_height : 1;
  if (filter_width == 3) {
    DEPTHWISE_OF_SCALING(3)(&layer, input, output, scratch, first_row, end_row, together, band);
  } else if (filter_width == 5) {
    DEPTHWISE_OF_SCALING(5)(&layer, input, output, scratch, first_row, end_row, together, band);
  } else {
    DEPTHWISE_OF_SCALING(7)(&layer, input, output, scratch, first_row, end_row, together, band);
  }
#else
  (void)scratch;
  (void)at_once;
  (void)band;
  depthwise_rows(&layer, input, output, first_row, end_row, scaling);
#endif
}

#endif
