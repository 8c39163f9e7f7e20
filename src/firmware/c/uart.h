/* USART1 at 115200 baud, 8N1, on PA9 and PB7: the virtual COM port of the 32F746G-DISCO board. */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void uart_start(void);

/* From here on, received bytes are queued by interrupt, so that none is lost while the processor computes. */
void uart_listen(void);

/* The next received byte; waits for it. */
uint8_t uart_read(void);

/* Whether bytes were lost since the last call, because a sender did not wait for `m-ready`. */
bool uart_lost_bytes(void);

void uart_write_byte(uint8_t byte);
void uart_write(const char *text);

/* Returns when the last bit has left. */
void uart_drain(void);

void USART1_IRQHandler(void);

#endif
