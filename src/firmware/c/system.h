/* The chip after start-up: 216 MHz, caches on, a cycle counter and a microsecond timer running. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stdint.h>

#define CORE_CLOCK_HZ 216000000UL
#define APB2_CLOCK_HZ 108000000UL       /* HCLK / 2 */
#define APB1_TIMER_CLOCK_HZ 108000000UL /* twice APB1's HCLK / 4, RM0385 figure 13 */

void SystemInit(void);

/* Cycles of the core clock; wraps every 19.9 s. */
uint32_t cycle_count(void);

/* Wraps every 71 minutes. */
uint32_t microseconds(void);

#endif
