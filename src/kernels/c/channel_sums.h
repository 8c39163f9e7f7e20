/* Sums over a window, channel by channel or four channels at a time. */
#ifndef MCUNET_CHANNEL_SUMS_H
#define MCUNET_CHANNEL_SUMS_H

#include "window.h"

KERNEL int32_t sum_1_channel(const window_taps *taps, int32_t channel) {
  int32_t sum = 0;
  const int8_t *row = taps->input + channel;
  for (int32_t rest = taps->rows; rest > 0; rest--) {
    for (int32_t column = 0; column < taps->columns; column++) sum += row[column * taps->input_column];
    row = tap_below(taps, row);
  }
  return sum;
}

#if MCUNET_DSP
/*
 * Sums of channels channel ... channel + 3. Half-words hold partial sums of up to 255 taps of a row, which
 * cannot overflow; no row has more than `most_columns` taps.
 */
KERNEL void sum_4_channels(const window_taps *taps, int32_t channel, int32_t most_columns, int32_t sums[4]) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  const int8_t *row = taps->input + channel;
  for (int32_t rows = taps->rows; rows > 0; rows--) {
    const int8_t *input = row;
    int32_t rest = taps->columns;
    do {
      const int32_t columns = most_columns <= 255 ? rest : minimum(rest, 255);
      int16x2_t even = 0, odd = 0;
      for (int32_t column = 0; column < columns; column++) {
        const uint32_t word = load_word(input);
        even = sxtab16_even(even, word);
        odd = sxtab16_odd(odd, word);
        input += taps->input_column;
      }
      s0 += (int16_t)even;
      s1 += (int16_t)odd;
      s2 += even >> 16;
      s3 += odd >> 16;
      rest -= columns;
    } while (most_columns > 255 && rest > 0);
    row = tap_below(taps, row);
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}
#endif

/* sum / count, rounded to nearest, ties away from zero. */
KERNEL int32_t average(int32_t sum, int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

#endif
