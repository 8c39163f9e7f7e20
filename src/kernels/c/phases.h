/* Phases of a transposed convolution: outputs at one place between inputs, which read neighbours with the
 * same taps. */
#ifndef MCUNET_PHASES_H
#define MCUNET_PHASES_H

#include "platform.h"

/* How many of a line of taps meet outputs whose place, counted with the padding, is `phase` beyond a stride.
 */
KERNEL int32_t taps_of_phase(int32_t taps, int32_t phase, int32_t stride) {
  return phase < taps ? (taps - phase + stride - 1) / stride : 0;
}

#endif
