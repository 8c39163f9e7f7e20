/* Padding of up to four dimensions with one value. */
#ifndef MCUNET_PAD_S8_H
#define MCUNET_PAD_S8_H

#include "platform.h"

/* Returns the end of what it filled. */
KERNEL int8_t *fill_bytes(int8_t *target, int32_t value, int32_t bytes) {
  memset(target, value, (size_t)bytes);
  return target + bytes;
}

/* n0 ... n3 is the input's shape, before* and after* are the counts put around each dimension. */
KERNEL void pad_s8(const int8_t *input, int8_t *output, int32_t n0, int32_t n1, int32_t n2, int32_t n3,
                   int32_t before0, int32_t before1, int32_t before2, int32_t before3, int32_t after0,
                   int32_t after1, int32_t after2, int32_t after3, int32_t value) {
  const int32_t bytes2 = before3 + n3 + after3;
  const int32_t bytes1 = (before2 + n2 + after2) * bytes2;
  const int32_t bytes0 = (before1 + n1 + after1) * bytes1;
  output = fill_bytes(output, value, before0 * bytes0);
  for (int32_t i = 0; i < n0; i++) {
    output = fill_bytes(output, value, before1 * bytes1);
    for (int32_t j = 0; j < n1; j++) {
      output = fill_bytes(output, value, before2 * bytes2);
      for (int32_t k = 0; k < n2; k++) {
        output = fill_bytes(output, value, before3);
        memcpy(output, input, (size_t)n3);
        input += n3;
        output = fill_bytes(output + n3, value, after3);
      }
      output = fill_bytes(output, value, after2 * bytes2);
    }
    output = fill_bytes(output, value, after1 * bytes1);
  }
  (void)fill_bytes(output, value, after0 * bytes0);
}

#endif
