/* Convolution with weights of four bits. */
#ifndef MCUNET_CONV_S4_H
#define MCUNET_CONV_S4_H

#include "conv_s8.h"

/*
 * As `conv_s8`, with the weights of two channels packed as `packed.h` says; `scratch` has 4 * depth + 4 bytes
 * more, where they are unpacked.
 */
KERNEL void conv_s4(const int8_t *input, int8_t *output, void *scratch, const int8_t *weights,
                    const int32_t *scales, int32_t first_row, int32_t end_row, int32_t input_ring,
                    int32_t output_ring, int32_t input_height, int32_t input_width, int32_t input_channels,
                    int32_t output_height, int32_t output_width, int32_t output_channels,
                    int32_t filter_height, int32_t filter_width, int32_t stride_height, int32_t stride_width,
                    int32_t dilation_height, int32_t dilation_width, int32_t padding_top,
                    int32_t padding_left, int32_t depth, int32_t block, int32_t input_zero_point,
                    int32_t scaling, int32_t output_zero_point, int32_t min, int32_t max) {
  convolve(input, output, scratch, weights, scales, first_row, end_row, input_ring, output_ring, input_height,
           input_width, input_channels, output_height, output_width, output_channels, filter_height,
           filter_width, stride_height, stride_width, dilation_height, dilation_width, padding_top,
           padding_left, depth, block, input_zero_point, 1, scaling, output_zero_point, min, max, 1);
}

#endif
