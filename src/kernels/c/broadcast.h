/* Loops over a result of four dimensions whose operands may repeat along some of them. */
#ifndef MCUNET_BROADCAST_H
#define MCUNET_BROADCAST_H

#include "platform.h"

/* Steps of an operand in elements, outermost dimension first; 0 repeats. */
typedef struct {
  int32_t step[4];
} operand_steps;

KERNEL int32_t operand_offset(const operand_steps *steps, int32_t i, int32_t j, int32_t k) {
  return i * steps->step[0] + j * steps->step[1] + k * steps->step[2];
}

#endif
