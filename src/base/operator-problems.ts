/** What stands in the way of a network, operator by operator: collected, grouped, and put into words. */

export type OperatorProblem = {
  /** Position in the file's list of operators; undefined for an input or an output of the network. */
  readonly operator: number | undefined;
  /** The operator as its format names it; `input` or `output`. */
  readonly kind: string;
  /** Of the tensor that it writes. */
  readonly name: string;
  readonly reason: string;
  /** What to change, in the training script or where the network is converted. */
  readonly hint: string;
};

/** Operators of one kind with one reason. */
type ProblemGroup = {
  readonly kind: string;
  /** For example `operators 3 "conv1/act", 7 "conv2/act" and 12 more`. */
  readonly place: string;
  readonly reason: string;
  readonly hint: string;
};

/** More would hide the reasons. */
const mostPlaces = 6;
const longestName = 60;

/** In the order in which their first operators stand in the file. */
export function groupProblems(problems: readonly OperatorProblem[]): readonly ProblemGroup[] {
  const groups = new Map<string, OperatorProblem[]>();
  for (const problem of problems) {
    const key = `${problem.kind}\n${problem.reason}\n${problem.hint}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { kind, reason, hint } = first;
    return [{ kind, place: placeOf(group), reason, hint }];
  });
}

function placeOf(problems: readonly OperatorProblem[]): string {
  const numbered = problems.some(({ operator }) => operator !== undefined);
  const noun = numbered ? (problems.length === 1 ? 'operator ' : 'operators ') : '';
  const shown = problems.slice(0, mostPlaces).map(({ operator, name }) => {
    const quoted = name === '' ? '' : JSON.stringify(shortened(name));
    return [operator === undefined ? '' : String(operator), quoted].filter((part) => part !== '').join(' ');
  });
  const more = problems.length - shown.length;
  return `${noun}${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The end of a path tells more than its middle. */
function shortened(name: string): string {
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName / 3)}…${name.slice(-(2 * longestName) / 3)}`;
}

/** More than these kinds of problems are counted only. */
const mostGroups = 40;

/** One line: `DIV at operators 0 "a", 3 "b" (no kernel for it); input "x" (it is int64)`. */
export function listProblems(problems: readonly OperatorProblem[]): string {
  const groups = groupProblems(problems);
  const shown = groups
    .slice(0, mostGroups)
    .map(({ kind, place, reason }) => `${titleOf(kind, place)} (${reason})`);
  const more = groups.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} further reasons` : ''}`;
}

/** Two lines for each kind of problem: where and why, and what to do. */
export function problemLines(problems: readonly OperatorProblem[]): readonly string[] {
  const groups = groupProblems(problems);
  const shown = groups
    .slice(0, mostGroups)
    .flatMap(({ kind, place, reason, hint }) => [`  ${titleOf(kind, place)}: ${reason}`, `    -> ${hint}`]);
  const more = groups.length - mostGroups;
  return more > 0 ? [...shown, `  and ${more} further reasons`] : shown;
}

function titleOf(kind: string, place: string): string {
  return `${kind} ${place.startsWith('operator') ? 'at ' : ''}${place}`.trimEnd();
}
