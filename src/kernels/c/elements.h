/* Elements of tensors of any type, which is known at compile time. */
#ifndef MCUNET_ELEMENTS_H
#define MCUNET_ELEMENTS_H

#include "platform.h"

enum { element_s8, element_u8, element_s16, element_s32 };

KERNEL int32_t load_element(const void *values, int32_t type, int32_t i) {
  if (type == element_s8) return ((const int8_t *)values)[i];
  if (type == element_u8) return ((const uint8_t *)values)[i];
  return type == element_s16 ? ((const int16_t *)values)[i] : ((const int32_t *)values)[i];
}

/* What does not fit loses its upper bits. */
KERNEL void store_element(void *values, int32_t type, int32_t i, int32_t value) {
  if (type == element_s8) {
    ((int8_t *)values)[i] = (int8_t)value;
  } else if (type == element_u8) {
    ((uint8_t *)values)[i] = (uint8_t)value;
  } else if (type == element_s16) {
    ((int16_t *)values)[i] = (int16_t)value;
  } else {
    ((int32_t *)values)[i] = value;
  }
}

#endif
