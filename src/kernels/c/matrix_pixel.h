/* Matrix products of one pixel as it is, for inputs of one pixel and for those that are left over. */
#ifndef MCUNET_MATRIX_PIXEL_H
#define MCUNET_MATRIX_PIXEL_H

#include "matrix.h"

/* Sums of a pixel with four channels. */
typedef struct {
  int32_t a, b, c, d;
} sums_1_by_4;

/* Products of a pixel with twice two channels, added to `sums`. */
KERNEL void multiply_1_by_4(const int8_t *pixel, const int8_t *weights, const int8_t *second, int32_t depth,
                            int32_t apart, sums_1_by_4 *sums) {
#if MCUNET_DSP
  const int8_t *const end = pixel + depth;
  int32_t a = sums->a, b = sums->b, c = sums->c, d = sums->d;
  if (apart) {
    do {
      const uint32_t x = load_word(pixel);
      const uint32_t w = load_word(weights), v = load_word(second);
      const uint32_t w_next = load_word(weights + 4), v_next = load_word(second + 4);
      const int16x2_t even = sxtb16_even(x), odd = sxtb16_odd(x);
      a = __smlad(sxtb16_even(w), even, __smlad(sxtb16_even(w_next), odd, a));
      b = __smlad(sxtb16_odd(w), even, __smlad(sxtb16_odd(w_next), odd, b));
      c = __smlad(sxtb16_even(v), even, __smlad(sxtb16_even(v_next), odd, c));
      d = __smlad(sxtb16_odd(v), even, __smlad(sxtb16_odd(v_next), odd, d));
      pixel += 4;
      weights += 8;
      second += 8;
    } while (pixel != end);
  } else {
    /* 16 products in 10 cycles of the M7; the last of c are added in the next round. */
    int32_t joined_b = a, joined_d = c;
    uint32_t w = load_word(weights), v, even_w, even_v = 0, even_x, x = 0;
    weights += 4;
    __asm__ volatile("0:\n\t"
                     "smlad %[c], %[even_v], %[x], %[c]\n\t"
                     "ldr %[x], [%[pixel]], #4\n\t"
                     "sxtb16 %[even_x], %[x]\n\t"
                     "ldr %[v], [%[second]], #4\n\t"
                     "sxtb16 %[x], %[x], ror #8\n\t"
                     "smlad %[b], %[w], %[even_x], %[b]\n\t"
                     "sxtb16 %[even_w], %[w]\n\t"
                     "smlad %[d], %[v], %[even_x], %[d]\n\t"
                     "sxtb16 %[even_v], %[v]\n\t"
                     "smlad %[a], %[even_w], %[even_x], %[a]\n\t"
                     "smlad %[c], %[even_v], %[even_x], %[c]\n\t"
                     "ldr %[w], [%[weights]], #4\n\t"
                     "sxtb16 %[even_w], %[w]\n\t"
                     "ldr %[v], [%[second]], #4\n\t"
                     "sxtb16 %[even_v], %[v]\n\t"
                     "smlad %[b], %[w], %[x], %[b]\n\t"
                     "smlad %[d], %[v], %[x], %[d]\n\t"
                     "cmp %[pixel], %[end]\n\t"
                     "smlad %[a], %[even_w], %[x], %[a]\n\t"
                     "ldr %[w], [%[weights]], #4\n\t"
                     "bne 0b\n\t"
                     "smlad %[c], %[even_v], %[x], %[c]"
                     : [a] "+r"(a), [b] "+r"(joined_b), [c] "+r"(c), [d] "+r"(joined_d), [pixel] "+r"(pixel),
                       [weights] "+r"(weights), [second] "+r"(second), [x] "+r"(x), [w] "+r"(w), [v] "=&r"(v),
                       [even_x] "=&r"(even_x), [even_w] "=&r"(even_w), [even_v] "+r"(even_v)
                     : [end] "r"(end)
                     : "cc", "memory");
    b = add_wrapping(sum_of_joined(joined_b, a), b);
    d = add_wrapping(sum_of_joined(joined_d, c), d);
  }
  sums->a = a;
  sums->b = b;
  sums->c = c;
  sums->d = d;
#else
  for (int32_t i = 0; i < depth; i++) {
    /* Elements 1 and 2 of four stand in each other's place. */
    const int32_t place = (i & ~3) + (i & 1) * 2 + ((i & 2) >> 1);
    sums->a = add_wrapping(sums->a, pixel[i] * weight_of_a(weights, place));
    sums->b = add_wrapping(sums->b, pixel[i] * weight_of_b(weights, place, apart));
    sums->c = add_wrapping(sums->c, pixel[i] * weight_of_a(second, place));
    sums->d = add_wrapping(sums->d, pixel[i] * weight_of_b(second, place, apart));
  }
#endif
}

KERNEL int32_t finished(const output_scaling *layer, const int32_t *scale, int32_t sum, int32_t scaling) {
  const channel_scaling channel = channel_of(layer, scale, scaling);
  return scaled(sum, &channel, layer, scaling);
}

/* One pixel of int8 with all channels, four by four, whose packed weights are unpacked to `unpacked` unless
 * NULL. */
KERNEL void multiply_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t scaling,
                           int32_t apart, int8_t *unpacked) {
  /* Copies, which no output can change. */
  const output_scaling layer = factor->output;
  const int32_t depth = factor->depth;
  const int32_t words = SCALE_WORDS(scaling);
  const int8_t *weights = factor->weights;
  const int32_t *scale = layer.scales;
  for (int32_t rest = factor->channels; rest > 0; rest -= 4) {
    /* A last two are multiplied twice, so that nothing behind them is read. */
    const int32_t is_half = rest <= 2;
    const int8_t *const first =
        unpacked == NULL ? weights : unpack_weights(weights, unpacked, is_half ? depth : 2 * depth);
    const int8_t *const second = is_half ? first : first + 2 * depth;
    const int32_t *const next = is_half ? scale : scale + 2 * words;
    sums_1_by_4 sums = {first_sum(scale, scaling), first_sum(scale + words, scaling),
                        first_sum(next, scaling), first_sum(next + words, scaling)};
    multiply_1_by_4(pixel, first, second, depth, apart, &sums);
    const int32_t a = finished(&layer, scale, sums.a, scaling);
    const int32_t b = finished(&layer, scale + words, sums.b, scaling);
    const int32_t c = finished(&layer, next, sums.c, scaling);
    const int32_t d = finished(&layer, next + words, sums.d, scaling);
    output[0] = (int8_t)a;
    if (rest > 1) output[1] = (int8_t)b;
    if (rest > 2) output[2] = (int8_t)c;
    if (rest > 3) output[3] = (int8_t)d;
    weights += unpacked == NULL ? 4 * depth : 2 * depth;
    scale += 4 * words;
    output += 4;
  }
}

SHARED void matrix_pixel_any(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_any, 1, NULL);
}

SHARED void matrix_pixel_signed(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_signed, 0, NULL);
}

SHARED void matrix_pixel_signed_apart(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_signed, 1, NULL);
}

SHARED void matrix_pixel_rectified(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_rectified, 0, NULL);
}

SHARED void matrix_pixel_rectified_apart(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_rectified, 1, NULL);
}

SHARED void matrix_pixel_once(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_once, 0, NULL);
}

SHARED void matrix_pixel_once_apart(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_once, 1, NULL);
}

/* The same of packed weights. */
SHARED void packed_pixel_any(const matrix *factor, const int8_t *pixel, int8_t *output, int8_t *unpacked) {
  multiply_pixel(factor, pixel, output, scaling_any, 1, unpacked);
}

SHARED void packed_pixel_signed(const matrix *factor, const int8_t *pixel, int8_t *output, int8_t *unpacked) {
  multiply_pixel(factor, pixel, output, scaling_signed, 1, unpacked);
}

SHARED void packed_pixel_rectified(const matrix *factor, const int8_t *pixel, int8_t *output,
                                   int8_t *unpacked) {
  multiply_pixel(factor, pixel, output, scaling_rectified, 1, unpacked);
}

SHARED void packed_pixel_once(const matrix *factor, const int8_t *pixel, int8_t *output, int8_t *unpacked) {
  multiply_pixel(factor, pixel, output, scaling_once, 1, unpacked);
}

KERNEL void packed_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int8_t *unpacked,
                         int32_t scaling) {
  if (scaling == scaling_any) {
    packed_pixel_any(factor, pixel, output, unpacked);
  } else if (scaling == scaling_signed) {
    packed_pixel_signed(factor, pixel, output, unpacked);
  } else if (scaling == scaling_once) {
    packed_pixel_once(factor, pixel, output, unpacked);
  } else {
    packed_pixel_rectified(factor, pixel, output, unpacked);
  }
}

KERNEL void matrix_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t apart,
                         int32_t scaling) {
  if (scaling == scaling_any) {
    matrix_pixel_any(factor, pixel, output);
  } else if (scaling == scaling_signed) {
    if (apart) {
      matrix_pixel_signed_apart(factor, pixel, output);
    } else {
      matrix_pixel_signed(factor, pixel, output);
    }
  } else if (scaling == scaling_once) {
    if (apart) {
      matrix_pixel_once_apart(factor, pixel, output);
    } else {
      matrix_pixel_once(factor, pixel, output);
    }
  } else if (apart) {
    matrix_pixel_rectified_apart(factor, pixel, output);
  } else {
    matrix_pixel_rectified(factor, pixel, output);
  }
}

#endif
