/* Padding of up to four dimensions with one value. */
#ifndef MCUNET_PAD_S8_H
#define MCUNET_PAD_S8_H

#include "rows.h"

/* Returns the end of what it filled. */
KERNEL int8_t *fill_bytes(int8_t *target, int32_t value, int32_t bytes) {
  memset(target, value, (size_t)bytes);
  return target + bytes;
}

/*
 * n0 ... n3 is the input's shape, before* and after* are the counts put around each dimension. Rows are those
 * of dimension 1 of the output; where not all are made at once, n0 is 1 and nothing is put around it.
 */
KERNEL void pad_s8(const int8_t *input, int8_t *output, int32_t first_row, int32_t end_row,
                   int32_t input_ring, int32_t output_ring, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                   int32_t before0, int32_t before1, int32_t before2, int32_t before3, int32_t after0,
                   int32_t after1, int32_t after2, int32_t after3, int32_t value) {
  const int32_t rows = before1 + n1 + after1;
  const int32_t bytes2 = before3 + n3 + after3;
  const int32_t bytes1 = (before2 + n2 + after2) * bytes2;
  output = fill_bytes(output, value, before0 * rows * bytes1);
  for (int32_t i = 0; i < n0; i++) {
    for (int32_t row = first_row; row < end_row; row++) {
      const int32_t y = row - before1;
      int8_t *to = output + place_of_row(row, output_ring, rows) * bytes1;
      if (y < 0 || y >= n1) {
        (void)fill_bytes(to, value, bytes1);
        continue;
      }
      const int8_t *from = input + place_of_row(y, input_ring, n1) * n2 * n3;
      to = fill_bytes(to, value, before2 * bytes2);
      for (int32_t k = 0; k < n2; k++) {
        to = fill_bytes(to, value, before3);
        memcpy(to, from, (size_t)n3);
        from += n3;
        to = fill_bytes(to + n3, value, after3);
      }
      (void)fill_bytes(to, value, after2 * bytes2);
    }
    input += n1 * n2 * n3;
    output += rows * bytes1;
  }
  (void)fill_bytes(output, value, after0 * rows * bytes1);
}

#endif
