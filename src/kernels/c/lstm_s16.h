/* Long short-term memory of int16 over a sequence, its two states kept from one sequence to the next. */
#ifndef MCUNET_LSTM_S16_H
#define MCUNET_LSTM_S16_H

#include "gates.h"
#include "wide_products.h"

/* Adds the products of any number of values with the weights of four gates, in parts that 32 bits hold. */
KERNEL void add_long_products_of_gates(const int16_t *values, const int8_t *weights, int32_t depth,
                                       int64_t sums[gate_count]) {
  for (int32_t first = 0; first < depth; first += most_products_s16) {
    int32_t part[gate_count] = {0, 0, 0, 0};
    add_products_of_gates(values + first, weights + gate_count * first,
                          minimum(most_products_s16, depth - first), part);
    for (int32_t gate = 0; gate < gate_count; gate++) sums[gate] += part[gate];
  }
}

/* A sum by a factor of 15 bits and its shift to the right, 8 ... 46, rounded once, ties upwards. */
KERNEL int32_t gate_argument(int64_t sum, const int32_t *factor) {
  const int32_t shift = factor[1];
  return saturate_s16((int32_t)((sum * factor[0] + (INT64_C(1) << (shift - 1))) >> shift));
}

/* The arguments of a unit's gates, in Q3.12; `factors` holds those of inputs and of states for each. */
KERNEL void long_arguments_of_gates(const int16_t *values, const int16_t *states, const int8_t *weights,
                                    const int32_t *bias, const int32_t *factors, int32_t input_size,
                                    int32_t units, int32_t arguments[gate_count]) {
  int64_t of_input[gate_count];
  int64_t of_states[gate_count] = {0, 0, 0, 0};
  for (int32_t gate = 0; gate < gate_count; gate++) of_input[gate] = bias[gate];
  add_long_products_of_gates(values, weights, even(input_size), of_input);
  add_long_products_of_gates(states, weights + gate_count * even(input_size), even(units), of_states);
  for (int32_t gate = 0; gate < gate_count; gate++) {
    const int32_t *const factor = factors + 4 * gate;
    arguments[gate] =
        saturate_s16(gate_argument(of_input[gate], factor) + gate_argument(of_states[gate], factor + 2));
  }
}

/* Values filled to an even number. */
KERNEL void fill_even(const int16_t *from, int16_t *to, int32_t count) {
  memcpy(to, from, (size_t)(2 * count));
  if (count & 1) to[count] = 0;
}

/*
 * Weights of a unit are those of its gates for all inputs, then for all hidden states, as
 * `add_products_of_gates` takes them; its biases are four. `scratch` holds the inputs and the states of a
 * step, each filled to an even number, then the states that it makes. A clip below 0 is none.
 */
KERNEL void lstm_s16(const int16_t *input, int16_t *hidden, int16_t *cell, int16_t *output, void *scratch,
                     const int8_t *weights, const int32_t *bias, const int32_t *factors, const int16_t *table,
                     int32_t time_major, int32_t batches, int32_t steps, int32_t input_size, int32_t units,
                     int32_t forget_multiplier, int32_t forget_shift, int32_t input_multiplier,
                     int32_t input_shift, int32_t hidden_multiplier, int32_t hidden_shift, int32_t tanh_left,
                     int32_t clip) {
  int16_t *const values = scratch;
  int16_t *const states = values + even(input_size);
  int16_t *const fresh = states + even(units);
  for (int32_t batch = 0; batch < batches; batch++) {
    for (int32_t step = 0; step < steps; step++) {
      const int32_t place = time_major ? step * batches + batch : batch * steps + step;
      const int8_t *weight = weights;
      fill_even(input + place * input_size, values, input_size);
      fill_even(hidden, states, units);
      for (int32_t unit = 0; unit < units; unit++) {
        int32_t arguments[gate_count];
        long_arguments_of_gates(values, states, weight, bias + gate_count * unit, factors, input_size, units,
                                arguments);
        const int32_t forget = gate_logistic(table, arguments[forget_gate]);
        const int32_t enter = gate_logistic(table, arguments[input_gate]);
        const int32_t candidate = gate_tanh(table, arguments[cell_gate], 0);
        const int32_t kept = saturate_s16(requantise(forget * cell[unit], forget_multiplier, forget_shift));
        const int32_t added = saturate_s16(requantise(enter * candidate, input_multiplier, input_shift));
        int32_t sum = saturate_s16(kept + added);
        if (clip >= 0) sum = minimum(maximum(sum, -clip), clip);
        cell[unit] = (int16_t)sum;
        const int32_t leave = gate_logistic(table, arguments[output_gate]);
        const int32_t result = gate_tanh(table, sum, tanh_left) * leave;
        fresh[unit] = (int16_t)saturate_s16(requantise(result, hidden_multiplier, hidden_shift));
        weight += gate_count * (even(input_size) + even(units));
      }
      memcpy(hidden, fresh, (size_t)(2 * units));
      memcpy(output + place * units, fresh, (size_t)(2 * units));
    }
    hidden += units;
    cell += units;
  }
}

#endif
