/* Convolution in groups of channels, of int16 activations and int8 weights. */
#ifndef MCUNET_GROUPED_CONV_S16_H
#define MCUNET_GROUPED_CONV_S16_H

#include "rows.h"
#include "wide_matrix.h"

/* Geometry of a convolution in groups; a group has `depth` of the input's channels. */
typedef struct {
  int32_t input_height, input_width, input_channels, ring, depth;
  int32_t filter_height, filter_width;
  int32_t dilation_height, dilation_width;
} group_shape_s16;

/* A group's inputs of one output pixel, tap by tap; `input` begins with the group's first channel. */
KERNEL void expand_group_s16(const int16_t *input, int16_t *lane, int32_t top, int32_t left,
                             const group_shape_s16 *shape) {
  const int32_t even = shape->depth % 2 == 0;
  const int32_t row_elements = shape->filter_width * shape->depth;
  const int32_t last = left + (shape->filter_width - 1) * shape->dilation_width;
  const int32_t inside = left >= 0 && last < shape->input_width;
  int32_t first = 0;
  for (int32_t i = 0; i < shape->filter_height; i++) {
    const int32_t y = top + i * shape->dilation_height;
    if (y < 0 || y >= shape->input_height) {
      expand_nothing(lane, first, row_elements, even);
      first += row_elements;
      continue;
    }
    const int32_t row = place_of_row(y, shape->ring, shape->input_height) * shape->input_width;
    for (int32_t tap = 0; tap < shape->filter_width; tap++) {
      const int32_t x = left + tap * shape->dilation_width;
      if (inside || (x >= 0 && x < shape->input_width)) {
        expand_elements(input + (row + x) * shape->input_channels, lane, first, shape->depth, even);
      } else {
        expand_nothing(lane, first, shape->depth, even);
      }
      first += shape->depth;
    }
  }
}

/*
 * Outputs of rows that lie one behind the other are made in order, `block` at a time, a multiple of 4, those
 * of a block group by group. `scratch` holds a group's patches of a block, 2 * depth bytes each, a word, and
 * the block's results before they are written. `depth` is a group's part of the filter up to a multiple of 4,
 * and `pitch` the weights of a group in bytes.
 */
KERNEL void grouped_conv_s16(const int16_t *input, int16_t *output, void *scratch, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int8_t *shift,
                             int32_t first_row, int32_t end_row, int32_t input_ring, int32_t output_ring,
                             int32_t input_height, int32_t input_width, int32_t input_channels,
                             int32_t output_height, int32_t output_width, int32_t output_channels,
                             int32_t groups, int32_t filter_height, int32_t filter_width,
                             int32_t stride_height, int32_t stride_width, int32_t dilation_height,
                             int32_t dilation_width, int32_t padding_top, int32_t padding_left, int32_t depth,
                             int32_t pitch, int32_t block, int32_t sums, int32_t min, int32_t max) {
  const int32_t inputs = input_channels / groups, outputs = output_channels / groups;
  const group_shape_s16 shape = {input_height,  input_width,  input_channels,  input_ring,    inputs,
                                 filter_height, filter_width, dilation_height, dilation_width};
  int32_t *const expanded = scratch;
  int16_t *const results = (int16_t *)(expanded + block / 4 * EXPANDED_WORDS(depth) + 1);
  for (int32_t row = first_row; row < end_row;) {
    const int32_t place = place_of_row(row, output_ring, output_height);
    const int32_t together = minimum(end_row - row, output_ring - place);
    int16_t *to = output + place * output_width * output_channels;
    int32_t y = row, x = 0;
    for (int32_t rest = together * output_width; rest > 0;) {
      const int32_t pixels = minimum(rest, block);
      for (int32_t group = 0; group < groups; group++) {
        const int32_t channel = group * outputs;
        const matrix_s16 factor = {{bias + channel, multiplier + channel, shift + channel, 1, min, max},
                                   weights + group * pitch,
                                   depth,
                                   outputs,
                                   output_channels};
        int32_t top = y * stride_height - padding_top, column = x;
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
          const int32_t left = column * stride_width - padding_left;
          expand_group_s16(input + group * inputs, lane_of(expanded, pixel, depth), top, left, &shape);
          column++;
          if (column == output_width) {
            column = 0;
            top += stride_height;
          }
        }
        matrix_pixels_s16(&factor, expanded, pixels, results + channel, sums);
      }
      memcpy(to, results, (size_t)(2 * pixels * output_channels));
      to += pixels * output_channels;
      rest -= pixels;
      x += pixels;
      y += x / output_width;
      x %= output_width;
    }
    row += together;
  }
}

#endif
