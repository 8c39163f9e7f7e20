/** The application's table of network inputs and outputs, from the macros of `model.h`. */
import { invariant } from '../base/index.ts';
import type { SourceTree } from '../code/index.ts';

/** Text of `edges.h`. */
export function edgesHeader(tree: SourceTree): string {
  const header = tree.files.get('model.h');
  invariant(header !== undefined, 'the generated sources have no model.h');
  return `/* What the network takes and gives, for the application. */
#ifndef EDGES_H
#define EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct edge {
  size_t elements;
  uint8_t element_bytes;
  bool is_float32; /* in the model file; whole numbers here */
};

${memoryBytes(header)}

${edgeTable('input', edgeCount(header, 'INPUT'))}
${edgeTable('output', edgeCount(header, 'OUTPUT'))}
#endif
`;
}

/** Bytes of an edge in memory: no more than a name for its elements where each is one byte, as mostly. */
function memoryBytes(header: string): string {
  const types = [...header.matchAll(/^#define MODEL_(?:IN|OUT)PUT_\d+_TYPE (\w+)$/gm)].map(
    ([, type]) => type,
  );
  const areBytes = types.every((type) => type === 'int8_t' || type === 'uint8_t');
  return `#define EDGE_BYTES(edge) ((edge).elements${areBytes ? '' : ' * (edge).element_bytes'})`;
}

function edgeCount(header: string, direction: 'INPUT' | 'OUTPUT'): number {
  const count = new RegExp(`^#define MODEL_${direction}_COUNT (\\d+)$`, 'm').exec(header)?.[1];
  invariant(count !== undefined, `model.h does not define MODEL_${direction}_COUNT`);
  return Number(count);
}

function edgeTable(direction: 'input' | 'output', count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const macro = `MODEL_${direction.toUpperCase()}_${index}`;
    return `    {${macro}_ELEMENTS, sizeof(${macro}_TYPE), ${macro}_IS_FLOAT32},\n`;
  });
  return `static const struct edge ${direction}_edges[] = {\n${rows.join('')}};\n`;
}
