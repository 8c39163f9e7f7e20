/** Door of `base`: what every room stands on. */
export {
  at,
  exitCodeOf,
  exitCodes,
  Failure,
  invariant,
} from './failure.ts';
export type { Command, Host, ProcessResult, Progress, SerialPort } from './host.ts';
export { groupProblems, type OperatorProblem } from './operator-problems.ts';
export { parseJson } from './parse-json.ts';
export { type Random, random } from './random.ts';
export { roundHalfEven } from './rounding.ts';
export { describeIssues, type PathSegment, pathText, type SchemaProblem } from './schema-problems.ts';
export type { Toolchain, ToolchainIdentity, Workspace } from './toolchain.ts';
