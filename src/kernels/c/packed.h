/* Weights of four bits, two in a byte. */
#ifndef MCUNET_PACKED_H
#define MCUNET_PACKED_H

#include "platform.h"

/*
 * Bytes 0 ... 3 of each eight weights are in the lower halves of four packed bytes, 4 ... 7 in their upper
 * halves. `bytes` of packed weights, a multiple of four, become twice as many.
 */
KERNEL const int8_t *unpack_weights(const int8_t *packed, int8_t *weights, int32_t bytes) {
#if MCUNET_DSP
  for (int32_t i = 0; i < bytes; i += 4) {
    const uint32_t word = load_word(packed + i);
    /* A half is signed where its bit 3 is flipped and 8 is taken away. */
    const uint32_t signs = 0x08080808U;
    const int8x4_t low = (int8x4_t)((word & 0x0f0f0f0fU) ^ signs);
    const int8x4_t high = (int8x4_t)(((word >> 4) & 0x0f0f0f0fU) ^ signs);
    store_word(weights + 2 * i, (uint32_t)__ssub8(low, (int8x4_t)signs));
    store_word(weights + 2 * i + 4, (uint32_t)__ssub8(high, (int8x4_t)signs));
  }
#else
  for (int32_t i = 0; i < bytes; i++) {
    const int32_t byte = (uint8_t)packed[i];
    int8_t *const eight = weights + 2 * (i & ~3) + (i & 3);
    eight[0] = (int8_t)(((byte & 15) ^ 8) - 8);
    eight[4] = (int8_t)(((byte >> 4) ^ 8) - 8);
  }
#endif
  return weights;
}

#endif
