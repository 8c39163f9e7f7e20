/*
 * Runs operators that are given as data through any kernel, so that thousands of them need one build. `input.bin`
 * holds runs one behind the other, as ../data-batch.ts writes them; `output.bin` gets what all of them made.
 *
 * Buffers are of exactly the size that is asked for, end at the end of a heap block, and start at any element. A run
 * is made of calls, each of which makes some rows of the output from rings of input rows; of one, mostly.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An argument of a kernel. */
typedef union {
  void *pointer;
  int32_t number;
} argument;

/* Made from the prototypes of the kernels: `kernels`, a table of functions that take arguments. */
#include "dispatch.h"

enum { most_inputs = 8, most_arguments = 64, most_constants = 32, most_blocks = 64 };

/* Where an argument is. */
enum { as_number, in_input, in_output, in_scratch, in_constant, as_first_row, as_end_row, nowhere };

typedef struct {
  int32_t rows, row_bytes, ring;
} row_input;

/* Rows of the output, bytes from the input that they are laid over, and rows of inputs that are there by then. */
typedef struct {
  int32_t first, end, overlay, needed[most_inputs];
} chunk;

typedef struct {
  int32_t kernel, arguments, inputs, constants, chunks;
  int32_t output_rows, output_row_bytes, output_ring, scratch_bytes, accumulates;
  /* The input that the output is laid over, bytes before and behind it that the output needs; -1 where none is. */
  int32_t overlaid, before, behind;
  /* Buffers start this many bytes behind an aligned address, down to whole elements. */
  int32_t shift, alignment;
  /* Bit n: input n is a state that the kernel changes. */
  int32_t changed;
} run_header;

static FILE *source;
static int8_t *blocks[most_blocks];
static int block_count;

static int8_t *take(int32_t bytes, int32_t shift) {
  int8_t *const block = malloc((size_t)(bytes + shift));
  if (block == NULL || block_count == most_blocks) exit(2);
  memset(block, 0x55, (size_t)(bytes + shift));
  blocks[block_count++] = block;
  return block + shift;
}

static void read_bytes(void *target, int32_t bytes) {
  if (fread(target, 1, (size_t)bytes, source) != (size_t)bytes) exit(3);
}

static void *take_read(int32_t bytes) {
  void *const block = take(bytes, 0);
  read_bytes(block, bytes);
  return block;
}

/* Rows of inputs that must be in their rings before a call; a row over a row finds them all put in afresh. */
static void fill_rings(const run_header *run, const row_input *inputs, const chunk *rows, int8_t *const *whole,
                       int8_t *const *rings, int32_t *filled) {
  for (int32_t i = 0; i < run->inputs; i++) {
    const row_input *const input = &inputs[i];
    if (run->overlaid >= 0) filled[i] = 0;
    for (; filled[i] < rows->needed[i]; filled[i]++) {
      memcpy(rings[i] + filled[i] % input->ring * input->row_bytes, whole[i] + filled[i] * input->row_bytes,
             (size_t)input->row_bytes);
    }
  }
}

static void make_run(const run_header *run, FILE *results) {
  row_input inputs[most_inputs];
  int32_t places[2 * most_arguments], constant_bytes[most_constants], filled[most_inputs] = {0};
  void *constants[most_constants];
  int8_t *whole[most_inputs], *rings[most_inputs];
  argument given[most_arguments];
  if (run->inputs > most_inputs || run->arguments > most_arguments || run->constants > most_constants) exit(4);

  read_bytes(inputs, run->inputs * (int32_t)sizeof *inputs);
  chunk *const chunks = take_read(run->chunks * (int32_t)sizeof *chunks);
  read_bytes(places, 2 * run->arguments * (int32_t)sizeof *places);
  read_bytes(constant_bytes, run->constants * (int32_t)sizeof *constant_bytes);
  for (int32_t i = 0; i < run->constants; i++) constants[i] = take_read(constant_bytes[i]);
  for (int32_t i = 0; i < run->inputs; i++) {
    const row_input *const input = &inputs[i];
    const int32_t before = i == run->overlaid ? run->before : 0;
    const int32_t behind = i == run->overlaid ? run->behind : 0;
    whole[i] = take_read(input->rows * input->row_bytes);
    rings[i] = take(before + input->ring * input->row_bytes + behind,
                    (run->shift + i) % 4 / run->alignment * run->alignment) +
               before;
  }
  const int32_t output_bytes = run->output_rows * run->output_row_bytes;
  int8_t *const output = take(output_bytes, 0);
  int8_t *ring = run->overlaid >= 0 ? NULL
                                    : take(run->output_ring * run->output_row_bytes,
                                           run->shift / run->alignment * run->alignment);
  void *const scratch = run->scratch_bytes > 0 ? take(run->scratch_bytes, 0) : NULL;

  for (int32_t c = 0; c < run->chunks; c++) {
    const chunk *const rows = &chunks[c];
    fill_rings(run, inputs, rows, whole, rings, filled);
    if (run->overlaid >= 0) ring = rings[run->overlaid] + rows->overlay;
    for (int32_t i = 0; i < run->arguments; i++) {
      const int32_t value = places[2 * i + 1];
      switch (places[2 * i]) {
        case as_number: given[i].number = value; break;
        case in_input: given[i].pointer = rings[value]; break;
        case in_output: given[i].pointer = ring; break;
        case in_scratch: given[i].pointer = scratch; break;
        case in_constant: given[i].pointer = constants[value]; break;
        case as_first_row: given[i].number = rows->first; break;
        case as_end_row: given[i].number = rows->end; break;
        default: given[i].pointer = NULL; break;
      }
    }
    kernels[run->kernel](given);
    for (int32_t y = rows->first; y < rows->end && !run->accumulates; y++) {
      memcpy(output + y * run->output_row_bytes, ring + y % run->output_ring * run->output_row_bytes,
             (size_t)run->output_row_bytes);
    }
  }
  if (run->accumulates) memcpy(output, ring, (size_t)output_bytes);
  fwrite(output, 1, (size_t)output_bytes, results);
  for (int32_t i = 0; i < run->inputs; i++) {
    if (run->changed >> i & 1) fwrite(rings[i], 1, (size_t)(inputs[i].rows * inputs[i].row_bytes), results);
  }
  while (block_count > 0) free(blocks[--block_count]);
}

int main(void) {
  static char source_buffer[1 << 16], results_buffer[1 << 16];
  source = fopen("input.bin", "rb");
  FILE *const results = fopen("output.bin", "wb");
  if (source == NULL || results == NULL) return 5;
  setvbuf(source, source_buffer, _IOFBF, sizeof source_buffer);
  setvbuf(results, results_buffer, _IOFBF, sizeof results_buffer);
  run_header run;
  while (fread(&run, sizeof run, 1, source) == 1) make_run(&run, results);
  return ferror(source) || fclose(results) != 0 ? 6 : 0;
}
