// How long `nearmetal --version` takes beside `node -e 0`: whole processes, in turn, in one run.
//   node tools/bench/start-up.mjs [RUNS]      after npm run build
import { spawnSync } from 'node:child_process';
import { median } from './median.mjs';

// where this is set, Node reads all the certificates that it names and its own at each start, whatever it is started for
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const runs = Number(process.argv[2] ?? 40);
const time = words => {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore', env });
  if (status !== 0) throw new Error(`${words.join(' ')} exits with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
};

const bare = [];
const ours = [];
for (let run = 0; run < runs; run++) {
  bare.push(time(['-e', '0']));
  ours.push(time(['dist/cli.cjs', '--version']));
}
console.log(`node -e 0             ${median(bare).toFixed(1)} ms (median of ${runs})`);
console.log(`nearmetal --version   ${median(ours).toFixed(1)} ms`);
console.log(`ratio                 ${(median(ours) / median(bare)).toFixed(2)}  (goal: at most 1.25)`);
