/** Reports in every form that people and tools read, by file name. */
import { toHtml } from './html/to-html.ts';
import { toJson } from './json.ts';
import { toMarkdown } from './markdown.ts';
import { toSearchHtml } from './search/html/to-search-html.ts';
import { toSearchJson } from './search/json.ts';
import { toSearchMarkdown } from './search/markdown.ts';
import type { SearchReport } from './search/types.ts';
import type { Report } from './types.ts';

/** `report.json`, `report.md`, `report.html`. */
export function reportFiles(report: Report): ReadonlyMap<string, string> {
  return new Map([
    ['report.json', toJson(report)],
    ['report.md', toMarkdown(report)],
    ['report.html', toHtml(report)],
  ]);
}

/** `search.json`, `search.md`, `search.html`, and the report on the firmware of what was found. */
export function searchFiles(report: SearchReport, verified: Report | undefined): ReadonlyMap<string, string> {
  return new Map([
    ['search.json', toSearchJson(report)],
    ['search.md', toSearchMarkdown(report)],
    ['search.html', toSearchHtml(report)],
    ...(verified === undefined ? [] : reportFiles(verified)),
  ]);
}
