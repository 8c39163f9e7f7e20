/* Pixels of int8 made into the pairs of half-words that matrix products read. */
#ifndef MCUNET_EXPAND_H
#define MCUNET_EXPAND_H

#include "matrix.h"

/* Four elements of one of four pixels: places 0 and 4. */
KERNEL void expand_4(const int8_t *elements, int32_t *place) {
#if MCUNET_DSP
  const uint32_t word = load_word(elements);
  place[0] = (int32_t)sxtb16_even(word);
  place[4] = (int32_t)sxtb16_odd(word);
#else
  const int16_t halves[4] = {elements[0], elements[2], elements[1], elements[3]};
  memcpy(place, halves, 4);
  memcpy(place + 4, halves + 2, 4);
#endif
}

/* Four pixels, `pitch` bytes apart; `depth` is a multiple of 4. */
SHARED void expand_pixels(const int8_t *pixels, int32_t *expanded, int32_t depth, int32_t pitch) {
  const int8_t *const end = pixels + depth;
  const int8_t *second = pixels + pitch, *third = second + pitch, *fourth = third + pitch;
  while (pixels != end) {
    expand_4(pixels, expanded);
    expand_4(second, expanded + 1);
    expand_4(third, expanded + 2);
    expand_4(fourth, expanded + 3);
    pixels += 4;
    second += 4;
    third += 4;
    fourth += 4;
    expanded += 8;
  }
}

/* A run of elements of one of four pixels; `bytes` is a multiple of 4. Returns the place behind it. */
SHARED int32_t *expand_run(const int8_t *run, int32_t *place, int32_t bytes) {
  for (; bytes >= 16; bytes -= 16) {
    expand_4(run, place);
    expand_4(run + 4, place + 8);
    expand_4(run + 8, place + 16);
    expand_4(run + 12, place + 24);
    run += 16;
    place += 32;
  }
  for (; bytes > 0; bytes -= 4) {
    expand_4(run, place);
    run += 4;
    place += 8;
  }
  return place;
}

/* A run of any length; zeros are put behind it up to a multiple of 4. */
SHARED int32_t *expand_short(const int8_t *run, int32_t *place, int32_t bytes) {
  for (; bytes >= 4; bytes -= 4) {
    expand_4(run, place);
    run += 4;
    place += 8;
  }
  if (bytes == 0) return place;
  int8_t last[4] = {0, 0, 0, 0};
  for (int32_t i = 0; i < bytes; i++) last[i] = run[i];
  expand_4(last, place);
  return place + 8;
}

/* A run of one value; `bytes` is a multiple of 4. */
SHARED int32_t *expand_value(int32_t value, int32_t *place, int32_t bytes) {
  const int32_t pair = (int32_t)(((uint32_t)value & 0xffffU) * 0x10001U);
  int32_t *const end = place + 2 * bytes;
  for (; place != end; place += 4) *place = pair;
  return place;
}

#endif
