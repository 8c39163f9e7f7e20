/** Door of `pipeline`: the story from bytes to report. */
export { artifactFiles } from './artifacts.ts';
export { type Compiled, compileModel } from './compile.ts';
export { type PipelineResult, runPipeline } from './run-pipeline.ts';
export { generator } from './version.ts';
