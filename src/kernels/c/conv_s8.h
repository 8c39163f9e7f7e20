/* Convolution of any filter, stride, dilation and padding, through two gathered patches of the input. */
#ifndef MCUNET_CONV_S8_H
#define MCUNET_CONV_S8_H

#include "convolve_pixels.h"
#include "rows.h"

/* Geometry of a convolution; sizes in elements, height before width; `ring` rows of the input are kept. */
typedef struct {
  int32_t input_height, input_width, input_channels, ring;
  int32_t filter_height, filter_width;
  int32_t dilation_height, dilation_width;
  int32_t input_zero_point;
} patch_shape;

/* One row of a patch that reaches over the left or right border, or whose taps are apart. */
KERNEL void gather_row(const int8_t *row, int8_t *patch, int32_t left, const patch_shape *shape) {
  for (int32_t tap = 0; tap < shape->filter_width; tap++) {
    const int32_t x = left + tap * shape->dilation_width;
    if (x >= 0 && x < shape->input_width) {
      memcpy(patch, row + x * shape->input_channels, (size_t)shape->input_channels);
    } else {
      memset(patch, shape->input_zero_point, (size_t)shape->input_channels);
    }
    patch += shape->input_channels;
  }
}

/* The inputs of one output pixel, rows one after another; outside the input stands its zero point. */
KERNEL void gather_patch(const int8_t *input, int8_t *patch, int32_t top, int32_t left,
                         const patch_shape *shape) {
  const int32_t row_bytes = shape->filter_width * shape->input_channels;
  const int32_t pitch = shape->input_width * shape->input_channels;
  const int32_t inside =
      shape->dilation_width == 1 && left >= 0 && left + shape->filter_width <= shape->input_width;
  for (int32_t tap = 0; tap < shape->filter_height; tap++) {
    const int32_t y = top + tap * shape->dilation_height;
    if (y < 0 || y >= shape->input_height) {
      memset(patch, shape->input_zero_point, (size_t)row_bytes);
    } else if (inside) {
      const int8_t *const row = input + place_of_row(y, shape->ring, shape->input_height) * pitch;
      memcpy(patch, row + left * shape->input_channels, (size_t)row_bytes);
    } else {
      const int8_t *const row = input + place_of_row(y, shape->ring, shape->input_height) * pitch;
      gather_row(row, patch, left, shape);
    }
    patch += row_bytes;
  }
}

/*
 * `scratch` holds two patches of `depth` bytes: the filter's size rounded up to a multiple of 4, for which
 * the weights hold zeros. `bias` has the input's zero point folded in. Both patches are gathered before their
 * outputs are written. Patches of two rows are taken together only where all rows of the output are kept.
 */
KERNEL void conv_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t first_row,
                    int32_t end_row, int32_t input_ring, int32_t output_ring, int32_t input_height,
                    int32_t input_width, int32_t input_channels, int32_t output_height, int32_t output_width,
                    int32_t output_channels, int32_t filter_height, int32_t filter_width,
                    int32_t stride_height, int32_t stride_width, int32_t dilation_height,
                    int32_t dilation_width, int32_t padding_top, int32_t padding_left, int32_t depth,
                    int32_t small, int32_t input_zero_point, int32_t output_zero_point, int32_t min,
                    int32_t max) {
  const output_stage stage = {bias, multiplier, shift, small, output_zero_point, min, max};
  const patch_shape shape = {input_height, input_width,     input_channels, input_ring,      filter_height,
                             filter_width, dilation_height, dilation_width, input_zero_point};
  int8_t *const patches = scratch;
  int8_t *to = output;
  int32_t gathered = 0;
  memset(patches, 0, (size_t)(2 * depth));
  for (int32_t y = first_row; y < end_row; y++) {
    const int32_t ends = y + 1 == end_row || output_ring < output_height;
    if (gathered == 0)
      to = output + place_of_row(y, output_ring, output_height) * output_width * output_channels;
    for (int32_t x = 0; x < output_width; x++) {
      gather_patch(input, patches + gathered * depth, y * stride_height - padding_top,
                   x * stride_width - padding_left, &shape);
      gathered++;
      if (gathered == 2) {
        convolve_2_pixels(patches, to, weights, depth, output_channels, &stage);
        to += 2 * output_channels;
        gathered = 0;
      }
    }
    if (output_width % 2 && ends && gathered == 1) {
      convolve_1_pixel(patches, to, weights, depth, output_channels, &stage);
      gathered = 0;
    }
  }
}

#endif
