/** The console's one style sheet: calm by day and by night, on a wall, on a phone and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f4f3ef; --card: #fff; --ink: #1a2430; --soft: #57626f; --line: #d9d8d2; --bar: #14263d; --link: #1c4f8f;
  --blue: #1f5fb0; --yellow: #ffd21f; --orange: #f08300; --red: #c3121f; --good: #1c6b3c; --bad: #a8121d;
  font: 17px/1.6 'Source Han Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #10161d; --card: #18212b; --ink: #e7eaee; --soft: #a4afbb; --line: #2f3b48; --bar: #0b1624;
    --link: #8fbcf5; --good: #7fd0a0; --bad: #ff8d92; }
}
/* A Chinese face would set English quotes at full width. */
:root:lang(en) { font-family: system-ui, 'Noto Sans', Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums; }
a { color: var(--link); text-underline-offset: .18em; }
:focus-visible { outline: 3px solid var(--orange); outline-offset: 2px; }
.skip { position: absolute; left: -99em; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .4rem .8rem; z-index: 1; }
small { font-size: .84em; color: var(--soft); font-weight: 400; }

.top { background: var(--bar); color: #fff; display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1.6rem;
  padding: .7rem max(1rem, calc(50vw - 40rem)); }
.top a { color: #fff; text-decoration: none; }
.top nav { display: flex; gap: .3rem; }
.top nav a { padding: .2rem .7rem; border-radius: .3rem; }
.top nav a[aria-current], .top nav a:hover { background: #ffffff26; }
.brand strong { font-size: 1.3rem; letter-spacing: .14em; margin-right: .4rem; }
.brand span, .top small, .top small a, .clock span { color: #c3cddb; }
.top small a { text-decoration: underline; }
.top small.late { color: #ffd98a; }
.clock { margin: 0 0 0 auto; text-align: right; line-height: 1.35; }
.clock small { display: block; }

main { max-width: 80rem; margin: 0 auto; padding: 1.2rem 1rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.3; margin: 0 0 .9rem; }
h1 small { display: inline-block; font-size: 1rem; margin-right: .4rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1.1rem; margin: 1.7rem 0 .5rem; }
h4 { font-size: 1rem; margin: 0 0 .2rem; }
.note, .head { color: var(--soft); font-size: .88rem; margin: .5rem 0 0; }
.head { border-top: 1px solid var(--line); padding-top: .6rem; margin-top: 1.6rem; }
.late { color: var(--bad); font-style: normal; font-weight: 600; }

.banner { background: var(--red); color: #fff; padding: .8rem 1.2rem; border-radius: .4rem; margin: 0 0 1.2rem; }
.banner h1, .banner h2 { margin: 0; font-size: 1.35rem; }
.banner ul { margin: .3rem 0 0; padding-left: 1.3rem; }
.banner a { color: #fff; }
.banner.mild { background: var(--card); color: var(--ink); border-left: .5rem solid var(--orange); }
.banner.mild a { color: var(--ink); }

.chip { display: inline-block; padding: 0 .55em; border-radius: .25em; font-weight: 700; line-height: 1.6; white-space: nowrap; }
.chip.large { font-size: 2.5rem; line-height: 1.45; padding: 0 .5em; letter-spacing: .06em; }
.chip.blue { background: var(--blue); color: #fff; }
.chip.yellow { background: var(--yellow); color: #1a1a1a; }
.chip.orange { background: var(--orange); color: #1a1a1a; }
.chip.red { background: var(--red); color: #fff; }
.chip.unknown { background: var(--card); color: var(--ink); border: 2px dashed var(--ink); }
.chip.none { background: transparent; color: var(--soft); font-weight: 400; box-shadow: inset 0 0 0 1px var(--line); }

.hero { display: grid; grid-template-columns: minmax(13rem, auto) 1fr; gap: .4rem 2.4rem; background: var(--card);
  border-left: .8rem solid var(--line); border-radius: .4rem; padding: 1.1rem 1.6rem 1rem; }
.hero h2 { margin: 0; font-size: 1rem; font-weight: 500; color: var(--soft); }
.hero p { margin: .3rem 0; }
.hero .since { font-size: 1.1rem; }
.hero .note { grid-column: 1 / -1; border-top: 1px solid var(--line); padding-top: .5rem; }
.hero.blue { border-color: var(--blue); } .hero.yellow { border-color: var(--yellow); }
.hero.orange { border-color: var(--orange); } .hero.red { border-color: var(--red); }
.hero.unknown, .hero.blind { border-left-style: double; border-color: var(--bad); }
.hero.calm { border-color: var(--good); }
.sight { font-size: 1.15rem; font-weight: 700; }
.sight.clear { color: var(--good); } .sight.partial, .sight.blind { color: var(--bad); }
.because { font-size: .95rem; }

.facts { display: flex; flex-wrap: wrap; gap: .3rem 2.2rem; margin: .2rem 0 .5rem; }
.facts dt { font-size: .84rem; color: var(--soft); }
.facts dd { margin: 0; font-weight: 600; }
.facts dd small { display: block; }
.sites { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; padding: 0; margin: .9rem 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 0 2rem; }
.pair > * { min-width: 0; }

.scroll { overflow-x: auto; background: var(--card); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 500; font-size: .86rem; white-space: nowrap; }
tbody th { font-weight: 500; }
td time, tbody th time, tbody th strong { white-space: nowrap; }
table.numbers td, table.numbers thead th:not(:first-child) { text-align: right; }
.zero { color: var(--soft); }
tr.overdue > :first-child, tr.stale > :first-child, tr.broken > :first-child { box-shadow: inset .3rem 0 var(--bad); }
.state { font-weight: 600; white-space: nowrap; }
.state.overdue, .state.stale, .state.broken { color: var(--bad); }
.state.fresh, .state.done { color: var(--good); }
.basis { white-space: nowrap; }
details > summary { cursor: pointer; }
.tally { margin: .2rem 0 .6rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--soft); }
.tally b { color: var(--ink); }
.tally .overdue b, .tally .undelivered b, .tally .unknown b, .tally .rejected b { color: var(--bad); }

.timeline { display: block; width: 100%; margin: 0 0 .8rem; font-size: 13px; }
.timeline line { stroke: var(--line); } .timeline .ground { stroke: var(--soft); }
.timeline text { fill: var(--soft); } .timeline .paper { fill: var(--soft); }
.timeline .blue { fill: var(--blue); } .timeline .yellow { fill: var(--yellow); }
.timeline .orange { fill: var(--orange); } .timeline .red { fill: var(--red); } .timeline .unknown { fill: var(--soft); }
.levels, .events, .events ul { list-style: none; padding: 0; margin: 0; }
.levels { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; }
.events { padding: .2rem 1.2rem; background: var(--card); border-radius: .4rem; font-size: .94rem; }
.events > li { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.events > li:last-child { border: 0; }
.events .when { margin: 0; font-weight: 600; }
section > h4 { margin: 1rem 0 .4rem; }
.effect.opened, .effect.ended, .effect.activation-level { font-weight: 700; }
.effect.feed-silent, .effect.finding { color: var(--bad); }
.evidence { display: block; overflow-wrap: anywhere; }
.notice { background: var(--card); border-radius: .4rem; padding: .8rem 1.2rem; margin: 0 0 .8rem; }
.notice:target { outline: 3px solid var(--orange); }
.notice .tally { margin: .2rem 0 0; align-items: baseline; }
blockquote { margin: .4rem 0; padding: .1rem 0 .1rem 1rem; border-left: .25rem solid var(--line); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow: auto; background: var(--paper); padding: .8rem; border-radius: .3rem; font-size: .86rem; }
code { overflow-wrap: anywhere; }

@media (max-width: 46rem) {
  :root { font-size: 16px; }
  .clock { margin: 0; text-align: left; width: 100%; }
  .brand span { display: none; }
  .hero { grid-template-columns: 1fr; padding: .9rem 1rem; }
  .timeline { display: none; }
  table, tbody, tr, tbody th, td { display: block; width: 100%; }
  thead { position: absolute; left: -99em; }
  tbody tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  tbody tr:last-child { border-bottom: 0; }
  th, td { border: 0; padding: .12rem .9rem; }
  td { position: relative; padding-left: 7.4rem; min-height: 1.9em; }
  td::before { content: attr(data-head); position: absolute; left: .9rem; color: var(--soft); font-size: .86rem; }
  table.numbers tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem .9rem; }
  table.numbers tbody th { padding: 0; }
  table.numbers td { width: auto; padding: 0; }
  table.numbers td::before { position: static; margin-right: .3rem; }
  table.numbers td:has(.zero) { display: none; }
  .events > li { grid-template-columns: 1fr; }
  .notice { padding: .8rem .9rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #999; font-size: 10.5pt; }
  .top { background: none; color: #000; padding: 0 1rem; } .top nav, .top small, .skip { display: none; }
  .top a, .brand span, .clock span { color: #000; }
  .chip, .banner { print-color-adjust: exact; }
  .notice, tr, .events > li { break-inside: avoid; }
}
`;
