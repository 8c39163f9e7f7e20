/** Text of the functions by which an application reaches inputs and outputs. */
import type { PlacedEdge } from './edges.ts';

/** Tables of inputs and outputs, and the functions of model.h that use them; shorter where all are int8. */
export function edgeText(edges: readonly PlacedEdge[]): string {
  const areInt8 = edges.every(({ typeHere }) => typeHere === 'int8');
  const table = (direction: PlacedEdge['direction']): string => edgeTable(direction, edges, areInt8);
  const ties = edges.some(({ tiesToEven }) => tiesToEven) ? toEven : awayFromZero;
  const functions =
    pointerFunctions + (areInt8 ? int8Functions(ties('quantised')) : typedFunctions(ties('whole')));
  return `${areInt8 ? int8Edge : typedEdge}\n${table('input')}\n${table('output')}\n${functions}`;
}

/** When the next whole number above or below is nearer than `whole`, from which `rest` is left. */
type Ties = (whole: string) => { readonly above: string; readonly below: string };

const awayFromZero: Ties = () => ({ above: 'rest >= 0.5f', below: 'rest <= -0.5f' });
const toEven: Ties = (whole) => ({
  above: `rest > 0.5f || (rest == 0.5f && (${whole} & 1) != 0)`,
  below: `rest < -0.5f || (rest == -0.5f && (${whole} & 1) != 0)`,
});

function edgeTable(
  direction: PlacedEdge['direction'],
  edges: readonly PlacedEdge[],
  areInt8: boolean,
): string {
  const rows = edges
    .filter((edge) => edge.direction === direction)
    .map(({ macro, offset, typeHere }) => {
      const common = `${macro}_SCALE, ${macro}_ZERO_POINT`;
      return areInt8
        ? `  {${offset}, ${macro}_BYTES, ${common}},\n`
        : `  {${offset}, ${macro}_ELEMENTS, ${common}, model_${typeHere}},\n`;
    });
  return `static const model_edge model_${direction}s[MODEL_${direction.toUpperCase()}_COUNT] = {\n${rows.join('')}};\n`;
}

const int8Edge = `typedef struct {
  size_t offset;
  size_t elements;
  float scale;
  int32_t zero_point;
} model_edge;
`;

const typedEdge = `enum { model_int8, model_uint8, model_int16, model_int32 };

typedef struct {
  size_t offset;
  size_t elements;
  float scale;
  int32_t zero_point;
  uint32_t type;
} model_edge;
`;

const pointerFunctions = `static int8_t *model_values(const model_edge *edge) {
  return (int8_t *)(model_arena + edge->offset);
}

int8_t *model_input(size_t index) {
  return index < MODEL_INPUT_COUNT ? model_values(&model_inputs[index]) : NULL;
}

const int8_t *model_output(size_t index) {
  return index < MODEL_OUTPUT_COUNT ? model_values(&model_outputs[index]) : NULL;
}
`;

const int8Functions = ({ above, below }: ReturnType<Ties>): string => `
static int8_t model_quantise(float value, float scale, int32_t zero_point) {
  const float scaled = value / scale;
  if (scaled != scaled) {
    return (int8_t)zero_point;
  }
  /* Beyond any int8, whatever the zero point; keeps the conversion below defined. */
  if (scaled > 512.0f) {
    return INT8_MAX;
  }
  if (scaled < -512.0f) {
    return INT8_MIN;
  }
  int32_t quantised = (int32_t)scaled;
  const float rest = scaled - (float)quantised;
  if (${above}) {
    quantised++;
  } else if (${below}) {
    quantised--;
  }
  quantised += zero_point;
  return (int8_t)(quantised > INT8_MAX ? INT8_MAX : quantised < INT8_MIN ? INT8_MIN : quantised);
}

void model_set_input_f32(size_t index, size_t element, float value) {
  if (index < MODEL_INPUT_COUNT && element < model_inputs[index].elements) {
    const model_edge *edge = &model_inputs[index];
    model_values(edge)[element] = model_quantise(value, edge->scale, edge->zero_point);
  }
}

float model_get_output_f32(size_t index, size_t element) {
  if (index >= MODEL_OUTPUT_COUNT || element >= model_outputs[index].elements) {
    return 0.0f;
  }
  const model_edge *edge = &model_outputs[index];
  return edge->scale * (float)(model_values(edge)[element] - edge->zero_point);
}
`;

const typedFunctions = ({ above, below }: ReturnType<Ties>): string => `
static const int32_t model_least[] = {INT8_MIN, 0, INT16_MIN, INT32_MIN};
static const int32_t model_most[] = {INT8_MAX, UINT8_MAX, INT16_MAX, INT32_MAX};

static int32_t model_quantise(float value, const model_edge *edge) {
  const int32_t least = model_least[edge->type];
  const int32_t most = model_most[edge->type];
  const float scaled = value / edge->scale;
  if (scaled != scaled) {
    return edge->zero_point;
  }
  /* Beyond any int32; keeps the conversion below defined. */
  if (scaled >= 2147483648.0f) {
    return most;
  }
  if (scaled < -2147483648.0f) {
    return least;
  }
  const int32_t whole = (int32_t)scaled;
  const float rest = scaled - (float)whole;
  int64_t quantised = (int64_t)whole + edge->zero_point;
  if (${above}) {
    quantised++;
  } else if (${below}) {
    quantised--;
  }
  return (int32_t)(quantised > most ? most : quantised < least ? least : quantised);
}

void model_set_input_f32(size_t index, size_t element, float value) {
  if (index >= MODEL_INPUT_COUNT || element >= model_inputs[index].elements) {
    return;
  }
  const model_edge *edge = &model_inputs[index];
  uint8_t *values = model_arena + edge->offset;
  const int32_t quantised = model_quantise(value, edge);
  if (edge->type == model_int32) {
    memcpy(values + 4 * element, &quantised, 4);
  } else if (edge->type == model_int16) {
    const int16_t half = (int16_t)quantised;
    memcpy(values + 2 * element, &half, 2);
  } else {
    values[element] = (uint8_t)quantised;
  }
}

static int32_t model_element(const model_edge *edge, size_t element) {
  const uint8_t *values = model_arena + edge->offset;
  if (edge->type == model_int32) {
    int32_t whole;
    memcpy(&whole, values + 4 * element, 4);
    return whole;
  }
  if (edge->type == model_int16) {
    int16_t half;
    memcpy(&half, values + 2 * element, 2);
    return half;
  }
  return edge->type == model_uint8 ? values[element] : (int8_t)values[element];
}

float model_get_output_f32(size_t index, size_t element) {
  if (index >= MODEL_OUTPUT_COUNT || element >= model_outputs[index].elements) {
    return 0.0f;
  }
  const model_edge *edge = &model_outputs[index];
  const uint32_t steps = (uint32_t)model_element(edge, element) - (uint32_t)edge->zero_point;
  return edge->scale * (float)(int32_t)steps;
}
`;
