/* Patches of an image: the inputs of one output pixel of a convolution, as they are and expanded. */
#ifndef MCUNET_PATCHES_H
#define MCUNET_PATCHES_H

#include "expand.h"
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
  if (shape->dilation_width == 1) {
    const int32_t before = minimum(maximum(-left, 0), shape->filter_width);
    const int32_t end = minimum(shape->input_width - left, shape->filter_width);
    memset(patch, shape->input_zero_point, (size_t)(shape->filter_width * shape->input_channels));
    if (before < end) {
      memcpy(patch + before * shape->input_channels, row + (left + before) * shape->input_channels,
             (size_t)((end - before) * shape->input_channels));
    }
    return;
  }
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
    } else {
      const int8_t *const row = input + place_of_row(y, shape->ring, shape->input_height) * pitch;
      if (inside) {
        memcpy(patch, row + left * shape->input_channels, (size_t)row_bytes);
      } else {
        gather_row(row, patch, left, shape);
      }
    }
    patch += row_bytes;
  }
}

/* The same expanded, as one of four pixels; rows are multiples of 4 bytes, and `spare` holds one of them. */
KERNEL void expand_patch(const int8_t *input, int32_t *place, int8_t *spare, int32_t top, int32_t left,
                         const patch_shape *shape) {
  const int32_t row_bytes = shape->filter_width * shape->input_channels;
  const int32_t pitch = shape->input_width * shape->input_channels;
  const int32_t inside =
      shape->dilation_width == 1 && left >= 0 && left + shape->filter_width <= shape->input_width;
  for (int32_t tap = 0; tap < shape->filter_height; tap++) {
    const int32_t y = top + tap * shape->dilation_height;
    if (y < 0 || y >= shape->input_height) {
      place = expand_value(shape->input_zero_point, place, row_bytes);
      continue;
    }
    const int8_t *const row = input + place_of_row(y, shape->ring, shape->input_height) * pitch;
    if (inside) {
      place = expand_run(row + left * shape->input_channels, place, row_bytes);
    } else {
      gather_row(row, spare, left, shape);
      place = expand_run(spare, place, row_bytes);
    }
  }
}

#endif
