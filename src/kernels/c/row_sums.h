/* Sums of channels that grow row by row, for means over the whole height of an image. */
#ifndef MCUNET_ROW_SUMS_H
#define MCUNET_ROW_SUMS_H

#include "channel_sums.h"

/* Adds the pixels of a row to the sums of its channels, which start from 0 with the first row. */
KERNEL void add_row(const int8_t *row, int32_t *sums, int32_t width, int32_t channels, int32_t is_first) {
  const window_taps taps = {.input = row, .rows = 1, .columns = width, .input_column = channels};
  const int32_t whole = MCUNET_DSP ? channels - channels % 4 : 0;
#if MCUNET_DSP
  for (int32_t channel = 0; channel < whole; channel += 4) {
    int32_t parts[4];
    sum_4_channels(&taps, channel, width, parts);
    for (int32_t i = 0; i < 4; i++) sums[channel + i] = parts[i] + (is_first ? 0 : sums[channel + i]);
  }
#endif
  for (int32_t channel = whole; channel < channels; channel++) {
    sums[channel] = sum_1_channel(&taps, channel) + (is_first ? 0 : sums[channel]);
  }
}

#endif
