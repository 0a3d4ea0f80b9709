import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseQemuImgInfo } from '#formats/qemu-img-info';
import { sharedData } from '../../test/shared-data.js';

const skip = sharedData === undefined ? 'no shared data' : false;
const folder = join(sharedData ?? '', 'images');
const layer = v.object({ 'virtual-size': v.number(), 'actual-size': v.number(), format: v.string() });
const printed = v.union([layer, v.array(layer)]);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('every answer of qemu-img is read, and every chain has its layers', { skip }, () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    /\.(?:info|chain)\.json$/.test(name),
  );
  assert.ok(names.length > 90);
  for (const name of names) {
    const json = v.parse(printed, JSON.parse(read(name)));
    const image = parseQemuImgInfo(read(name));
    const [top, ...below] = Array.isArray(json) ? json : [json];
    assert.deepEqual(
      [image?.virtualSize, image?.allocated, image?.format],
      [top?.['virtual-size'], top?.['actual-size'], top?.format],
      name,
    );
    if (Array.isArray(json)) assert.equal(image?.backing?.length, below.length, name);
  }
});

test('a chain of five layers is told from the top down', { skip }, () => {
  const image = parseQemuImgInfo(read('chain/deep5.qcow2.chain.json'));
  assert.deepEqual(
    image?.backing?.slice(0, 4).map(layer => layer.path),
    ['deep4.qcow2', 'deep3.qcow2', 'deep2.qcow2', 'deep1.qcow2'],
  );
  assert.equal(image?.backingFormat, 'qcow2');
  assert.equal(image?.backing?.[0]?.backing?.length, (image?.backing?.length ?? 0) - 1);
  assert.deepEqual(image?.backing?.at(-1)?.backing, []);
});

test('what qcow2 says of itself', () => {
  const text = JSON.stringify({
    'virtual-size': 21474836480,
    filename: '/images/a.qcow2',
    'cluster-size': 65536,
    format: 'qcow2',
    'actual-size': 331776,
    encrypted: true,
    'backing-filename': '/images/base.raw',
    'format-specific': {
      type: 'qcow2',
      data: {
        compat: '1.1',
        encrypt: { format: 'aes' },
        'compression-type': 'zstd',
        'lazy-refcounts': true,
        corrupt: true,
        'extended-l2': true,
      },
    },
    snapshots: [{ id: '1' }, { id: '2' }],
    'dirty-flag': true,
  });
  assert.deepEqual(parseQemuImgInfo(text), {
    path: '/images/a.qcow2',
    format: 'qcow2',
    virtualSize: 21474836480,
    allocated: 331776,
    clusterSize: 65536,
    isEncrypted: true,
    encryption: 'aes',
    isDirty: true,
    isCorrupt: true,
    compatibility: '1.1',
    lazyRefcounts: true,
    extendedL2: true,
    compression: 'zstd',
    snapshots: 2,
    backing: undefined,
    backingPath: '/images/base.raw',
    backingFormat: undefined,
  });
});

test('a text of another form is refused, and never crashes', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '[[]]',
    '{"filename":1,"format":"raw"}',
    '"x"',
    '[{"filename":"a","format":"raw"},3]',
  ]) {
    assert.equal(parseQemuImgInfo(text), undefined, text);
  }
  fc.assert(fc.property(fc.json(), text => void parseQemuImgInfo(text)));
  assert.equal(parseQemuImgInfo('['.repeat(100_000)), undefined);
});

test('credentials in a name are masked', () => {
  const image = parseQemuImgInfo(
    '{"filename":"json:{\\"url\\":\\"https://a:b@h/x\\"}","format":"raw","virtual-size":-1}',
  );
  assert.equal(image?.path, 'json:{"url":"https://a:‹secret›@h/x"}');
  assert.equal(image?.virtualSize, undefined);
});
