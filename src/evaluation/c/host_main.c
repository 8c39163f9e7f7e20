/*
 * Runs the generated network on the machine that compiled it: input sets back to back on standard input,
 * output sets back to back on standard output, both raw little-endian, until the input ends. The argument
 * says how many sets are one sequence, before which what the network keeps between inferences is reset: one
 * without it, all with "0".
 *
 * host_edges.h, made beside this file, lists what the network takes and gives.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_edges.h"
#include "model.h"

/* What the file has an edge for that is int8 (or int32, of int64) here. */
typedef enum { as_here, from_float32, from_int64 } form_t;

typedef struct {
  size_t elements;
  size_t element_bytes;
  form_t form;
} edge_t;

static const edge_t input_edges[] = HOST_INPUT_EDGES;
static const edge_t output_edges[] = HOST_OUTPUT_EDGES;

enum { input_count = sizeof input_edges / sizeof *input_edges };
enum { output_count = sizeof output_edges / sizeof *output_edges };

/* Whole reads only: anything shorter is the end of the input. */
static bool read_input(size_t index) {
  const edge_t *edge = &input_edges[index];
  if (edge->form == as_here) {
    return fread(model_input(index), edge->element_bytes, edge->elements, stdin) == edge->elements;
  }
  for (size_t element = 0; element < edge->elements; element++) {
    float value;
    if (fread(&value, sizeof value, 1, stdin) != 1) {
      return false;
    }
    model_set_input_f32(index, element, value);
  }
  return true;
}

static bool write_widened(const int8_t *values, size_t elements) {
  for (size_t element = 0; element < elements; element++) {
    int32_t here;
    memcpy(&here, values + element * sizeof here, sizeof here);
    const int64_t value = here;
    if (fwrite(&value, sizeof value, 1, stdout) != 1) {
      return false;
    }
  }
  return true;
}

static bool write_output(size_t index) {
  const edge_t *edge = &output_edges[index];
  if (edge->form == as_here) {
    return fwrite(model_output(index), edge->element_bytes, edge->elements, stdout) == edge->elements;
  }
  if (edge->form == from_int64) {
    return write_widened(model_output(index), edge->elements);
  }
  for (size_t element = 0; element < edge->elements; element++) {
    const float value = model_get_output_f32(index, element);
    if (fwrite(&value, sizeof value, 1, stdout) != 1) {
      return false;
    }
  }
  return true;
}

static void reset_state(void) {
#ifdef MODEL_STATE_BYTES
  model_reset();
#endif
}

static bool read_inputs(void) {
  for (size_t index = 0; index < input_count; index++) {
    if (!read_input(index)) {
      return false;
    }
  }
  return true;
}

int main(int argc, char **argv) {
  const unsigned long steps = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
  unsigned long step = 0;
  model_init();
  while (read_inputs()) {
    if (steps > 0 && step == steps) {
      reset_state();
      step = 0;
    }
    step++;
    model_invoke();
    for (size_t index = 0; index < output_count; index++) {
      if (!write_output(index)) {
        return 1;
      }
    }
  }
  return ferror(stdin) || fflush(stdout) != 0;
}
