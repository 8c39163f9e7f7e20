/* Registers of the STM32F746 that this firmware touches, by their names in RM0385 and Arm's manuals. */
#ifndef STM32F746_H
#define STM32F746_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BIT(n) (1UL << (n))

/* Reset and clock control, RM0385 chapter 5. */
#define RCC_CR REGISTER(0x40023800UL)
#define RCC_CR_HSEON BIT(16)
#define RCC_CR_HSERDY BIT(17)
#define RCC_CR_PLLON BIT(24)
#define RCC_CR_PLLRDY BIT(25)
#define RCC_PLLCFGR REGISTER(0x40023804UL)
#define RCC_PLLCFGR_PLLM(m) ((uint32_t)(m))
#define RCC_PLLCFGR_PLLN(n) ((uint32_t)(n) << 6)
#define RCC_PLLCFGR_PLLP(p) (((uint32_t)(p) / 2UL - 1UL) << 16)
#define RCC_PLLCFGR_PLLSRC_HSE BIT(22)
#define RCC_PLLCFGR_PLLQ(q) ((uint32_t)(q) << 24)
#define RCC_CFGR REGISTER(0x40023808UL)
#define RCC_CFGR_SW_MASK 3UL
#define RCC_CFGR_SW_PLL 2UL
#define RCC_CFGR_SWS_MASK (3UL << 2)
#define RCC_CFGR_SWS_PLL (2UL << 2)
#define RCC_CFGR_PPRE1_DIV4 (5UL << 10)
#define RCC_CFGR_PPRE2_DIV2 (4UL << 13)
#define RCC_AHB1ENR REGISTER(0x40023830UL)
#define RCC_AHB1ENR_GPIOAEN BIT(0)
#define RCC_AHB1ENR_GPIOBEN BIT(1)
#define RCC_APB1ENR REGISTER(0x40023840UL)
#define RCC_APB1ENR_TIM2EN BIT(0)
#define RCC_APB1ENR_PWREN BIT(28)
#define RCC_APB2ENR REGISTER(0x40023844UL)
#define RCC_APB2ENR_USART1EN BIT(4)

/* Power control, RM0385 chapter 4. */
#define PWR_CR1 REGISTER(0x40007000UL)
#define PWR_CR1_VOS_SCALE1 (3UL << 14)
#define PWR_CR1_ODEN BIT(16)
#define PWR_CR1_ODSWEN BIT(17)
#define PWR_CSR1 REGISTER(0x40007004UL)
#define PWR_CSR1_ODRDY BIT(16)
#define PWR_CSR1_ODSWRDY BIT(17)

/* Flash interface, RM0385 chapter 3. */
#define FLASH_ACR REGISTER(0x40023C00UL)
#define FLASH_ACR_LATENCY_MASK 15UL
#define FLASH_ACR_LATENCY(waitStates) ((uint32_t)(waitStates))
#define FLASH_ACR_PRFTEN BIT(8)
#define FLASH_ACR_ARTEN BIT(9)

/* General-purpose inputs and outputs, RM0385 chapter 6. */
#define GPIOA_MODER REGISTER(0x40020000UL)
#define GPIOA_AFRH REGISTER(0x40020024UL)
#define GPIOB_MODER REGISTER(0x40020400UL)
#define GPIOB_PUPDR REGISTER(0x4002040CUL)
#define GPIOB_AFRL REGISTER(0x40020420UL)

/* Universal synchronous asynchronous receiver transmitter, RM0385 chapter 31. */
#define USART1_CR1 REGISTER(0x40011000UL)
#define USART_CR1_UE BIT(0)
#define USART_CR1_RE BIT(2)
#define USART_CR1_TE BIT(3)
#define USART_CR1_RXNEIE BIT(5)
#define USART1_BRR REGISTER(0x4001100CUL)
#define USART1_ISR REGISTER(0x4001101CUL)
#define USART_ISR_ORE BIT(3)
#define USART_ISR_RXNE BIT(5)
#define USART_ISR_TC BIT(6)
#define USART_ISR_TXE BIT(7)
#define USART1_ICR REGISTER(0x40011020UL)
#define USART_ICR_FRAMING_NOISE_OVERRUN (BIT(1) | BIT(2) | BIT(3))
#define USART1_RDR REGISTER(0x40011024UL)
#define USART1_TDR REGISTER(0x40011028UL)
#define USART1_IRQ 37U

/* General-purpose timer with a 32-bit counter, RM0385 chapter 23. */
#define TIM2_CR1 REGISTER(0x40000000UL)
#define TIM_CR1_CEN BIT(0)
#define TIM2_EGR REGISTER(0x40000014UL)
#define TIM_EGR_UG BIT(0)
#define TIM2_CNT REGISTER(0x40000024UL)
#define TIM2_PSC REGISTER(0x40000028UL)
#define TIM2_ARR REGISTER(0x4000002CUL)

/* System control block and caches, Armv7-M architecture reference manual, B3.2 and B4.8. */
#define SCB_ICSR REGISTER(0xE000ED04UL)
#define SCB_VTOR REGISTER(0xE000ED08UL)
#define SCB_CCR REGISTER(0xE000ED14UL)
#define SCB_CCR_DC BIT(16)
#define SCB_CCR_IC BIT(17)
#define SCB_CFSR REGISTER(0xE000ED28UL)
#define SCB_HFSR REGISTER(0xE000ED2CUL)
#define SCB_MMFAR REGISTER(0xE000ED34UL)
#define SCB_BFAR REGISTER(0xE000ED38UL)
#define SCB_CPACR REGISTER(0xE000ED88UL)
#define SCB_CPACR_CP10_CP11_FULL (15UL << 20)
#define SCB_CCSIDR REGISTER(0xE000ED80UL)
#define SCB_CSSELR REGISTER(0xE000ED84UL)
#define SCB_ICIALLU REGISTER(0xE000EF50UL)
#define SCB_DCISW REGISTER(0xE000EF60UL)
#define NVIC_ISER(n) REGISTER(0xE000E100UL + 4UL * (n))

/* Data watchpoint and trace, Armv7-M architecture reference manual, C1.6 and C1.8. */
#define DEMCR REGISTER(0xE000EDFCUL)
#define DEMCR_TRCENA BIT(24)
#define DWT_CTRL REGISTER(0xE0001000UL)
#define DWT_CTRL_CYCCNTENA BIT(0)
#define DWT_CYCCNT REGISTER(0xE0001004UL)
#define DWT_LAR REGISTER(0xE0001FB0UL)
#define DWT_LAR_UNLOCK 0xC5ACCE55UL

/* Barriers: the compiler may not move memory accesses across them either. */
static inline void data_barrier(void) {
  __asm volatile("dsb" ::: "memory");
}
static inline void instruction_barrier(void) {
  __asm volatile("isb" ::: "memory");
}

#endif
