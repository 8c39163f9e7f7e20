/** What the page of a search adds to the style of all pages. */
export const searchStyle = `
:root { --step-1: #a9cdf5; --step-2: #5f9fe8; --step-3: #2a6bc0; --step-4: #153f7a; }
@media (prefers-color-scheme: dark) {
  :root { --step-1: #2f5d97; --step-2: #4b8fdd; --step-3: #8cbcf5; --step-4: #dcebff; }
}
h2 + .figures { margin-top: 12px; }
.wide { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
@media (max-width: 720px) { .wide { grid-template-columns: minmax(0, 1fr); } }
.found .estimate .value { font-weight: 400; }
@media (max-width: 720px) {
  .found tr { grid-template-columns: repeat(auto-fit, minmax(88px, 1fr)); }
  .found .value { font-size: 15px; }
}
.found small, .spaces small { white-space: normal; }
.spaces { font-size: 13px; }
.spaces .meter { max-width: none; }
.spaces tbody th { white-space: nowrap; }
.spaces thead th { overflow-wrap: normal; }
.spaces thead th:not(:first-child) { white-space: normal; }
.pair > .scroll { margin-top: 0; }
tr.chosen > * { background: color-mix(in srgb, var(--blue) 12%, transparent); }
tr.chosen > th { font-weight: 650; }
.front td:last-child, .front thead th:last-child { text-align: left; }
.net td:nth-child(4), .net td:nth-child(5) { text-align: left; }
.net thead th:nth-child(4), .net thead th:nth-child(5) { text-align: left; }
.net .meter { width: 110px; margin: 6px 0 0; }
.strip { display: flex; flex-wrap: wrap; gap: 6px 10px; margin: 14px 0 20px; font-size: 13px; align-items: stretch; }
.strip > span { display: flex; gap: 3px; align-items: center; }
.strip i { font-style: normal; padding: 2px 7px; border-radius: 5px; border: 1px solid var(--rule); white-space: nowrap; }
.strip .k3 { background: color-mix(in srgb, var(--blue) 14%, transparent); }
.strip .k5 { background: color-mix(in srgb, var(--blue) 32%, transparent); }
.strip .k7 { background: color-mix(in srgb, var(--blue) 52%, transparent); }
.strip .end { color: var(--ink-soft); border-style: dashed; }
pre { margin: 10px 0 0; padding: 12px 14px; border-radius: 8px; background: var(--page); border: 1px solid var(--rule-faint); white-space: pre-wrap; font-size: 13px; }
`;
