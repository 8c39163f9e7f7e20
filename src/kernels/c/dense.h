/* Products of one input with eight channels at a time, whose weights stream past once. */
#ifndef MCUNET_DENSE_H
#define MCUNET_DENSE_H

#include "matrix_pixel.h"

/*
 * Weights of eight channels stand together, 32 bytes for four elements of depth: joined words (see
 * `products.h`) of elements 0 and 2 of four pairs of channels, then those of elements 1 and 3.
 */
KERNEL void multiply_1_by_8(const int8_t *pixel, const int8_t *weights, int32_t depth, int32_t sums[8]) {
#if MCUNET_DSP
  /* 32 products in 19 cycles of the M7. The end of the pixel has no register of its own. */
#define STEP_OF_PAIR(a, b, x)                       \
  "sxtb16 %[even], %[w]\n\t"                        \
  "smlad %[" b "], %[w], %[" x "], %[" b "]\n\t"    \
  "smlad %[" a "], %[even], %[" x "], %[" a "]\n\t" \
  "ldr %[w], [%[weights]], #4\n\t"
#define STEPS_OF_PAIRS(x)     \
  STEP_OF_PAIR("a0", "b0", x) \
  STEP_OF_PAIR("a1", "b1", x) STEP_OF_PAIR("a2", "b2", x) STEP_OF_PAIR("a3", "b3", x)
  const int8_t *const end = pixel + depth;
  int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
  uint32_t w = load_word(weights), even, x_even, x;
  weights += 4;
  __asm__ volatile("0:\n\t"
                   "ldr %[x], [%[pixel]], #4\n\t"
                   "sxtb16 %[x_even], %[x]\n\t"
                   "ldr %[even], %[end]\n\t"
                   "sxtb16 %[x], %[x], ror #8\n\t"
                   "cmp %[pixel], %[even]\n\t" STEPS_OF_PAIRS("x_even") STEPS_OF_PAIRS("x") "bne 0b"
                   : [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3), [b0] "+r"(b0), [b1] "+r"(b1),
                     [b2] "+r"(b2), [b3] "+r"(b3), [pixel] "+r"(pixel), [weights] "+r"(weights), [w] "+r"(w),
                     [even] "=&r"(even), [x_even] "=&r"(x_even), [x] "=&r"(x)
                   : [end] "m"(end)
                   : "cc", "memory");
#undef STEPS_OF_PAIRS
#undef STEP_OF_PAIR
  sums[0] = a0;
  sums[1] = sum_of_joined(b0, a0);
  sums[2] = a1;
  sums[3] = sum_of_joined(b1, a1);
  sums[4] = a2;
  sums[5] = sum_of_joined(b2, a2);
  sums[6] = a3;
  sums[7] = sum_of_joined(b3, a3);
#else
  for (int32_t i = 0; i < 8; i++) sums[i] = 0;
  for (int32_t i = 0; i < depth; i++) {
    const int8_t *const word = weights + (i & ~3) * 8 + (i & 1) * 16 + (i & 2);
    for (int32_t pair = 0; pair < 4; pair++) {
      sums[2 * pair] = add_wrapping(sums[2 * pair], pixel[i] * word[4 * pair]);
      sums[2 * pair + 1] =
          add_wrapping(sums[2 * pair + 1], pixel[i] * (word[4 * pair + 1] + (word[4 * pair] < 0)));
    }
  }
#endif
}

/* Channels are a multiple of 8. */
KERNEL void multiply_dense(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t scaling) {
  /* Copies, which no output can change. */
  const output_scaling layer = factor->output;
  const int32_t depth = factor->depth;
  const int8_t *weights = factor->weights;
  const int32_t *scale = layer.scales;
  for (int32_t rest = factor->channels; rest > 0; rest -= 8) {
    int32_t sums[8];
    multiply_1_by_8(pixel, weights, depth, sums);
    for (int32_t i = 0; i < 8; i++) {
      const int32_t sum = add_wrapping(first_sum(scale, scaling), sums[i]);
      *output++ = (int8_t)finished(&layer, scale, sum, scaling);
      scale += SCALE_WORDS(scaling);
    }
    weights += 8 * depth;
  }
}

SHARED void dense_signed(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_dense(factor, pixel, output, scaling_signed);
}

SHARED void dense_once(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_dense(factor, pixel, output, scaling_once);
}

SHARED void dense_rectified(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_dense(factor, pixel, output, scaling_rectified);
}

#endif
