/* Rows of tensors, of which only the latest may be kept, in a ring. */
#ifndef MCUNET_ROWS_H
#define MCUNET_ROWS_H

#include "platform.h"

/* Where row y of a tensor of `height` rows is, counted in rows, when `ring` of them are kept at a time. */
KERNEL int32_t place_of_row(int32_t y, int32_t ring, int32_t height) {
  return ring < height ? (int32_t)((uint32_t)y % (uint32_t)ring) : y;
}

#endif
