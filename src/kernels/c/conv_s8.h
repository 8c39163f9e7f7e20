/* Convolution of any filter, stride, dilation and padding, through gathered patches of the input. */
#ifndef MCUNET_CONV_S8_H
#define MCUNET_CONV_S8_H

#include "matrix_pixel.h"
#include "patches.h"

/* Both kinds of weights: `unpacked`, behind the patch, has room for two pairs of channels where they are
 * packed. */
KERNEL void convolve(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                     const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                     int32_t output_ring, int32_t input_height, int32_t input_width, int32_t input_channels,
                     int32_t output_height, int32_t output_width, int32_t output_channels,
                     int32_t filter_height, int32_t filter_width, int32_t stride_height, int32_t stride_width,
                     int32_t dilation_height, int32_t dilation_width, int32_t padding_top,
                     int32_t padding_left, int32_t depth, int32_t block, int32_t input_zero_point,
                     int32_t apart, int32_t scaling, int32_t output_zero_point, int32_t min, int32_t max,
                     int32_t is_packed) {
  const matrix factor = {{scales, output_zero_point, min, max}, weights, depth, output_channels};
  const patch_shape shape = {input_height, input_width,     input_channels, input_ring,      filter_height,
                             filter_width, dilation_height, dilation_width, input_zero_point};
  int32_t *const expanded = scratch;
  int8_t *const spare = (int8_t *)(expanded + block / 4 * EXPANDED_WORDS(depth) + 1);
  int8_t *const unpacked = spare + depth;
  memset(spare, 0, (size_t)depth);
  for (int32_t row = first_row; row < end_row;) {
    const int32_t place = place_of_row(row, output_ring, output_height);
    const int32_t together = minimum(end_row - row, output_ring - place);
    int8_t *to = output + place * output_width * output_channels;
    int32_t top = row * stride_height - padding_top;
    int32_t x = 0, gathered = 0;
    for (int32_t rest = together * output_width; rest > 0; rest--) {
      const int32_t left = x * stride_width - padding_left;
      if (output_width % 4 == 0 || gathered > 0 || rest >= 4) {
        int32_t *const slot = expanded + gathered / 4 * EXPANDED_WORDS(depth) + gathered % 4;
        if (filter_width * input_channels % 4 == 0) {
          expand_patch(input, slot, spare, top, left, &shape);
        } else {
          gather_patch(input, spare, top, left, &shape);
          (void)expand_run(spare, slot, depth);
        }
        gathered++;
        if (gathered == block || (gathered % 4 == 0 && rest <= 4)) {
          if (is_packed) {
            packed_groups(&factor, expanded, gathered / 4, to, unpacked, scaling);
          } else {
            matrix_groups(&factor, expanded, gathered / 4, to, apart, scaling);
          }
          to += gathered * output_channels;
          gathered = 0;
        }
      } else {
        gather_patch(input, spare, top, left, &shape);
        if (is_packed) {
          packed_pixel(&factor, spare, to, unpacked, scaling);
        } else {
          matrix_pixel(&factor, spare, to, apart, scaling);
        }
        to += output_channels;
      }
      x++;
      if (x == output_width) {
        x = 0;
        top += stride_height;
      }
    }
    row += together;
  }
}

/*
 * Outputs of rows that lie one behind the other are made in order, `block` at a time, a multiple of 4:
 * `scratch` holds their patches expanded, 2 * depth bytes each and a word, and one patch of `depth` bytes.
 * What is left is made patch by patch. Each block's patches are gathered before its outputs are written.
 * `depth` is the filter's size up to a multiple of 4.
 */
KERNEL void conv_s8(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                    const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                    int32_t output_ring, int32_t input_height, int32_t input_width, int32_t input_channels,
                    int32_t output_height, int32_t output_width, int32_t output_channels,
                    int32_t filter_height, int32_t filter_width, int32_t stride_height, int32_t stride_width,
                    int32_t dilation_height, int32_t dilation_width, int32_t padding_top,
                    int32_t padding_left, int32_t depth, int32_t block, int32_t input_zero_point,
                    int32_t apart, int32_t scaling, int32_t output_zero_point, int32_t min, int32_t max) {
  convolve(input, output, scratch, weights, scales, first_row, end_row, input_ring, output_ring, input_height,
           input_width, input_channels, output_height, output_width, output_channels, filter_height,
           filter_width, stride_height, stride_width, dilation_height, dilation_width, padding_top,
           padding_left, depth, block, input_zero_point, apart, scaling, output_zero_point, min, max, 0);
}

#endif
