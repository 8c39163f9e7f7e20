/* Which taps of a filter or pooling window lie inside the input, along one dimension. */
#ifndef MCUNET_WINDOW_H
#define MCUNET_WINDOW_H

#include "platform.h"

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

/* The taps of one output position, as pointers and steps in bytes; every channel is one byte further. */
typedef struct {
  const int8_t *input;
  const int8_t *weights;
  int32_t rows, columns;
  int32_t input_row, input_column;
  int32_t weights_row, weights_column;
} window_taps;

#endif
