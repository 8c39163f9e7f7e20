/** Door of `report`: one value, its schema and its renderings. */
export { composeReport, figuresOf, type ReportEntry } from './compose.ts';
export { explainLayer } from './explain-layer.ts';
export { extendHistory, formatHistory, type HistoryRow, parseHistory, trendCharts } from './history.ts';
export { toHtml } from './html/to-html.ts';
export { parseReport, reportJsonSchema, toJson } from './json.ts';
export { toMarkdown } from './markdown.ts';
export type * from './search/types.ts';
export { toTerminalTable } from './terminal.ts';
export type * from './types.ts';
export { headline, verdictClause } from './verdict.ts';
export { isWaivable, underWaivers, waiverSentence } from './waivers.ts';
