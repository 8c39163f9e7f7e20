/** Door of `report`: one value, its schema and its renderings. */
export { composeReport, figuresOf, type ReportEntry } from './compose.ts';
export { explainLayer } from './explain-layer.ts';
export { extendHistory, formatHistory, type HistoryRow, parseHistory, trendCharts } from './history.ts';
export { toHtml } from './html/to-html.ts';
export { parseReport, reportJsonSchema, toJson } from './json.ts';
export { toMarkdown } from './markdown.ts';
export { failureLine } from './reasons.ts';
export { reportFiles, searchFiles } from './renderings.ts';
export { toSearchHtml } from './search/html/to-search-html.ts';
export { parseSearchReport, searchReportJsonSchema, toSearchJson } from './search/json.ts';
export { toSearchMarkdown } from './search/markdown.ts';
export { toSearchTable } from './search/terminal.ts';
export type * from './search/types.ts';
export { withSearchOffers } from './search-offer.ts';
export { toTerminalTable } from './terminal.ts';
export type * from './types.ts';
export { headline, verdictClause } from './verdict.ts';
export { isWaivable, underWaivers, waiverSentence } from './waivers.ts';
