/* Up to eight tensors side by side along one dimension. */
#ifndef MCUNET_CONCATENATION_S8_H
#define MCUNET_CONCATENATION_S8_H

#include "rows.h"

/* Copies block `index` of `bytes` bytes; returns the end of the copy. */
KERNEL int8_t *append_block(int8_t *target, const int8_t *source, int32_t index, int32_t bytes) {
  memcpy(target, source + index * bytes, (size_t)bytes);
  return target + bytes;
}

/*
 * A row of each input is `blocks` runs of bytes_* bytes, which is 0 for inputs that are not there; where all
 * rows are made at once, they may be given as one.
 */
KERNEL void concatenation_s8(const int8_t *a, const int8_t *b, const int8_t *c, const int8_t *d,
                             const int8_t *e, const int8_t *f, const int8_t *g, const int8_t *h,
                             int8_t *output, int32_t first_row, int32_t end_row, int32_t ring_a,
                             int32_t ring_b, int32_t ring_c, int32_t ring_d, int32_t ring_e, int32_t ring_f,
                             int32_t ring_g, int32_t ring_h, int32_t output_ring, int32_t height,
                             int32_t blocks, int32_t bytes_a, int32_t bytes_b, int32_t bytes_c,
                             int32_t bytes_d, int32_t bytes_e, int32_t bytes_f, int32_t bytes_g,
                             int32_t bytes_h) {
  const int32_t pitch =
      blocks * (bytes_a + bytes_b + bytes_c + bytes_d + bytes_e + bytes_f + bytes_g + bytes_h);
  for (int32_t y = first_row; y < end_row; y++) {
    int8_t *to = output + place_of_row(y, output_ring, height) * pitch;
    const int32_t first_a = place_of_row(y, ring_a, height) * blocks;
    const int32_t first_b = place_of_row(y, ring_b, height) * blocks;
    const int32_t first_c = place_of_row(y, ring_c, height) * blocks;
    const int32_t first_d = place_of_row(y, ring_d, height) * blocks;
    const int32_t first_e = place_of_row(y, ring_e, height) * blocks;
    const int32_t first_f = place_of_row(y, ring_f, height) * blocks;
    const int32_t first_g = place_of_row(y, ring_g, height) * blocks;
    const int32_t first_h = place_of_row(y, ring_h, height) * blocks;
    for (int32_t block = 0; block < blocks; block++) {
      to = append_block(to, a, first_a + block, bytes_a);
      to = append_block(to, b, first_b + block, bytes_b);
      to = append_block(to, c, first_c + block, bytes_c);
      to = append_block(to, d, first_d + block, bytes_d);
      to = append_block(to, e, first_e + block, bytes_e);
      to = append_block(to, f, first_f + block, bytes_f);
      to = append_block(to, g, first_g + block, bytes_g);
      to = append_block(to, h, first_h + block, bytes_h);
    }
  }
}

#endif
