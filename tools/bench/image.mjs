// How long reading of disk images takes beside qemu-img, in one run: `check` and `map` of an image of 1 TiB with all its metadata (goal: at
// most 1.2 times qemu-img's process, and 200 MiB of memory), `info` of a chain of 30 layers within a warm process (goal: at most qemu-img's process)
// and as a process of its own (no goal: Node's start is most of it). Needs qemu-img and 200 MB of room for the sparse image.
//   node tools/build.mjs && node tools/bench/image.mjs [ROUNDS]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from '../gen/load.mjs';
import { median } from './median.mjs';

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'nearmetal-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const qemuImg = (...args) => execFileSync('qemu-img', args, { maxBuffer: 2 ** 28 });

const large = join(folder, 'large.qcow2');
qemuImg('create', '-q', '-f', 'qcow2', '-o', 'preallocation=metadata', large, '1T');
let top = join(folder, 'layer0.qcow2');
qemuImg('create', '-q', '-f', 'qcow2', top, '1G');
for (let layer = 1; layer < 30; layer++) {
  const above = join(folder, `layer${layer}.qcow2`);
  qemuImg('create', '-q', '-f', 'qcow2', '-b', top, '-F', 'qcow2', above);
  top = above;
}

// the largest memory that a process ever had stands in its last line
const memory = 'data:text/javascript,process.on("exit",()=>process.stderr.write("\\n"+process.resourceUsage().maxRSS))';
const processes = {
  qemu: args => ({ program: 'qemu-img', args }),
  ours: args => ({ program: process.execPath, args: ['--import', memory, 'dist/cli.cjs', 'image', ...args] }),
};

compare('check, 1 TiB, all metadata', ['check', '--output=json', large], ['check', '--format', 'json', large], 1.2);
compare('map, 1 TiB, all metadata', ['map', '--output=json', large], ['map', '--format', 'json', large], 1.2);
const chainTime = compare(
  'info of 30 layers, process',
  ['info', '--backing-chain', '--output=json', top],
  ['chain', '--format', 'json', top],
);

const { openImage } = await load('src/cli/open-image.ts');
const { layerInfo } = await load('src/formats/disk/layer-info.ts');
const warm = Array.from({ length: 200 }, () => {
  const start = performance.now();
  const { chain, close } = openImage(top);
  const text = JSON.stringify(chain.layers.map(layerInfo));
  close();
  if (text.length < 3000) throw new Error(text);
  return performance.now() - start;
});
say('info of 30 layers, warm process', median(warm.slice(100)), chainTime, 1);

/** Runs both in turn; tells the medians. Gives that of qemu-img in milliseconds. */
function compare(name, theirs, ours, goal) {
  const times = { theirs: [], ours: [] };
  let kilobytes = 0;
  for (let round = 0; round < rounds; round++) {
    times.theirs.push(timed(processes.qemu(theirs)).ms);
    const { ms, stderr } = timed(processes.ours(ours));
    times.ours.push(ms);
    kilobytes = Math.max(kilobytes, Number(stderr.trim().split('\n').at(-1)));
  }
  say(name, median(times.ours), median(times.theirs), goal, `, at most ${(kilobytes / 1024).toFixed(0)} MiB of memory`);
  return median(times.theirs);
}

function say(name, ours, theirs, goal, more = '') {
  const wanted = goal === undefined ? '' : ` (goal: at most ${goal})`;
  console.log(
    `${name}: ${ours.toFixed(1)} ms, qemu-img ${theirs.toFixed(1)} ms, ratio ${(ours / theirs).toFixed(2)}${wanted}${more}`,
  );
}

function timed({ program, args }) {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { maxBuffer: 2 ** 28, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return { ms: performance.now() - start, stderr };
}
