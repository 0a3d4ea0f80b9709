import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { chainMap } from '#formats/disk/chain-map';
import { chainRemarks } from '#formats/disk/chain-remarks';
import { type ImageFile, openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import type { Extent, ImageFormat, OpenImage } from '#formats/disk/image-format';
import { layerInfo } from '#formats/disk/layer-info';
import { raw } from '#formats/disk/raw/raw-image';
import { virtualDisk } from '#formats/disk/virtual-disk';

/**
 * A format in which a line of text says all: `LAYER size backing format`, then one letter a sector: d data, z zeroes, anything else nothing. Data of a
 * sector is its letter’s code plus the number of the sector, at a sector of the file like that of the disk, one further on.
 */
const letters: ImageFormat = {
  name: 'letters',
  probe: head => (Buffer.from(head).toString('latin1').startsWith('LAYER') ? 100 : 0),
  open(file): OpenImage {
    const text = Buffer.alloc(file.size);
    file.readInto(text, 0);
    const [first = '', kinds = ''] = text.toString('latin1').split('\n');
    const [word, , backing = '-', format = '-'] = first.split(' ');
    if (word !== 'LAYER') throw new ImageFault('not-this-format', 'no letters', 0);
    const virtualSize = kinds.length * 512;
    return {
      format: 'letters',
      virtualSize,
      info: { 'virtual-size': virtualSize, ...(backing === '-' ? {} : { 'backing-filename': backing }) },
      backing: backing === '-' ? undefined : { name: backing, format: format === '-' ? undefined : format },
      extentAt(at): Extent {
        const sector = Math.floor(at / 512);
        const length = (sector + 1) * 512 - at;
        const letter = kinds[sector];
        if (letter === 'd') return { kind: 'data', start: at, length, offset: at + 512 };
        return { kind: letter === 'z' ? 'zero' : 'unallocated', start: at, length };
      },
      readExtent: ({ start }, skip, target) => void target.fill(100 + Math.floor((start + skip) / 512)),
    };
  },
};

const fileOf = (name: string, content: string | Buffer): ImageFile => {
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    identity: name,
    allocated: bytes.length,
    readInto: (target, at) => (at >= bytes.length ? 0 : bytes.copy(target, 0, at)),
  };
};

const filesOf = (files: Readonly<Record<string, string | Buffer>>) => (path: string) => {
  const content = files[path];
  if (content === undefined) throw new ImageFault('missing-file', `${path}: there is no such file or folder`);
  return fileOf(path, content);
};

const open = (files: Readonly<Record<string, string | Buffer>>, format?: string) =>
  openImageChain('/vm/top', { formats: [letters, raw], openFile: filesOf(files), format });

test('names of backing files are followed from the folder of the image that names them', () => {
  const chain = open({
    '/vm/top': 'LAYER 0 sub/mid letters\n    ',
    '/vm/sub/mid': 'LAYER 0 ../base raw\n    ',
    '/vm/sub/../base': Buffer.alloc(2048, 7),
  });
  assert.equal(chain.broken, undefined);
  assert.deepEqual(
    chain.layers.map(({ path, formatBy, looksLike }) => [path, formatBy, looksLike]),
    [
      ['/vm/top', 'probed', 'letters'],
      ['/vm/sub/mid', 'recorded', 'letters'],
      ['/vm/sub/../base', 'recorded', 'raw'],
    ],
  );
  assert.equal(layerInfo(chain.layers[0])['full-backing-filename'], '/vm/sub/mid');
});

test('a chain that goes in a circle, or to a file that is not there, or to another host, ends with the reason', () => {
  const broken = (files: Readonly<Record<string, string>>): string | undefined => open(files).broken?.message;
  assert.match(broken({ '/vm/top': 'LAYER 0 top letters\n ' }) ?? '', /circle/);
  assert.match(
    broken({ '/vm/top': 'LAYER 0 b letters\n ', '/vm/b': 'LAYER 0 /vm/top letters\n ' }) ?? '',
    /\/vm\/top is already a layer above/,
  );
  assert.match(broken({ '/vm/top': 'LAYER 0 gone letters\n ' }) ?? '', /\/vm\/gone: there is no such file/);
  assert.match(
    broken({ '/vm/top': 'LAYER 0 nbd://user:secret@h/x raw\n ' }) ?? '',
    /^(?!.*secret).*no file of this host/,
  );
  assert.match(
    broken({ '/vm/top': 'LAYER 0 b letters\n ', '/vm/b': 'plain' }) ?? '',
    /\/vm\/b: no letters \(at byte 0\)/,
  );
  assert.match(broken({ '/vm/top': 'LAYER 0 json:{"driver":"nbd"} raw\n ' }) ?? '', /names no file of this host/);
});

test('a json: description of a file is followed', () => {
  const chain = open({
    '/vm/top': 'LAYER 0 json:{"driver":"raw","file":{"driver":"file","filename":"base"}} -\n    ',
    '/vm/base': Buffer.alloc(512, 1),
  });
  assert.equal(chain.layers[1]?.image.format, 'raw');
});

test('the map tells of which layer each stretch is, and what lies behind the end of a shorter layer', () => {
  const chain = open({
    '/vm/top': 'LAYER 0 base letters\nd  zz    d',
    '/vm/base': 'LAYER 0 - -\n  ddd d',
  });
  assert.deepEqual(
    [...chainMap(chain)].map(({ start, length, depth, present, data, offset }) => [
      start / 512,
      length / 512,
      depth,
      present,
      data,
      offset === undefined ? undefined : offset / 512,
    ]),
    [
      [0, 1, 0, true, true, 1],
      [1, 1, 1, false, false, undefined],
      [2, 1, 1, true, true, 3],
      [3, 2, 0, true, false, undefined],
      [5, 1, 1, false, false, undefined],
      [6, 1, 1, true, true, 7],
      [7, 2, 0, false, false, undefined],
      [9, 1, 0, true, true, 10],
    ],
  );
  const seen = Buffer.alloc(10 * 512);
  assert.equal(virtualDisk(chain).readInto(seen, 0), seen.length);
  assert.deepEqual(
    Array.from({ length: 10 }, (_, sector) => seen[sector * 512]),
    [100, 0, 102, 0, 0, 0, 106, 0, 0, 109],
  );
  assert.equal(virtualDisk(chain).readInto(Buffer.alloc(1024), 9 * 512 + 500), 12);
});

test('what only a missing layer could tell is not taken for zeroes', () => {
  const disk = virtualDisk(open({ '/vm/top': 'LAYER 0 gone letters\ndz ' }));
  assert.equal(disk.readInto(Buffer.alloc(1024), 0), 1024);
  assert.throws(() => disk.readInto(Buffer.alloc(512), 1024), /gone/);
});

test('what surprises about a chain is said, with the reason', () => {
  const said = (files: Readonly<Record<string, string>>): readonly string[] =>
    chainRemarks(open(files)).map(({ depth, says }) => `${depth} ${says}`);
  assert.deepEqual(said({ '/vm/top': 'LAYER 0 base -\n ', '/vm/base': 'LAYER 0 - -\n  ' }), [
    '0 the format of its backing file is not recorded',
    '0 it is smaller than its backing file',
  ]);
  assert.deepEqual(said({ '/vm/top': 'LAYER 0 base raw\n ', '/vm/base': 'LAYER 0 - -\n ' }), [
    '1 it is taken as raw, and its first bytes are those of letters',
  ]);
});

test('an image that says that it is another format than it is asked for is refused by name', () => {
  assert.throws(() => open({ '/vm/top': 'plain' }, 'letters'), { name: 'ImageFault', kind: 'not-this-format' });
  assert.throws(() => open({ '/vm/top': 'plain' }, 'cow'), /images of format cow are not read here/);
});
