/** User errors of `search`. */
import { Failure, pathText, type SchemaProblem } from '../base/index.ts';

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);

export function spaceInvalid(where: string, problems: readonly SchemaProblem[]): Failure {
  const words = problems.map(({ path, part, message }) => {
    const place = pathText(part === 'key' ? path.slice(0, -1) : path);
    return place === '' ? message : `${place}: ${message}`;
  });
  const more = words.length > 3 ? `; and ${words.length - 3} more problems` : '';
  return new Failure({
    code: 'SEARCH_SPACE_INVALID',
    kind: 'usage',
    message: `this is not a search space: ${words.slice(0, 3).join('; ')}${more}`,
    where,
    data: { problems: words },
  });
}

export function genotypeMalformed(key: string, problem: string): Failure {
  return new Failure({
    code: 'SEARCH_GENOTYPE_MALFORMED',
    kind: 'usage',
    message: `${shown(key)} is not a network of the space: ${problem}`,
    hint: 'write stages with | and blocks with commas, for example k3e1|k5e6,k7e3',
  });
}
