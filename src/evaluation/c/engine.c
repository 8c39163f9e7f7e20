/*
 * Runs networks that are given as data, through the kernels that ship: a search has thousands of candidates,
 * and compiling each would take longer than running it. Every operator is made whole, and every tensor has
 * memory of its own.
 *
 * Standard input holds networks one behind the other, as engine-network.ts writes them: a header, `words`
 * int32, `constant_bytes` of constants, then input sets back to back. The words are the places of the inputs
 * and outputs (offset, bytes), then the steps: number of the kernel, count of its arguments, and for each
 * argument where it is and its value. Standard output gets the output sets of all networks.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* An argument of a kernel. */
typedef union {
  void *pointer;
  int32_t number;
} argument;

/* Made from the prototypes of the kernels: `kernels`, a table of functions that take arguments. */
#include "dispatch.h"

typedef struct {
  int32_t memory_bytes, constant_bytes, words, inputs, outputs, steps, sets;
} network_header;

/* Where an argument is: the value itself, bytes behind the start of a memory, or the null pointer. */
enum { as_number, in_memory, in_constants, nowhere };

typedef struct {
  network_header header;
  int32_t *words;
  int8_t *constants;
  int8_t *memory;
  /* Of all steps, in order. */
  argument *arguments;
} network;

enum { input_ended = 2, out_of_memory = 3, output_ended = 4 };

static void *take(size_t bytes) {
  const size_t alignment = 64;
  void *const memory = aligned_alloc(alignment, (bytes / alignment + 1) * alignment);
  if (memory == NULL) exit(out_of_memory);
  return memory;
}

static void read_bytes(void *target, size_t bytes) {
  if (fread(target, 1, bytes, stdin) != bytes) exit(input_ended);
}

static const int32_t *first_step(const network *net) {
  return net->words + 2 * (net->header.inputs + net->header.outputs);
}

static argument argument_of(const network *net, int32_t place, int32_t value) {
  argument result = {NULL};
  if (place == as_number) result.number = value;
  if (place == in_memory) result.pointer = net->memory + value;
  if (place == in_constants) result.pointer = net->constants + value;
  return result;
}

static void resolve_arguments(network *net) {
  const int32_t *word = first_step(net);
  argument *to = net->arguments;
  for (int32_t step = 0; step < net->header.steps; step++) {
    const int32_t count = word[1];
    word += 2;
    for (int32_t i = 0; i < count; i++) {
      *to++ = argument_of(net, word[0], word[1]);
      word += 2;
    }
  }
}

static void read_network(network *net) {
  const size_t words = (size_t)net->header.words;
  net->words = take(words * sizeof *net->words);
  net->constants = take((size_t)net->header.constant_bytes);
  net->memory = take((size_t)net->header.memory_bytes);
  net->arguments = take(words * sizeof *net->arguments);
  read_bytes(net->words, words * sizeof *net->words);
  read_bytes(net->constants, (size_t)net->header.constant_bytes);
  resolve_arguments(net);
}

static void run_steps(const network *net) {
  const int32_t *word = first_step(net);
  const argument *arguments = net->arguments;
  for (int32_t step = 0; step < net->header.steps; step++) {
    const int32_t count = word[1];
    kernels[word[0]](arguments);
    arguments += count;
    word += 2 + 2 * count;
  }
}

static void run_sets(const network *net) {
  const int32_t *const inputs = net->words;
  const int32_t *const outputs = inputs + 2 * net->header.inputs;
  for (int32_t set = 0; set < net->header.sets; set++) {
    for (int32_t i = 0; i < net->header.inputs; i++) {
      read_bytes(net->memory + inputs[2 * i], (size_t)inputs[2 * i + 1]);
    }
    run_steps(net);
    for (int32_t i = 0; i < net->header.outputs; i++) {
      const size_t bytes = (size_t)outputs[2 * i + 1];
      if (fwrite(net->memory + outputs[2 * i], 1, bytes, stdout) != bytes) exit(output_ended);
    }
  }
}

int main(void) {
  network net;
  while (fread(&net.header, sizeof net.header, 1, stdin) == 1) {
    read_network(&net);
    run_sets(&net);
    free(net.words);
    free(net.constants);
    free(net.memory);
    free(net.arguments);
  }
  return ferror(stdin) || fflush(stdout) != 0;
}
