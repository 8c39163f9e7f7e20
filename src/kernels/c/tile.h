/* Products of six windows of a row with the taps of a filter: the innermost loops of depthwise convolutions.
 */
#ifndef MCUNET_TILE_H
#define MCUNET_TILE_H

#include "pairs.h"

#if MCUNET_DSP
/* Outputs of a row that are made together. */
enum { TILE = 6 };

/*
 * Windows one column apart: two start in each pair, w are the weights of the first of them and v those of the
 * second. Two registers hold pairs i and i + 1 in turn with pair i + 2, which starts to be used when pair i
 * is done.
 */
#define TAP_OF_DENSE(a, b, place)            \
  "smlad %[s0], %[" a "], %[w], %[s0]\n\t"   \
  "smlad %[s1], %[" a "], %[v], %[s1]\n\t"   \
  "ldr %[" a "], [%[pairs], #" place "]\n\t" \
  "smlad %[s2], %[" b "], %[w], %[s2]\n\t"   \
  "smlad %[s3], %[" b "], %[v], %[s3]\n\t"   \
  "smlad %[s4], %[" a "], %[w], %[s4]\n\t"   \
  "ldr %[w], [%[weights]], #4\n\t"           \
  "smlad %[s5], %[" a "], %[v], %[s5]\n\t"   \
  "ldr %[v], [%[weights]], #4\n\t"
#define START_OF_DENSE             \
  "ldr %[w], [%[weights]], #4\n\t" \
  "ldr %[v], [%[weights]], #4\n\t"
#define ROW_OF_DENSE_3                                                               \
  "ldr %[x], [%[pairs]]\n\tldr %[y], [%[pairs], #4]\n\t" TAP_OF_DENSE("x", "y", "8") \
      TAP_OF_DENSE("y", "x", "12")
#define ROW_OF_DENSE_5 ROW_OF_DENSE_3 TAP_OF_DENSE("x", "y", "16")
#define ROW_OF_DENSE_7 ROW_OF_DENSE_5 TAP_OF_DENSE("y", "x", "20")
#define NEXT_ROW "add %[pairs], %[pairs], %[row_bytes]\n\t"

/* Windows two columns apart, which start in pairs of their own. */
#define TAP_OF_SPARSE(p0, p1, p2, p3, p4, p5) \
  "ldr %[w], [%[weights]], #4\n\t"            \
  "ldr %[x], [%[pairs], #" p0 "]\n\t"         \
  "ldr %[y], [%[pairs], #" p1 "]\n\t"         \
  "smlad %[s0], %[x], %[w], %[s0]\n\t"        \
  "ldr %[x], [%[pairs], #" p2 "]\n\t"         \
  "smlad %[s1], %[y], %[w], %[s1]\n\t"        \
  "ldr %[y], [%[pairs], #" p3 "]\n\t"         \
  "smlad %[s2], %[x], %[w], %[s2]\n\t"        \
  "ldr %[x], [%[pairs], #" p4 "]\n\t"         \
  "smlad %[s3], %[y], %[w], %[s3]\n\t"        \
  "ldr %[y], [%[pairs], #" p5 "]\n\t"         \
  "smlad %[s4], %[x], %[w], %[s4]\n\t"        \
  "smlad %[s5], %[y], %[w], %[s5]\n\t"
#define ROW_OF_SPARSE_3 \
  TAP_OF_SPARSE("0", "4", "8", "12", "16", "20") TAP_OF_SPARSE("4", "8", "12", "16", "20", "24")
#define ROW_OF_SPARSE_5 ROW_OF_SPARSE_3 TAP_OF_SPARSE("8", "12", "16", "20", "24", "28")
#define ROW_OF_SPARSE_7 ROW_OF_SPARSE_5 TAP_OF_SPARSE("12", "16", "20", "24", "28", "32")

#define TILE_OF(text)                                                                                \
  __asm__ volatile(text                                                                              \
                   : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [s4] "+r"(s4),      \
                     [s5] "+r"(s5), [pairs] "+r"(pairs), [weights] "+r"(weights), [rows] "+r"(rows), \
                     [w] "=&r"(w), [v] "=&r"(v), [x] "=&r"(x), [y] "=&r"(y)                          \
                   : [row_bytes] "r"(row_bytes)                                                      \
                   : "cc", "memory")
#define ROWS_OF_DENSE(row) TILE_OF(START_OF_DENSE "0:\n\t" row NEXT_ROW "subs %[rows], #1\n\tbne 0b")
#define ROWS_OF_SPARSE(row) TILE_OF("0:\n\t" row NEXT_ROW "subs %[rows], #1\n\tbne 0b")

#define ROWS_OF_DENSE_3X3 \
  TILE_OF(START_OF_DENSE ROW_OF_DENSE_3 NEXT_ROW ROW_OF_DENSE_3 NEXT_ROW ROW_OF_DENSE_3)

/* Adds the products of six windows with `rows` rows of taps; rows of pairs are `row_bytes` apart. */
KERNEL void multiply_tile(const uint32_t *pairs, const uint32_t *weights, int32_t rows, int32_t row_bytes,
                          int32_t filter_width, int32_t is_dense, int32_t first, int32_t sums[TILE]) {
  int32_t s0 = first, s1 = first, s2 = first, s3 = first, s4 = first, s5 = first;
  uint32_t w, v, x, y;
  if (filter_width == 3) {
    if (is_dense && rows == 3) {
      ROWS_OF_DENSE_3X3;
    } else if (is_dense) {
      ROWS_OF_DENSE(ROW_OF_DENSE_3);
    } else {
      ROWS_OF_SPARSE(ROW_OF_SPARSE_3);
    }
  } else if (filter_width == 5) {
    if (is_dense) {
      ROWS_OF_DENSE(ROW_OF_DENSE_5);
    } else {
      ROWS_OF_SPARSE(ROW_OF_SPARSE_5);
    }
  } else if (is_dense) {
    ROWS_OF_DENSE(ROW_OF_DENSE_7);
  } else {
    ROWS_OF_SPARSE(ROW_OF_SPARSE_7);
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  sums[4] = s4;
  sums[5] = s5;
}
#endif

#endif
