/* Matrix products: the core of convolutions and dense layers, shared by all operators of a network. */
#ifndef MCUNET_MATRIX_H
#define MCUNET_MATRIX_H

#include "packed.h"
#include "products.h"
#include "scaling.h"

/* Weights are laid out as `products.h` says, two channels after the other. */
typedef struct {
  output_scaling output;
  const int8_t *weights;
  int32_t depth;
  /* Channels of the output, from pixel to pixel; may be odd. */
  int32_t channels;
} matrix;

/*
 * `groups` times four expanded pixels with all channels; weights of two channels serve all groups. Packed
 * weights are unpacked, two channels at a time, to `unpacked`, which is NULL for others.
 */
KERNEL void multiply_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                            int32_t scaling, int32_t apart, int8_t *unpacked) {
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
    const int8_t *const pair = unpacked == NULL ? weights : unpack_weights(weights, unpacked, depth);
    const int32_t *group = pixels;
    int8_t *to = output + channel;
    for (int32_t rest = groups; rest > 0; rest--) {
      sums_4_by_2 sums;
      group = multiply_4_by_2(group, pair, depth, apart, first_a, start_b, &sums);
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
    weights += unpacked == NULL ? 2 * depth : depth;
    scale += 2 * SCALE_WORDS(scaling);
  }
}

/* One function for each way of scaling; sums of any scaling are not joined, since they may be large. */
SHARED void matrix_groups_any(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_any, 1, NULL);
}

SHARED void matrix_groups_signed(const matrix *factor, const int32_t *pixels, int32_t groups,
                                 int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_signed, 0, NULL);
}

SHARED void matrix_groups_signed_apart(const matrix *factor, const int32_t *pixels, int32_t groups,
                                       int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_signed, 1, NULL);
}

SHARED void matrix_groups_rectified(const matrix *factor, const int32_t *pixels, int32_t groups,
                                    int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified, 0, NULL);
}

SHARED void matrix_groups_rectified_apart(const matrix *factor, const int32_t *pixels, int32_t groups,
                                          int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified, 1, NULL);
}

SHARED void matrix_groups_once(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_once, 0, NULL);
}

SHARED void matrix_groups_once_apart(const matrix *factor, const int32_t *pixels, int32_t groups,
                                     int8_t *output) {
  multiply_groups(factor, pixels, groups, output, scaling_once, 1, NULL);
}

/* The same of packed weights. */
SHARED void packed_groups_any(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                              int8_t *unpacked) {
  multiply_groups(factor, pixels, groups, output, scaling_any, 1, unpacked);
}

SHARED void packed_groups_signed(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                                 int8_t *unpacked) {
  multiply_groups(factor, pixels, groups, output, scaling_signed, 1, unpacked);
}

SHARED void packed_groups_rectified(const matrix *factor, const int32_t *pixels, int32_t groups,
                                    int8_t *output, int8_t *unpacked) {
  multiply_groups(factor, pixels, groups, output, scaling_rectified, 1, unpacked);
}

SHARED void packed_groups_once(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                               int8_t *unpacked) {
  multiply_groups(factor, pixels, groups, output, scaling_once, 1, unpacked);
}

KERNEL void packed_groups(const matrix *factor, const int32_t *pixels, int32_t groups, int8_t *output,
                          int8_t *unpacked, int32_t scaling) {
  if (scaling == scaling_any) {
    packed_groups_any(factor, pixels, groups, output, unpacked);
  } else if (scaling == scaling_signed) {
    packed_groups_signed(factor, pixels, groups, output, unpacked);
  } else if (scaling == scaling_once) {
    packed_groups_once(factor, pixels, groups, output, unpacked);
  } else {
    packed_groups_rectified(factor, pixels, groups, output, unpacked);
  }
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
  } else if (scaling == scaling_once) {
    if (apart) {
      matrix_groups_once_apart(factor, pixels, groups, output);
    } else {
      matrix_groups_once(factor, pixels, groups, output);
    }
  } else if (apart) {
    matrix_groups_rectified_apart(factor, pixels, groups, output);
  } else {
    matrix_groups_rectified(factor, pixels, groups, output);
  }
}

#endif
