/* Vector table, the way from reset to main, and what happens at a fault. */
#include <stddef.h>
#include <stdint.h>

#include "stm32f746.h"
#include "system.h"
#include "text.h"
#include "uart.h"

/* Words from the linker script: their addresses are the values. */
extern uint32_t __stack_top[];
extern uint32_t __data_start[];
extern uint32_t __data_end[];
extern const uint32_t __data_load[];
extern uint32_t __bss_start[];
extern uint32_t __bss_end[];
extern uint32_t __sram_start[];
extern uint32_t __sram_end[];

extern int main(void);
void Reset_Handler(void);
void Fault_Handler(void);
void fault_report(const uint32_t *frame);

typedef void (*handler)(void);

#define CORE_VECTORS 16U
#define INTERRUPT_VECTORS 98U /* RM0385 table 46 */

struct vector_table {
  uint32_t *initial_stack;
  handler handlers[CORE_VECTORS - 1U + INTERRUPT_VECTORS];
};

/* Whatever is not expected ends in the fault report, which names the vector. */
extern const struct vector_table vectors;
__attribute__((section(".isr_vector"), used)) const struct vector_table vectors = {
    .initial_stack = __stack_top,
    .handlers =
        {
            [0] = Reset_Handler,
            [1 ... 5] = Fault_Handler,
            [10] = Fault_Handler,
            [11] = Fault_Handler,
            [13] = Fault_Handler,
            [14] = Fault_Handler,
            [15 ... 15 + USART1_IRQ - 1] = Fault_Handler,
            [15 + USART1_IRQ] = USART1_IRQHandler,
            [15 + USART1_IRQ + 1 ... 15 + INTERRUPT_VECTORS - 1] = Fault_Handler,
        },
};

/* Runs on the stack that the vector table gives, before any variable has its value. */
void Reset_Handler(void) {
  /* The option bytes may have started us through the ITCM alias of flash. */
  SCB_VTOR = (uint32_t)(uintptr_t)&vectors;
  SystemInit();
  const uint32_t *source = __data_load;
  for (uint32_t *target = __data_start; target < __data_end; ++target) {
    *target = *source++;
  }
  for (uint32_t *target = __bss_start; target < __bss_end; ++target) {
    *target = 0;
  }
  (void)main();
  for (;;) {
  }
}

/* The exception frame lies where the stack pointer stood on entry: nothing may be pushed before. */
__attribute__((naked)) void Fault_Handler(void) {
  __asm volatile("mov r0, sp\n\t"
                 "b fault_report");
}

static void write_register(const char *name, uint32_t value) {
  uart_write("m-fault-");
  uart_write(name);
  uart_write("-0x");
  write_hex32(value);
  uart_write("\r\n");
}

/* Says over the UART what happened, in full, and stops. */
__attribute__((used, noreturn)) void fault_report(const uint32_t *frame) {
  static const char names[8][5] = {"r0", "r1", "r2", "r3", "r12", "lr", "pc", "xpsr"};
  uart_start();
  uart_write("\r\ne-[fault]\r\n");
  write_register("vector", SCB_ICSR & 0x1FFU);
  write_register("cfsr", SCB_CFSR);
  write_register("hfsr", SCB_HFSR);
  write_register("mmfar", SCB_MMFAR);
  write_register("bfar", SCB_BFAR);
  write_register("sp", (uint32_t)(uintptr_t)frame);
  /* After a stack overflow the frame is not there to be read. */
  if (frame >= __sram_start && frame + 8 <= __sram_end) {
    for (size_t i = 0; i < 8; ++i) {
      write_register(names[i], frame[i]);
    }
  }
  uart_drain();
  for (;;) {
  }
}
