/* Products of expanded pixels with two channels: the innermost loops of convolutions. */
#ifndef MCUNET_PRODUCTS_H
#define MCUNET_PRODUCTS_H

#include "platform.h"

/*
 * Weights are those of two channels side by side, a word two of each: for each four elements of depth, a[0]
 * b[0] a[2] b[2] a[1] b[1] a[3] b[3]. SXTB16 takes the products of channel a out of a word. The word itself
 * is a pair of half-words 256 * b + a where b holds one less beside a negative a: its products with an input
 * add up to 256 * sum b + sum a, from which sum b is a subtraction and a shift, once a channel. Where that
 * does not fit, because b is -128 beside a negative a or sums are large, weights are `apart` and both are
 * taken out.
 *
 * Depth is a multiple of 4 and channels are even, with zeros in place of weights that are not there. Sums are
 * those of inputs as they are: zero points are folded into the channels' scales. Words behind the weights and
 * the pixels are loaded, but not used.
 */

/*
 * Four pixels as pairs of half-words, two elements of each pixel side by side: elements 0 and 2, then 1 and
 * 3 and so on, as SXTB16 gives them.
 */
#define EXPANDED_WORDS(depth) (2 * (depth))

#if MCUNET_DSP
/*
 * Two elements of four pixels with two channels: 16 products in 8 cycles of the M7, which issues a load or an
 * unpacking beside each. What is loaded is used in the next step or the next but one.
 */
#define STEP_OF_JOINED(spare)                                                          \
  "sxtb16 %[even], %[odd]\n\t"                                                         \
  "smlad %[b0], %[x], %[odd], %[b0]\n\t"                                               \
  "smlad %[a0], %[x], %[even], %[a0]\n\t"                                              \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[b1], %[x], %[odd], %[b1]\n\t" spare "smlad %[a1], %[x], %[even], %[a1]\n\t" \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[b2], %[x], %[odd], %[b2]\n\t"                                               \
  "smlad %[a2], %[x], %[even], %[a2]\n\t"                                              \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[b3], %[x], %[odd], %[b3]\n\t"                                               \
  "ldr %[odd], [%[w]], #4\n\t"                                                         \
  "smlad %[a3], %[x], %[even], %[a3]\n\t"                                              \
  "ldr %[x], [%[pixels]], #4\n\t"

/* The same where channel b is unpacked too, a cycle more. */
#define STEP_OF_APART(spare)                                                           \
  "sxtb16 %[even], %[odd]\n\t"                                                         \
  "sxtb16 %[odd], %[odd], ror #8\n\t"                                                  \
  "smlad %[a0], %[x], %[even], %[a0]\n\t"                                              \
  "smlad %[b0], %[x], %[odd], %[b0]\n\t"                                               \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[a1], %[x], %[even], %[a1]\n\t" spare "smlad %[b1], %[x], %[odd], %[b1]\n\t" \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[a2], %[x], %[even], %[a2]\n\t"                                              \
  "smlad %[b2], %[x], %[odd], %[b2]\n\t"                                               \
  "ldr %[x], [%[pixels]], #4\n\t"                                                      \
  "smlad %[b3], %[x], %[odd], %[b3]\n\t"                                               \
  "ldr %[odd], [%[w]], #4\n\t"                                                         \
  "smlad %[a3], %[x], %[even], %[a3]\n\t"                                              \
  "ldr %[x], [%[pixels]], #4\n\t"

/*
 * All registers but the stack's: eight sums, three operands, two addresses and an end. Eight elements a
 * round; where half of the first round is not there, which `even` says, it starts with the other half.
 */
#define LOOP_OF(step)                                                                             \
  __asm__ volatile(                                                                               \
      "cmp %[even], #0\n\tbne 1f\n\t"                                                             \
      "0:\n\t" step("") step("") "1:\n\t" step("cmp %[w], %[last]\n\t") step("") "bne 0b"         \
      : [a0] "+r"(sums->a0), [a1] "+r"(sums->a1), [a2] "+r"(sums->a2), [a3] "+r"(sums->a3),       \
        [b0] "+r"(sums->b0), [b1] "+r"(sums->b1), [b2] "+r"(sums->b2), [b3] "+r"(sums->b3),       \
        [w] "+r"(weights), [pixels] "+r"(pixels), [even] "+r"(even), [odd] "+r"(odd), [x] "+r"(x) \
      : [last] "r"(last)                                                                          \
      : "cc", "memory")
#endif

/* Sums of four pixels with two channels. */
typedef struct {
  int32_t a0, a1, a2, a3;
  int32_t b0, b1, b2, b3;
} sums_4_by_2;

/* The sum of channel b from that of its products joined with those of channel a. */
KERNEL int32_t sum_of_joined(int32_t joined, int32_t a) {
  return (int32_t)((uint32_t)joined - (uint32_t)a) >> 8;
}

/* The weights of channels a and b in place `place` of a row of them. */
KERNEL int32_t weight_of_a(const int8_t *weights, int32_t place) {
  return weights[2 * place];
}

KERNEL int32_t weight_of_b(const int8_t *weights, int32_t place, int32_t apart) {
  return weights[2 * place + 1] + (!apart && weights[2 * place] < 0);
}

/*
 * Products of four expanded pixels with two channels, added to what the sum of a and that of b, or of both
 * joined, start from. Returns the end of the pixels.
 */
KERNEL const int32_t *multiply_4_by_2(const int32_t *pixels, const int8_t *weights, int32_t depth,
                                      int32_t apart, int32_t first_a, int32_t first_b, sums_4_by_2 *sums) {
#if MCUNET_DSP
  const int8_t *const last = weights + 2 * depth - 4;
  uint32_t even = (uint32_t)depth & 4, odd = load_word(weights);
  int32_t x = *pixels;
  weights += 4;
  pixels += 1;
  sums->a0 = sums->a1 = sums->a2 = sums->a3 = first_a;
  sums->b0 = sums->b1 = sums->b2 = sums->b3 = first_b;
  if (apart) {
    LOOP_OF(STEP_OF_APART);
  } else {
    LOOP_OF(STEP_OF_JOINED);
    sums->b0 = sum_of_joined(sums->b0, sums->a0);
    sums->b1 = sum_of_joined(sums->b1, sums->a1);
    sums->b2 = sum_of_joined(sums->b2, sums->a2);
    sums->b3 = sum_of_joined(sums->b3, sums->a3);
  }
  return pixels - 1;
#else
  const int16_t *halves = (const int16_t *)pixels;
  int32_t a[4] = {first_a, first_a, first_a, first_a};
  const int32_t start_b = apart ? first_b : sum_of_joined(first_b, first_a);
  int32_t b[4] = {start_b, start_b, start_b, start_b};
  for (int32_t place = 0; place < depth; place += 2) {
    for (int32_t i = 0; i < 4; i++) {
      a[i] = add_wrapping(a[i], halves[0] * weight_of_a(weights, place));
      a[i] = add_wrapping(a[i], halves[1] * weight_of_a(weights, place + 1));
      b[i] = add_wrapping(b[i], halves[0] * weight_of_b(weights, place, apart));
      b[i] = add_wrapping(b[i], halves[1] * weight_of_b(weights, place + 1, apart));
      halves += 2;
    }
  }
  const sums_4_by_2 result = {a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]};
  *sums = result;
  return (const int32_t *)halves;
#endif
}

#endif
