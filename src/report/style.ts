/** The whole style of the tear sheet: light and dark by the reader's system, light on paper, nothing loaded. */
const light = `--paper:#fff;--card:#f6f8fa;--ink:#16202c;--muted:#56616e;--line:#dde3e9;--shade:#c3ccd5;--ours:#1d5bd0;--market:#66717d;--gain:#0b7767;--loss:#b83a08;
--total:#39465a;--area:#fbe3d8;--p1:#e3f4f0;--p2:#bce5dc;--p3:#84cfc0;--p4:#45ad9a;--n1:#fdece4;--n2:#fbd2bd;--n3:#f5ab88;--n4:#ea8055;color-scheme:light`
const dark = `--paper:#0e1319;--card:#161d25;--ink:#e6ebf1;--muted:#a0acb8;--line:#2b3641;--shade:#3d4a58;--ours:#73abff;--market:#aab5c0;--gain:#4fc9b1;--loss:#ff9468;
--total:#8fa0b5;--area:#3c2419;--p1:#14302c;--p2:#17463f;--p3:#1a5d53;--p4:#1b7365;--n1:#38221a;--n2:#57301f;--n3:#7a3d22;--n4:#964621;color-scheme:dark`

export const reportStyle = `:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 32px 64px}
header{border-bottom:2px solid var(--ink);padding-bottom:18px;margin-bottom:22px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;margin:0 0 4px;letter-spacing:-.005em}
h3{font-size:15px;margin:18px 0 4px}
p{margin:0 0 10px;max-width:78ch}
.meta,.note{color:var(--muted);font-size:13px}
.meta{margin:0;max-width:none;overflow-wrap:anywhere}
.lead{font-size:17px;margin:0 0 14px;max-width:92ch}
.caveat{margin:0 0 8px;padding-left:12px;border-left:3px solid var(--market);max-width:110ch}
section{margin-top:44px}
.cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:20px 0 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px 11px;display:flex;flex-direction:column;min-width:0}
.card dt{color:var(--muted);font-size:13px}
.card dd{margin:0;font-size:23px;line-height:1.3;font-weight:600;letter-spacing:-.01em}
.card dd+dd{font-size:13px;font-weight:400;color:var(--muted);letter-spacing:0}
data,.card dd,td,.chart text{font-variant-numeric:tabular-nums}
data{white-space:nowrap}
.none{color:var(--muted);position:relative}
.up{color:var(--gain)}.down{color:var(--loss)}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.none .sr{left:0}
.scroll{position:relative;overflow-x:auto;margin-top:10px;background:linear-gradient(to left,var(--paper) 22px,transparent) right/44px 100% no-repeat local,linear-gradient(to left,var(--shade),transparent) right/22px 100% no-repeat}
.scroll:focus-visible{outline:2px solid var(--ours);outline-offset:2px}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 32px}
.pair>*{min-width:0}
.chart{display:block;width:100%;height:auto;min-width:620px}
.pair .chart{min-width:400px}
.chart text{font-size:12.5px;fill:var(--muted)}
.pair .chart text{font-size:13px}
.chart .value{fill:var(--ink);font-size:13px}
.chart .end{font-size:13px;font-weight:600}
.grid line{stroke:var(--line)}
.grid line.zero{stroke:var(--muted)}
.tick{stroke:var(--muted)}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.line.ours{stroke:var(--ours)}.line.market{stroke:var(--market);stroke-width:1.5;stroke-dasharray:6 4}.line.fall{stroke:var(--loss);stroke-width:1.5}
.area.fall{fill:var(--area)}
.dot.ours{fill:var(--ours)}.dot.market{fill:var(--market)}.dot.fall{fill:var(--loss)}.chart .end.fall{fill:var(--loss)}.chart .end.ours{fill:var(--ours)}.chart .end.market{fill:var(--market)}
.bar.gain{fill:var(--gain)}.bar.loss{fill:var(--loss)}.bar.total{fill:var(--total)}
.joint{stroke:var(--muted);stroke-dasharray:3 3}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;font-weight:600;font-size:15px;padding:0 0 6px}
th,td{padding:6px 0 6px 16px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
thead th{color:var(--muted);font-weight:500;border-bottom:1px solid var(--muted);vertical-align:bottom}
th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--paper)}
tbody th{font-weight:400;max-width:330px;overflow-wrap:anywhere;white-space:normal;min-width:110px}
tr.sum th,tr.sum td{font-weight:600;border-bottom:0;border-top:1px solid var(--muted)}
.note{margin:8px 0 0;max-width:124ch}
.scroll~.scroll{margin-top:30px}
figure{margin:0}
.heat{table-layout:fixed;border-collapse:separate;border-spacing:3px;min-width:620px}
.heat th{padding:4px 2px;border:0;text-align:center;font-weight:400;color:var(--muted);min-width:0}
.heat tbody th{text-align:left;width:92px;white-space:nowrap}
.heat thead th:first-child{width:92px}
.heat td{padding:7px 2px;border:0;border-radius:4px;text-align:center;font-size:13px;background:var(--card)}
.heat td.void{background:transparent}
.heat small{display:block;font-size:11.5px;line-height:1.2}
.heat.hours td,.heat.hours th{font-size:11px;padding:5px 0}
.p1{background:var(--p1)!important}.p2{background:var(--p2)!important}.p3{background:var(--p3)!important}.p4{background:var(--p4)!important}
.n1{background:var(--n1)!important}.n2{background:var(--n2)!important}.n3{background:var(--n3)!important}.n4{background:var(--n4)!important}
footer{margin-top:52px;padding-top:14px;border-top:1px solid var(--line)}
@media screen and (max-width:860px){main{padding:24px 16px 48px}.cards{grid-template-columns:repeat(2,minmax(0,1fr))}.pair{grid-template-columns:minmax(0,1fr)}h1{font-size:24px}tbody th{max-width:36vw}}
@media print{:root{${light}}@page{margin:14mm}body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}section,.card,figure,tr{break-inside:avoid}section.long{break-inside:auto}section{margin-top:26px}h1{font-size:20px}h2{font-size:14px}.lead{font-size:12.5px;margin-bottom:14px}
.meta,.note,.card dt,.card dd+dd{font-size:9.5px}.card{padding:7px 9px}caption{font-size:11px}h3{font-size:11px}.heat td{font-size:9.5px;padding:4px 0}.heat small{font-size:8px}.scroll{overflow:visible;background:none}th:first-child{position:static}
.chart,.heat,.pair .chart{min-width:0}table{font-size:9.5px}th,td{padding:4px 0 4px 8px}tbody th{min-width:70px}.card dd{font-size:16px}}`
