/* Matrix products: the core of convolutions and dense layers, shared by all operators of a network. */
#ifndef MCUNET_MATRIX_H
#define MCUNET_MATRIX_H

#include "scaling.h"

/*
 * Weights are those of two channels side by side, so that a word holds two of each, and SXTB16 takes them
 * apart: for each four elements of depth, a[0] b[0] a[2] b[2] a[1] b[1] a[3] b[3]. Depth is a multiple of 4
 * and channels are even, with zeros in place of weights that are not there. So far the sums of a product are
 * those of the elements as they are: zero points are folded into the channels' scales.
 */
typedef struct {
  output_scaling output;
  const int8_t *weights;
  int32_t depth;
  /* Channels of the output, from pixel to pixel; may be odd. */
  int32_t channels;
} matrix;

/*
 * Four pixels as pairs of half-words, two elements of each pixel side by side: elements 0 and 2, then 1 and
 * 3 and so on, as SXTB16 gives them.
 */
#define EXPANDED_WORDS(depth) (2 * (depth))

#if MCUNET_DSP
/* Two elements of four pixels with two channels, 16 products. Each instruction pairs with a neighbour on M7.
 */
#define TWO_BY_FOUR_BY_TWO                \
  "ldr %[odd], [%[w]], #4\n\t"            \
  "sxtb16 %[even], %[odd]\n\t"            \
  "ldr %[x], [%[pixels]], #4\n\t"         \
  "sxtb16 %[odd], %[odd], ror #8\n\t"     \
  "smlad %[a0], %[x], %[even], %[a0]\n\t" \
  "smlad %[b0], %[x], %[odd], %[b0]\n\t"  \
  "ldr %[x], [%[pixels]], #4\n\t"         \
  "smlad %[a1], %[x], %[even], %[a1]\n\t" \
  "smlad %[b1], %[x], %[odd], %[b1]\n\t"  \
  "ldr %[x], [%[pixels]], #4\n\t"         \
  "smlad %[a2], %[x], %[even], %[a2]\n\t" \
  "smlad %[b2], %[x], %[odd], %[b2]\n\t"  \
  "ldr %[x], [%[pixels]], #4\n\t"         \
  "smlad %[a3], %[x], %[even], %[a3]\n\t" \
  "smlad %[b3], %[x], %[odd], %[b3]\n\t"
#endif

/* Adds the products of four expanded pixels with two channels. Returns the end of the pixels. */
KERNEL const int32_t *multiply_4_by_2(const int32_t *pixels, const int8_t *weights, int32_t depth,
                                      int32_t a[4], int32_t b[4]) {
#if MCUNET_DSP
  /* All registers but the stack's: eight sums, three operands, two addresses and an end. */
  const int8_t *const last = weights + 2 * depth - 4;
  int32_t even, odd, x;
  __asm__ volatile("0:\n\t" TWO_BY_FOUR_BY_TWO "cmp %[w], %[last]\n\t" TWO_BY_FOUR_BY_TWO "bne 0b"
                   : [a0] "+r"(a[0]), [a1] "+r"(a[1]), [a2] "+r"(a[2]), [a3] "+r"(a[3]), [b0] "+r"(b[0]),
                     [b1] "+r"(b[1]), [b2] "+r"(b[2]), [b3] "+r"(b[3]), [w] "+r"(weights),
                     [pixels] "+r"(pixels), [even] "=&r"(even), [odd] "=&r"(odd), [x] "=&r"(x)
                   : [last] "r"(last)
                   : "cc", "memory");
  return pixels;
#else
  const int16_t *halves = (const int16_t *)pixels;
  for (int32_t step = 0; step < depth / 2; step++) {
    for (int32_t i = 0; i < 4; i++) {
      a[i] = add_wrapping(a[i], halves[0] * weights[0] + halves[1] * weights[2]);
      b[i] = add_wrapping(b[i], halves[0] * weights[1] + halves[1] * weights[3]);
      halves += 2;
    }
    weights += 4;
  }
  return (const int32_t *)halves;
#endif
}

/* `groups` times four expanded pixels with all channels; weights of two channels serve all groups. */
KERNEL void multiply_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                            int32_t scaling) {
  const int32_t channels = factor->channels;
  const int32_t depth = factor->depth;
  const int8_t *weights = factor->weights;
  const int32_t *scale = factor->output.scales;
  for (int32_t channel = 0; channel < channels; channel += 2) {
    const int32_t *const next = scale + SCALE_WORDS(scaling);
    const channel_scaling a_scaling = channel_of(&factor->output, scale, scaling);
    const channel_scaling b_scaling = channel_of(&factor->output, next, scaling);
    const int32_t *group = pixels;
    int8_t *to = output + channel;
    for (int32_t rest = groups; rest > 0; rest--) {
      const int32_t a_sum = first_sum(scale, scaling), b_sum = first_sum(next, scaling);
      int32_t a[4] = {a_sum, a_sum, a_sum, a_sum};
      int32_t b[4] = {b_sum, b_sum, b_sum, b_sum};
      group = multiply_4_by_2(group, weights, depth, a, b);
      scale_4(a, &a_scaling, &factor->output, scaling);
      for (int32_t i = 0; i < 4; i++) to[i * channels] = (int8_t)a[i];
      if (channel + 1 < channels) {
        scale_4(b, &b_scaling, &factor->output, scaling);
        for (int32_t i = 0; i < 4; i++) to[i * channels + 1] = (int8_t)b[i];
      }
      to += 4 * channels;
    }
    weights += 2 * depth;
    scale += 2 * SCALE_WORDS(scaling);
  }
}

SHARED void matrix_groups_any(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_any);
}

SHARED void matrix_groups_signed(const matrix *factor, const int32_t *pixels, int32_t groups,
                                 int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_signed);
}

SHARED void matrix_groups_rectified(const matrix *factor, const int32_t *pixels, int32_t groups,
                                    int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified);
}

KERNEL void matrix_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                          int32_t scaling) {
  if (scaling == scaling_rectified) {
    matrix_groups_rectified(factor, pixels, groups, output);
  } else if (scaling == scaling_signed) {
    matrix_groups_signed(factor, pixels, groups, output);
  } else {
    matrix_groups_any(factor, pixels, groups, output);
  }
}

/* Adds the products of a pixel with twice two channels, whose weights follow each other. */
KERNEL void multiply_1_by_4(const int8_t *pixel, const int8_t *weights, int32_t depth, int32_t sums[4]) {
  const int8_t *second = weights + 2 * depth;
  int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
#if MCUNET_DSP
  const int8_t *const end = pixel + depth;
  do {
    const uint32_t x = load_word(pixel);
    const int16x2_t even = sxtb16_even(x), odd = sxtb16_odd(x);
    const uint32_t a = load_word(weights), c = load_word(second);
    s0 = __smlad(sxtb16_even(a), even, s0);
    s1 = __smlad(sxtb16_odd(a), even, s1);
    s2 = __smlad(sxtb16_even(c), even, s2);
    s3 = __smlad(sxtb16_odd(c), even, s3);
    const uint32_t b = load_word(weights + 4), d = load_word(second + 4);
    s0 = __smlad(sxtb16_even(b), odd, s0);
    s1 = __smlad(sxtb16_odd(b), odd, s1);
    s2 = __smlad(sxtb16_even(d), odd, s2);
    s3 = __smlad(sxtb16_odd(d), odd, s3);
    pixel += 4;
    weights += 8;
    second += 8;
  } while (pixel != end);
#else
  for (int32_t i = 0; i < depth; i++) {
    /* Elements 1 and 2 of four stand in each other's place. */
    const int32_t place = (i & ~3) + (i & 1) * 2 + ((i & 2) >> 1);
    s0 = add_wrapping(s0, pixel[i] * weights[2 * place]);
    s1 = add_wrapping(s1, pixel[i] * weights[2 * place + 1]);
    s2 = add_wrapping(s2, pixel[i] * second[2 * place]);
    s3 = add_wrapping(s3, pixel[i] * second[2 * place + 1]);
  }
#endif
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/* The same with two channels. */
KERNEL void multiply_1_by_2(const int8_t *pixel, const int8_t *weights, int32_t depth, int32_t sums[2]) {
  int32_t s0 = sums[0], s1 = sums[1];
#if MCUNET_DSP
  const int8_t *const end = pixel + depth;
  do {
    const uint32_t x = load_word(pixel), a = load_word(weights), b = load_word(weights + 4);
    const int16x2_t even = sxtb16_even(x), odd = sxtb16_odd(x);
    s0 = __smlad(sxtb16_even(a), even, s0);
    s1 = __smlad(sxtb16_odd(a), even, s1);
    s0 = __smlad(sxtb16_even(b), odd, s0);
    s1 = __smlad(sxtb16_odd(b), odd, s1);
    pixel += 4;
    weights += 8;
  } while (pixel != end);
#else
  for (int32_t i = 0; i < depth; i++) {
    const int32_t place = (i & ~3) + (i & 1) * 2 + ((i & 2) >> 1);
    s0 = add_wrapping(s0, pixel[i] * weights[2 * place]);
    s1 = add_wrapping(s1, pixel[i] * weights[2 * place + 1]);
  }
#endif
  sums[0] = s0;
  sums[1] = s1;
}

/* One pixel of int8 with all channels, four by four. */
KERNEL void multiply_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t scaling) {
  const int32_t channels = factor->channels;
  const int32_t depth = factor->depth;
  const int32_t words = SCALE_WORDS(scaling);
  const int8_t *weights = factor->weights;
  const int32_t *scale = factor->output.scales;
  int32_t rest = channels;
  for (; rest > 2; rest -= 4) {
    int32_t sums[4];
    for (int32_t i = 0; i < 4; i++) sums[i] = first_sum(scale + i * words, scaling);
    multiply_1_by_4(pixel, weights, depth, sums);
    for (int32_t i = 0; i < 4; i++) {
      const channel_scaling channel = channel_of(&factor->output, scale, scaling);
      if (i < 3 || rest > 3) *output++ = (int8_t)scaled(sums[i], &channel, &factor->output, scaling);
      scale += words;
    }
    weights += 4 * depth;
  }
  if (rest > 0) {
    int32_t sums[2] = {first_sum(scale, scaling), first_sum(scale + words, scaling)};
    multiply_1_by_2(pixel, weights, depth, sums);
    for (int32_t i = 0; i < rest; i++) {
      const channel_scaling channel = channel_of(&factor->output, scale, scaling);
      *output++ = (int8_t)scaled(sums[i], &channel, &factor->output, scaling);
      scale += words;
    }
  }
}

SHARED void matrix_pixel_any(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_any);
}

SHARED void matrix_pixel_signed(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_signed);
}

SHARED void matrix_pixel_rectified(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_rectified);
}

KERNEL void matrix_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t scaling) {
  if (scaling == scaling_rectified) {
    matrix_pixel_rectified(factor, pixel, output);
  } else if (scaling == scaling_signed) {
    matrix_pixel_signed(factor, pixel, output);
  } else {
    matrix_pixel_any(factor, pixel, output);
  }
}

#endif
