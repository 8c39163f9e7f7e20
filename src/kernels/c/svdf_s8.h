/* A layer with memory: filters of the input, of which the last values are kept and weighted over time. */
#ifndef MCUNET_SVDF_S8_H
#define MCUNET_SVDF_S8_H

#include "requantise.h"

/* An element of int8 or int16 memory. */
KERNEL int32_t element_of(const void *values, int32_t place, int32_t is_wide) {
  return is_wide ? ((const int16_t *)values)[place] : ((const int8_t *)values)[place];
}

KERNEL void set_element(void *values, int32_t place, int32_t value, int32_t is_wide) {
  if (is_wide) {
    ((int16_t *)values)[place] = (int16_t)value;
  } else {
    ((int8_t *)values)[place] = (int8_t)(uint8_t)value;
  }
}

/*
 * Drops the oldest of `memory` values, appends another, and adds the products of all with their weights to
 * `total`. What does not fit an int8 wraps, as in the original.
 */
KERNEL int32_t remember(void *line, const void *weights, int32_t memory, int32_t value, int32_t is_wide,
                        int32_t zero_point, int32_t total) {
  const int32_t last = memory - 1;
  for (int32_t i = 0; i < last; i++) {
    const int32_t kept = element_of(line, i + 1, is_wide);
    set_element(line, i, kept, is_wide);
    total = add_wrapping(total, element_of(weights, i, is_wide) * (kept - zero_point));
  }
  set_element(line, last, value, is_wide);
  const int32_t newest = element_of(line, last, is_wide) - zero_point;
  return add_wrapping(total, element_of(weights, last, is_wide) * newest);
}

/*
 * `rank` filters, of `input_size` weights each and `memory` weights over time, make a unit. The state has the
 * memories of all filters of all batches one behind the other, int16 where it is wide, else int8.
 * `feature_bias` holds what the input's zero point adds to each filter.
 */
KERNEL void svdf_s8(const int8_t *input, void *state, int8_t *output, const int8_t *feature_weights,
                    const int32_t *feature_bias, const void *time_weights, const int32_t *bias,
                    int32_t batches, int32_t input_size, int32_t units, int32_t rank, int32_t memory,
                    int32_t is_wide, int32_t state_zero_point, int32_t state_multiplier, int32_t state_shift,
                    int32_t output_zero_point, int32_t output_multiplier, int32_t output_shift) {
  const int32_t least = is_wide ? INT16_MIN : INT8_MIN;
  const int32_t most = is_wide ? INT16_MAX : INT8_MAX;
  const int32_t bytes = is_wide ? 2 : 1;
  int8_t *line = state;
  for (int32_t batch = 0; batch < batches; batch++) {
    const int8_t *weight = feature_weights;
    const int8_t *time_weight = time_weights;
    for (int32_t unit = 0; unit < units; unit++) {
      int32_t total = bias[unit];
      for (int32_t filter = unit * rank; filter < (unit + 1) * rank; filter++) {
        int32_t sum = feature_bias[filter];
        for (int32_t i = 0; i < input_size; i++) sum = add_wrapping(sum, input[i] * *weight++);
        const int32_t scaled = requantise(sum, state_multiplier, state_shift);
        const int32_t value = minimum(maximum(scaled, least), most) + state_zero_point;
        total = remember(line, time_weight, memory, value, is_wide, state_zero_point, total);
        time_weight += memory * bytes;
        line += memory * bytes;
      }
      output[unit] =
          clamp_s8(requantise(total, output_multiplier, output_shift), output_zero_point, INT8_MIN, INT8_MAX);
    }
    input += input_size;
    output += units;
  }
}

#endif
