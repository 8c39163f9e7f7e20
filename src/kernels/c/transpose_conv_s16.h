/* Transposed convolution of int16 activations and int8 weights. */
#ifndef MCUNET_TRANSPOSE_CONV_S16_H
#define MCUNET_TRANSPOSE_CONV_S16_H

#include "phases.h"
#include "rows.h"
#include "wide_matrix.h"

/* The image, and the taps that outputs of a phase have. */
typedef struct {
  int32_t input_height, input_width, input_channels, ring;
  int32_t tap_rows, tap_columns;
} phase_shape_s16;

/* The inputs of one output pixel, row by row; outside the image there are none. */
KERNEL void expand_phase_s16(const int16_t *input, int16_t *lane, int32_t top, int32_t left,
                             const phase_shape_s16 *shape) {
  const int32_t channels = shape->input_channels, even = channels % 2 == 0;
  const int32_t before = minimum(maximum(-left, 0), shape->tap_columns);
  const int32_t end = maximum(before, minimum(shape->input_width - left, shape->tap_columns));
  const int32_t row_elements = shape->tap_columns * channels;
  int32_t first = 0;
  for (int32_t i = 0; i < shape->tap_rows; i++) {
    const int32_t y = top + i;
    if (y < 0 || y >= shape->input_height) {
      expand_nothing(lane, first, row_elements, even);
    } else {
      const int32_t row = place_of_row(y, shape->ring, shape->input_height) * shape->input_width;
      expand_nothing(lane, first, before * channels, even);
      expand_elements(input + (row + left + before) * channels, lane, first + before * channels,
                      (end - before) * channels, even);
      expand_nothing(lane, first + end * channels, (shape->tap_columns - end) * channels, even);
    }
    first += row_elements;
  }
}

/*
 * Outputs of a phase read neighbouring pixels with the same taps, every stride-th one of the filter, the last
 * first: so the weights of each phase stand, those of a row of phases after those of the row before, from
 * `places` on. Each row of outputs is made phase by phase, `block` pixels at a time, a multiple of 4.
 * `scratch` holds their patches, 2 * depth bytes each and a word; `depth` is that of the largest phase, a
 * multiple of 4.
 */
KERNEL void transpose_conv_s16(const int16_t *input, int16_t *output, void *scratch, const int8_t *weights,
                               const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                               const int32_t *places, int32_t first_row, int32_t end_row, int32_t input_ring,
                               int32_t output_ring, int32_t input_height, int32_t input_width,
                               int32_t input_channels, int32_t output_height, int32_t output_width,
                               int32_t output_channels, int32_t filter_height, int32_t filter_width,
                               int32_t stride_height, int32_t stride_width, int32_t padding_top,
                               int32_t padding_left, int32_t block, int32_t sums, int32_t min, int32_t max) {
  const int32_t step = stride_width * output_channels;
  int32_t *const expanded = scratch;
  for (int32_t row = first_row; row < end_row; row++) {
    int16_t *const line =
        output + place_of_row(row, output_ring, output_height) * output_width * output_channels;
    const int32_t phase_row = (row + padding_top) % stride_height;
    const int32_t tap_rows = taps_of_phase(filter_height, phase_row, stride_height);
    const int32_t top = (row + padding_top) / stride_height - tap_rows + 1;
    for (int32_t phase_column = 0; phase_column < stride_width; phase_column++) {
      const int32_t tap_columns = taps_of_phase(filter_width, phase_column, stride_width);
      const int32_t depth = maximum((tap_rows * tap_columns * input_channels + 3) / 4 * 4, 4);
      const matrix_s16 factor = {{bias, multiplier, shift, 1, min, max},
                                 weights + places[phase_row * stride_width + phase_column],
                                 depth,
                                 output_channels,
                                 step};
      const phase_shape_s16 shape = {input_height, input_width, input_channels,
                                     input_ring,   tap_rows,    tap_columns};
      const int32_t first = (phase_column + stride_width - padding_left % stride_width) % stride_width;
      int32_t left = (first + padding_left) / stride_width - tap_columns + 1;
      int16_t *to = line + first * output_channels;
      for (int32_t rest = (output_width - first + stride_width - 1) / stride_width; rest > 0;) {
        const int32_t pixels = minimum(rest, block);
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
          expand_phase_s16(input, lane_of(expanded, pixel, depth), top, left + pixel, &shape);
        }
        matrix_pixels_s16(&factor, expanded, pixels, to, sums);
        left += pixels;
        to += pixels * step;
        rest -= pixels;
      }
    }
  }
}

#endif
