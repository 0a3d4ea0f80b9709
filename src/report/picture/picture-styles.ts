/**
 * The colours of the picture, light and dark; words on each have a contrast of 4.5 and more. Eight tints tell guests apart at a glance,
 * their names do in any case.
 */
export const pictureStyles = `
.pic{--pic-back:#fff;--pic-ink:#1b2330;--pic-dim:#55617a;--pic-line:#c3cbd9;--pic-node:#f6f8fb;--pic-package:#fff;--pic-core:#e9edf4;--pic-cell:#fff;
--pic-trouble:#a3260e;--pic-pool:#3b5bb5;--pic-pool-soft:#b9c8ee;--pic-used:#8a94a6;--pic-free:#e4e8ef;
--pic-t0:#cfe2ff;--pic-t1:#d8efcf;--pic-t2:#ffe3bd;--pic-t3:#eed6f7;--pic-t4:#c9eeee;--pic-t5:#ffd6dc;--pic-t6:#ece7b5;--pic-t7:#dcdcf8;
font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
@media (prefers-color-scheme:dark){.pic{--pic-back:#12161d;--pic-ink:#e8ecf3;--pic-dim:#a3aec2;--pic-line:#465063;--pic-node:#1a202a;--pic-package:#151a22;--pic-core:#2a3240;--pic-cell:#12161d;
--pic-trouble:#ff9d86;--pic-pool:#7f9cf0;--pic-pool-soft:#33456f;--pic-used:#76819a;--pic-free:#2b3340;
--pic-t0:#1d3a66;--pic-t1:#234a1f;--pic-t2:#5a3a0b;--pic-t3:#4b2a5a;--pic-t4:#114a4c;--pic-t5:#5e2532;--pic-t6:#474110;--pic-t7:#35356b}}
.pic text{fill:var(--pic-ink)}
.pic .pic-back{fill:var(--pic-back)}
.pic .pic-head{font-size:18px;font-weight:650}
.pic .pic-title{font-size:14px;font-weight:650}
.pic .pic-package-title{font-size:12px;font-weight:600}
.pic .pic-dim{fill:var(--pic-dim)}
.pic .pic-trouble{fill:var(--pic-trouble);font-weight:600}
.pic .pic-id,.pic .pic-seat-text,.pic .pic-seat-off{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.pic .pic-id{fill:var(--pic-dim)}
.pic .pic-package-box{fill:var(--pic-package);stroke:var(--pic-line)}
.pic .pic-node-box{fill:var(--pic-node);stroke:var(--pic-line)}
.pic .pic-core-box{fill:var(--pic-core)}
.pic .pic-cell{fill:var(--pic-cell);stroke:var(--pic-line)}
.pic .pic-isolated .pic-cell,.pic .pic-isolated-sign{stroke:var(--pic-ink);stroke-dasharray:2 2}
.pic .pic-isolated-sign{fill:var(--pic-cell)}
.pic .pic-crowded .pic-cell{stroke:var(--pic-trouble);stroke-width:2}
.pic .pic-t0{fill:var(--pic-t0)}.pic .pic-t1{fill:var(--pic-t1)}.pic .pic-t2{fill:var(--pic-t2)}.pic .pic-t3{fill:var(--pic-t3)}
.pic .pic-t4{fill:var(--pic-t4)}.pic .pic-t5{fill:var(--pic-t5)}.pic .pic-t6{fill:var(--pic-t6)}.pic .pic-t7{fill:var(--pic-t7)}.pic .pic-t8{fill:var(--pic-core)}
.pic .pic-off{fill:none;stroke:var(--pic-line);stroke-dasharray:3 2}
.pic .pic-seat-off{fill:var(--pic-dim)}
.pic .pic-pool-used{fill:var(--pic-pool)}.pic .pic-pool-free{fill:var(--pic-pool-soft)}.pic .pic-used{fill:var(--pic-used)}.pic .pic-free{fill:var(--pic-free)}
.pic .pic-bar{fill:none;stroke:var(--pic-line)}
.pic .pic-sign{stroke:var(--pic-line)}
.pic .pic-unlit .pic-seat{fill:none}
.pic .pic-lit .pic-cell{stroke:var(--pic-ink);stroke-width:2.5}
`.replaceAll('\n', '');
