/** Measured rows in a folder that the workflow restores and saves; never inside the checkout, which anyone may fill. */
import { join } from 'node:path';
import * as core from '@actions/core';
import { Failure, type Host } from '../base/index.ts';
import type { RowStore } from '../pipeline/index.ts';
import { inertLine } from './log.ts';

export function openRowFolder(host: Host, runnerTemp: string | undefined): RowStore | undefined {
  if (runnerTemp === undefined) return undefined;
  const folder = join(runnerTemp, 'mcunet-cache');
  return {
    async read(key) {
      try {
        return new TextDecoder().decode(await host.readFile(join(folder, `${key}.json`)));
      } catch (error) {
        if (error instanceof Failure) return undefined;
        throw error;
      }
    },
    async write(key, text) {
      try {
        await host.writeFiles(folder, new Map([[`${key}.json`, text]]));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        core.warning(inertLine(`a measured row could not be kept: ${error.toLine()}`));
      }
    },
  };
}
