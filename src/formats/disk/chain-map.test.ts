import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { chainMap, chainStretches } from '#formats/disk/chain-map';
import { chainRemarks } from '#formats/disk/chain-remarks';
import { type ImageChain, openImageChain } from '#formats/disk/image-chain';
import { imageFormats } from '#formats/disk/image-formats';
import { layerInfo } from '#formats/disk/layer-info';
import { memoryFile } from '../../../test/stored-images.js';

const descriptor = (lines: string, id = '1', parent = 'ffffffff'): Buffer =>
  Buffer.from(`version=1\nCID=${id}\nparentCID=${parent}\ncreateType="twoGbMaxExtentFlat"\n${lines}\n`);

const files: Readonly<Record<string, Buffer>> = {
  'd/two.vmdk': descriptor('RW 4 FLAT "one" 0\nRW 4 FLAT "other" 4'),
  'd/child.vmdk': descriptor('parentFileNameHint="two.vmdk"\nRW 8 FLAT "other" 0', '2', '1'),
  'd/stranger.vmdk': descriptor('parentFileNameHint="two.vmdk"\nRW 8 FLAT "other" 0', '2', '7'),
  'd/one': Buffer.alloc(2048),
  'd/other': Buffer.alloc(4096),
};

const open = (path: string): ImageChain =>
  openImageChain(path, { formats: imageFormats, openFile: name => memoryFile(files[name] ?? Buffer.alloc(0), name) });

test('a disk of several files is mapped file by file, and takes the room of all', () => {
  const chain = open('d/two.vmdk');
  const [layer] = chain.layers;
  assert.deepEqual(
    [...chainStretches(chain)].map(({ entry, file }) => [
      entry.start,
      entry.length,
      entry.offset,
      layer.parts.find(part => part.file === file)?.path,
    ]),
    [
      [0, 2048, 0, 'd/one'],
      [2048, 2048, 2048, 'd/other'],
    ],
  );
  assert.equal([...chainMap(chain)].length, 2);
  assert.equal(layerInfo(layer)['actual-size'], (files['d/two.vmdk']?.length ?? 0) + 6144);
});

test('a VMDK whose parent has another content by now is remarked', () => {
  assert.deepEqual(chainRemarks(open('d/child.vmdk')), []);
  assert.match(chainRemarks(open('d/stranger.vmdk'))[0]?.says ?? '', /another content ID/);
});
