/* Brings the chip up: FPU, caches, and the clock tree at 216 MHz from the board's 25 MHz crystal. */
#include "system.h"

#include "stm32f746.h"

/* 25 MHz / 25 * 432 / 2 = 216 MHz; / 9 gives the 48 MHz that USB would need. */
#define PLL_SETTINGS                                                                             \
  (RCC_PLLCFGR_PLLM(25) | RCC_PLLCFGR_PLLN(432) | RCC_PLLCFGR_PLLP(2) | RCC_PLLCFGR_PLLSRC_HSE | \
   RCC_PLLCFGR_PLLQ(9))

static void wait_until(volatile uint32_t *address, uint32_t mask, uint32_t value) {
  while ((*address & mask) != value) {
  }
}

static void enable_fpu(void) {
  SCB_CPACR |= SCB_CPACR_CP10_CP11_FULL;
  data_barrier();
  instruction_barrier();
}

static void enable_instruction_cache(void) {
  data_barrier();
  instruction_barrier();
  SCB_ICIALLU = 0;
  data_barrier();
  instruction_barrier();
  SCB_CCR |= SCB_CCR_IC;
  data_barrier();
  instruction_barrier();
}

/* After reset the lines hold anything: every set and way is invalidated before the cache is switched on. */
static void enable_data_cache(void) {
  SCB_CSSELR = 0; /* level 1, data */
  data_barrier();
  const uint32_t geometry = SCB_CCSIDR;
  const uint32_t last_set = (geometry >> 13) & 0x7FFFU;
  const uint32_t last_way = (geometry >> 3) & 0x3FFU;
  /* Lines are 32 bytes, so the set starts at bit 5; the way is aligned to the top (DDI 0489, 4.3.8). */
  const uint32_t way_shift = (uint32_t)__builtin_clz(last_way);
  for (uint32_t set = 0; set <= last_set; ++set) {
    for (uint32_t way = 0; way <= last_way; ++way) {
      SCB_DCISW = (set << 5) | (way << way_shift);
    }
  }
  data_barrier();
  SCB_CCR |= SCB_CCR_DC;
  data_barrier();
  instruction_barrier();
}

/* The order of RM0385, 4.1.4: voltage scale, PLL, over-drive, wait states, prescalers, then the switch. */
static void start_clock(void) {
  RCC_APB1ENR |= RCC_APB1ENR_PWREN;
  (void)RCC_APB1ENR; /* RM0385, 5.2.12: a peripheral answers two cycles after its clock is enabled */
  PWR_CR1 |= PWR_CR1_VOS_SCALE1;

  RCC_CR |= RCC_CR_HSEON;
  wait_until(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
  RCC_PLLCFGR = PLL_SETTINGS;
  RCC_CR |= RCC_CR_PLLON;

  PWR_CR1 |= PWR_CR1_ODEN;
  wait_until(&PWR_CSR1, PWR_CSR1_ODRDY, PWR_CSR1_ODRDY);
  PWR_CR1 |= PWR_CR1_ODSWEN;
  wait_until(&PWR_CSR1, PWR_CSR1_ODSWRDY, PWR_CSR1_ODSWRDY);

  FLASH_ACR = FLASH_ACR_LATENCY(7) | FLASH_ACR_PRFTEN | FLASH_ACR_ARTEN;
  wait_until(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, FLASH_ACR_LATENCY(7));
  wait_until(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
  RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2 | RCC_CFGR_SW_PLL;
  wait_until(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL);
}

static void start_cycle_counter(void) {
  DEMCR |= DEMCR_TRCENA;
  DWT_LAR = DWT_LAR_UNLOCK;
  DWT_CYCCNT = 0;
  DWT_CTRL |= DWT_CTRL_CYCCNTENA;
}

static void start_microsecond_timer(void) {
  RCC_APB1ENR |= RCC_APB1ENR_TIM2EN;
  (void)RCC_APB1ENR;
  TIM2_PSC = APB1_TIMER_CLOCK_HZ / 1000000UL - 1UL;
  TIM2_ARR = 0xFFFFFFFFUL;
  TIM2_EGR = TIM_EGR_UG; /* loads the prescaler */
  TIM2_CR1 = TIM_CR1_CEN;
}

void SystemInit(void) {
  enable_fpu();
  start_clock();
  enable_instruction_cache();
  enable_data_cache();
  start_cycle_counter();
  start_microsecond_timer();
}

uint32_t cycle_count(void) {
  return DWT_CYCCNT;
}

uint32_t microseconds(void) {
  return TIM2_CNT;
}
