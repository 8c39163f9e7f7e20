/* Products of int16 with the weights of all channels: the core of grouped and transposed convolutions. */
#ifndef MCUNET_WIDE_MATRIX_H
#define MCUNET_WIDE_MATRIX_H

#include "products.h"
#include "wide_products.h"
#include "wide_scaling.h"

/*
 * Pixels are four side by side, two neighbouring elements of each in a word; weights are those of two
 * channels side by side, element by element, so that `products.h` multiplies both as it does expanded ones.
 * Elements beyond a pixel's own meet weights of 0, and pixels beyond the last are multiplied, but not
 * written.
 */
typedef struct {
  output_stage_s16 stage;
  const int8_t *weights;
  /* A multiple of 4. */
  int32_t depth;
  int32_t channels;
  /* From a pixel to the next, in elements of the output. */
  int32_t step;
} matrix_s16;

/*
 * What sums have room in: 32 bits with their bias, where factors have 31 bits and shifts follow those by 32;
 * 64 bits; or 32, which wrap and are scaled as those of int8 are.
 */
enum { sums_short, sums_long, sums_wrapping };

/* One of four pixels, which has element e in half-word 8 * (e / 2) + e % 2. */
KERNEL int16_t *lane_of(int32_t *pixels, int32_t pixel, int32_t depth) {
  return (int16_t *)(pixels + pixel / 4 * EXPANDED_WORDS(depth) + pixel % 4);
}

/* So many elements of a pixel, from `first` on; `even`: both numbers are. */
KERNEL void expand_elements(const int16_t *elements, int16_t *lane, int32_t first, int32_t count,
                            int32_t even) {
  if (even) {
    int16_t *to = lane + 4 * first;
    for (; count >= 8; count -= 8) {
      memcpy(to, elements, 4);
      memcpy(to + 8, elements + 2, 4);
      memcpy(to + 16, elements + 4, 4);
      memcpy(to + 24, elements + 6, 4);
      elements += 8;
      to += 32;
    }
    for (; count > 0; count -= 2) {
      memcpy(to, elements, 4);
      elements += 2;
      to += 8;
    }
    return;
  }
  for (int32_t e = first; e < first + count; e++) lane[8 * (e / 2) + e % 2] = *elements++;
}

/* The same where nothing is: outside the image. */
KERNEL void expand_nothing(int16_t *lane, int32_t first, int32_t count, int32_t even) {
  if (even) {
    for (int32_t e = first; e < first + count; e += 2) memset(lane + 4 * e, 0, 4);
    return;
  }
  for (int32_t e = first; e < first + count; e++) lane[8 * (e / 2) + e % 2] = 0;
}

/* How the sums of a channel become results. */
typedef struct {
  int64_t half;
  int32_t bias, multiplier, shift, min, max;
} short_scaling;

KERNEL int16_t scale_short(const short_scaling *scaling, int32_t products) {
  const int32_t sum = products + scaling->bias;
  const int64_t product = scaling->half + (int64_t)sum * scaling->multiplier;
  return clamp_s16((int32_t)(product >> 32) >> scaling->shift, scaling->min, scaling->max);
}

/* Results of up to four sums of a channel. */
KERNEL void finish_short(const output_stage_s16 *stage, int32_t channel, const int32_t *sums, int32_t count,
                         int16_t *output, int32_t step) {
  const int32_t shift = stage->shift[channel];
  const short_scaling scaling = {INT64_C(1) << (31 + shift),
                                 stage->bias[channel],
                                 stage->multiplier[channel],
                                 shift,
                                 stage->min,
                                 stage->max};
  if (count == 4) {
    output[0] = scale_short(&scaling, sums[0]);
    output[step] = scale_short(&scaling, sums[1]);
    output[2 * step] = scale_short(&scaling, sums[2]);
    output[3 * step] = scale_short(&scaling, sums[3]);
    return;
  }
  for (int32_t i = 0; i < count; i++) {
    *output = scale_short(&scaling, sums[i]);
    output += step;
  }
}

KERNEL void finish_long(const output_stage_s16 *stage, int32_t channel, const int64_t *sums, int32_t count,
                        int16_t *output, int32_t step) {
  for (int32_t i = 0; i < count; i++) {
    *output = finish_s16(stage, channel, sums[i]);
    output += step;
  }
}

/*
 * Sums of four pixels with a channel and its neighbour. The products take all registers: sums of 64 bits,
 * which need two side by side, are made of what lies in memory.
 */
typedef struct {
  int32_t a[4], b[4];
} sums_of_four;

SHARED void multiply_four(const int32_t *pixels, const int8_t *weights, int32_t depth, sums_of_four *sums) {
  sums_4_by_2 own;
  (void)multiply_4_by_2(pixels, weights, depth, 1, 0, 0, &own);
  const sums_of_four result = {{own.a0, own.a1, own.a2, own.a3}, {own.b0, own.b1, own.b2, own.b3}};
  *sums = result;
}

/* The same of more products, in parts that 32 bits hold. */
KERNEL void multiply_long(const int32_t *pixels, const int8_t *weights, int32_t depth, int64_t *a,
                          int64_t *b) {
  for (int32_t i = 0; i < 4; i++) a[i] = b[i] = 0;
  for (int32_t first = 0; first < depth; first += most_products_s16) {
    sums_of_four part;
    multiply_four(pixels + 2 * first, weights + 2 * first, minimum(most_products_s16, depth - first), &part);
    for (int32_t i = 0; i < 4; i++) {
      a[i] += part.a[i];
      b[i] += part.b[i];
    }
  }
}

/* `count` pixels with all channels; weights of two channels serve all pixels. */
KERNEL void multiply_s16(const matrix_s16 *factor, const int32_t *pixels, int32_t count, int16_t *output,
                         int32_t sums) {
  /* A copy, which no output can change. */
  const matrix_s16 layer = *factor;
  output_stage_s16 stage = layer.stage;
  stage.wide = sums != sums_wrapping;
  const int8_t *weights = layer.weights;
  for (int32_t channel = 0; channel < layer.channels; channel += 2) {
    const int32_t second = minimum(channel + 1, layer.channels - 1);
    const int32_t *four = pixels;
    int16_t *to = output + channel;
    for (int32_t rest = count; rest > 0; rest -= 4) {
      const int32_t made = minimum(rest, 4), others = second > channel ? made : 0;
      if (sums == sums_short) {
        sums_of_four of;
        multiply_four(four, weights, layer.depth, &of);
        finish_short(&stage, channel, of.a, made, to, layer.step);
        finish_short(&stage, second, of.b, others, to + 1, layer.step);
      } else {
        int64_t a[4], b[4];
        multiply_long(four, weights, layer.depth, a, b);
        finish_long(&stage, channel, a, made, to, layer.step);
        finish_long(&stage, second, b, others, to + 1, layer.step);
      }
      four += EXPANDED_WORDS(layer.depth);
      to += 4 * layer.step;
    }
    weights += 2 * layer.depth;
  }
}

SHARED void matrix_s16_short(const matrix_s16 *factor, const int32_t *pixels, int32_t count,
                             int16_t *output) {
  multiply_s16(factor, pixels, count, output, sums_short);
}

SHARED void matrix_s16_long(const matrix_s16 *factor, const int32_t *pixels, int32_t count, int16_t *output) {
  multiply_s16(factor, pixels, count, output, sums_long);
}

SHARED void matrix_s16_wrapping(const matrix_s16 *factor, const int32_t *pixels, int32_t count,
                                int16_t *output) {
  multiply_s16(factor, pixels, count, output, sums_wrapping);
}

KERNEL void matrix_pixels_s16(const matrix_s16 *factor, const int32_t *pixels, int32_t count, int16_t *output,
                              int32_t sums) {
  if (sums == sums_short) {
    matrix_s16_short(factor, pixels, count, output);
  } else if (sums == sums_long) {
    matrix_s16_long(factor, pixels, count, output);
  } else {
    matrix_s16_wrapping(factor, pixels, count, output);
  }
}

#endif
