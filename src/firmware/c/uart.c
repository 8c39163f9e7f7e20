/* USART1: transmission by polling, reception by interrupt into a ring. */
#include "uart.h"

#include "stm32f746.h"
#include "system.h"

#define BAUD 115200UL

/* Longer than any command; a power of two, so that the free-running positions wrap into it. */
#define RING_BYTES 256U

static volatile uint8_t ring[RING_BYTES];
static volatile uint32_t ring_written; /* only the interrupt writes it */
static volatile uint32_t ring_read;    /* only uart_read writes it */
static volatile bool ring_lost;

void uart_start(void) {
  RCC_AHB1ENR |= RCC_AHB1ENR_GPIOAEN | RCC_AHB1ENR_GPIOBEN;
  RCC_APB2ENR |= RCC_APB2ENR_USART1EN;
  (void)RCC_APB2ENR;
  GPIOA_MODER = (GPIOA_MODER & ~(3UL << 18)) | (2UL << 18); /* PA9: alternate function */
  GPIOA_AFRH = (GPIOA_AFRH & ~(15UL << 4)) | (7UL << 4);    /* 7: USART1_TX */
  GPIOB_MODER = (GPIOB_MODER & ~(3UL << 14)) | (2UL << 14); /* PB7: alternate function */
  GPIOB_PUPDR = (GPIOB_PUPDR & ~(3UL << 14)) | (1UL << 14); /* pulled up, so that an open line is silent */
  GPIOB_AFRL = (GPIOB_AFRL & ~(15UL << 28)) | (7UL << 28);  /* 7: USART1_RX */
  USART1_CR1 = 0;
  USART1_BRR = (APB2_CLOCK_HZ + BAUD / 2UL) / BAUD;
  USART1_CR1 = USART_CR1_UE | USART_CR1_TE;
}

void uart_listen(void) {
  NVIC_ISER(USART1_IRQ / 32U) = BIT(USART1_IRQ % 32U);
  USART1_CR1 |= USART_CR1_RE | USART_CR1_RXNEIE;
}

void USART1_IRQHandler(void) {
  const uint32_t status = USART1_ISR;
  if ((status & USART_ISR_RXNE) != 0U) {
    const uint8_t byte = (uint8_t)USART1_RDR;
    if (ring_written - ring_read < RING_BYTES) {
      ring[ring_written % RING_BYTES] = byte;
      ring_written = ring_written + 1U;
    } else {
      ring_lost = true;
    }
  }
  if ((status & USART_ISR_ORE) != 0U) {
    ring_lost = true;
  }
  USART1_ICR = USART_ICR_FRAMING_NOISE_OVERRUN;
}

uint8_t uart_read(void) {
  while (ring_read == ring_written) {
  }
  const uint8_t byte = ring[ring_read % RING_BYTES];
  ring_read = ring_read + 1U;
  return byte;
}

bool uart_lost_bytes(void) {
  const bool lost = ring_lost;
  ring_lost = false;
  return lost;
}

void uart_write_byte(uint8_t byte) {
  while ((USART1_ISR & USART_ISR_TXE) == 0U) {
  }
  USART1_TDR = byte;
}

void uart_write(const char *text) {
  while (*text != '\0') {
    uart_write_byte((uint8_t)*text++);
  }
}

void uart_drain(void) {
  while ((USART1_ISR & USART_ISR_TC) == 0U) {
  }
}
