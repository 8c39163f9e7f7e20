/* Up to eight tensors side by side along one dimension. */
#ifndef MCUNET_CONCATENATION_S8_H
#define MCUNET_CONCATENATION_S8_H

#include "platform.h"

/* Copies block `index` of `bytes` bytes; returns the end of the copy. */
KERNEL int8_t *append_block(int8_t *target, const int8_t *source, int32_t index, int32_t bytes) {
  memcpy(target, source + index * bytes, (size_t)bytes);
  return target + bytes;
}

/* Each input is `blocks` runs of bytes_* bytes, which is 0 for inputs that are not there. */
KERNEL void concatenation_s8(const int8_t *a, const int8_t *b, const int8_t *c, const int8_t *d,
                             const int8_t *e, const int8_t *f, const int8_t *g, const int8_t *h,
                             int8_t *output, int32_t blocks, int32_t bytes_a, int32_t bytes_b,
                             int32_t bytes_c, int32_t bytes_d, int32_t bytes_e, int32_t bytes_f,
                             int32_t bytes_g, int32_t bytes_h) {
  for (int32_t block = 0; block < blocks; block++) {
    output = append_block(output, a, block, bytes_a);
    output = append_block(output, b, block, bytes_b);
    output = append_block(output, c, block, bytes_c);
    output = append_block(output, d, block, bytes_d);
    output = append_block(output, e, block, bytes_e);
    output = append_block(output, f, block, bytes_f);
    output = append_block(output, g, block, bytes_g);
    output = append_block(output, h, block, bytes_h);
  }
}

#endif
