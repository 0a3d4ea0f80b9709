import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { OpenImage } from '#formats/disk/image-format';
import { qcow2 } from '#formats/disk/qcow2/qcow2-image';
import { imageCheckJson } from '#report/json/image-json';
import { memoryFile } from '../stored-images.js';
import { damage } from './damaged-qcow2.js';
import { makeRandomQcow2, randomFrom } from './random-qcow2.js';

const hasQemu = spawnSync('qemu-img', ['--version']).status === 0;
const rounds = Number(process.env['NEARMETAL_TEST_ROUNDS'] ?? 30);
const damagesOfEach = 12;

const neighbours = {
  open: (name: string): never => {
    throw new ImageFault('missing-file', name);
  },
  pathOf: (name = ''): string => name,
};

/** Gives the counts of our check; undefined where it says that it could not examine all. */
function ourCounts(bytes: Buffer): object | 'cautious' | undefined {
  let image: OpenImage;
  try {
    image = qcow2.open(memoryFile(bytes), neighbours);
    const check = image.check?.();
    if (check === undefined) return undefined;
    // a snapshot table beyond the end of the file is empty for QEMU, and what it held is leaked; here it is not to be read, and nothing is called leaked
    if (check.damages.some(({ says }) => says.startsWith('the snapshots cannot be read'))) return 'cautious';
    const { damages, ...counts } = Object.assign({ damages: undefined }, imageCheckJson('', 'qcow2', check));
    return counts;
  } catch (error) {
    if (error instanceof ImageFault) return undefined;
    throw error;
  }
}

function theirCounts(path: string): object | undefined {
  const { stdout } = spawnSync('qemu-img', ['check', '-f', 'qcow2', '--output=json', path], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return stdout.startsWith('{') ? { ...JSON.parse(stdout), filename: '' } : undefined;
}

test('random images, sound and damaged at random: the counts are those of qemu-img check', {
  skip: hasQemu ? false : 'no qemu-img',
}, t => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-qcow2-'));
  let [compared, cautious, refused, refusedByOne] = [0, 0, 0, 0];
  try {
    for (let round = 0; round < rounds; round++) {
      const random = randomFrom(round * 7919 + 1);
      const { path, made } = makeRandomQcow2(folder, 'image.qcow2', random);
      const sound = readFileSync(path);
      for (let again = 0; again <= damagesOfEach; again++) {
        const { bytes, done } = again === 0 ? { bytes: sound, done: 'nothing' } : damage(Buffer.from(sound), random);
        writeFileSync(path, bytes);
        const [ours, theirs] = [ourCounts(bytes), theirCounts(path)];
        if (theirs === undefined) {
          refused++;
          if (typeof ours === 'object' && !('check-errors' in ours && ours['check-errors'] !== 0)) refusedByOne++;
          continue;
        }
        if (ours === 'cautious') {
          cautious++;
          continue;
        }
        compared++;
        assert.deepEqual(ours, theirs, `round ${round}.${again}\n${made}\ndamage: ${done}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  t.diagnostic(
    `${rounds} images, ${compared} checks compared, differences 0; ${cautious} with snapshots beyond the end of the file; ${refused} that qemu-img refuses, of these ${refusedByOne} examined here`,
  );
});
