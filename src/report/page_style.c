/* The page's style sheet: one column, quiet colours for light, dark and paper.
 *
 * Text and background differ by at least 4.5 : 1, marks by 3 : 1 (WCAG 2.1, 1.4.3 and
 * 1.4.11).  Sizes in drawings are units of the view box, hence larger on a narrow
 * screen.  One string a line of the style sheet. */
#include "report/page.h"

/* clang-format off */
const char *const page_style[] = {
    ":root{color-scheme:light dark;--paper:#fdfdfb;--ink:#1d2125;--soft:#5a6067;"
    "--rule:#dcdcd5;--tint:#f3f3ee;--train:#2f6db3;--holdout:#b3520c;--arrived:#0a7a50;"
    "--next:#a8185c;--good:#0a7a50;--bad:#ad3115;--q0:#0b2a53;--q1:#1c4b82;"
    "--q2:#3b70a8;--q3:#6a98c4;--q4:#9bbad8;--q5:#c7d7e7;--q6:#e6ebf0;--qn:#fdfdfb}",
    "@media screen and (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e7e7e3;"
    "--soft:#a3a8ad;--rule:#363b40;--tint:#1e2226;--train:#78b0ea;--holdout:#f0a158;"
    "--arrived:#58c79a;--next:#f08cbb;--good:#58c79a;--bad:#f2907a;--q0:#e3f0fc;"
    "--q1:#b3d3f1;--q2:#82b2e0;--q3:#578dbf;--q4:#3b6892;--q5:#2a4863;--q6:#212f3c;"
    "--qn:#15181b}}",
    "*{box-sizing:border-box}",
    "body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 "
    "Charter,'Bitstream Charter','Iowan Old Style',Georgia,serif;"
    "-webkit-text-size-adjust:100%}",
    "main{max-width:44rem;margin:0 auto;padding:2.5rem 1rem 4rem}",
    "header{margin-bottom:1.75rem}",
    "h1{font-size:1.9rem;line-height:1.2;font-weight:600;margin:.15rem 0 0;"
    "text-wrap:balance}",
    "h2{font-size:1.2rem;line-height:1.3;font-weight:600;margin:0 0 .6rem}",
    "section{margin-top:2.75rem;padding-top:1.1rem;border-top:1px solid var(--rule)}",
    "p{margin:.6rem 0}",
    ".kicker,table,figcaption,summary,.keys,.fine,svg text,pre,.panels p,dl{"
    "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation "
    "Sans',system-ui,sans-serif}",
    ".kicker{margin:0;color:var(--soft);font-size:.85rem;letter-spacing:.02em;"
    "overflow-wrap:anywhere}",
    ".verdict{font-size:1.25rem;line-height:1.45;margin:0 0 .9rem;padding-left:.9rem;"
    "border-left:4px solid var(--soft)}",
    ".verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}",
    ".next{font-size:1.1rem}",
    ".fine{font-size:.875rem;line-height:1.5;color:var(--soft)}",
    "ul.fine{margin:-.3rem 0 0;padding-left:1.1rem}",
    ".scroll{overflow-x:auto;margin:.8rem 0}",
    "table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.35;"
    "font-variant-numeric:tabular-nums}",
    "caption{text-align:left;color:var(--soft);padding-bottom:.4rem;"
    "max-width:calc(100vw - 2rem)}",
    "th,td{padding:.32rem .5rem .32rem 0;text-align:left;vertical-align:baseline;"
    "border-top:1px solid var(--rule)}",
    "th{font-weight:400}thead th{color:var(--soft);border-top:0;vertical-align:bottom}",
    "tbody th{overflow-wrap:break-word}",
    "th:last-child,td:last-child{padding-right:0}",
    ".n{text-align:right;white-space:nowrap}.n+:not(.n){padding-left:.6rem}",
    ".figures thead th{white-space:normal;max-width:8rem}",
    "td small{display:block;color:var(--soft)}td.right{font-weight:600}",
    "tr.main th,tr.main td{font-weight:600}tr.part th,tr.part td{border-top:2px solid "
    "var(--rule)}",
    "tr.sub th{padding-left:.9rem;color:var(--soft)}",
    "tr.faint th,tr.faint td{color:var(--soft)}",
    "td.bar{width:38%;vertical-align:middle}td.bar svg{display:block;width:100%;"
    "height:.7rem}",
    ".note{color:var(--soft);font-size:.8rem}",
    "figure{margin:1rem 0}figcaption{font-size:.875rem;line-height:1.45;"
    "color:var(--soft);margin-top:.4rem}",
    "svg{display:block;width:100%;height:auto;overflow:visible}",
    "svg text{fill:var(--soft);font-size:11.5px;font-variant-numeric:tabular-nums}",
    ".wide svg text{font-size:9.5px}",
    "svg .name{fill:var(--ink)}svg .note{fill:var(--next);font-weight:600;"
    "paint-order:stroke;stroke:var(--paper);stroke-width:3px}",
    "svg path,svg circle{vector-effect:non-scaling-stroke}",
    ".grid,.tick{stroke:var(--rule);stroke-width:1px}.base,.zero{stroke:var(--soft);"
    "stroke-width:1px}",
    ".line{fill:none;stroke:var(--ink);stroke-width:1.4px;stroke-linejoin:round}",
    "svg .curve{fill:none;stroke-width:1.8px;stroke-linejoin:round}"
    ".c0{stroke:var(--train);fill:none}.c1{stroke:var(--holdout);fill:none}"
    ".c2{stroke:var(--arrived);fill:none}.c3{stroke:var(--next);fill:none}"
    ".c4{stroke:var(--soft);fill:none}.c5{stroke:var(--ink);fill:none}",
    ".curve.c1,.c1 .curve{stroke-dasharray:7 3}.curve.c2,.c2 .curve{stroke-dasharray:2 2}"
    ".curve.c3,.c3 .curve{stroke-dasharray:8 3 2 3}.curve.c4,.c4 .curve{"
    "stroke-dasharray:12 4}.curve.c5,.c5 .curve{stroke-dasharray:1 3}",
    ".train{fill:var(--paper);stroke:var(--train);stroke-width:1.4px}",
    ".holdout{fill:var(--holdout);stroke:var(--paper);stroke-width:.8px}",
    ".arrived{fill:var(--arrived);stroke:var(--paper);stroke-width:.8px}",
    ".band{stroke:var(--next);stroke-width:2;opacity:.5}"
    ".upcoming{fill:var(--next);stroke:var(--paper);stroke-width:.8px}",
    ".solid{fill:var(--train)}svg .faint{fill:none;stroke:var(--soft);stroke-width:1px}",
    ".keys{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:0 0 "
    ".5rem;padding:0;font-size:.875rem;color:var(--soft)}",
    ".keys li{display:flex;align-items:center;gap:.4rem}.keys svg{width:1rem;"
    "height:.75rem}",
    ".keys i{display:inline-block;width:1rem;height:.8rem;border:1px solid var(--rule);"
    "-webkit-print-color-adjust:exact;print-color-adjust:exact}",
    ".keys i.best{border:2px solid var(--next)}.keys i.near{border-radius:50%;"
    "width:.55rem;height:.55rem;border:1px solid var(--ink);background:var(--paper);"
    "margin:0 .22rem}",
    ".q0{fill:var(--q0);background:var(--q0)}.q1{fill:var(--q1);background:var(--q1)}"
    ".q2{fill:var(--q2);background:var(--q2)}.q3{fill:var(--q3);background:var(--q3)}"
    ".q4{fill:var(--q4);background:var(--q4)}.q5{fill:var(--q5);background:var(--q5)}"
    ".q6{fill:var(--q6);background:var(--q6)}.qn{fill:var(--qn);stroke:var(--rule)}",
    "svg .best{fill:none;stroke:var(--next);stroke-width:2.5px}svg .dot{"
    "fill:var(--paper);stroke:var(--ink);stroke-width:.6px}",
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));"
    "gap:.5rem 1.5rem}",
    ".panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.6rem,1fr));"
    "gap:1rem .9rem}",
    ".panels p{margin:0 0 .2rem;font-size:.85rem;color:var(--soft)}.panels .won{"
    "color:var(--ink);font-weight:600}",
    ".panels svg text{font-size:9.6px}.panels .keys{flex-direction:column;gap:.2rem;"
    "font-size:.8rem}.panels.one{display:block;max-width:30rem}",
    "details{margin:.7rem 0}summary{font-size:.875rem;cursor:pointer;color:var(--soft)}"
    "summary:focus-visible{outline:2px solid var(--train)}",
    "pre{background:var(--tint);padding:.7rem .9rem;font:.8125rem/1.5 ui-monospace,"
    "SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;overflow-x:auto;"
    "margin:.6rem 0}",
    "code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',"
    "monospace;overflow-wrap:anywhere}",
    "@media(max-width:34rem){main{padding-top:1.25rem}h1{font-size:1.55rem}.verdict{"
    "font-size:1.15rem}.wide svg text{font-size:15px}table{font-size:.8125rem}th,td{"
    "padding-right:.35rem}.part th,.sub th{min-width:8.5rem}}",
    "@media print{body{font-size:10.5pt}main{max-width:none;padding:0}section{"
    "break-inside:auto;margin-top:1.5rem}figure,tr,pre{break-inside:avoid}h2{"
    "break-after:avoid}.scroll{overflow:visible}}",
};
/* clang-format on */

const size_t page_style_lines = COUNT_OF(page_style);
