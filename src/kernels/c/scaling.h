/* From the sums of output channels to int8: TensorFlow Lite's scaling, bit for bit, in a few instructions. */
#ifndef MCUNET_SCALING_H
#define MCUNET_SCALING_H

#include "requantise.h"

/*
 * In nearly every layer a channel's result is a straight line, rounded down: with factor m * 2^(-31 - s),
 * 2^30 <= m < 2^31, both roundings together are
 *   floor((sum * m + 2^30 + 2^(30 + s) - (sum < 0 ? 2^31 : 0)) / 2^(31 + s)),
 * and with left = 16 - s, which is at least 2 where the rest is to be whole,
 *   floor(((sum << left) * m / 2^32 + 2^(left - 2) + 2^14 - (sum < 0 ? 2^(left - 1) : 0)) / 2^15):
 * a shift, SMMLA and SSAT. The zero point is another 2^15 times itself. Where it is the lower bound too, as
 * it is behind an activation, results of negative sums are that bound whatever is taken from them: rectified.
 * Both bounds are those of int8. Channels that are no such line make their layer take scaling_any.
 *
 * A result that is rounded once, as the factors of some networks ask for, is the line alone:
 *   floor(((sum << left) * m / 2^32 + 2^14) / 2^15).
 */
enum { scaling_any, scaling_signed, scaling_rectified, scaling_once };

/* Words of a channel: sum to start from and shift, multiplier; or 32 * sum to start from + left, m. */
#define SCALE_WORDS(scaling) ((scaling) == scaling_any ? 3 : 2)

typedef struct {
  const int32_t *scales;
  /* Of any scaling; of lines, the zero point alone, since their bounds are -128 and 127. */
  int32_t zero_point, min, max;
} output_scaling;

/* What the sum of a channel starts from, with the input's zero point folded in. */
KERNEL int32_t first_sum(const int32_t *scale, int32_t scaling) {
  return scaling == scaling_any ? scale[0] : scale[0] >> 5;
}

/* What one channel needs of its scale and the layer's. */
typedef struct {
  int32_t multiplier, shift;
  /* Of lines: what is added in any case, and what is taken away where the sum is negative. */
  int32_t offset, step;
} channel_scaling;

KERNEL channel_scaling channel_of(const output_scaling *layer, const int32_t *scale, int32_t scaling) {
  if (scaling == scaling_any) {
    const channel_scaling any = {.multiplier = scale[1], .shift = scale[2]};
    return any;
  }
  const int32_t left = scale[0] & 31;
  const channel_scaling line = {
      .multiplier = scale[1],
      .shift = left,
      .offset = (2 * layer->zero_point + 1) * (1 << 14) + (scaling == scaling_once ? 0 : 1 << (left - 2)),
      .step = 1 << (left - 1),
  };
  return line;
}

/* The upper word of a * b + c * 2^32. */
KERNEL int32_t multiply_accumulate_high(int32_t a, int32_t b, int32_t c) {
#if MCUNET_DSP
  int32_t high;
  __asm__("smmla %0, %1, %2, %3" : "=r"(high) : "r"(a), "r"(b), "r"(c));
  return high;
#else
  return add_wrapping((int32_t)(((int64_t)a * b) >> 32), c);
#endif
}

/* value / 2^15, rounded down, within the bounds of int8. */
KERNEL int32_t saturate_line(int32_t value) {
#if MCUNET_DSP
  int32_t result;
  __asm__("ssat %0, #8, %1, asr #15" : "=r"(result) : "r"(value));
  return result;
#else
  return minimum(maximum(value >> 15, INT8_MIN), INT8_MAX);
#endif
}

KERNEL int32_t shift_left(int32_t value, int32_t shift) {
  return (int32_t)((uint32_t)value << shift);
}

KERNEL int32_t scaled(int32_t sum, const channel_scaling *channel, const output_scaling *layer,
                      int32_t scaling) {
  if (scaling == scaling_any) {
    const int32_t product = requantise(sum, channel->multiplier, channel->shift);
    return clamp_s8(product, layer->zero_point, layer->min, layer->max);
  }
  const int32_t shifted = shift_left(sum, channel->shift);
  const int32_t below = scaling == scaling_signed ? (shifted >> 31) & channel->step : 0;
  return saturate_line(multiply_accumulate_high(shifted, channel->multiplier, channel->offset - below));
}

#if MCUNET_DSP
/* Four sums of a channel; in this order no instruction waits for the one before it. */
KERNEL void scale_4_rectified(int32_t *s0, int32_t *s1, int32_t *s2, int32_t *s3,
                              const channel_scaling *channel) {
  __asm__("lsl %0, %0, %4\n\t"
          "lsl %1, %1, %4\n\t"
          "smmla %0, %0, %5, %6\n\t"
          "lsl %2, %2, %4\n\t"
          "smmla %1, %1, %5, %6\n\t"
          "lsl %3, %3, %4\n\t"
          "smmla %2, %2, %5, %6\n\t"
          "ssat %0, #8, %0, asr #15\n\t"
          "smmla %3, %3, %5, %6\n\t"
          "ssat %1, #8, %1, asr #15\n\t"
          "ssat %2, #8, %2, asr #15\n\t"
          "ssat %3, #8, %3, asr #15"
          : "+r"(*s0), "+r"(*s1), "+r"(*s2), "+r"(*s3)
          : "r"(channel->shift), "r"(channel->multiplier), "r"(channel->offset));
}

KERNEL void scale_4_signed(int32_t *s0, int32_t *s1, int32_t *s2, int32_t *s3,
                           const channel_scaling *channel) {
  int32_t a, b;
  __asm__("lsl %0, %0, %6\n\t"
          "lsl %1, %1, %6\n\t"
          "and %4, %9, %0, asr #31\n\t"
          "lsl %2, %2, %6\n\t"
          "sub %4, %8, %4\n\t"
          "and %5, %9, %1, asr #31\n\t"
          "smmla %0, %0, %7, %4\n\t"
          "lsl %3, %3, %6\n\t"
          "sub %5, %8, %5\n\t"
          "and %4, %9, %2, asr #31\n\t"
          "smmla %1, %1, %7, %5\n\t"
          "sub %4, %8, %4\n\t"
          "and %5, %9, %3, asr #31\n\t"
          "smmla %2, %2, %7, %4\n\t"
          "ssat %0, #8, %0, asr #15\n\t"
          "sub %5, %8, %5\n\t"
          "ssat %1, #8, %1, asr #15\n\t"
          "smmla %3, %3, %7, %5\n\t"
          "ssat %2, #8, %2, asr #15\n\t"
          "ssat %3, #8, %3, asr #15"
          : "+r"(*s0), "+r"(*s1), "+r"(*s2), "+r"(*s3), "=&r"(a), "=&r"(b)
          : "r"(channel->shift), "r"(channel->multiplier), "r"(channel->offset), "r"(channel->step));
}
#endif

/* Four sums of one channel, each to its int8. */
KERNEL void scale_4(int32_t *s0, int32_t *s1, int32_t *s2, int32_t *s3, const channel_scaling *channel,
                    const output_scaling *layer, int32_t scaling) {
#if MCUNET_DSP
  if (scaling == scaling_rectified || scaling == scaling_once) {
    scale_4_rectified(s0, s1, s2, s3, channel);
    return;
  }
  if (scaling == scaling_signed) {
    scale_4_signed(s0, s1, s2, s3, channel);
    return;
  }
#endif
  *s0 = scaled(*s0, channel, layer, scaling);
  *s1 = scaled(*s1, channel, layer, scaling);
  *s2 = scaled(*s2, channel, layer, scaling);
  *s3 = scaled(*s3, channel, layer, scaling);
}

#endif
