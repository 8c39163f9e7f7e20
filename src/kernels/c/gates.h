/* What recurrent cells are made of: sums of four gates at a time, and the functions of gates. */
#ifndef MCUNET_GATES_H
#define MCUNET_GATES_H

#include "requantise.h"

enum { forget_gate, input_gate, cell_gate, output_gate, gate_count };

/* Rounds up to what the weights of pairs are filled to. */
KERNEL int32_t even(int32_t count) {
  return count + (count & 1);
}

KERNEL int32_t saturate_s16(int32_t value) {
  return minimum(maximum(value, INT16_MIN), INT16_MAX);
}

/*
 * Adds the products of `depth` values, an even number, with the weights of four gates. Eight bytes of weights
 * are those of two values: of gates 0 and 1 for the first and for the second, then of gates 2 and 3.
 */
KERNEL void add_products_of_gates(const int16_t *values, const int8_t *weights, int32_t depth,
                                  int32_t sums[gate_count]) {
  for (int32_t i = 0; i < depth; i += 2) {
#if MCUNET_DSP
    int16x2_t pair;
    memcpy(&pair, values + i, sizeof pair);
    const uint32_t first = load_word(weights);
    const uint32_t second = load_word(weights + 4);
    sums[0] = __smlad(sxtb16_even(first), pair, sums[0]);
    sums[1] = __smlad(sxtb16_odd(first), pair, sums[1]);
    sums[2] = __smlad(sxtb16_even(second), pair, sums[2]);
    sums[3] = __smlad(sxtb16_odd(second), pair, sums[3]);
#else
    for (int32_t gate = 0; gate < 4; gate++) {
      const int8_t *const own = weights + 4 * (gate >> 1) + (gate & 1);
      sums[gate] = add_wrapping(sums[gate], values[i] * own[0] + values[i + 1] * own[2]);
    }
#endif
    weights += 8;
  }
}

/*
 * 2^16 / (1 + e^-x) of x = place / (24 * 2^bits), less 2^15 as the table's entries, in Q16 with `bits` more;
 * along straight lines between entries, 1 beyond the last.
 */
KERNEL int32_t curve_of(const int16_t *table, int32_t magnitude, int32_t bits, int32_t beyond) {
  const int32_t place = magnitude >> bits;
  if (place >= 255) return beyond;
  const int32_t from = table[place] + 32768;
  const int32_t step = table[place + 1] + 32768 - from;
  return (from << bits) + (magnitude & ((1 << bits) - 1)) * step;
}

/* 1 / (1 + e^-x), Q3.12 to Q0.15. */
SHARED int32_t gate_logistic(const int16_t *table, int32_t value) {
  const int32_t argument = 3 * value;
  const int32_t result = curve_of(table, argument < 0 ? -argument : argument, 9, 0x7fff << 10);
  return (argument >= 0 ? result + (1 << 9) : (1 << 25) - result + (1 << 9) - 1) >> 10;
}

/* The hyperbolic tangent of value * 2^(left - 12), in Q0.15; `left` may be negative. */
SHARED int32_t gate_tanh(const int16_t *table, int32_t value, int32_t left) {
  const int32_t argument = left >= 0 ? value * (3 << left) : (value * 3 + (1 << (-left - 1))) >> -left;
  const int32_t result = curve_of(table, argument < 0 ? -argument : argument, 8, 0xffff << 8);
  return (argument >= 0 ? result - (1 << 23) + (1 << 7) : -result + (1 << 23) + (1 << 7) - 1) >> 8;
}

#endif
