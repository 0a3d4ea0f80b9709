import assert from 'node:assert/strict';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { chainMap } from '#formats/disk/chain-map';
import { type ImageChain, openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { layerInfo } from '#formats/disk/layer-info';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { imageCheckJson } from '#report/json/image-json';
import { type FileBytes, openFileBytes } from '#transport/file-bytes';
import { run } from './made-images.js';

/** Opens an image of a folder with our own reader, and hands the chain to `work`. */
export function withChain<T>(folder: string, format: string, work: (chain: ImageChain) => T): T {
  const files: FileBytes[] = [];
  const openFile = (path: string): FileBytes => {
    const file = openNamed(join(folder, path));
    files.push(file);
    return file;
  };
  try {
    return work(openImageChain('image', { formats: imageFormats, openFile, format }));
  } finally {
    for (const file of files) file.close();
  }
}

function openNamed(path: string): FileBytes {
  try {
    return openFileBytes(path);
  } catch (error) {
    throw new ImageFault('missing-file', `${path}: ${String(error)}`);
  }
}

/** What is ours alone, or the file system's. */
const compared = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, own) =>
    key === 'actual-size' || key === 'damages' ? undefined : own,
  );

const answer = (folder: string, command: string, format: string, ...more: readonly string[]) =>
  run(folder, 'qemu-img', command, '--output=json', '-f', format, ...more, 'image');

/** Takes the folder of an image; asserts that qemu-img says of it what we say: info, chain, map and check. */
export function assertSameAnswers(folder: string, format: string): void {
  withChain(folder, format, chain => {
    const info = answer(folder, 'info', format, '--backing-chain');
    assert.equal(info.failed, undefined);
    assert.deepEqual(compared(chain.layers.map(layerInfo)), compared(JSON.parse(info.out)), 'info');
    const map = answer(folder, 'map', format);
    assert.equal(map.failed, undefined);
    assert.deepEqual(compared([...chainMap(chain)]), JSON.parse(map.out), 'map');
    const ours = chain.layers[0].image.check?.();
    const check = answer(folder, 'check', format);
    if (ours === undefined) assert.match(check.failed ?? '', /does not support checks/);
    else assert.deepEqual(compared(imageCheckJson('image', format, ours)), JSON.parse(check.out), 'check');
  });
}

const pieceLength = 1024 * 1024;

/** Takes the folder of an image; asserts that the guest sees what `qemu-img convert -O raw` writes. Of large disks only where there is data, and around it. */
export function assertSameData(folder: string, format: string): void {
  const { failed } = run(folder, 'qemu-img', 'convert', '-f', format, '-O', 'raw', 'image', 'converted');
  assert.equal(failed, undefined);
  const raw = openSync(join(folder, 'converted'), 'r');
  try {
    withChain(folder, format, chain => {
      const disk = virtualDisk(chain);
      for (const { start, length, data } of chainMap(chain)) {
        if (!data && length > 64 * pieceLength) continue;
        for (let at = start; at < start + length; at += pieceLength) {
          const count = Math.min(pieceLength, start + length - at);
          const ours = Buffer.alloc(count, 0xee);
          const theirs = Buffer.alloc(count);
          assert.equal(disk.readInto(ours, at), count);
          readSync(raw, theirs, 0, count, at);
          assert.ok(ours.equals(theirs), `data at ${at}`);
        }
      }
    });
  } finally {
    closeSync(raw);
  }
}

/** What became of a check: its counts, or that there are none. */
export type CheckOutcome = { readonly counts: unknown } | { readonly refused: string };

/** Examines an image of a folder with our own reader. */
export function ourCheck(folder: string, format: string): CheckOutcome {
  try {
    return withChain(folder, format, chain => {
      const check = chain.layers[0].image.check?.();
      return { counts: compared(check && imageCheckJson('image', format, check)) };
    });
  } catch (error) {
    if (error instanceof ImageFault) return { refused: error.message };
    throw error;
  }
}

/** Examines it with qemu-img. */
export function theirCheck(folder: string, format: string): CheckOutcome {
  const { out, failed } = answer(folder, 'check', format);
  return out.trim().startsWith('{') ? { counts: JSON.parse(out) } : { refused: failed ?? '' };
}
