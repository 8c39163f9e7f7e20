/* Matrix products: the core of convolutions and dense layers, shared by all operators of a network. */
#ifndef MCUNET_MATRIX_H
#define MCUNET_MATRIX_H

#include "scaling.h"

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

/* `groups` times four expanded pixels with all channels; weights of two channels serve all groups. */
KERNEL void multiply_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                            int32_t scaling, int32_t apart) {
  /* Copies, which no output can change. */
  const output_scaling layer = factor->output;
  const int32_t channels = factor->channels;
  const int32_t depth = factor->depth;
  const int8_t *weights = factor->weights;
  const int32_t *scale = factor->output.scales;
  for (int32_t channel = 0; channel < channels; channel += 2) {
    const int32_t *const next = scale + SCALE_WORDS(scaling);
    const channel_scaling a = channel_of(&layer, scale, scaling);
    const channel_scaling b = channel_of(&layer, next, scaling);
    const int32_t first_a = first_sum(scale, scaling);
    const int32_t first_b = first_sum(next, scaling);
    const int32_t start_b = apart ? first_b : add_wrapping(shift_left(first_b, 8), first_a);
    const int32_t *group = pixels;
    int8_t *to = output + channel;
    for (int32_t rest = groups; rest > 0; rest--) {
      sums_4_by_2 sums;
      group = multiply_4_by_2(group, weights, depth, apart, first_a, start_b, &sums);
      scale_4(&sums.a0, &sums.a1, &sums.a2, &sums.a3, &a, &layer, scaling);
      int8_t *const second = to + channels, *const third = second + channels,
                    *const fourth = third + channels;
      to[0] = (int8_t)sums.a0;
      second[0] = (int8_t)sums.a1;
      third[0] = (int8_t)sums.a2;
      fourth[0] = (int8_t)sums.a3;
      scale_4(&sums.b0, &sums.b1, &sums.b2, &sums.b3, &b, &layer, scaling);
      if (channel + 1 < channels) {
        to[1] = (int8_t)sums.b0;
        second[1] = (int8_t)sums.b1;
        third[1] = (int8_t)sums.b2;
        fourth[1] = (int8_t)sums.b3;
      }
      to = fourth + channels;
    }
    weights += 2 * depth;
    scale += 2 * SCALE_WORDS(scaling);
  }
}

/* One function for each way of scaling; sums of any scaling are not joined, since they may be large. */
SHARED void matrix_groups_any(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_any, 1);
}

SHARED void matrix_groups_signed(const matrix *factor, const int32_t *pixels, int32_t groups,
                                 int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_signed, 0);
}

SHARED void matrix_groups_signed_apart(const matrix *factor, const int32_t *pixels, int32_t groups,
                                       int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_signed, 1);
}

SHARED void matrix_groups_rectified(const matrix *factor, const int32_t *pixels, int32_t groups,
                                    int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified, 0);
}

SHARED void matrix_groups_rectified_apart(const matrix *factor, const int32_t *pixels, int32_t groups,
                                          int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified, 1);
}

KERNEL void matrix_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                          int32_t apart, int32_t scaling) {
  if (scaling == scaling_any) {
    matrix_groups_any(factor, pixels, groups, output);
  } else if (scaling == scaling_signed) {
    if (apart) {
      matrix_groups_signed_apart(factor, pixels, groups, output);
    } else {
      matrix_groups_signed(factor, pixels, groups, output);
    }
  } else if (apart) {
    matrix_groups_rectified_apart(factor, pixels, groups, output);
  } else {
    matrix_groups_rectified(factor, pixels, groups, output);
  }
}

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

/* One pixel of int8 with all channels, four by four. */
KERNEL void multiply_pixel(const matrix *factor, const int8_t *pixel, int8_t *output, int32_t scaling,
                           int32_t apart) {
  /* Copies, which no output can change. */
  const output_scaling layer = factor->output;
  const int32_t depth = factor->depth;
  const int32_t words = SCALE_WORDS(scaling);
  const int8_t *weights = factor->weights;
  const int32_t *scale = layer.scales;
  for (int32_t rest = factor->channels; rest > 0; rest -= 4) {
    /* A last two are multiplied twice, so that nothing behind them is read. */
    const int32_t is_half = rest <= 2;
    const int8_t *const second = is_half ? weights : weights + 2 * depth;
    const int32_t *const next = is_half ? scale : scale + 2 * words;
    sums_1_by_4 sums = {first_sum(scale, scaling), first_sum(scale + words, scaling),
                        first_sum(next, scaling), first_sum(next + words, scaling)};
    multiply_1_by_4(pixel, weights, second, depth, apart, &sums);
    const int32_t a = finished(&layer, scale, sums.a, scaling);
    const int32_t b = finished(&layer, scale + words, sums.b, scaling);
    const int32_t c = finished(&layer, next, sums.c, scaling);
    const int32_t d = finished(&layer, next + words, sums.d, scaling);
    output[0] = (int8_t)a;
    if (rest > 1) output[1] = (int8_t)b;
    if (rest > 2) output[2] = (int8_t)c;
    if (rest > 3) output[3] = (int8_t)d;
    weights += 4 * depth;
    scale += 4 * words;
    output += 4;
  }
}

SHARED void matrix_pixel_any(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_any, 1);
}

SHARED void matrix_pixel_signed(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_signed, 0);
}

SHARED void matrix_pixel_signed_apart(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_signed, 1);
}

SHARED void matrix_pixel_rectified(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_rectified, 0);
}

SHARED void matrix_pixel_rectified_apart(const matrix *factor, const int8_t *pixel, int8_t *output) {
  multiply_pixel(factor, pixel, output, scaling_rectified, 1);
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
  } else if (apart) {
    matrix_pixel_rectified_apart(factor, pixel, output);
  } else {
    matrix_pixel_rectified(factor, pixel, output);
  }
}

#endif
