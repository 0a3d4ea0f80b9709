import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { identifyContent } from '#formats/inside/identify-content';
import { type Look, lookAt } from '#formats/inside/look';
import { sliceBytes } from '#formats/inside/slice-bytes';
import type { PartitionTable, TableFault } from '#formats/partition/partition-table';
import { readPartitionTable } from '#formats/partition/read-partition-table';
import { memoryBytes } from './memory-bytes.js';
import { sharedData } from './shared-data.js';

const folder = join(sharedData ?? '', 'images/partitions');
const blkidFolder = join(sharedData ?? '', 'util-linux/blkid/images-pt');
const skip = sharedData !== undefined && existsSync(folder) && existsSync(blkidFolder) ? false : 'no shared data';
const images =
  skip === false
    ? readdirSync(folder)
        .filter(name => name.endsWith('.raw.gz'))
        .map(name => name.slice(0, -3))
    : [];

const unpack = (name: string): Buffer => gunzipSync(readFileSync(join(folder, `${name}.gz`)));
const text = (name: string): string | undefined =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined;

interface Sfdisk {
  readonly partitiontable: {
    readonly label: string;
    readonly id: string;
    readonly firstlba?: number;
    readonly lastlba?: number;
    readonly sectorsize: number;
    readonly partitions: readonly {
      start: number;
      size: number;
      type: string;
      uuid?: string;
      name?: string;
      bootable?: boolean;
      node: string;
    }[];
  };
}

test('partition tables are what sfdisk says', { skip }, context => {
  let [tables, partitions] = [0, 0];
  for (const image of images) {
    const answer = text(`${image}.sfdisk.json`);
    const table = readPartitionTable(lookAt(memoryBytes(unpack(image))));
    if (answer === undefined) {
      assert.equal(table, undefined, image);
      continue;
    }
    const { partitiontable: theirs }: Sfdisk = JSON.parse(answer);
    assert.deepEqual(table === undefined ? undefined : asSfdisk(table, image), theirs, image);
    tables += 1;
    partitions += theirs.partitions.length;
  }
  context.diagnostic(`${tables} tables, ${partitions} partitions, 0 differences`);
});

/** What we read, as sfdisk prints it. */
function asSfdisk(table: PartitionTable, image: string): Sfdisk['partitiontable'] & Record<string, unknown> {
  const isGpt = table.type === 'gpt';
  const sector = table.sectorSize;
  return {
    label: table.type,
    id: isGpt ? (table.id ?? '').toUpperCase() : `0x${table.id}`,
    device: image,
    unit: 'sectors',
    ...(table.usable === undefined
      ? {}
      : { firstlba: table.usable.start / sector, lastlba: table.usable.end / sector - 1 }),
    sectorsize: sector,
    partitions: table.partitions.map(one => ({
      node: `${image}${one.number}`,
      start: one.start / sector,
      size: one.length / sector,
      type: isGpt ? (one.type ?? '').toUpperCase() : (one.type ?? ''),
      ...(one.uuid === undefined ? {} : { uuid: one.uuid.toUpperCase() }),
      ...(one.name === undefined ? {} : { name: one.name }),
      ...(one.isBootable === true && !isGpt ? { bootable: true } : {}),
    })),
  };
}

test('what sgdisk says of GPT is so: entries, bounds, partitions, damage', { skip }, context => {
  let count = 0;
  for (const image of images) {
    const answer = text(`${image}.sgdisk.txt`);
    if (answer === undefined) continue;
    const table = readPartitionTable(lookAt(memoryBytes(unpack(image))));
    assert.ok(table?.usable !== undefined, image);
    const said = (pattern: RegExp): string | undefined => pattern.exec(answer)?.[1];
    assert.equal(table.id, said(/GUID\): (\S+)/)?.toLowerCase());
    assert.equal(String(table.room), said(/up to (\d+) entries/));
    assert.equal(String(table.usable.start / table.sectorSize), said(/First usable sector is (\d+)/));
    assert.equal(String(table.usable.end / table.sectorSize - 1), said(/last usable sector is (\d+)/));
    const rows = [...answer.matchAll(/^ +(\d+) +(\d+) +(\d+) /gm)].map(row => row.slice(1, 4).map(Number));
    assert.deepEqual(
      table.partitions.map(one => [one.number, one.start / 512, (one.start + one.length) / 512 - 1]),
      rows,
    );
    assert.equal(kinds(table).includes('primary-damaged'), answer.includes('corrupt GPT'), image);
    count += 1;
  }
  context.diagnostic(`${count} tables`);
});

test('what is wrong with a table has a name', { skip }, () => {
  const faultsOf = (image: string): readonly string[] => {
    const table = readPartitionTable(lookAt(memoryBytes(unpack(image))));
    return table === undefined ? [] : kinds(table);
  };
  assert.deepEqual(faultsOf('gpt.raw'), []);
  assert.deepEqual(faultsOf('gpt-40.raw'), []);
  assert.deepEqual(faultsOf('mbr.raw'), []);
  assert.deepEqual(faultsOf('mbr-logical.raw'), []);
  assert.deepEqual(faultsOf('gpt-primary-broken.raw'), ['primary-damaged']);
  assert.deepEqual(faultsOf('gpt-grown.raw'), ['protective-mbr', 'backup-misplaced']);
  assert.deepEqual(faultsOf('mbr-4k-misaligned.raw'), ['misaligned']);
  assert.deepEqual(faultsOf('mbr-overlap.raw'), ['overlap']);
});

const kinds = (table: PartitionTable): readonly TableFault['kind'][] => table.faults.map(fault => fault.kind);

test('what stands in each partition, and on each disk, is what blkid says', { skip }, context => {
  let [partitions, values] = [0, 0];
  const agree = (look: Look, answers: Readonly<Record<string, string>>, place: string): void => {
    const content = identifyContent(look)?.content;
    const ours = {
      LABEL: content?.label,
      UUID: content?.uuid,
      TYPE: content?.type,
      USAGE: content?.usage,
      VERSION: content?.version,
    };
    for (const [key, value] of Object.entries(ours)) {
      assert.equal(value, answers[key]?.replaceAll('\\', ''), `${place} ${key}`);
      values += 1;
    }
  };
  for (const image of images) {
    const bytes = memoryBytes(unpack(image));
    const table = readPartitionTable(lookAt(bytes));
    const disk = Object.fromEntries((text(`${image}.blkid.txt`) ?? '').split('\n').map(line => line.split('=', 2)));
    agree(lookAt(bytes), disk, image);
    assert.equal(table?.type, disk['PTTYPE']);
    assert.equal(table?.id, disk['PTUUID']);
    const stored: readonly { start: number; blkid: Record<string, string> }[] = JSON.parse(
      text(`${image}.partition-contents.json`) ?? '[]',
    );
    assert.equal(table?.partitions.length ?? 0, stored.length, image);
    for (const { start, blkid } of stored) {
      const found = table?.partitions.find(one => one.start === start * 512);
      assert.ok(found !== undefined, `${image} ${start}`);
      partitions += 1;
      agree(lookAt(sliceBytes(bytes, found.start, found.length)), blkid, `${image} partition ${found.number}`);
    }
  }
  context.diagnostic(`${images.length} images, ${partitions} partitions, ${values} values, 0 differences`);
});

test('tables of blkid’s own tests: DASD, Sun, GPT', { skip }, context => {
  let count = 0;
  for (const name of readdirSync(blkidFolder).filter(file => file.endsWith('.img.xz'))) {
    const bytes = execFileSync('xz', ['-dc', join(blkidFolder, name)], { maxBuffer: 64 * 2 ** 20 });
    const table = readPartitionTable(lookAt(memoryBytes(bytes)));
    const answer = readFileSync(join(blkidFolder, name.replace('.img.xz', '.expected.txt')), 'utf8');
    assert.equal(table === undefined ? undefined : asBlkid(table, bytes.length), answer.trimEnd(), name);
    count += 1;
  }
  context.diagnostic(`${count} images, 0 differences`);
});

/** What we read, as blkid's sample program prints it. */
function asBlkid(table: PartitionTable, size: number): string {
  const rows = table.partitions.map((one, index) => {
    const words = [one.name && ` name='${one.name}'`, one.uuid && ` uuid='${one.uuid}'`]
      .map(word => word ?? '')
      .join('');
    const isWord = one.type !== undefined && one.type.length > 2;
    const type = isWord ? ` type='${one.type}'` : '';
    const code = isWord || one.type === undefined ? '0' : one.type;
    return `#${index + 1}: ${String(one.start / 512).padStart(10)} ${String(one.length / 512).padStart(10)}  0x${code}${words}${type}`;
  });
  const head = `size: ${size}, sector size: ${table.sectorSize}, PT: ${table.type}, offset: ${table.at}, id=${table.id ?? '(null)'}`;
  return [head, '---', ...rows].join('\n');
}
