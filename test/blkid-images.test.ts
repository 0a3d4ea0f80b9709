import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { Content } from '#formats/inside/content';
import { identifyContent } from '#formats/inside/identify-content';
import { lookAt } from '#formats/inside/look';
import { openFileBytes } from '#transport/file-bytes';
import { sharedData } from './shared-data.js';

const folder = sharedData === undefined ? undefined : join(sharedData, 'util-linux/blkid/images-fs');
const skip = folder === undefined || !existsSync(folder) ? 'no shared data' : false;

test('every image of blkid’s own tests is what blkid says it is', { skip }, context => {
  const room = mkdtempSync(join(tmpdir(), 'nearmetal-blkid-'));
  context.after(() => rmSync(room, { recursive: true }));
  const differences: string[] = [];
  let [images, values] = [0, 0];
  for (const name of readdirSync(folder ?? '').filter(file => file.endsWith('.img.xz'))) {
    const found = identify(join(folder ?? '', name), join(room, 'image'));
    const answers = join(folder ?? '', name.replace('.img.xz', '.expected.txt'));
    if (!existsSync(answers)) {
      context.diagnostic(`${name}: no answer is stored; it is ${found?.type}, ${found?.label}`);
      continue;
    }
    images += 1;
    const ours = found === undefined ? {} : asBlkid(found);
    const theirs = stored(readFileSync(answers, 'utf8'));
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      values += 1;
      // of many a file system blkid does not tell the size
      if (key === 'FSSIZE' && theirs[key] === undefined) continue;
      if (ours[key] !== theirs[key]) differences.push(`${name} ${key}: blkid ${theirs[key]}, we ${ours[key]}`);
    }
  }
  context.diagnostic(`${images} images, ${values} values, ${differences.length} differences`);
  assert.deepEqual(differences, []);
});

function identify(packed: string, path: string): Content | undefined {
  const file = openSync(path, 'w');
  // xz leaves out zeroes where it writes to a file
  spawnSync('xz', ['-dc', packed], { stdio: ['ignore', file, 'inherit'] });
  closeSync(file);
  const bytes = openFileBytes(path);
  try {
    return identifyContent(lookAt(bytes))?.content;
  } finally {
    bytes.close();
  }
}

/** What blkid stored, as it is: of names that it makes safe the encoded form, decoded. */
function stored(text: string): Record<string, string> {
  const all = new Map(
    text
      .split('\n')
      .flatMap(line =>
        line.includes('=') ? [[line.slice(6, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [],
      ),
  );
  const found: Record<string, string> = {};
  for (const [key, value] of all) {
    if (key === undefined || value === undefined || key.endsWith('_ENC')) continue;
    found[key] = (all.get(`${key}_ENC`) ?? value).replace(/\\x([2-7][\da-f])/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return found;
}

/** Types whose blocks blkid counts. */
const counted = ['btrfs', 'ext2', 'ext3', 'ext4', 'swap', 'xfs'];

/** What we found, in blkid's names. */
function asBlkid(content: Content): Record<string, string> {
  const ids = content.identifiers ?? {};
  const all: Record<string, string | number | undefined> = {
    TYPE: content.type,
    USAGE: content.usage,
    VERSION: content.version,
    LABEL: content.label,
    UUID: content.uuid,
    LABEL_SUB: content.memberLabel,
    UUID_SUB: content.memberUuid,
    SEC_TYPE: content.secondType,
    BLOCK_SIZE: content.blockSize,
    // of exFAT blkid means the sector
    FSBLOCKSIZE: content.type === 'exfat' ? content.blockSize : content.clusterSize,
    FSLASTBLOCK: counted.includes(content.type) ? blocksOf(content) : undefined,
    FSSIZE: content.capacity ?? content.size,
    ENDIANNESS: content.byteOrder?.toUpperCase(),
    LABEL_FATBOOT: ids['boot label'],
    SYSTEM_ID: ids['system'],
    PUBLISHER_ID: ids['publisher'],
    APPLICATION_ID: ids['application'],
    DATA_PREPARER_ID: ids['data preparer'],
    VOLUME_SET_ID: ids['volume set'],
    VOLUME_ID: ids['volume'],
    LOGICAL_VOLUME_ID: ids['logical volume'],
    FSID: ids['file system'],
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

const blocksOf = ({ size, clusterSize }: Content): number | undefined =>
  size === undefined || clusterSize === undefined ? undefined : size / clusterSize;
