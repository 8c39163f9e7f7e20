/* Transposed convolution: one convolution of stride 1 for each place that an output can have between inputs.
 */
#ifndef MCUNET_TRANSPOSE_CONV_S8_H
#define MCUNET_TRANSPOSE_CONV_S8_H

#include "matrix_pixel.h"
#include "patches.h"
#include "phases.h"

/*
 * Outputs of a phase read neighbouring pixels with the same taps, every stride-th one of the filter, the last
 * first: so the weights of each phase stand, those of a row of phases after those of the row before, from
 * `places` on. Each row of outputs is made phase by phase, `block` pixels at a time, a multiple of 4, then
 * singly. `scratch` holds their patches expanded, 2 * depth bytes each and a word, one patch of `depth`
 * bytes, and the block's outputs where they do not lie side by side; `depth` is that of the largest phase, a
 * multiple of 4.
 */
KERNEL void transpose_conv_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                              const int32_t *scales, const int32_t *places, int32_t first_row,
                              int32_t end_row, int32_t input_ring, int32_t output_ring, int32_t input_height,
                              int32_t input_width, int32_t input_channels, int32_t output_height,
                              int32_t output_width, int32_t output_channels, int32_t filter_height,
                              int32_t filter_width, int32_t stride_height, int32_t stride_width,
                              int32_t padding_top, int32_t padding_left, int32_t depth, int32_t block,
                              int32_t input_zero_point, int32_t apart, int32_t scaling,
                              int32_t output_zero_point, int32_t min, int32_t max) {
  const int32_t scale_words = (output_channels + output_channels % 2) * SCALE_WORDS(scaling);
  const int32_t step = stride_width * output_channels;
  int32_t *const expanded = scratch;
  int8_t *const spare = (int8_t *)(expanded + block / 4 * EXPANDED_WORDS(depth) + 1);
  int8_t *const results = spare + depth;
  memset(spare, 0, (size_t)depth);
  for (int32_t row = first_row; row < end_row; row++) {
    int8_t *const line =
        output + place_of_row(row, output_ring, output_height) * output_width * output_channels;
    const int32_t phase_row = (row + padding_top) % stride_height;
    const int32_t tap_rows = taps_of_phase(filter_height, phase_row, stride_height);
    const int32_t top = (row + padding_top) / stride_height - tap_rows + 1;
    for (int32_t phase_column = 0; phase_column < stride_width; phase_column++) {
      const int32_t phase = phase_row * stride_width + phase_column;
      const int32_t tap_columns = taps_of_phase(filter_width, phase_column, stride_width);
      const int32_t row_bytes = tap_columns * input_channels;
      const int32_t own_depth = maximum((tap_rows * row_bytes + 3) / 4 * 4, 4);
      const matrix factor = {{scales + phase * scale_words, output_zero_point, min, max},
                             weights + places[phase],
                             own_depth,
                             output_channels};
      const patch_shape shape = {
          input_height,    input_width, input_channels, input_ring, tap_rows, tap_columns, 1, 1,
          input_zero_point};
      const int32_t first = (phase_column + stride_width - padding_left % stride_width) % stride_width;
      int32_t left = (first + padding_left) / stride_width - tap_columns + 1;
      int8_t *to = line + first * output_channels;
      int32_t gathered = 0;
      for (int32_t rest = (output_width - first + stride_width - 1) / stride_width; rest > 0; rest--) {
        if (gathered > 0 || rest >= 4) {
          int32_t *const slot = expanded + gathered / 4 * EXPANDED_WORDS(own_depth) + gathered % 4;
          if (row_bytes % 4 == 0) {
            expand_patch(input, slot, spare, top, left, &shape);
          } else {
            gather_patch(input, spare, top, left, &shape);
            (void)expand_run(spare, slot, own_depth);
          }
          gathered++;
          if (gathered == block || (gathered % 4 == 0 && rest <= 4)) {
            int8_t *const made = stride_width == 1 ? to : results;
            matrix_groups(&factor, expanded, gathered / 4, made, apart, scaling);
            if (stride_width > 1) {
              for (int32_t i = 0; i < gathered; i++) {
                memcpy(to + i * step, results + i * output_channels, (size_t)output_channels);
              }
            }
            to += gathered * step;
            gathered = 0;
          }
        } else {
          gather_patch(input, spare, top, left, &shape);
          matrix_pixel(&factor, spare, to, apart, scaling);
          to += step;
        }
        left++;
      }
    }
  }
}

#endif
