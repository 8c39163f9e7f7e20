/* Columns of an image side by side as pairs of half-words, channel by channel: what SMLAD multiplies along
 * rows. */
#ifndef MCUNET_PAIRS_H
#define MCUNET_PAIRS_H

#include "platform.h"

#if MCUNET_DSP
/* Four channels are made together; the last few of a pixel may be fewer, then the words of others stay as
 * they are. */
enum { PAIR_LANES = 4 };

KERNEL uint32_t pair_of(int32_t low, int32_t high) {
  return pack_low((uint32_t)low, (uint32_t)high);
}

/* Up to four channels of a pixel, and nothing behind them. */
KERNEL uint32_t load_lanes(const int8_t *pixel, int32_t lanes) {
  if (lanes >= PAIR_LANES) return load_word(pixel);
  uint32_t word = (uint8_t)pixel[0];
  if (lanes > 1) word |= (uint32_t)(uint8_t)pixel[1] << 8;
  if (lanes > 2) word |= (uint32_t)(uint8_t)pixel[2] << 16;
  return word;
}

/* Words of four channels of two columns to four places, `pitch` words apart. */
KERNEL void store_pairs(uint32_t left, uint32_t right, uint32_t *place, int32_t pitch) {
  const uint32_t low = pack_low(left, right), high = pack_high(right, left);
  place[0] = (uint32_t)sxtb16_even(low);
  place[pitch] = (uint32_t)sxtb16_odd(low);
  place[2 * pitch] = (uint32_t)sxtb16_even(high);
  place[3 * pitch] = (uint32_t)sxtb16_odd(high);
}

/* Rows of an image of which some channels are made into pairs. */
typedef struct {
  /* Columns, and bytes from one to the next. */
  int32_t width, step;
  /* Columns of padding before the first; its value, four times. */
  int32_t before;
  uint32_t padding;
  /* Pairs to make, and the places of a channel. */
  int32_t pairs, pitch;
} pair_row;

/* `count` pairs of padding of four channels. */
KERNEL uint32_t *pairs_of_padding(uint32_t *place, const pair_row *shape, int32_t count) {
  const uint32_t pair = (uint32_t)sxtb16_even(shape->padding);
  for (; count > 0; count--) {
    place[0] = pair;
    place[shape->pitch] = pair;
    place[2 * shape->pitch] = pair;
    place[3 * shape->pitch] = pair;
    place++;
  }
  return place;
}

/* Pair i of a channel holds columns 2 * i - before and the next. */
SHARED void pairs_of_row(const int8_t *pixel, uint32_t *place, const pair_row *shape, int32_t lanes) {
  const int32_t step = shape->step, pitch = shape->pitch;
  const uint32_t *const end = place + shape->pairs;
  int32_t rest = shape->width;
  place = pairs_of_padding(place, shape, shape->before >> 1);
  if (shape->before & 1) {
    store_pairs(shape->padding, load_lanes(pixel, lanes), place, pitch);
    pixel += step;
    place++;
    rest--;
  }
  const uint32_t *const inside = place + minimum(rest >> 1, (int32_t)(end - place));
  while (place < inside) {
    uint32_t left, right;
    if (lanes >= PAIR_LANES) {
      left = load_word(pixel);
      right = load_word(pixel + step);
    } else {
      left = load_lanes(pixel, lanes);
      right = load_lanes(pixel + step, lanes);
    }
    store_pairs(left, right, place, pitch);
    pixel += 2 * step;
    place++;
  }
  if (place < end && (rest & 1)) {
    store_pairs(load_lanes(pixel, lanes), shape->padding, place, pitch);
    place++;
  }
  (void)pairs_of_padding(place, shape, (int32_t)(end - place));
}

/*
 * A row of an odd number of taps as pairs for windows that start with a pair, 0 behind the last tap; where
 * `both`, each beside one for windows that start within a pair, 0 before the first tap.
 */
KERNEL void pairs_of_taps(const int8_t *taps, uint32_t *place, int32_t count, int32_t both) {
#pragma GCC unroll 4
  for (int32_t left = 0; left < count; left += 2) {
    *place++ = left + 1 < count ? pair_of(taps[left], taps[left + 1]) : (uint16_t)taps[left];
    if (both) *place++ = left > 0 ? pair_of(taps[left - 1], taps[left]) : (uint32_t)taps[left] << 16;
  }
}
#endif

#endif
