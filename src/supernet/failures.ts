/** Everything that `supernet` says to a user when a super-network or its calibration images cannot be used. */
import { Failure, pathText, type SchemaProblem } from '../base/index.ts';

export const exportAgain = 'export it again with scripts/supernet';

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);

/** The description (JSON) is none, or not of a version that is known. */
export function descriptionInvalid(where: string, problems: readonly SchemaProblem[]): Failure {
  const words = problems.map(({ path, part, message }) => {
    const place = pathText(part === 'key' ? path.slice(0, -1) : path);
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = words.length > 3 ? `; and ${words.length - 3} more problems` : '';
  return new Failure({
    code: 'SUPERNET_INVALID',
    kind: 'model',
    message: `this is not the description of a super-network: ${words.slice(0, 3).join('; ')}${more}`,
    where,
    hint: exportAgain,
    data: { problems: words },
  });
}

/** The file of tensors contradicts its format: damaged, truncated or made to harm. */
export function tensorsMalformed(message: string): Failure {
  return new Failure({
    code: 'SUPERNET_MALFORMED',
    kind: 'model',
    message: `this is not a safetensors file: ${message}`,
    hint: 'export the super-network again; where it is stored with Git LFS, run `git lfs pull`',
  });
}

/** A tensor that the space asks for is absent or of another kind; `tensor` is its name. */
export function tensorMismatch(tensor: string, expected: string, found: string): Failure {
  return new Failure({
    code: 'SUPERNET_MISMATCH',
    kind: 'model',
    message: `the super-network does not match its space: tensor ${shown(tensor)} should be ${expected}, and is ${found}`,
    hint: 'the space and the tensors must come from one training; export both again',
    data: { tensor, expected, found },
  });
}

export function tensorNotFinite(tensor: string, position: number): Failure {
  return new Failure({
    code: 'WEIGHTS_NOT_FINITE',
    kind: 'model',
    message: `tensor ${shown(tensor)} of the super-network has a value that is infinite or not a number, at element ${position}`,
    hint: 'the training diverged; export an earlier checkpoint',
    data: { tensor, position },
  });
}
