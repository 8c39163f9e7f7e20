/* Long short-term memory over a sequence, its two states kept from one sequence to the next. */
#ifndef MCUNET_LSTM_S8_H
#define MCUNET_LSTM_S8_H

#include "gates.h"

KERNEL void widen(const int8_t *from, int16_t *to, int32_t count) {
  for (int32_t i = 0; i < count; i++) to[i] = from[i];
  if (count & 1) to[count] = 0;
}

/* The arguments of a unit's gates, in Q3.12; `factors` holds multiplier and shift of inputs and of states for
 * each. */
KERNEL void arguments_of_gates(const int16_t *values, const int16_t *states, const int8_t *weights,
                               const int32_t *bias, const int32_t *factors, int32_t input_size, int32_t units,
                               int32_t arguments[gate_count]) {
  int32_t of_input[gate_count];
  int32_t of_states[gate_count];
  memcpy(of_input, bias, sizeof of_input);
  memcpy(of_states, bias + gate_count, sizeof of_states);
  add_products_of_gates(values, weights, even(input_size), of_input);
  add_products_of_gates(states, weights + gate_count * even(input_size), even(units), of_states);
  for (int32_t gate = 0; gate < gate_count; gate++) {
    const int32_t *const factor = factors + 4 * gate;
    arguments[gate] = saturate_s16(saturate_s16(requantise(of_input[gate], factor[0], factor[1])) +
                                   saturate_s16(requantise(of_states[gate], factor[2], factor[3])));
  }
}

/*
 * Weights of a unit are those of its gates for all inputs, then for all hidden states, as
 * `add_products_of_gates` takes them; its biases are four for the inputs and four for the states, with zero
 * points folded in. `scratch` holds the inputs and the states of a step as half-words, each filled to an even
 * number, then the states that it makes. A clip below 0 is none.
 */
KERNEL void lstm_s8(const int8_t *input, int8_t *hidden, int16_t *cell, int8_t *output, void *scratch,
                    const int8_t *weights, const int32_t *bias, const int32_t *factors, const int16_t *table,
                    int32_t time_major, int32_t batches, int32_t steps, int32_t input_size, int32_t units,
                    int32_t forget_multiplier, int32_t forget_shift, int32_t input_multiplier,
                    int32_t input_shift, int32_t hidden_multiplier, int32_t hidden_shift,
                    int32_t hidden_zero_point, int32_t tanh_left, int32_t clip) {
  int16_t *const values = scratch;
  int16_t *const states = values + even(input_size);
  int8_t *const fresh = (int8_t *)(states + even(units));
  for (int32_t batch = 0; batch < batches; batch++) {
    for (int32_t step = 0; step < steps; step++) {
      const int32_t place = time_major ? step * batches + batch : batch * steps + step;
      const int8_t *weight = weights;
      widen(input + place * input_size, values, input_size);
      widen(hidden, states, units);
      for (int32_t unit = 0; unit < units; unit++) {
        int32_t arguments[gate_count];
        arguments_of_gates(values, states, weight, bias + 2 * gate_count * unit, factors, input_size, units,
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
        fresh[unit] = clamp_s8(requantise(result, hidden_multiplier, hidden_shift), hidden_zero_point,
                               INT8_MIN, INT8_MAX);
        weight += gate_count * (even(input_size) + even(units));
      }
      memcpy(hidden, fresh, (size_t)units);
      memcpy(output + place * units, fresh, (size_t)units);
    }
    hidden += units;
    cell += units;
  }
}

#endif
