/*
 * Runs the network on inputs that come over the UART, in the text protocol of MLPerf Tiny (EEMBC).
 *
 * A command ends with %, every answer with m-ready.
 *
 *   name%          m-name-dut-[mcunet]
 *   profile%       m-profile-[...], m-model-[...]
 *   help%          the commands
 *   timestamp%     m-lap-us-N: microseconds since start-up, modulo 2^32
 *   db load N%     announces N bytes of input
 *   db HEX%        the bytes, in any number of commands of any length; m-load-done at the last
 *   infer N W%     W inferences to warm up, N that are timed; m-lap-us-N before and after, then the results
 *   results%       m-results-[...]: all outputs as real values
 *   output%        m-output-HEX: all outputs as they are in memory, byte for byte
 *   reset%         where the network keeps anything from one inference to the next: that is as at first
 *   cycles%        m-cycles-[LAST,MIN,MAX] of the timed inferences, core clock
 *
 * Input bytes go to where the network reads them, without a copy in between, so that the SRAM figure is true.
 * N says what they are: either the elements of all inputs as the network has them in memory, one int8 each in
 * most networks, or the types of the model file, with four bytes (little-endian float32) an element for
 * inputs that are float32 there. The network reuses the memory of its inputs while it runs: results are
 * defined for the first inference after a load, times for every one.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "edges.h"
#include "model.h"
#include "system.h"
#include "text.h"
#include "uart.h"

#define COMMAND_BYTES 48U

/* An inference longer than this would wrap the cycle counter. */
#define LONGEST_INFERENCE_US 19000000U

static struct {
  size_t expected;
  size_t received;
  bool as_in_file;
  size_t edge;
  /* Of the edge: floats, or bytes in memory. */
  size_t element;
  uint8_t word[sizeof(float)];
  size_t word_bytes;
} load;

static struct {
  bool valid;
  uint32_t last;
  uint32_t least;
  uint32_t most;
} cycles;

static void write_line(const char *text) {
  uart_write(text);
  uart_write("\r\n");
}

static void write_value_line(const char *label, uint32_t value) {
  uart_write(label);
  write_decimal(value);
  uart_write("\r\n");
}

static size_t input_bytes(bool as_in_file) {
  size_t total = 0;
  for (size_t edge = 0; edge < MODEL_INPUT_COUNT; ++edge) {
    const bool is_float = as_in_file && input_edges[edge].is_float32;
    total += is_float ? input_edges[edge].elements * sizeof(float) : EDGE_BYTES(input_edges[edge]);
  }
  return total;
}

static void expect_bytes(uint32_t count) {
  load.expected = 0;
  load.received = 0;
  load.edge = 0;
  load.element = 0;
  load.word_bytes = 0;
  if (count != input_bytes(false) && count != input_bytes(true)) {
    uart_write("e-[this network takes ");
    write_decimal((uint32_t)input_bytes(false));
    uart_write(" bytes as int8, ");
    write_decimal((uint32_t)input_bytes(true));
    write_line(" in the types of the model file]");
    return;
  }
  load.expected = count;
  load.as_in_file = count != input_bytes(false);
  uart_write("m-[Expecting ");
  write_decimal(count);
  write_line(" bytes]");
}

static void load_float_byte(uint8_t byte) {
  load.word[load.word_bytes++] = byte;
  if (load.word_bytes < sizeof load.word) {
    return;
  }
  float value;
  memcpy(&value, load.word, sizeof value);
  model_set_input_f32(load.edge, load.element++, value);
  load.word_bytes = 0;
}

static void load_byte(uint8_t byte) {
  const bool is_float = load.as_in_file && input_edges[load.edge].is_float32;
  if (is_float) {
    load_float_byte(byte);
  } else {
    model_input(load.edge)[load.element++] = (int8_t)byte;
  }
  if (load.element == (is_float ? input_edges[load.edge].elements : EDGE_BYTES(input_edges[load.edge]))) {
    ++load.edge;
    load.element = 0;
  }
  if (++load.received == load.expected) {
    write_line("m-load-done");
  }
}

static int hex_digit(uint8_t character) {
  if (character >= '0' && character <= '9') {
    return character - '0';
  }
  const uint8_t lower = character | 0x20U;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Decodes digits while they arrive, up to the end of the command; what is beyond the announced bytes is
 * ignored. */
static void load_hex(uint8_t character) {
  int high = -1;
  bool valid = true;
  for (; character != '%'; character = uart_read()) {
    const int digit = hex_digit(character);
    if (digit < 0) {
      valid = false;
    } else if (high < 0) {
      high = digit;
    } else {
      if (valid && load.received < load.expected) {
        load_byte((uint8_t)(high * 16 + digit));
      }
      high = -1;
    }
  }
  if (!valid || high >= 0) {
    load.expected = 0;
    write_line("e-[not pairs of hexadecimal digits: begin again with db load]");
  } else if (load.expected == 0U) {
    write_line("e-[no bytes expected: begin with db load]");
  }
}

static void infer_once(void) {
  const uint32_t start_us = microseconds();
  const uint32_t start = cycle_count();
  model_invoke();
  const uint32_t taken = cycle_count() - start;
  if (microseconds() - start_us > LONGEST_INFERENCE_US) {
    write_line("e-[an inference took longer than the cycle counter counts]");
  }
  cycles.last = taken;
  cycles.least = cycles.valid && cycles.least < taken ? cycles.least : taken;
  cycles.most = cycles.valid && cycles.most > taken ? cycles.most : taken;
  cycles.valid = true;
}

static void write_results(void) {
  uart_write("m-results-[");
  for (size_t edge = 0; edge < MODEL_OUTPUT_COUNT; ++edge) {
    for (size_t element = 0; element < output_edges[edge].elements; ++element) {
      if (edge + element > 0U) {
        uart_write_byte(',');
      }
      write_float(model_get_output_f32(edge, element));
    }
  }
  write_line("]");
}

static void write_output(void) {
  uart_write("m-output-");
  for (size_t edge = 0; edge < MODEL_OUTPUT_COUNT; ++edge) {
    for (size_t byte = 0; byte < EDGE_BYTES(output_edges[edge]); ++byte) {
      write_hex8((uint8_t)model_output(edge)[byte]);
    }
  }
  write_line("");
}

static void write_cycles(void) {
  if (!cycles.valid) {
    write_line("e-[no inference was timed yet]");
    return;
  }
  uart_write("m-cycles-[");
  write_decimal(cycles.last);
  uart_write_byte(',');
  write_decimal(cycles.least);
  uart_write_byte(',');
  write_decimal(cycles.most);
  write_line("]");
}

/* Nothing is sent while the clock runs: both times are written when the last inference has ended. */
static void infer(uint32_t count, uint32_t warm_up_count) {
  write_value_line("m-warmup-start-", warm_up_count);
  for (; warm_up_count > 0U; --warm_up_count) {
    infer_once();
  }
  write_line("m-warmup-done");
  write_value_line("m-infer-start-", count);
  uart_drain();
  cycles.valid = false;
  const uint32_t start_us = microseconds();
  for (; count > 0U; --count) {
    infer_once();
  }
  const uint32_t end_us = microseconds();
  write_value_line("m-lap-us-", start_us);
  write_value_line("m-lap-us-", end_us);
  write_line("m-infer-done");
  write_results();
}

/* Reads a number of at most nine digits at *cursor, past blanks; false where there is none. */
static bool read_number(const char **cursor, uint32_t *value) {
  const char *at = *cursor;
  while (*at == ' ') {
    ++at;
  }
  const char *first = at;
  uint32_t result = 0;
  while (*at >= '0' && *at <= '9' && at - first < 9) {
    result = result * 10U + (uint32_t)(*at++ - '0');
  }
  if (at == first || (*at != ' ' && *at != '\0')) {
    return false;
  }
  *cursor = at;
  *value = result;
  return true;
}

static void infer_command(const char *arguments) {
  uint32_t count = 1;
  uint32_t warm_up_count = 10;
  if (*arguments != '\0') {
    if (!read_number(&arguments, &count) || count == 0U) {
      write_line("e-[Inference iterations must be >0]");
      return;
    }
    if (*arguments != '\0' && !read_number(&arguments, &warm_up_count)) {
      write_line("e-[Inference warmup must be >=0]");
      return;
    }
  }
  infer(count, warm_up_count);
}

static void load_command(const char *arguments) {
  uint32_t count = 0;
  if (read_number(&arguments, &count)) {
    expect_bytes(count);
  } else {
    write_line("e-[Command 'db load' requires the # of bytes]");
  }
}

static void write_profile(void) {
  write_line("m-profile-[ULPMark for tinyML Firmware V0.0.1]");
  write_line("m-model-[" MODEL_NAME "]");
}

static void write_help(void) {
  write_line("name, profile, help, timestamp");
  write_line("db load N      announce N bytes of input");
  write_line("db HEX         the bytes");
  write_line("infer N W      N timed inferences after W to warm up");
  write_line("results        outputs as real values");
  write_line("output         outputs in hexadecimal");
#ifdef MODEL_STATE_BYTES
  write_line("reset          what is kept between inferences is as at first");
#endif
  write_line("cycles         last, least and most cycles of an inference");
}

static bool equal(const char *a, const char *b) {
  while (*a != '\0' && *a == *b) {
    ++a;
    ++b;
  }
  return *a == *b;
}

/* What follows `prefix` in `text`, or NULL. */
static const char *after(const char *text, const char *prefix) {
  while (*prefix != '\0') {
    if (*text++ != *prefix++) {
      return NULL;
    }
  }
  return text;
}

static void execute(const char *command) {
  const char *arguments = after(command, "infer");
  if (arguments != NULL && (*arguments == ' ' || *arguments == '\0')) {
    infer_command(arguments);
  } else if ((arguments = after(command, "db load")) != NULL) {
    load_command(arguments);
  } else if (equal(command, "name")) {
    write_line("m-name-dut-[mcunet]");
  } else if (equal(command, "profile")) {
    write_profile();
  } else if (equal(command, "help")) {
    write_help();
  } else if (equal(command, "timestamp")) {
    write_value_line("m-lap-us-", microseconds());
  } else if (equal(command, "results")) {
    write_results();
  } else if (equal(command, "output")) {
    write_output();
  } else if (equal(command, "cycles")) {
    write_cycles();
#ifdef MODEL_STATE_BYTES
  } else if (equal(command, "reset")) {
    model_reset();
#endif
  } else {
    uart_write("e-[Unknown command: ");
    uart_write(command);
    write_line("]");
  }
}

/* Collects one command up to its % and executes it. Line ends between commands, as terminals send them, are
 * skipped. */
static void serve_command(void) {
  char command[COMMAND_BYTES + 1U];
  size_t length = 0;
  for (;;) {
    const uint8_t character = uart_read();
    if (character == '%') {
      break;
    }
    if (length == 3U && after(command, "db ") != NULL && hex_digit(character) >= 0) {
      load_hex(character);
      return;
    }
    if (length < COMMAND_BYTES && (length > 0U || character > ' ')) {
      command[length++] = (char)character;
      command[length] = '\0';
    }
  }
  command[length] = '\0';
  execute(command);
}

int main(void) {
  uart_start();
  uart_listen();
  model_init();
  write_line("m-init-done");
  write_line("m-ready");
  for (;;) {
    serve_command();
    if (uart_lost_bytes()) {
      write_line("e-[bytes were lost: wait for m-ready before sending]");
    }
    write_line("m-ready");
  }
}
