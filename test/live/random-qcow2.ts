import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Gives numbers below `below`, always the same for a seed. */
export type Random = (below: number) => number;

/** A generator of numbers that look random (Numerical Recipes' linear congruence, its upper bits). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(random: Random, choices: readonly [T, ...T[]]): T => choices[random(choices.length)] ?? choices[0];

/** Makes an image with qemu-img and qemu-io, of random options and contents; gives its path and what it was made by. */
export function makeRandomQcow2(
  folder: string,
  name: string,
  random: Random,
): { readonly path: string; readonly made: string } {
  const path = join(folder, name);
  const clusterSize = pick(random, ['512', '1k', '4k', '16k', '64k']);
  const isOld = random(5) === 0;
  const size = pick(random, ['1M', '3M', '10000384']);
  const options = [`cluster_size=${clusterSize}`];
  const hasSubclusters = !isOld && (clusterSize === '16k' || clusterSize === '64k') && random(2) === 0;
  if (isOld) options.push('compat=0.10');
  else {
    options.push(`refcount_bits=${pick(random, ['16', '16', '1', '2', '8', '32', '64'])}`);
    if (hasSubclusters) options.push('extended_l2=on');
    if (random(3) === 0) options.push('compression_type=zstd');
    if (random(4) === 0) options.push('lazy_refcounts=on');
  }
  const hasNarrowCounts = options.some(option => /refcount_bits=[12]$/.test(option));
  if (random(6) === 0) options.push('preallocation=metadata');
  const made: string[] = [];
  const run = (program: string, ...args: string[]): void => {
    made.push(`${program} ${args.join(' ')}`);
    execFileSync(program, args, { stdio: 'pipe', cwd: folder });
  };
  run('qemu-img', 'create', '-q', '-f', 'qcow2', '-o', options.join(), name, size);
  const writes = (): void => {
    const commands = Array.from({ length: 1 + random(5) }, () => {
      const at = random(15) * 64 + random(3) * 4;
      const length = pick(random, ['4k', '64k', '150k', '512']);
      const kind = pick(random, [
        `write -q -P ${1 + random(200)}`,
        'write -q -z',
        'write -q -z -u',
        'discard -q',
        'write -q -c -P 7',
      ]);
      // a compressed write is of a whole cluster
      if (kind.includes('-c')) return `${kind} ${random(8) * 64}k ${clusterSize}`;
      return `${isOld && kind.includes('-z') ? 'write -q -P 5' : kind} ${at}k ${length}`;
    });
    const args = ['-f', 'qcow2', ...commands.flatMap(command => ['-c', command]), name];
    made.push(`qemu-io ${args.join(' ')}`);
    // some it refuses, such as to compress what is there already: what it does is enough
    spawnSync('qemu-io', args, { cwd: folder });
  };
  writes();
  if (!hasNarrowCounts) {
    for (let snapshot = random(3); snapshot > 0; snapshot--) {
      run('qemu-img', 'snapshot', '-c', `s${snapshot}`, name);
      writes();
    }
  }
  if (!isOld && random(4) === 0) run('qemu-img', 'bitmap', '--add', '-g', '64k', name, 'dirty');
  return { path, made: made.join('\n') };
}
