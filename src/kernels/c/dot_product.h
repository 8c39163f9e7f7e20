/* Sums of products of int8 rows, one to four at a time so that what is loaded once is used often. */
#ifndef MCUNET_DOT_PRODUCT_H
#define MCUNET_DOT_PRODUCT_H

#include "platform.h"

#if MCUNET_DSP
/* Four products added to `sum`; the words come unpacked into even and odd bytes. */
KERNEL int32_t accumulate_4(int16x2_t a_even, int16x2_t a_odd, int16x2_t b_even, int16x2_t b_odd,
                            int32_t sum) {
  return __smlad(a_odd, b_odd, __smlad(a_even, b_even, sum));
}
#endif

KERNEL int32_t accumulate_1(int8_t a, int8_t b, int32_t sum) {
  return add_wrapping(sum, (int32_t)a * b);
}

/* Two rounds of a loop in one, which halves what counting costs. */
#define PAIRED_LOOP _Pragma("GCC unroll 2")

/* Returns sum + a . b. */
KERNEL int32_t dot_1x1(const int8_t *a, const int8_t *b, int32_t length, int32_t sum) {
  int32_t rest = length;
#if MCUNET_DSP
  PAIRED_LOOP
  for (; rest >= 4; rest -= 4) {
    const uint32_t a0 = load_word(a), b0 = load_word(b);
    sum = accumulate_4(sxtb16_even(a0), sxtb16_odd(a0), sxtb16_even(b0), sxtb16_odd(b0), sum);
    a += 4;
    b += 4;
  }
#endif
  for (; rest > 0; rest--) sum = accumulate_1(*a++, *b++, sum);
  return sum;
}

/* sums[j] += a . b_j, where row b_j starts at b + j * stride. */
KERNEL void dot_1x2(const int8_t *a, const int8_t *b, int32_t stride, int32_t length, int32_t sums[2]) {
  int32_t s0 = sums[0], s1 = sums[1];
  int32_t rest = length;
#if MCUNET_DSP
  PAIRED_LOOP
  for (; rest >= 4; rest -= 4) {
    const uint32_t a0 = load_word(a), b0 = load_word(b), b1 = load_word(b + stride);
    const int16x2_t a_even = sxtb16_even(a0), a_odd = sxtb16_odd(a0);
    s0 = accumulate_4(a_even, a_odd, sxtb16_even(b0), sxtb16_odd(b0), s0);
    s1 = accumulate_4(a_even, a_odd, sxtb16_even(b1), sxtb16_odd(b1), s1);
    a += 4;
    b += 4;
  }
#endif
  for (; rest > 0; rest--) {
    s0 = accumulate_1(*a, b[0], s0);
    s1 = accumulate_1(*a, b[stride], s1);
    a++;
    b++;
  }
  sums[0] = s0;
  sums[1] = s1;
}

/* The same for four rows. */
KERNEL void dot_1x4(const int8_t *a, const int8_t *b, int32_t stride, int32_t length, int32_t sums[4]) {
  int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
  int32_t rest = length;
#if MCUNET_DSP
  PAIRED_LOOP
  for (; rest >= 4; rest -= 4) {
    const uint32_t a0 = load_word(a);
    const int16x2_t a_even = sxtb16_even(a0), a_odd = sxtb16_odd(a0);
    const uint32_t b0 = load_word(b), b1 = load_word(b + stride);
    s0 = accumulate_4(a_even, a_odd, sxtb16_even(b0), sxtb16_odd(b0), s0);
    s1 = accumulate_4(a_even, a_odd, sxtb16_even(b1), sxtb16_odd(b1), s1);
    const uint32_t b2 = load_word(b + 2 * stride), b3 = load_word(b + 3 * stride);
    s2 = accumulate_4(a_even, a_odd, sxtb16_even(b2), sxtb16_odd(b2), s2);
    s3 = accumulate_4(a_even, a_odd, sxtb16_even(b3), sxtb16_odd(b3), s3);
    a += 4;
    b += 4;
  }
#endif
  for (; rest > 0; rest--) {
    s0 = accumulate_1(*a, b[0], s0);
    s1 = accumulate_1(*a, b[stride], s1);
    s2 = accumulate_1(*a, b[2 * stride], s2);
    s3 = accumulate_1(*a, b[3 * stride], s3);
    a++;
    b++;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/* sums[2 * i + j] += a_i . b_j, where rows start at a + i * a_stride and b + j * b_stride. */
KERNEL void dot_2x2(const int8_t *a, int32_t a_stride, const int8_t *b, int32_t b_stride, int32_t length,
                    int32_t sums[4]) {
  int32_t s00 = sums[0], s01 = sums[1], s10 = sums[2], s11 = sums[3];
  int32_t rest = length;
#if MCUNET_DSP
  PAIRED_LOOP
  for (; rest >= 4; rest -= 4) {
    const uint32_t b0 = load_word(b), b1 = load_word(b + b_stride);
    const int16x2_t b0_even = sxtb16_even(b0), b0_odd = sxtb16_odd(b0);
    const int16x2_t b1_even = sxtb16_even(b1), b1_odd = sxtb16_odd(b1);
    const uint32_t a0 = load_word(a), a1 = load_word(a + a_stride);
    const int16x2_t a0_even = sxtb16_even(a0), a0_odd = sxtb16_odd(a0);
    const int16x2_t a1_even = sxtb16_even(a1), a1_odd = sxtb16_odd(a1);
    s00 = accumulate_4(a0_even, a0_odd, b0_even, b0_odd, s00);
    s01 = accumulate_4(a0_even, a0_odd, b1_even, b1_odd, s01);
    s10 = accumulate_4(a1_even, a1_odd, b0_even, b0_odd, s10);
    s11 = accumulate_4(a1_even, a1_odd, b1_even, b1_odd, s11);
    a += 4;
    b += 4;
  }
#endif
  for (; rest > 0; rest--) {
    s00 = accumulate_1(a[0], b[0], s00);
    s01 = accumulate_1(a[0], b[b_stride], s01);
    s10 = accumulate_1(a[a_stride], b[0], s10);
    s11 = accumulate_1(a[a_stride], b[b_stride], s11);
    a++;
    b++;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s10;
  sums[3] = s11;
}

#endif
