/* A function of one int8, from a table that is made with the code. */
#ifndef MCUNET_LOOKUP_S8_H
#define MCUNET_LOOKUP_S8_H

#include "platform.h"

/* Entry i of the table is the result for the int8 whose bits are those of i. */
KERNEL void lookup_s8(const int8_t *input, int8_t *output, const int8_t *table, int32_t elements) {
  for (int32_t i = 0; i < elements; i++) output[i] = table[(uint8_t)input[i]];
}

#endif
