/** Door of `pipeline`: the story from bytes to report. */
export { artifactFiles } from './artifacts.ts';
export { buildToFit } from './build-to-fit.ts';
export { type Base, compareWithBase, withoutBase } from './compare-base.ts';
export { type Compiled, compileModel, planOptions } from './compile.ts';
export { git, openLocalCommit } from './local-commit.ts';
export type { RowStore } from './row-store.ts';
export {
  type PipelineResult,
  rowsOfReport,
  runPipeline,
} from './run-pipeline.ts';
export { askedSearch, searchCommand } from './search/asked.ts';
export { runSearch, type SearchResult } from './search/run-search.ts';
export type { Services } from './verify-model.ts';
export { generator } from './version.ts';
