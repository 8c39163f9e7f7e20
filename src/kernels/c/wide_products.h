/* Sums of products of int16 inputs and int8 weights. */
#ifndef MCUNET_WIDE_PRODUCTS_H
#define MCUNET_WIDE_PRODUCTS_H

#include "platform.h"

/* So many products cannot leave an int32. */
enum { most_products_s16 = 256 };

/* The sums of two output channels; sums that need 64 bits are gathered in parts that do not. */
typedef struct {
  int64_t a, b;
  int32_t part_a, part_b;
} channel_sums_s16;

/* Adds products of the same inputs with two channels to the parts, which wrap. */
KERNEL void add_products_s16(channel_sums_s16 *sums, const int16_t *input, const int8_t *a, const int8_t *b,
                             int32_t count) {
  int32_t part_a = sums->part_a, part_b = sums->part_b;
  const int32_t whole = MCUNET_DSP ? count - count % 4 : 0;
#if MCUNET_DSP
  for (int32_t i = 0; i < whole; i += 4) {
    const uint32_t low = load_word((const int8_t *)(input + i));
    const uint32_t high = load_word((const int8_t *)(input + i + 2));
    const int16x2_t even = (int16x2_t)pack_low(low, high), odd = (int16x2_t)pack_high(high, low);
    const uint32_t words_a = load_word(a + i), words_b = load_word(b + i);
    part_a = __smlad(sxtb16_even(words_a), even, part_a);
    part_b = __smlad(sxtb16_even(words_b), even, part_b);
    part_a = __smlad(sxtb16_odd(words_a), odd, part_a);
    part_b = __smlad(sxtb16_odd(words_b), odd, part_b);
  }
#endif
  for (int32_t i = whole; i < count; i++) {
    part_a = add_wrapping(part_a, input[i] * a[i]);
    part_b = add_wrapping(part_b, input[i] * b[i]);
  }
  sums->part_a = part_a;
  sums->part_b = part_b;
}

KERNEL void gather_parts_s16(channel_sums_s16 *sums) {
  sums->a += sums->part_a;
  sums->b += sums->part_b;
  sums->part_a = 0;
  sums->part_b = 0;
}

/* The same for any count; `narrow` where the whole sums fit an int32, or are to wrap. */
KERNEL void add_run_s16(channel_sums_s16 *sums, const int16_t *input, const int8_t *a, const int8_t *b,
                        int32_t count, int32_t narrow) {
  if (narrow) {
    add_products_s16(sums, input, a, b, count);
    return;
  }
  for (int32_t first = 0; first < count; first += most_products_s16) {
    add_products_s16(sums, input + first, a + first, b + first, minimum(most_products_s16, count - first));
    gather_parts_s16(sums);
  }
}

#endif
