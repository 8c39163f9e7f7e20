/* Rows of a depthwise convolution out of pairs: four channels at a time, as many rows together as there is
 * room for. */
#ifndef MCUNET_DEPTHWISE_ROWS_H
#define MCUNET_DEPTHWISE_ROWS_H

#include "rows.h"
#include "scaling.h"
#include "tile.h"

/*
 * Sizes in elements, height before width; rings in rows. Weights are [channel][tap row][tap]; zero points are
 * folded into the scales, so that padding is the input's zero point.
 */
typedef struct {
  output_scaling output;
  const int8_t *weights;
  int32_t input_height, input_width, input_ring;
  int32_t output_height, output_width, output_ring;
  int32_t channels;
  int32_t filter_height, filter_width;
  int32_t stride_height, stride_width;
  int32_t padding_top, padding_left;
  int32_t input_zero_point;
} depthwise_layer;

#if MCUNET_DSP
/* Where the pairs of a layer lie in its scratch. */
typedef struct {
  /* Words of a row of taps, and those of the weights of a channel. */
  int32_t tap_words, weight_words;
  /* Words of a tile's pairs, places of a channel's row, and words of a row of four channels. */
  int32_t tile_words, pitch, row_words;
} pair_places;

KERNEL pair_places pair_places_of(const depthwise_layer *layer) {
  const int32_t pairs = (layer->filter_width + 1) / 2;
  const int32_t is_dense = layer->stride_width == 1;
  const int32_t tap_words = is_dense ? 2 * pairs : pairs;
  const int32_t tile_words = is_dense ? TILE / 2 : TILE;
  const int32_t pitch = (layer->output_width + TILE - 1) / TILE * tile_words + pairs - 1;
  const pair_places places = {tap_words, layer->filter_height * tap_words, tile_words, pitch,
                              PAIR_LANES * pitch};
  return places;
}

/* Adds the products of `rows` rows of taps with the padding, whose pair of half-words is given. */
KERNEL int32_t add_padding(const uint32_t *weights, int32_t rows, const pair_places *places, int32_t is_dense,
                           int16x2_t padding, int32_t sum) {
  const uint32_t *const end = weights + rows * places->tap_words;
  while (weights < end) {
    sum = __smlad(padding, (int16x2_t)*weights, sum);
    weights += is_dense ? 2 : 1;
  }
  return sum;
}

/* Some rows of outputs that lie one behind the other, of up to four channels from `channel` on. */
typedef struct {
  int32_t first_row, rows;
  int32_t channel, lanes;
  int8_t *output;
  /* The tap row at the top of the first of them. */
  const uint32_t *pairs;
  const uint32_t *weights;
} output_band;

/* Six sums, or the first `count` of them, to int8 that are `step` bytes apart. */
KERNEL void store_tile(int32_t sums[TILE], int32_t count, int8_t *to, int32_t step,
                       const channel_scaling *channel, const output_scaling *layer, int32_t scaling) {
  scale_4(&sums[0], &sums[1], &sums[2], &sums[3], channel, layer, scaling);
  sums[4] = scaled(sums[4], channel, layer, scaling);
  sums[5] = scaled(sums[5], channel, layer, scaling);
  to[0] = (int8_t)sums[0];
  if (count >= TILE) {
    int8_t *const fourth = to + 3 * step;
    to[step] = (int8_t)sums[1];
    to[2 * step] = (int8_t)sums[2];
    fourth[0] = (int8_t)sums[3];
    fourth[step] = (int8_t)sums[4];
    fourth[2 * step] = (int8_t)sums[5];
    return;
  }
  for (int32_t i = 1; i < TILE - 1; i++) {
    if (i == count) return;
    to += step;
    *to = (int8_t)sums[i];
  }
}

/* The rows of one channel. */
KERNEL void make_rows(const depthwise_layer *layer, const pair_places *places, const output_band *band,
                      const uint32_t *pairs, const uint32_t *weights, int8_t *to, const int32_t *scale,
                      int32_t filter_width, int32_t scaling) {
  const output_scaling output = layer->output;
  const channel_scaling channel = channel_of(&output, scale, scaling);
  const int32_t inside = first_sum(scale, scaling);
  const int32_t height = layer->filter_height;
  const int32_t is_dense = layer->stride_width == 1;
  const int32_t row_bytes = 4 * places->row_words, tile_words = places->tile_words;
  /* Copies, which no output can change. */
  const int32_t width = layer->output_width, step = layer->channels;
  const int32_t stride = layer->stride_height, input_height = layer->input_height;
  int32_t top = band->first_row * layer->stride_height - layer->padding_top;
  for (int32_t rows = band->rows; rows > 0; rows--) {
    const uint32_t *tile = pairs, *taps = weights;
    int32_t tap_rows = height, first = inside;
    if (top < 0 || top + height > input_height) {
      const int16x2_t padding = both_halves(layer->input_zero_point);
      const int32_t before = maximum(-top, 0);
      tap_rows = minimum(height, input_height - top) - before;
      tile += before * places->row_words;
      taps += before * places->tap_words;
      const int32_t behind = height - before - tap_rows;
      first = add_padding(weights, before, places, is_dense, padding, first);
      first = add_padding(taps + tap_rows * places->tap_words, behind, places, is_dense, padding, first);
    }
    for (int32_t rest = width; rest > 0; rest -= TILE) {
      int32_t sums[TILE];
      multiply_tile(tile, taps, tap_rows, row_bytes, filter_width, is_dense, first, sums);
      store_tile(sums, rest, to, step, &channel, &output, scaling);
      to += minimum(rest, TILE) * step;
      tile += tile_words;
    }
    pairs += stride * places->row_words;
    top += stride;
  }
}

KERNEL void make_band(const depthwise_layer *layer, const pair_places *places, const output_band *band,
                      int32_t filter_width, int32_t scaling) {
  const int32_t *scale = layer->output.scales + band->channel * SCALE_WORDS(scaling);
  for (int32_t lane = 0; lane < band->lanes; lane++) {
    make_rows(layer, places, band, band->pairs + lane * places->pitch,
              band->weights + lane * places->weight_words, band->output + band->channel + lane, scale,
              filter_width, scaling);
    scale += SCALE_WORDS(scaling);
  }
}

/* Makes pairs of the input's rows first ... end - 1, as far as they are inside. */
KERNEL void make_pairs(const depthwise_layer *layer, const pair_places *places, const int8_t *input,
                       uint32_t *pairs, int32_t first, int32_t end, int32_t channel) {
  const int32_t channels = layer->channels;
  const int32_t reach = (layer->output_width - 1) * layer->stride_width + layer->filter_width;
  const pair_row shape = {layer->input_width,  channels,
                          layer->padding_left, ((uint32_t)layer->input_zero_point & 0xffU) * 0x01010101U,
                          (reach + 1) / 2,     places->pitch};
  for (int32_t y = first; y < end; y++) {
    if (y >= 0 && y < layer->input_height) {
      const int32_t place = place_of_row(y, layer->input_ring, layer->input_height);
      const int8_t *const row = input + place * layer->input_width * channels;
      pairs_of_row(row + channel, pairs, &shape, channels - channel);
    }
    pairs += places->row_words;
  }
}

/*
 * Rows first_row ... end_row - 1, no more than `together` at a time: for four channels after the other, the
 * pairs of their taps, then those of as many rows of inputs as `band` rows of outputs need, then these
 * outputs. Rows of pairs that the next outputs need too are kept.
 */
KERNEL void depthwise_rows(const depthwise_layer *layer, const int8_t *input, int8_t *output,
                           uint32_t *scratch, int32_t first_row, int32_t end_row, int32_t together,
                           int32_t band, int32_t filter_width, int32_t scaling) {
  const pair_places places = pair_places_of(layer);
  const int32_t height = layer->filter_height, stride = layer->stride_height;
  uint32_t *const pairs = scratch + PAIR_LANES * places.weight_words;
  const int32_t kept = maximum(height - stride, 0);
  for (int32_t start = first_row; start < end_row;) {
    const int32_t end = start + minimum(end_row - start, together);
    for (int32_t channel = 0; channel < layer->channels; channel += PAIR_LANES) {
      const int32_t lanes = minimum(layer->channels - channel, PAIR_LANES);
      const int8_t *from = layer->weights + channel * height * layer->filter_width;
      uint32_t *to = scratch;
      for (int32_t lane = 0; lane < lanes; lane++) {
        for (int32_t row = 0; row < height; row++) {
          pairs_of_taps(from, to, filter_width, layer->stride_width == 1);
          from += filter_width;
          to += places.tap_words;
        }
      }
      int32_t made = start * stride - layer->padding_top;
      uint32_t *place = pairs;
      for (int32_t y = start; y < end;) {
        const int32_t output_place = place_of_row(y, layer->output_ring, layer->output_height);
        const int32_t rows = minimum(minimum(end - y, band), layer->output_ring - output_place);
        const int32_t top = y * stride - layer->padding_top;
        const int32_t until = top + (rows - 1) * stride + height;
        make_pairs(layer, &places, input, place, made, until, channel);
        const output_band outputs = {
            y,     rows,   channel, lanes, output + output_place * layer->output_width * layer->channels,
            pairs, scratch};
        make_band(layer, &places, &outputs, filter_width, scaling);
        y += rows;
        /* The rows behind those of the next top. */
        const uint32_t *next = pairs + rows * stride * places.row_words;
        place = pairs;
        for (int32_t rest = y < end ? kept * places.row_words : 0; rest > 0; rest -= 4) {
          const uint32_t a = next[0], b = next[1], c = next[2], d = next[3];
          place[0] = a;
          place[1] = b;
          place[2] = c;
          place[3] = d;
          next += 4;
          place += 4;
        }
        made = y * stride - layer->padding_top + kept;
      }
    }
    start = end;
  }
}
#endif

#endif
