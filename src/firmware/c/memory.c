/* Copies and fills that GCC calls on its own, compiled with everything else so that their stack is known. */
#include <stddef.h>
#include <stdint.h>

/* Words that may alias anything; the core reads them at any address. */
typedef uint32_t __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *restrict destination, const void *restrict source, size_t bytes);
void *memmove(void *destination, const void *source, size_t bytes);
void *memset(void *destination, int value, size_t bytes);

void *memcpy(void *restrict destination, const void *restrict source, size_t bytes) {
  uint8_t *to = destination;
  const uint8_t *from = source;
  for (; bytes >= 16U; bytes -= 16U, to += 16, from += 16) {
    const uint32_t a = ((const word *)from)[0];
    const uint32_t b = ((const word *)from)[1];
    const uint32_t c = ((const word *)from)[2];
    const uint32_t d = ((const word *)from)[3];
    ((word *)to)[0] = a;
    ((word *)to)[1] = b;
    ((word *)to)[2] = c;
    ((word *)to)[3] = d;
  }
  for (; bytes >= 4U; bytes -= 4U, to += 4, from += 4) {
    *(word *)to = *(const word *)from;
  }
  for (; bytes > 0U; --bytes) {
    *to++ = *from++;
  }
  return destination;
}

void *memmove(void *destination, const void *source, size_t bytes) {
  uint8_t *to = destination;
  const uint8_t *from = source;
  /* Upwards where that does not overtake the reading, otherwise downwards. */
  if ((uintptr_t)to - (uintptr_t)from >= bytes) {
    for (size_t i = 0; i < bytes; ++i) {
      to[i] = from[i];
    }
  } else {
    for (size_t i = bytes; i > 0U; --i) {
      to[i - 1U] = from[i - 1U];
    }
  }
  return destination;
}

void *memset(void *destination, int value, size_t bytes) {
  uint8_t *to = destination;
  const uint32_t pattern = (uint8_t)value * 0x01010101UL;
  for (; bytes >= 16U; bytes -= 16U, to += 16) {
    ((word *)to)[0] = pattern;
    ((word *)to)[1] = pattern;
    ((word *)to)[2] = pattern;
    ((word *)to)[3] = pattern;
  }
  for (; bytes > 0U; --bytes) {
    *to++ = (uint8_t)pattern;
  }
  return destination;
}
