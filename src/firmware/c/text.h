/* Numbers as text over the UART, without printf. */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

void write_decimal(uint32_t value);
void write_hex8(uint8_t value);
void write_hex32(uint32_t value);

/* Seven significant digits: 0.1234567 or, below 0.001 and from 1000000 on, 1.234567e-05. */
void write_float(float value);

#endif
