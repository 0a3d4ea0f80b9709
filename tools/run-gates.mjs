import { availableParallelism } from 'node:os';

/** Runs gates, as many at once as there are CPUs. Gives the numbers of a stage: one gate counts as one test. */
export async function runGates(gates) {
  const began = performance.now();
  const waiting = [...gates];
  const totals = { tests: gates.length, pass: 0, fail: 0, skipped: 0 };
  const next = async () => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const start = performance.now();
      const { passed, seen, of, output, skipped, warnings } = await gate
        .judge()
        .catch(error => ({ passed: false, output: error.stack }));
      const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
      const empty = seen === 0;
      const mark = skipped !== undefined ? '-' : passed && !empty ? '✔' : '✖';
      const looked = skipped !== undefined ? `skipped: ${skipped}` : seen === undefined ? '' : `${seen} ${of}`;
      console.log(`  ${mark} ${gate.name.padEnd(16)} ${time.padStart(7)}  ${looked}`.trimEnd());
      for (const warning of warnings ?? []) console.log(`    warning: ${warning}`);
      if (mark === '✖')
        console.log((empty && passed ? 'It looked at nothing.\n' : '') + output.trimEnd().replace(/^/gm, '    '));
      totals[mark === '-' ? 'skipped' : mark === '✔' ? 'pass' : 'fail'] += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return { name: 'checks', seconds: (performance.now() - began) / 1000, ...totals };
}
