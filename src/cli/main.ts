#!/usr/bin/env node
/** The command line: arguments in, one exit code out; every failure is one line. */
import { exitCodeOf, exitCodes, Failure } from '../base/index.ts';
import { nodeHost } from '../host/index.ts';
import { parseArguments } from './arguments.ts';
import { type Context, toolchainOpener } from './context.ts';
import { terminalProgress } from './progress.ts';

async function main(): Promise<number> {
  const { stdout, stderr, argv, env } = process;
  const invocation = parseArguments(argv.slice(2), {
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  if (typeof invocation === 'number') return invocation;
  const { verbosity, json, action } = invocation;
  const host = nodeHost();
  const progress = terminalProgress(stderr, verbosity);
  const context: Context = {
    host,
    progress,
    verbosity,
    json,
    colour: stdout.isTTY === true && env.NO_COLOR === undefined,
    print: (text) => stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    remark: (text) => verbosity !== 'quiet' && stderr.write(`${text}\n`),
    openToolchain: toolchainOpener(host, env),
  };
  try {
    return await action(context);
  } catch (error) {
    progress.end();
    stderr.write(`error: ${describe(error, verbosity === 'verbose')}\n`);
    return exitCodeOf(error);
  }
}

function describe(error: unknown, withStack: boolean): string {
  const stack = withStack && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  if (error instanceof Failure) return `${error.toText()}${stack}`;
  const message = error instanceof Error ? error.message : String(error);
  return `${message}; this is a bug of mcunet, please report it with the output of --verbose [INTERNAL]${stack}`;
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.pass : exitCodes.internal);
  });
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`error: ${describe(error, true)}\n`);
  return exitCodes.internal;
});
