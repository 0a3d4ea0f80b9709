import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { describeDisk } from '#formats/inside/describe-disk';
import type { Place } from '#formats/inside/place';
import { openFileBytes } from '#transport/file-bytes';
import { missingParts } from './missing-parts.js';

const mib = 2 ** 20;
const uuid = '11111111-2222-4333-8444-555555555555';

/** A file system, how it is made on `FILE`, and what must be there for that. */
const kinds: readonly (readonly [name: string, size: number, command: readonly string[]])[] = [
  ['ext2', 32 * mib, ['mkfs.ext2', '-q', '-L', 'two', '-U', uuid, 'FILE']],
  ['ext3', 64 * mib, ['mkfs.ext3', '-q', '-L', 'three', '-b', '4096', 'FILE']],
  ['ext4', 128 * mib, ['mkfs.ext4', '-q', '-L', 'vier mit Leerzeichen', 'FILE']],
  [
    'ext4 with 64 bits and large blocks',
    256 * mib,
    ['mkfs.ext4', '-q', '-O', '64bit,metadata_csum', '-b', '4096', 'FILE'],
  ],
  ['ext4 journal', 32 * mib, ['mke2fs', '-q', '-O', 'journal_dev', '-b', '4096', 'FILE']],
  ['xfs', 320 * mib, ['mkfs.xfs', '-q', '-L', 'root', 'FILE']],
  ['xfs version 4', 320 * mib, ['mkfs.xfs', '-q', '-m', 'crc=0', '-i', 'sparse=0', 'FILE']],
  ['xfs of 4 KiB sectors', 320 * mib, ['mkfs.xfs', '-q', '-s', 'size=4096', 'FILE']],
  ['btrfs', 256 * mib, ['mkfs.btrfs', '-q', '-L', 'data', 'FILE']],
  ['btrfs with sha256', 256 * mib, ['mkfs.btrfs', '-q', '--csum', 'sha256', 'FILE']],
  ['fat12', 2 * mib, ['mkfs.vfat', '-F', '12', '-n', 'FLOPPY', 'FILE']],
  ['fat16', 64 * mib, ['mkfs.vfat', '-F', '16', '-n', 'SIXTEEN', 'FILE']],
  ['fat32', 128 * mib, ['mkfs.vfat', '-F', '32', '-n', 'EFI', 'FILE']],
  ['fat of 4 KiB sectors', 256 * mib, ['mkfs.vfat', '-S', '4096', 'FILE']],
  ['exfat', 64 * mib, ['mkfs.exfat', '-L', 'Ünïcode', 'FILE']],
  ['ntfs', 64 * mib, ['mkntfs', '-q', '-F', '-f', '-L', 'Windows', 'FILE']],
  ['ntfs of large clusters', 128 * mib, ['mkntfs', '-q', '-F', '-f', '-c', '65536', 'FILE']],
  ['swap', 32 * mib, ['mkswap', '-q', '-L', 'swap', 'FILE']],
  ['f2fs', 128 * mib, ['mkfs.f2fs', '-q', '-l', 'flash', 'FILE']],
  ['nilfs2', 256 * mib, ['mkfs.nilfs2', '-q', '-L', 'log', 'FILE']],
  ['minix', 16 * mib, ['mkfs.minix', '-2', 'FILE']],
  ['minix 3', 16 * mib, ['mkfs.minix', '-3', 'FILE']],
  ['udf', 32 * mib, ['mkudffs', '--media-type=hd', '--blocksize=512', '--label=Ärger', 'FILE']],
  ['udf of 4 KiB', 32 * mib, ['mkudffs', '--media-type=hd', '--blocksize=4096', 'FILE']],
  ['LUKS 1', 16 * mib, luks('luks1')],
  ['LUKS 2', 32 * mib, [...luks('luks2'), '--label', 'secret']],
  ['squashfs', 0, ['mksquashfs', 'TREE', 'FILE', '-quiet', '-no-progress']],
  ['iso9660', 0, ['genisoimage', '-quiet', '-R', '-V', 'PLAIN', '-o', 'FILE', 'TREE']],
  ['iso9660 with Joliet', 0, ['genisoimage', '-quiet', '-J', '-V', 'Mixed_Case Label', '-o', 'FILE', 'TREE']],
];

/** What sfdisk prints of a table. */
interface Sfdisk {
  readonly partitiontable: {
    readonly id: string;
    readonly partitions: readonly { start: number; size: number; uuid: string; name?: string }[];
  };
}

function luks(type: string): readonly string[] {
  const key = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '-d', 'KEY'];
  return ['cryptsetup', 'luksFormat', '-q', '--type', type, ...key, 'FILE'];
}

const skip = missingParts(['blkid', 'sfdisk', ...new Set(kinds.map(([, , [program = '']]) => program))]);

function scratch(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-inside-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'tree/sub'), { recursive: true });
  writeFileSync(join(folder, 'tree/sub/file.txt'), 'x'.repeat(10_000));
  writeFileSync(join(folder, 'key'), 'secret');
  return folder;
}

const run = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, [...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });

function make(folder: string, size: number, [program = '', ...words]: readonly string[]): string {
  const file = join(folder, 'disk.raw');
  rmSync(file, { force: true });
  if (size > 0) {
    writeFileSync(file, '');
    truncateSync(file, size);
  }
  const places: Record<string, string> = { FILE: file, TREE: join(folder, 'tree'), KEY: join(folder, 'key') };
  run(program, ...words.map(word => places[word] ?? word));
  return file;
}

function described(file: string): Place {
  const bytes = openFileBytes(file);
  try {
    const [disk] = describeDisk(bytes).disks;
    assert.ok(disk !== undefined);
    return disk;
  } finally {
    bytes.close();
  }
}

/** What blkid says of a file; of names that it makes safe the encoded form, decoded. */
function blkid(file: string): Readonly<Record<string, string>> {
  const all = new Map(
    run('blkid', '-p', '-o', 'udev', file)
      .split('\n')
      .flatMap(line =>
        [...line.matchAll(/^ID_FS_([A-Z_]+)=(.*)$/g)].map(([, key = '', value = '']) => [key, value] as const),
      ),
  );
  return Object.fromEntries(
    [...all].map(([key, value]) => [
      key,
      (all.get(`${key}_ENC`) ?? value).replace(/\\x([2-7][\da-f])/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    ]),
  );
}

test('what mkfs makes is what blkid says it is', { skip }, context => {
  const folder = scratch(context);
  let values = 0;
  for (const [name, size, command] of kinds) {
    const file = make(folder, size, command);
    const theirs = blkid(file);
    const { content, faults } = described(file);
    const ours = {
      TYPE: content?.type,
      USAGE: content?.usage,
      LABEL: content?.label,
      UUID: content?.uuid,
      VERSION: content?.version,
      BLOCK_SIZE: content?.blockSize === undefined ? undefined : String(content.blockSize),
      SEC_TYPE: content?.secondType,
    };
    for (const [key, value] of Object.entries(ours)) {
      // this blkid is older and tells the smallest block of fewer kinds
      if (key === 'BLOCK_SIZE' && theirs[key] === undefined) continue;
      assert.equal(value, theirs[key], `${name} ${key}`);
      values += 1;
    }
    assert.deepEqual([...faults, ...(content?.faults ?? [])], [], name);
  }
  context.diagnostic(`${kinds.length} file systems, ${values} values, 0 differences`);
});

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

test('size and what is free are what each kind’s own tools say', { skip }, context => {
  const folder = scratch(context);
  const made = (name: string): { readonly file: string; readonly place: Place } => {
    const [, size = 0, command = []] = kinds.find(([other]) => other === name) ?? [];
    const file = make(folder, size, command);
    return { file, place: described(file) };
  };
  for (const name of ['ext2', 'ext4', 'ext4 with 64 bits and large blocks']) {
    const { file, place } = made(name);
    const text = run('dumpe2fs', '-h', file);
    const block = number(text, /Block size: +(\d+)/);
    assert.equal(place.content?.size, number(text, /Block count: +(\d+)/) * block, name);
    assert.equal(place.content?.free, number(text, /Free blocks: +(\d+)/) * block, name);
  }
  for (const name of ['xfs', 'xfs version 4']) {
    const { file, place } = made(name);
    const text = run('xfs_db', '-r', '-c', 'sb 0', '-c', 'print', file);
    const block = number(text, /blocksize = (\d+)/);
    assert.equal(place.content?.size, number(text, /dblocks = (\d+)/) * block, name);
    assert.equal(place.content?.free, number(text, /fdblocks = (\d+)/) * block, name);
    assert.equal(
      place.content?.capacity,
      (number(text, /dblocks = (\d+)/) - number(text, /logblocks = (\d+)/)) * block,
    );
  }
  const btrfs = made('btrfs');
  const superblock = run('btrfs', 'inspect-internal', 'dump-super', btrfs.file);
  assert.equal(btrfs.place.content?.size, number(superblock, /total_bytes\s+(\d+)/));
  assert.equal(
    btrfs.place.content?.free,
    number(superblock, /total_bytes\s+(\d+)/) - number(superblock, /bytes_used\s+(\d+)/),
  );
  for (const name of ['fat12', 'fat16', 'fat32']) {
    const { file, place } = made(name);
    const [, used, all] = /(\d+)\/(\d+) clusters/.exec(run('fsck.fat', '-n', '-v', file)) ?? [];
    assert.equal(place.content?.free, (Number(all) - Number(used)) * (place.content?.clusterSize ?? 0), name);
  }
  const ntfs = made('ntfs');
  const text = run('ntfsinfo', '-m', ntfs.file);
  assert.equal(ntfs.place.content?.free, number(text, /Free Clusters: (\d+)/) * 4096);
  assert.equal(ntfs.place.content?.clusterSize, number(text, /Cluster Size: (\d+)/));
  const exfat = made('exfat');
  const report = run('dump.exfat', exfat.file);
  assert.equal(
    exfat.place.content?.free,
    number(report, /Free Clusters:\s+(\d+)/) * (exfat.place.content?.clusterSize ?? 0),
  );
});

test('partition tables that sfdisk and sgdisk make are what they say, at sectors of 512 and 4096 bytes', {
  skip: skip ?? missingParts(['sgdisk', 'losetup']),
}, context => {
  const folder = scratch(context);
  const file = join(folder, 'table.raw');
  for (const sector of [512, 4096]) {
    writeFileSync(file, '');
    truncateSync(file, 64 * mib);
    const device = run('losetup', '-f', '--show', '-b', String(sector), file).trim();
    try {
      execFileSync('sfdisk', ['-q', '--no-reread', '--no-tell-kernel', device], {
        input: 'label: gpt\nsize=4M,type=uefi,name=ESP\nsize=16M,name="root fs"\n,\n',
      });
      const theirs: Sfdisk = JSON.parse(run('sfdisk', '--json', device));
      for (const { table } of [described(file), described(device)]) {
        assert.equal(table?.sectorSize, sector);
        assert.deepEqual(table?.faults, []);
        assert.equal(table?.id?.toUpperCase(), theirs.partitiontable.id);
        assert.deepEqual(
          table?.partitions.map(one => [one.start / sector, one.length / sector, one.uuid?.toUpperCase(), one.name]),
          theirs.partitiontable.partitions.map(one => [one.start, one.size, one.uuid, one.name]),
        );
      }
    } finally {
      run('losetup', '-d', device);
    }
  }
  writeFileSync(file, '');
  truncateSync(file, 64 * mib);
  run('sgdisk', '-n', '1:2048:+8M', '-n', '2:0:+8M', '-t', '2:8e00', '-h', '1', file);
  assert.deepEqual(
    described(file).table?.faults.map(fault => fault.kind),
    ['hybrid'],
  );
  truncateSync(file, 80 * mib);
  assert.deepEqual(
    described(file).table?.faults.map(fault => fault.kind),
    ['hybrid', 'backup-misplaced'],
  );
  run('sgdisk', '-e', file);
  assert.deepEqual(
    described(file).table?.faults.map(fault => fault.kind),
    ['hybrid'],
  );
});
