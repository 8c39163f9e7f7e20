/* Where the largest or the smallest value along one dimension is. */
#ifndef MCUNET_ARG_EXTREMUM_S8_H
#define MCUNET_ARG_EXTREMUM_S8_H

#include "platform.h"

/*
 * `outer` times `inner` results, in order, each the first place of the extremum among `size` values that are
 * `inner` elements apart; its values are read before it is written.
 */
KERNEL void arg_extremum_s8(const int8_t *input, int32_t *output, int32_t outer, int32_t size, int32_t inner,
                            int32_t is_maximum) {
  for (int32_t i = 0; i < outer; i++) {
    for (int32_t j = 0; j < inner; j++) {
      const int8_t *value = input + i * size * inner + j;
      int32_t found = *value, place = 0;
      for (int32_t k = 1; k < size; k++) {
        value += inner;
        if (is_maximum ? *value > found : *value < found) {
          found = *value;
          place = k;
        }
      }
      *output++ = place;
    }
  }
}

#endif
