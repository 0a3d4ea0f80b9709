import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import {
  bootSample,
  makeSampleGuest,
  noSampleGuest,
  rootLabel,
  rootUuid,
  type SampleBus,
  type SampleShape,
} from './sample-guest.js';

const run = promisify(execFile);
const skip = noSampleGuest();
const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nearmetal-readiness-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const nearmetal = async (...words: readonly string[]): Promise<string> => {
  // 2: a guest would not come up; 3: it is not known
  const { stdout } = await run(process.execPath, [main, ...words], { maxBuffer: 2 ** 26 }).catch(error =>
    error.code === 2 || error.code === 3 ? error : Promise.reject(error),
  );
  return stdout;
};

const virtio = ['virtio_pci', 'virtio_blk', 'virtio_scsi'];
const old = ['ahci', 'sd_mod', 'ext4', 'xfs', 'crc32c_generic'];
const uuid = `UUID=${rootUuid}`;

interface Sample extends SampleShape {
  /** What is to be said of each bus. */
  readonly verdicts: Readonly<Record<'virtio-blk' | 'virtio-scsi', 'safe' | 'unsafe'>>;
  /** The buses on which it is booted. It comes up on the old one, and on a new one where that is said to be safe. */
  readonly boots: readonly SampleBus[];
  /** What is said to be against it, where something is. */
  readonly says?: RegExp;
}

const samples: readonly Sample[] = [
  {
    name: 'ext4-with-virtio',
    fileSystem: 'ext4',
    initrd: [...old, ...virtio],
    packing: 'gzip',
    root: uuid,
    fstab: uuid,
    verdicts: { 'virtio-blk': 'safe', 'virtio-scsi': 'safe' },
    boots: ['virtio-blk', 'virtio-scsi'],
  },
  {
    name: 'ext4-initrd-without-virtio',
    fileSystem: 'ext4',
    initrd: old,
    packing: 'xz',
    root: uuid,
    fstab: uuid,
    verdicts: { 'virtio-blk': 'unsafe', 'virtio-scsi': 'unsafe' },
    boots: ['sata', 'virtio-blk'],
    says: /does not hold virtio_blk/,
  },
  {
    name: 'xfs-with-virtio-and-early-archive',
    fileSystem: 'xfs',
    initrd: [...old, ...virtio],
    packing: 'zstd',
    hasEarlyArchive: true,
    root: uuid,
    fstab: uuid,
    verdicts: { 'virtio-blk': 'safe', 'virtio-scsi': 'safe' },
    boots: ['virtio-blk'],
  },
  {
    name: 'xfs-root-by-device',
    fileSystem: 'xfs',
    initrd: [...old, ...virtio],
    packing: 'gzip',
    root: '/dev/sda',
    fstab: uuid,
    verdicts: { 'virtio-blk': 'unsafe', 'virtio-scsi': 'safe' },
    boots: ['virtio-blk', 'virtio-scsi'],
    says: /is named \/dev\/sda, which there is not on virtio-blk/,
  },
  {
    name: 'ext4-fstab-by-device',
    fileSystem: 'ext4',
    initrd: [...old, ...virtio],
    packing: 'lz4',
    root: uuid,
    fstab: '/dev/sda',
    verdicts: { 'virtio-blk': 'unsafe', 'virtio-scsi': 'safe' },
    boots: ['virtio-blk'],
    says: /\/etc\/fstab:2/,
  },
  {
    name: 'ext4-kernel-without-virtio',
    fileSystem: 'ext4',
    initrd: old,
    packing: 'bzip2',
    root: uuid,
    fstab: uuid,
    without: ['virtio_blk', 'virtio_scsi', 'virtio_net', 'virtio_pci'],
    verdicts: { 'virtio-blk': 'unsafe', 'virtio-scsi': 'unsafe' },
    boots: ['virtio-blk'],
    says: /has no driver virtio_blk/,
  },
  {
    name: 'gpt-by-label-without-virtio-scsi',
    fileSystem: 'ext4',
    initrd: [...old, 'virtio_pci', 'virtio_blk'],
    packing: 'gzip',
    root: `LABEL=${rootLabel}`,
    fstab: `LABEL=${rootLabel}`,
    isPartitioned: true,
    verdicts: { 'virtio-blk': 'safe', 'virtio-scsi': 'unsafe' },
    boots: ['virtio-blk', 'virtio-scsi'],
    says: /does not hold virtio_scsi/,
  },
];

for (const sample of samples) {
  test(`what is said of ${sample.name} is what happens when it is booted`, { skip }, async t => {
    const image = await makeSampleGuest(folder, sample);
    const answer: unknown = JSON.parse(await nearmetal('image', 'readiness', image, '--format', 'json'));
    const found = verdictsOf(answer);
    assert.deepEqual(
      { 'virtio-blk': found.get('virtio-blk'), 'virtio-scsi': found.get('virtio-scsi') },
      sample.verdicts,
    );
    assert.equal(found.get('virtio-net'), sample.without === undefined ? 'safe' : 'unsafe');
    if (sample.says !== undefined) assert.match(await nearmetal('image', 'readiness', image), sample.says);
    const menu = await nearmetal('image', 'cat', `${image}:/boot/grub/grub.cfg`);
    const [, kernelPath = '', options = ''] = /linux (\S+) (.*)/.exec(menu) ?? [];
    const [, initrdPath = ''] = /initrd (\S+)/.exec(menu) ?? [];
    const [kernel, initrd] = [join(folder, `${sample.name}-vmlinuz`), join(folder, `${sample.name}-initrd`)];
    await nearmetal('image', 'cat', `${image}:${kernelPath}`, '-o', kernel);
    await nearmetal('image', 'cat', `${image}:${initrdPath}`, '-o', initrd);
    for (const bus of sample.boots) {
      const printed = await bootSample(image, bus, kernel, initrd, options);
      const isUp = printed.includes('nearmetal guest is up');
      const isSaidSafe = bus === 'sata' || sample.verdicts[bus] === 'safe';
      t.diagnostic(
        `${sample.name} on ${bus}: said to be ${isSaidSafe ? 'safe' : 'unsafe'}, ${isUp ? 'came up' : 'did not come up'}`,
      );
      assert.equal(isUp, isSaidSafe, `${bus}:\n${printed.slice(-2000)}`);
    }
  });
}

/** Gives the verdict on each device. */
function verdictsOf(answer: unknown): ReadonlyMap<string, string> {
  assert.ok(typeof answer === 'object' && answer !== null && 'readiness' in answer && Array.isArray(answer.readiness));
  return new Map(answer.readiness.map(({ target, verdict }) => [String(target), String(verdict)]));
}
