/** Inputs and outputs as files hold them: sets back to back, edges in order, little-endian. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Edge, elementBytes, elementCount, type Graph, valuesIn } from '../../src/graph/index.ts';
import type { Model } from '../../src/model/index.ts';
import { readModel } from '../../src/model/index.ts';
import type { EdgeValues } from '../../src/reference/index.ts';

export function readBytes(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(...path)));
}

export function loadModel(...path: string[]): Model {
  return readModel(readBytes(...path));
}

function edgeBytes({ shape, type }: Edge): number {
  return elementCount(shape) * elementBytes(type);
}

/** Input sets of a graph; a last one that is not whole is an error. */
export function splitInputs(graph: Graph, bytes: Uint8Array): EdgeValues[][] {
  const setBytes = graph.inputs.reduce((sum, edge) => sum + edgeBytes(edge), 0);
  if (bytes.length === 0 || bytes.length % setBytes !== 0) {
    throw new Error(`${bytes.length} bytes are no sets of ${setBytes}`);
  }
  return Array.from({ length: bytes.length / setBytes }, (_, set) => {
    let offset = set * setBytes;
    return graph.inputs.map((edge) => {
      const part = bytes.slice(offset, offset + edgeBytes(edge)).buffer;
      offset += edgeBytes(edge);
      const { type } = edge;
      if (type === 'int64') throw new Error('no network takes int64');
      return type === 'float32' ? new Float32Array(part) : valuesIn(type, part);
    });
  });
}

/** The outputs of one set as the bytes that a file holds. */
export function outputBytes(graph: Graph, outputs: readonly EdgeValues[]): Uint8Array[] {
  return outputs.map((values, position) =>
    bytesOf(graph.outputs[position]?.type === 'int64' ? BigInt64Array.from(values, BigInt) : values),
  );
}

/** Values as the bytes that a file holds. */
export function bytesOf(values: EdgeValues | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
