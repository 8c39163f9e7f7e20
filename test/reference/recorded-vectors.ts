/** Inputs and outputs as files hold them: sets back to back, edges in order, little-endian. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Edge, elementCount, type Graph } from '../../src/graph/index.ts';
import type { Model } from '../../src/model/index.ts';
import { readModel } from '../../src/model/index.ts';

export function readBytes(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(...path)));
}

export function loadModel(...path: string[]): Model {
  return readModel(readBytes(...path));
}

function edgeBytes(edge: Edge): number {
  return elementCount(edge.shape) * (edge.type === 'int8' ? 1 : 4);
}

/** Input sets of a graph; a last one that is not whole is an error. */
export function splitInputs(graph: Graph, bytes: Uint8Array): (Int8Array | Float32Array)[][] {
  const setBytes = graph.inputs.reduce((sum, edge) => sum + edgeBytes(edge), 0);
  if (bytes.length === 0 || bytes.length % setBytes !== 0) {
    throw new Error(`${bytes.length} bytes are no sets of ${setBytes}`);
  }
  return Array.from({ length: bytes.length / setBytes }, (_, set) => {
    let offset = set * setBytes;
    return graph.inputs.map((edge) => {
      const part = bytes.slice(offset, offset + edgeBytes(edge)).buffer;
      offset += edgeBytes(edge);
      return edge.type === 'int8' ? new Int8Array(part) : new Float32Array(part);
    });
  });
}

/** Values as the bytes that a file holds. */
export function bytesOf(values: Int8Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
