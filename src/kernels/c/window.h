/* Which taps of a filter or pooling window lie inside the input, and where they are. */
#ifndef MCUNET_WINDOW_H
#define MCUNET_WINDOW_H

#include "rows.h"

/* Taps first ... end - 1 are inside. */
typedef struct {
  int32_t first;
  int32_t end;
} tap_range;

/* Tap t of `taps` stands at start + t * dilation; 0 ... size - 1 is inside. */
KERNEL tap_range taps_inside(int32_t start, int32_t taps, int32_t dilation, int32_t size) {
  const int32_t before = start < 0 ? (dilation - 1 - start) / dilation : 0;
  const int32_t until = start < size ? (size - start + dilation - 1) / dilation : 0;
  const tap_range range = {before, minimum(taps, until)};
  return range;
}

/* A window that slides over an image, height before width; `ring` of the image's rows are kept at a time. */
typedef struct {
  int32_t input_height, input_width, input_channels, ring;
  int32_t filter_height, filter_width;
  int32_t stride_height, stride_width;
  int32_t dilation_height, dilation_width;
  int32_t padding_top, padding_left;
} sliding_window;

/* The tap rows of a row of outputs, as pointers and steps in bytes. */
typedef struct {
  /* Start of the first input row with taps, which is tap row `first` of the filter. */
  const int8_t *input;
  int32_t first, count;
  /* From a tap row to the next, and back by a ring where that is beyond its end; 0 where rows are no ring. */
  int32_t step, ring_bytes;
  const int8_t *ring_end;
} tap_rows;

KERNEL tap_rows tap_rows_at(const int8_t *input, const sliding_window *window, int32_t y) {
  const int32_t pitch = window->input_width * window->input_channels;
  const int32_t top = y * window->stride_height - window->padding_top;
  const tap_range rows =
      taps_inside(top, window->filter_height, window->dilation_height, window->input_height);
  const int32_t first = top + rows.first * window->dilation_height;
  const tap_rows result = {
      .input = input + place_of_row(first, window->ring, window->input_height) * pitch,
      .first = rows.first,
      .count = rows.end - rows.first,
      .step = window->dilation_height * pitch,
      .ring_bytes = window->ring < window->input_height ? window->ring * pitch : 0,
      .ring_end = input + window->ring * pitch,
  };
  return result;
}

/* The taps of one output position; every channel is one byte further. */
typedef struct {
  const int8_t *input;
  int32_t first_row, first_column;
  int32_t rows, columns;
  int32_t input_column;
  int32_t step, ring_bytes;
  const int8_t *ring_end;
} window_taps;

KERNEL window_taps taps_at(const tap_rows *rows, const sliding_window *window, int32_t x) {
  const int32_t left = x * window->stride_width - window->padding_left;
  const tap_range columns =
      taps_inside(left, window->filter_width, window->dilation_width, window->input_width);
  const window_taps taps = {
      .input = rows->input + (left + columns.first * window->dilation_width) * window->input_channels,
      .first_row = rows->first,
      .first_column = columns.first,
      .rows = rows->count,
      .columns = columns.end - columns.first,
      .input_column = window->dilation_width * window->input_channels,
      .step = rows->step,
      .ring_bytes = rows->ring_bytes,
      .ring_end = rows->ring_end,
  };
  return taps;
}

/* From a tap to the one below it. */
KERNEL const int8_t *tap_below(const window_taps *taps, const int8_t *tap) {
  tap += taps->step;
  return taps->ring_bytes > 0 && tap >= taps->ring_end ? tap - taps->ring_bytes : tap;
}

#endif
