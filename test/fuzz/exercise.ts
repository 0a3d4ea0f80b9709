import assert from 'node:assert/strict';
import { chainMap } from '#formats/disk/chain-map';
import { type ImageFile, openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours, OpenImage } from '#formats/disk/image-format';
import { imageFormats } from '#formats/disk/image-formats';
import { headLength } from '#formats/disk/probe-format';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { openFileSystem } from '#formats/filesystem/open-file-system';
import { GuestTree } from '#formats/guest-disk/guest-tree';
import { describeDisks } from '#formats/inside/describe-disk';
import { identifyContent } from '#formats/inside/identify-content';
import { lookAt } from '#formats/inside/look';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import { blockBytes, type Random, type Seed } from './mutate.js';

/** How often something was refused, as it should be, and how often it was read. */
export interface Tally {
  refused: number;
  read: number;
}

/** Reads a file in every way that there is. Whatever is thrown but ImageFault is a fault of ours, and goes on to the caller. */
export function exercise(seed: Seed, size: number, random: Random, tally: Tally): void {
  const file = fileOf(seed, size, 'mutant');
  const head = Buffer.alloc(Math.min(headLength, size));
  file.readInto(head, 0);
  const neighbours: Neighbours = {
    open(name) {
      if (name.length % 2 === 0) throw new ImageFault('missing-file', name);
      return file;
    },
    pathOf: (name = '') => name,
  };
  let isImage = false;
  for (const format of imageFormats) {
    const isMeant = format.name === seed.format;
    if (format.name === 'raw' || (!isMeant && format.probe(head, size, seed.name) === 0)) continue;
    isImage = true;
    guarded(tally, () => exerciseImage(() => format.open(file, neighbours), random, tally));
  }
  if (isImage && random(32) === 0) guarded(tally, () => exerciseChain(seed, size));
  if (!isImage || random(64) === 0) exerciseInside(file, tally);
}

/** Counts what is refused by name. */
function guarded(tally: Tally, work: () => void): void {
  try {
    work();
    tally.read++;
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    tally.refused++;
  }
}

const fileOf = (seed: Seed, size: number, identity: string): ImageFile => ({
  size,
  identity,
  allocated: size,
  readInto(target, at) {
    assert.ok(Number.isSafeInteger(at) && at >= 0, `read at ${at}`);
    const count = Math.max(0, Math.min(target.length, size - at));
    if (seed.blocks === undefined) {
      const there = Math.max(0, Math.min(count, seed.bytes.length - at));
      if (there > 0) target.set(seed.bytes.subarray(at, at + there));
      // holes
      if (there < count) target.fill(0, there, count);
    } else readBlocks(seed.bytes, seed.blocks, target.subarray(0, count), at);
    return count;
  },
});

/** Reads a sparse file of which only some blocks are kept. */
function readBlocks(bytes: Buffer, blocks: Float64Array, target: Uint8Array, at: number): void {
  target.fill(0);
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle] ?? 0) + blockBytes <= at) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < blocks.length; index++) {
    const start = blocks[index] ?? 0;
    if (start >= at + target.length) return;
    const skip = Math.max(0, at - start);
    const length = Math.min(blockBytes - skip, at + target.length - start - skip);
    const from = index * blockBytes + skip;
    target.set(bytes.subarray(from, from + length), start + skip - at);
  }
}

/** The most stretches that are asked for one after the other. */
const mostExtents = 48;

function exerciseImage(open: () => OpenImage, random: Random, tally: Tally): void {
  const image = open();
  assert.ok(Number.isSafeInteger(image.virtualSize) && image.virtualSize >= 0, `size ${image.virtualSize}`);
  guarded(tally, () => JSON.stringify(image.info));
  const target = Buffer.alloc(4096);
  let at = 0;
  for (let count = 0; count < mostExtents && at < image.virtualSize; count++) {
    const wanted = count % 4 === 3 ? random(image.virtualSize) : at;
    let next = wanted + 65_536;
    guarded(tally, () => {
      const extent = image.extentAt(wanted);
      assert.equal(extent.start, wanted, 'where the extent starts');
      assert.ok(extent.length > 0 && extent.start + extent.length <= image.virtualSize, `length ${extent.length}`);
      next = extent.start + extent.length;
      if (extent.kind !== 'data') return;
      const length = Math.min(extent.length, target.length);
      const skip = random(2) === 0 ? 0 : extent.length - length;
      image.readExtent(extent, skip, target.subarray(0, length));
    });
    if (wanted === at) at = next;
  }
  guarded(tally, () => {
    const check = image.check?.();
    if (check === undefined) return;
    for (const count of [check.leaks, check.corruptions, check.checkErrors])
      assert.ok(Number.isSafeInteger(count) && count >= 0, `count ${count}`);
    assert.ok(check.damages.length <= 1000, 'damages');
  });
}

/** An image whose names of files all lead to itself, under other names. */
function exerciseChain(seed: Seed, size: number): void {
  let opened = 0;
  const openFile = (path: string): ImageFile => {
    if (++opened > 40) throw new ImageFault('missing-file', path);
    return fileOf(seed, size, `${opened}`);
  };
  const chain = openImageChain('/images/mutant', { formats: imageFormats, openFile });
  let entries = 0;
  for (const entry of chainMap(chain)) if (++entries > 20 || entry.length < 0) break;
  const disk = virtualDisk(chain);
  disk.readInto(Buffer.alloc(8192), 0);
}

function exerciseInside(file: ImageFile, tally: Tally): void {
  guarded(tally, () => readPartitionTable(lookAt(file)));
  guarded(tally, () => identifyContent(lookAt(file)));
  guarded(tally, () => JSON.stringify(describeDisks([file])));
  guarded(tally, () => {
    const system = openFileSystem(file);
    if (system === undefined) return;
    for (const name of new GuestTree({ system, root: system.root }).names('/'))
      assert.ok(!name.includes('/'), 'a name with a slash');
    const target = Buffer.alloc(4096);
    const folders = [system.root];
    for (let seen = 0, folder = folders.shift(); folder !== undefined && seen < 60; folder = folders.shift()) {
      for (const { file: number } of system.entries(folder)) {
        if (++seen >= 60) break;
        guarded(tally, () => {
          const { kind } = system.stat(number);
          if (kind === 'folder') folders.push(number);
          else if (kind === 'link') system.readLink(number);
          else if (kind === 'file') system.readInto(number, target, 0);
        });
      }
    }
  });
}
