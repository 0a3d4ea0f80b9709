import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours, OpenImage } from '#formats/disk/image-format';
import { vmdk } from '#formats/disk/vmdk/vmdk-image';
import { bytesAtPlaces, little, sourceOf } from '../../../../test/image-bytes.js';

const ids = 'CID=0000000a\nparentCID=ffffffff\n';

const neighbours = (files: Readonly<Record<string, Buffer>>): Neighbours => ({
  open(name) {
    const bytes = files[name];
    if (bytes === undefined) throw new ImageFault('missing-file', `${name} is missing`);
    return sourceOf(bytes);
  },
  pathOf: name => `folder/${name ?? 'image'}`,
});

const open = (bytes: Buffer | string, files: Readonly<Record<string, Buffer>> = {}): OpenImage =>
  vmdk.open(sourceOf(Buffer.from(bytes)), neighbours(files));

const faultOf = (bytes: Buffer | string, files: Readonly<Record<string, Buffer>> = {}): string => {
  try {
    open(bytes, files);
  } catch (error) {
    if (error instanceof ImageFault) return `${error.kind} ${error.offset}`;
    throw error;
  }
  return 'none';
};

/** All extents, in a few words each. */
function extentsOf(image: OpenImage): string[] {
  const found: string[] = [];
  for (let at = 0; at < image.virtualSize; ) {
    const { kind, start, length, offset } = image.extentAt(at);
    found.push(`${kind} ${start}+${length}${offset === undefined ? '' : ` at ${offset}`}`);
    at += length;
  }
  return found;
}

/** The header of a sparse file: grains of 4 KiB, tables of 4, directory at sector 30. */
const sparseHeader = (capacity: number, flags: number, directory: number | bigint = 30, compression = 0): Buffer =>
  bytesAtPlaces(512, {
    0: 'KDMV',
    4: little(
      [32, 1],
      [32, flags],
      [64, capacity],
      [64, 8],
      [64, 1],
      [64, 20],
      [32, 4],
      [64, 0],
      [64, directory],
      [64, 32],
    ),
    73: '\n \r\n',
    77: little([16, compression]),
  });

/** Eight grains: none, one of zeroes, two that follow each other, and a table that is not there. */
const sparse = (): Buffer =>
  bytesAtPlaces(64 * 512, {
    0: sparseHeader(64, 4),
    512: ids,
    [30 * 512]: little([32, 31], [32, 0]),
    [31 * 512]: little([32, 0], [32, 1], [32, 40], [32, 48]),
    [40 * 512]: Buffer.alloc(8192, 3),
  });

test('grains of a sparse file, with zeroed ones where the header says so', () => {
  const image = open(sparse());
  assert.deepEqual(extentsOf(image), [
    'unallocated 0+4096',
    'zero 4096+4096',
    'data 8192+8192 at 20480',
    'unallocated 16384+16384',
  ]);
  const bytes = sparse();
  bytes.writeUInt32LE(0, 8);
  assert.equal(extentsOf(open(bytes))[1], 'data 4096+4096 at 512', 'else 1 is a place');
});

test('a file written as a stream has its header at the end, and compressed grains with marks', () => {
  const grain = (number: number, byte: number) => {
    const packed = deflateSync(Buffer.alloc(4096, byte));
    return Buffer.concat([little([64, number * 8], [32, packed.length]), packed]);
  };
  const footer = bytesAtPlaces(1536, {
    8: little([32, 0], [32, 3]),
    512: sparseHeader(64, 0x30000, 30, 1),
  });
  const bytes = bytesAtPlaces(64 * 512, {
    0: sparseHeader(64, 0x30000, 0xffff_ffff_ffff_ffffn, 1),
    512: ids,
    [30 * 512]: little([32, 31], [32, 0]),
    [31 * 512]: little([32, 40], [32, 44], [32, 0], [32, 0]),
    [40 * 512]: grain(0, 5),
    [44 * 512]: grain(1, 6),
    [61 * 512]: footer,
  });
  const image = open(bytes);
  assert.deepEqual(extentsOf(image), ['data 0+8192', 'unallocated 8192+8192', 'unallocated 16384+16384']);
  const target = Buffer.alloc(4);
  const extent = image.extentAt(0);
  if (extent.kind === 'data') image.readExtent(extent, 4094, target);
  assert.deepEqual([...target], [5, 5, 6, 6]);
  bytes[40 * 512 + 14] = 0xff;
  const damaged = open(bytes);
  assert.throws(
    () => extent.kind === 'data' && damaged.readExtent(extent, 0, target),
    (error: unknown) => error instanceof ImageFault && error.offset === 40 * 512 + 12,
  );
  bytes.write('x', 61 * 512 + 512);
  assert.equal(faultOf(bytes), `malformed ${61 * 512}`);
});

test('a descriptor names the files of the parts, in their order', () => {
  const text = `# Disk DescriptorFile\nversion=1\n${ids}createType="twoGbMaxExtentSparse"\n\nRW 16 FLAT "a-flat.vmdk" 2\nRW 64 SPARSE "b.vmdk"\nRW 8 VMFS "c"\n`;
  const files = { 'a-flat.vmdk': Buffer.alloc(20 * 512, 1), 'b.vmdk': sparse(), c: Buffer.alloc(4096, 2) };
  const image = open(text, files);
  assert.deepEqual(extentsOf(image), [
    'data 0+8192 at 1024',
    'unallocated 8192+4096',
    'zero 12288+4096',
    'data 16384+8192 at 20480',
    'unallocated 24576+16384',
    'data 40960+4096 at 0',
  ]);
  assert.deepEqual(image.info['format-specific'], {
    type: 'vmdk',
    data: {
      cid: 10,
      'parent-cid': 0xffffffff,
      'create-type': 'twoGbMaxExtentSparse',
      extents: [
        { 'virtual-size': 8192, filename: 'folder/a-flat.vmdk', format: 'FLAT' },
        { 'virtual-size': 32768, filename: 'folder/b.vmdk', 'cluster-size': 4096, format: 'SPARSE' },
        { 'virtual-size': 4096, filename: 'folder/c', format: 'VMFS' },
      ],
    },
  });
  assert.equal('dirty-flag' in image.info, false, 'QEMU says nothing of parts that differ');
});

test('files of ESX: copy on write, and space-efficient', () => {
  const cowd = bytesAtPlaces(32 * 512, {
    0: 'COWD',
    4: little([32, 1], [32, 3], [32, 16], [32, 1], [32, 4], [32, 1]),
    [4 * 512]: little([32, 8]),
    [8 * 512]: little([32, 0], [32, 25]),
  });
  const text = (type: string, sectors: number, kind: string) =>
    `version=1\n${ids}createType="${type}"\nRW ${sectors} ${kind} "part"\n`;
  assert.deepEqual(extentsOf(open(text('vmfsSparse', 16, 'VMFSSPARSE'), { part: cowd.subarray(0, 24 * 1024) })), [
    'unallocated 0+512',
    'data 512+512 at 12800',
    'unallocated 1024+7168',
  ]);
  const entry = (kind: bigint, grain: bigint) => (kind << 60n) | ((grain & 0xfffn) << 48n) | (grain >> 12n);
  const efficient = bytesAtPlaces(64 * 1024, {
    0: little([64, 0xcafebabe], [64, 0x2_0000_0001n], [64, 48], [64, 8], [64, 64]),
    80: little([64, 1]),
    128: little([64, 2], [64, 1], [64, 3], [64, 64]),
    192: little([64, 80]),
    512: little([64, 0xcafecafe]),
    1024: little([64, 0x10000000_00000000n]),
    1536: little(
      [64, 0],
      [64, entry(1n, 9n)],
      [64, entry(2n, 0n)],
      [64, entry(3n, 1n)],
      [64, entry(3n, 4097n)],
      [64, entry(5n, 0n)],
    ),
  });
  const part = text('seSparse', 48, 'SESPARSE');
  const image = open(part, { part: efficient });
  assert.equal(image.extentAt(0).kind, 'unallocated');
  assert.deepEqual(image.extentAt(4096), { kind: 'zero', start: 4096, length: 8192 });
  assert.equal(image.extentAt(3 * 4096).offset, 80 * 512 + 4096);
  assert.equal(image.extentAt(4 * 4096).offset, 80 * 512 + 4097 * 4096);
  assert.throws(() => image.extentAt(5 * 4096), ImageFault);
  efficient.writeUInt8(1, 512 + 24);
  assert.equal(faultOf(part, { part: efficient }), 'unsupported 536', 'its journal is not empty');
});

test('what is wrong with a VMDK is told with its place', () => {
  const descriptor = (lines: string) => `version=1\n${ids}createType="monolithicFlat"\n${lines}\n`;
  const start = descriptor('').length - 1;
  const part = { x: Buffer.alloc(512) };
  assert.equal(faultOf(descriptor('RW 1 FLAT "x" 0'), part), 'none');
  assert.equal(faultOf(descriptor('RW 1 FLAT "x"'), part), `malformed ${start}`);
  assert.equal(faultOf(descriptor('RW 1 SPARSE "x" 0'), part), `malformed ${start}`);
  assert.equal(faultOf(descriptor('RDONLY 1 FLAT "x" 0'), part), `unsupported ${start}`, 'QEMU would leave it out');
  assert.equal(faultOf(descriptor('NOACCESS 1 ZERO'), part), `unsupported ${start}`);
  assert.equal(faultOf(descriptor('RW 1 FLAT "gone" 0'), part), 'missing-file undefined');
  assert.equal(faultOf(descriptor(''), part), 'malformed 0');
  assert.equal(faultOf('version=1\ncreateType="custom"\nCID=1\nparentCID=2\n'), 'unsupported 0');
  assert.equal(faultOf(`version=1\n${ids}`), 'not-this-format 0');
  const empty = bytesAtPlaces(8192, { 0: sparseHeader(0, 0), 512: descriptor('RW 1 SPARSE "image"') });
  assert.equal(faultOf(empty, { image: empty }), 'unsupported 12', 'it names itself');
  for (const [at, value, fault] of [
    [4, 4, 'unsupported 4'],
    [44, 513, 'malformed 44'],
    [44, 0, 'malformed 20'],
    [24, 1, 'malformed 20'],
    [16, 0x1000, 'malformed 12'],
    [68, 9, 'cut-short 64'],
  ] as const) {
    const bytes = sparse();
    bytes.writeUInt32LE(value, at);
    assert.equal(faultOf(bytes), fault);
  }
});

test('grains beyond the end of the file are counted, and the guest’s bytes that are hit are told', () => {
  const bytes = sparse();
  bytes.writeUInt32LE(4000, 31 * 512 + 8);
  bytes.writeUInt32LE(5000, 30 * 512 + 4);
  const check = open(bytes).check?.();
  assert.deepEqual(
    check?.damages.map(({ kind, at, guest }) => [kind, at, guest]),
    [
      ['out-of-range', 31 * 512 + 8, [{ start: 8192, length: 4096 }]],
      ['out-of-range', 5000 * 512, [{ start: 16384, length: 16384 }]],
    ],
  );
});
