/* Convolution in groups of channels, each through patches of its own channels of the input. */
#ifndef MCUNET_GROUPED_CONV_S8_H
#define MCUNET_GROUPED_CONV_S8_H

#include "matrix_pixel.h"
#include "patches.h"

/* Geometry of a convolution in groups; a group has `depth` of the input's channels. */
typedef struct {
  int32_t input_height, input_width, input_channels, ring, depth;
  int32_t filter_height, filter_width;
  int32_t dilation_height, dilation_width;
  int32_t input_zero_point;
} group_shape;

/* The taps of a row of a window: where the first lies, and whether any may be outside the image. */
typedef struct {
  const int8_t *pixel;
  int32_t left, is_checked;
} group_row;

/* Row `y` of the input, which is inside, from column `left` on; `input` begins with the group's first
 * channel. */
KERNEL group_row group_row_at(const int8_t *input, int32_t y, int32_t left, const group_shape *shape) {
  const int32_t row = place_of_row(y, shape->ring, shape->input_height) * shape->input_width;
  const int32_t last = left + (shape->filter_width - 1) * shape->dilation_width;
  const group_row result = {input + (row + left) * shape->input_channels, left,
                            left < 0 || last >= shape->input_width};
  return result;
}

KERNEL int32_t has_tap(const group_row *row, int32_t tap, const group_shape *shape) {
  const int32_t x = row->left + tap * shape->dilation_width;
  return !row->is_checked || (x >= 0 && x < shape->input_width);
}

/* The group's inputs of one output pixel as they are. */
KERNEL void gather_group(const int8_t *input, int8_t *patch, int32_t top, int32_t left,
                         const group_shape *shape) {
  const int32_t step = shape->dilation_width * shape->input_channels;
  const size_t depth = (size_t)shape->depth;
  for (int32_t i = 0; i < shape->filter_height; i++) {
    const int32_t y = top + i * shape->dilation_height;
    if (y < 0 || y >= shape->input_height) {
      memset(patch, shape->input_zero_point, (size_t)shape->filter_width * depth);
      patch += shape->filter_width * shape->depth;
      continue;
    }
    const group_row row = group_row_at(input, y, left, shape);
    for (int32_t tap = 0; tap < shape->filter_width; tap++) {
      if (has_tap(&row, tap, shape)) {
        memcpy(patch, row.pixel + tap * step, depth);
      } else {
        memset(patch, shape->input_zero_point, depth);
      }
      patch += shape->depth;
    }
  }
}

/* The same expanded, as one of four pixels; the depth is a multiple of 4. */
KERNEL void expand_group(const int8_t *input, int32_t *place, int32_t top, int32_t left,
                         const group_shape *shape) {
  const int32_t step = shape->dilation_width * shape->input_channels;
  for (int32_t i = 0; i < shape->filter_height; i++) {
    const int32_t y = top + i * shape->dilation_height;
    if (y < 0 || y >= shape->input_height) {
      place = expand_value(shape->input_zero_point, place, shape->filter_width * shape->depth);
      continue;
    }
    const group_row row = group_row_at(input, y, left, shape);
    const int8_t *pixel = row.pixel;
    for (int32_t tap = 0; tap < shape->filter_width; tap++) {
      if (has_tap(&row, tap, shape)) {
        for (int32_t channel = 0; channel < shape->depth; channel += 4) {
          expand_4(pixel + channel, place);
          place += 8;
        }
      } else {
        place = expand_value(shape->input_zero_point, place, shape->depth);
      }
      pixel += step;
    }
  }
}

/*
 * Outputs of rows that lie one behind the other are made in order, `block` at a time, a multiple of 4, then
 * singly; those of a block group by group. `scratch` holds a group's patches expanded, 2 * depth bytes each
 * and a word, one patch of `depth` bytes, and the block's results before they are written. `depth` is a
 * group's part of the filter up to a multiple of 4, and `pitch` the weights of a group in bytes.
 */
KERNEL void grouped_conv_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                            const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                            int32_t output_ring, int32_t input_height, int32_t input_width,
                            int32_t input_channels, int32_t output_height, int32_t output_width,
                            int32_t output_channels, int32_t groups, int32_t filter_height,
                            int32_t filter_width, int32_t stride_height, int32_t stride_width,
                            int32_t dilation_height, int32_t dilation_width, int32_t padding_top,
                            int32_t padding_left, int32_t depth, int32_t pitch, int32_t block,
                            int32_t input_zero_point, int32_t apart, int32_t scaling,
                            int32_t output_zero_point, int32_t min, int32_t max) {
  const int32_t inputs = input_channels / groups, outputs = output_channels / groups;
  const int32_t scale_words = (outputs + outputs % 2) * SCALE_WORDS(scaling);
  const group_shape shape = {input_height,  input_width,  input_channels,  input_ring,     inputs,
                             filter_height, filter_width, dilation_height, dilation_width, input_zero_point};
  int32_t *const expanded = scratch;
  int8_t *const spare = (int8_t *)(expanded + block / 4 * EXPANDED_WORDS(depth) + 1);
  int8_t *const results = spare + depth;
  memset(spare, 0, (size_t)depth);
  for (int32_t row = first_row; row < end_row;) {
    const int32_t place = place_of_row(row, output_ring, output_height);
    const int32_t together = minimum(end_row - row, output_ring - place);
    int8_t *to = output + place * output_width * output_channels;
    int32_t y = row, x = 0;
    for (int32_t rest = together * output_width; rest > 0;) {
      const int32_t pixels = rest < 4 ? 1 : minimum(rest / 4 * 4, block);
      for (int32_t group = 0; group < groups; group++) {
        const matrix factor = {{scales + group * scale_words, output_zero_point, min, max},
                               weights + group * pitch,
                               depth,
                               outputs};
        int32_t top = y * stride_height - padding_top, column = x;
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
          int32_t *const slot = expanded + pixel / 4 * EXPANDED_WORDS(depth) + pixel % 4;
          const int32_t left = column * stride_width - padding_left;
          if (inputs % 4 == 0 && rest >= 4) {
            expand_group(input + group * inputs, slot, top, left, &shape);
          } else {
            gather_group(input + group * inputs, spare, top, left, &shape);
            if (rest >= 4) (void)expand_run(spare, slot, depth);
          }
          column++;
          if (column == output_width) {
            column = 0;
            top += stride_height;
          }
        }
        int8_t *const made = results + group * pixels * outputs;
        if (rest >= 4) {
          matrix_groups(&factor, expanded, pixels / 4, made, apart, scaling);
        } else {
          matrix_pixel(&factor, spare, made, apart, scaling);
        }
      }
      for (int32_t group = 0; group < groups; group++) {
        const int8_t *from = results + group * pixels * outputs;
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
          memcpy(to + pixel * output_channels + group * outputs, from, (size_t)outputs);
          from += outputs;
        }
      }
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
