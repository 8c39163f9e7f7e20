/** The page's style: light and dark from the reader's system, one column on a phone. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --ink: #16181d; --ink-soft: #59606d;
  --rule: #d5d9e0; --rule-faint: #e9ecf0; --idle: #e3e7ee; --muted: #8b94a3;
  --blue: #2a78d6; --aqua: #12966a; --yellow: #d99100; --violet: #6554c0; --orange: #d9622b; --red: #cf222e;
  --good: #1a7f37; --good-soft: #dafbe1; --bad: #cf222e; --bad-soft: #ffebe9; --warn: #9a6700; --warn-soft: #fff8c5;
  --on-colour: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1115; --surface: #181b21; --ink: #e8eaee; --ink-soft: #a3abb8;
    --rule: #353b46; --rule-faint: #262b33; --idle: #2b313b; --muted: #6d7686;
    --blue: #4b93ea; --aqua: #2bb486; --yellow: #d9a126; --violet: #9689ec; --orange: #e57f4b; --red: #ff7b72;
    --good: #4ac26b; --good-soft: #12301c; --bad: #ff7b72; --bad-soft: #3b1618; --warn: #d9a126; --warn-soft: #332a10;
    --on-colour: #0f1115;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 1160px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 15px; margin: 0 0 4px; color: var(--ink-soft); font-weight: 600; letter-spacing: .02em; }
h2 { font-size: 21px; margin: 0; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 3px; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
small { display: block; color: var(--ink-soft); font-size: 13px; font-weight: 400; }
.verdict { font-size: 23px; line-height: 1.3; font-weight: 650; margin: 0 0 20px; padding: 14px 18px; border-radius: 10px; border-left: 6px solid; }
.verdict.pass { border-color: var(--good); background: var(--good-soft); }
.verdict.fail { border-color: var(--bad); background: var(--bad-soft); }
.verdict.error { border-color: var(--warn); background: var(--warn-soft); }
section, .card { background: var(--surface); border: 1px solid var(--rule); border-radius: 12px; padding: 20px; margin: 0 0 20px; }
.meta { color: var(--ink-soft); font-size: 14px; margin: 4px 0 14px; }
.as-base { color: var(--ink-soft); font-size: 14px; margin: 0; }
.meta b { color: var(--ink); font-weight: 600; }
.chip { display: inline-block; padding: 0 8px; border-radius: 99px; font-size: 12px; font-weight: 600; line-height: 20px; vertical-align: middle; }
.chip.pass { color: var(--good); background: var(--good-soft); }
.chip.fail { color: var(--bad); background: var(--bad-soft); }
.chip.error { color: var(--warn); background: var(--warn-soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 8px 10px; border-bottom: 1px solid var(--rule-faint); }
thead th { font-size: 13px; color: var(--ink-soft); font-weight: 600; border-bottom-color: var(--rule); }
tbody tr:last-child > * { border-bottom: 0; }
caption { text-align: left; font-weight: 650; padding: 0 10px 4px; }
.summary tbody th { font-size: 16px; width: 19%; }
.summary small { margin-top: 2px; }
.value { font-size: 17px; font-weight: 600; }
td.fail .value, td.fail small { color: var(--bad); }
td.waived .value, td.waived small { color: var(--warn); }
.value, .limit { white-space: nowrap; }
.limit, .none { color: var(--ink-soft); }
.meter { display: block; height: 5px; border-radius: 3px; background: var(--idle); margin: 5px 0 3px; overflow: hidden; max-width: 180px; }
.meter i { display: block; height: 100%; border-radius: 3px; background: var(--blue); }
.meter.pass i { background: var(--good); }
.meter.fail i { background: var(--bad); }
.meter.waived i { background: var(--warn); }
.reasons { margin: 0 0 16px; padding: 10px 14px 10px 32px; border-radius: 8px; background: var(--bad-soft); }
.reasons.error, .reasons.pass { background: var(--warn-soft); }
.proposal { margin: 0 0 16px; padding: 10px 14px; border-radius: 8px; background: var(--page); border: 1px solid var(--rule-faint); }
.proposal p { margin: 0; }
.proposal details { margin-top: 6px; }
.meta.trend { margin: 18px 0 8px; }
.kept { color: var(--good); }
.broken { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 22px 28px; }
figure { margin: 0; display: flex; flex-direction: column; }
figcaption { font-size: 14px; color: var(--ink-soft); margin-bottom: 2px; }
figcaption b { color: var(--ink); display: block; }
.legend { font-size: 13px; color: var(--ink-soft); }
.legend span { margin-right: 14px; white-space: nowrap; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }
svg { width: 100%; height: auto; display: block; margin-top: auto; padding-top: 6px; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 22px 28px; margin-top: 22px; align-items: start; }
.parts { font-size: 14px; }
.parts th, .parts td { padding: 5px 10px; }
.parts tbody th { font-weight: 400; overflow-wrap: normal; }
.parts td, .parts thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.parts tfoot td { text-align: left; white-space: normal; color: var(--ink-soft); font-size: 13px; }
.facts + .facts { margin-top: 18px; }
.pair > .facts { margin-top: 0; }
.facts td { white-space: normal; }
.facts tbody th { white-space: nowrap; color: var(--ink-soft); }
.parts .total > * { font-weight: 650; border-top: 1px solid var(--rule); }
details { margin-top: 18px; }
summary { cursor: pointer; font-weight: 600; }
.scroll { overflow-x: auto; margin-top: 10px; }
.layers { font-size: 13px; }
.layers th, .layers td { padding: 4px 10px; white-space: nowrap; }
.layers tbody th { font-weight: 400; }
.layers td, .layers thead th { text-align: right; }
.layers td:nth-child(3), .layers thead th:nth-child(2), .layers thead th:nth-child(3) { text-align: left; }
.wrapped tbody th { overflow-wrap: anywhere; }
.changes td:nth-child(2), .changes thead th:nth-child(1) { text-align: left; }
.made dt { font-weight: 600; }
.made dd { margin: 0 0 8px; color: var(--ink-soft); }
@media (max-width: 720px) {
  main { padding: 14px 12px 48px; }
  section, .card { padding: 14px; }
  .verdict { font-size: 19px; }
  .figures, .pair { grid-template-columns: minmax(0, 1fr); }
  .summary thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .summary, .summary tbody { display: block; }
  .summary tr { display: grid; grid-template-columns: 1fr 1fr; padding: 12px 0; border-bottom: 1px solid var(--rule); }
  .summary tbody tr:last-child { border-bottom: 0; }
  .summary tbody th { grid-column: 1 / -1; width: auto; }
  .summary th, .summary td { border: 0; padding: 4px 0; }
  .summary td { padding-right: 14px; }
  .summary td::before { content: attr(data-label); display: block; font-size: 12px; color: var(--ink-soft); }
  .meter { max-width: none; }
  .parts th, .parts td { padding: 5px 4px; }
  .parts caption { padding: 0 4px 4px; }
}
@media print { body { background: none; } section, .card { break-inside: avoid; } }
`;
