/** Text of a model made safe for C: names go into comments only, identifiers come from operators' indices and kinds. */
import type { Op } from '../graph/index.ts';

const longestName = 60;

/**
 * A name for a comment or a string literal: letters, digits and harmless punctuation in one short line. No character
 * that is left can end a comment or a literal, begin a trigraph or splice lines.
 */
export function printableName(name: string): string {
  const characters = Array.from(name.slice(0, 4 * longestName));
  const shown =
    characters.length > longestName ? [...characters.slice(0, longestName - 3), '...'] : characters;
  return shown
    .map((character) => (/^[A-Za-z0-9 _.,:;=+()[\]-]+$/.test(character) ? character : '_'))
    .join('');
}

/** C function of an operator and prefix of its constants, for example `model_op12_depthwise_conv2d`. */
export function operatorSymbol(op: Op): string {
  const kind = op.kind.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const part = op.part === undefined ? '' : `_part${op.part}`;
  return `model_op${op.index}_${kind}${part}`;
}
