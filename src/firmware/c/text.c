/* Numbers as text over the UART: decimal, hexadecimal, and single precision with seven significant digits. */
#include "text.h"

#include "uart.h"

void write_decimal(uint32_t value) {
  char digits[11];
  char *first = &digits[10];
  *first = '\0';
  do {
    *--first = (char)('0' + (int)(value % 10U));
    value /= 10U;
  } while (value != 0U);
  uart_write(first);
}

static void write_nibble(uint32_t nibble) {
  uart_write_byte((uint8_t) "0123456789abcdef"[nibble & 15U]);
}

void write_hex8(uint8_t value) {
  write_nibble((uint32_t)value >> 4);
  write_nibble(value);
}

void write_hex32(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) {
    write_nibble(value >> shift);
  }
}

/* `digits` decimal digits of `value`, the point after the first `whole` of them. */
static void write_digits(uint32_t value, int digits, int whole) {
  uint32_t unit = 1;
  for (int i = 1; i < digits; ++i) {
    unit *= 10U;
  }
  for (int i = 0; i < digits; ++i) {
    if (i == whole) {
      uart_write_byte('.');
    }
    uart_write_byte((uint8_t)('0' + (int)(value / unit % 10U)));
    unit /= 10U;
  }
}

void write_float(float value) {
  if (value < 0.0F) {
    uart_write_byte('-');
    value = -value;
  }
  if (value == 0.0F) {
    uart_write("0.0");
    return;
  }
  int exponent = 0;
  while (value >= 10.0F && exponent < 39) {
    value /= 10.0F;
    ++exponent;
  }
  while (value < 1.0F && exponent > -46) {
    value *= 10.0F;
    --exponent;
  }
  /* Half a unit is not added before: from 2^23 on, the sum would round a second time. */
  const float scaled = value * 1e6F;
  uint32_t mantissa = (uint32_t)scaled;
  if (scaled - (float)mantissa >= 0.5F) {
    ++mantissa;
  }
  if (mantissa >= 10000000U) {
    mantissa = (mantissa + 5U) / 10U;
    ++exponent;
  }
  if (exponent >= 0 && exponent < 6) {
    write_digits(mantissa, 7, exponent + 1);
  } else if (exponent < 0 && exponent >= -3) {
    uart_write("0.");
    for (int i = -1; i > exponent; --i) {
      uart_write_byte('0');
    }
    write_digits(mantissa, 7, 7);
  } else {
    write_digits(mantissa, 7, 1);
    uart_write(exponent < 0 ? "e-" : "e");
    write_decimal((uint32_t)(exponent < 0 ? -exponent : exponent));
  }
}
