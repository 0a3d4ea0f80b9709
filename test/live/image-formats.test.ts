import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { imageFormats } from '#formats/disk/image-formats';
import { layerInfo } from '#formats/disk/layer-info';
import { headLength, probeFormat } from '#formats/disk/probe-format';
import { openFileBytes } from '#transport/file-bytes';
import { damage } from './damaged-tables.js';
import { assertSameAnswers, assertSameData, ourCheck, theirCheck, withChain } from './image-judge.js';
import { imageKinds, makeImage, numbersOf, run } from './made-images.js';
import { missingParts } from './missing-parts.js';

const skip = missingParts(['qemu-img', 'qemu-io']) ?? false;
const home = mkdtempSync(join(tmpdir(), 'nearmetal-images-'));
after(() => rmSync(home, { recursive: true, force: true }));
const seeds = [1, 2];

for (const [number, kind] of imageKinds.entries()) {
  const over = kind.over === undefined ? '' : ` over ${kind.over}`;
  test(`${kind.format} ${kind.options ?? ''}${over}: random images say and hold what QEMU reads of them`, {
    skip,
  }, () => {
    for (const seed of seeds) {
      const folder = makeImage(home, kind, seed * 100 + number);
      assertSameAnswers(folder, kind.format);
      assertSameData(folder, kind.format);
      rmSync(folder, { recursive: true });
    }
  });
}

const ciphers = [
  '',
  'cipher-alg=aes-128,cipher-mode=cbc,ivgen-alg=plain,hash-alg=sha512',
  'cipher-alg=serpent-256,cipher-mode=cbc,ivgen-alg=essiv,ivgen-hash-alg=sha256,hash-alg=sha1',
  'cipher-alg=twofish-128,cipher-mode=xts,hash-alg=sha256',
];

test('LUKS containers of several ciphers say what QEMU reads of them', { skip }, t => {
  for (const cipher of ciphers) {
    const folder = mkdtempSync(join(home, 'luks-'));
    const secret = ['--object', 'secret,id=s,data=nothing'];
    const options = ['key-secret=s', 'iter-time=10', cipher].filter(option => option !== '').join(',');
    const made = run(folder, 'qemu-img', 'create', '-q', ...secret, '-f', 'luks', '-o', options, 'image', '3M');
    // a QEMU without that cipher
    if (made.failed !== undefined) t.diagnostic(`${cipher}: ${made.failed.trim()}`);
    else assertSameInfo(folder, 'luks');
  }
});

function assertSameInfo(folder: string, format: string): void {
  const theirs: unknown = JSON.parse(run(folder, 'qemu-img', 'info', '--output=json', '-f', format, 'image').out);
  const ours = withChain(folder, format, ({ layers: [layer] }) => layerInfo(layer));
  const compared = (value: unknown) => Object.assign({}, value, { 'actual-size': 0 });
  assert.deepEqual(JSON.parse(JSON.stringify(compared(ours))), compared(theirs));
}

/** What QEMU does not count, and we do: it ends at the first grain outside of the file, and reads a table there as zeroes. */
const isVmdkOutside = (format: string, ours: object, theirs: object): boolean =>
  format === 'vmdk' && /"corruptions":/.test(JSON.stringify(ours)) && !/"corruptions":/.test(JSON.stringify(theirs));

for (const format of ['qed', 'vdi', 'vhdx', 'parallels', 'vmdk'])
  test(`${format}: damaged tables and files cut short are counted as QEMU counts them`, { skip }, t => {
    const outcomes = { counted: 0, refused: 0, more: 0 };
    const kinds = imageKinds.filter(kind => kind.format === format && kind.over === undefined);
    for (const [number, kind] of kinds.entries()) {
      if (/Flat|fixed|streamOptimized|twoGb/.test(kind.options ?? '')) continue;
      const sizes = kind.sizes.filter(size => size > 2 ** 20);
      const folder = makeImage(home, { ...kind, sizes }, 5000 + number);
      for (let seed = 0; seed < 16; seed += 1) {
        const copy = `${folder}-damaged`;
        cpSync(folder, copy, { recursive: true });
        const done = damage(join(copy, 'image'), format, numbersOf(number * 1000 + seed));
        const [ours, theirs] = [ourCheck(copy, format), theirCheck(copy, format)];
        if (isVmdkOutside(format, ours, theirs)) outcomes.more += 1;
        else if ('refused' in ours && 'refused' in theirs) outcomes.refused += 1;
        else {
          assert.deepEqual(ours, theirs, `${kind.options ?? ''} ${done}`);
          outcomes.counted += 1;
        }
        rmSync(copy, { recursive: true });
      }
      rmSync(folder, { recursive: true });
    }
    t.diagnostic(
      `${format}: ${outcomes.counted} equal, ${outcomes.refused} refused by both, ${outcomes.more} that QEMU does not count`,
    );
  });

test('the first bytes of a file tell us the same format as QEMU', { skip }, () => {
  const folder = mkdtempSync(join(home, 'probe-'));
  const made = ['qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vpc', 'vhdx', 'parallels', 'raw'];
  for (const format of made) run(folder, 'qemu-img', 'create', '-q', '-f', format, format, '3M');
  run(folder, 'qemu-img', 'create', '-q', '-f', 'vmdk', '-o', 'subformat=monolithicFlat', 'flat', '3M');
  run(folder, 'qemu-img', 'create', '-q', '-f', 'vpc', '-o', 'subformat=fixed', 'fixed', '3M');
  const written: Readonly<Record<string, string>> = {
    luks1: 'LUKS\xba\xbe\0\x01',
    luks2: 'LUKS\xba\xbe\0\x02',
    bochs: `${'Bochs Virtual HD Image'.padEnd(32, '\0')}${'Redolog'.padEnd(16, '\0')}${'Growing'.padEnd(16, '\0')}\0\0\x02\0`,
    cloop: '#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n',
    'image.dmg': 'anything',
    text: '# a text\n  \nversion=1\nmore\n',
    'other-text': '# a text\n\nversion=1\n',
    'qed-cut-short': 'QED\0\0',
    iso: `${'\0'.repeat(32768)}\x01CD001\x01`,
  };
  for (const [name, text] of Object.entries(written)) {
    writeFileSync(join(folder, name), Buffer.from(text, 'latin1'));
    if (name !== 'qed-cut-short') truncateSync(join(folder, name), 2 ** 20);
  }
  for (const name of [...made, 'flat', 'fixed', ...Object.keys(written)]) {
    const info = run(folder, 'qemu-img', 'info', '--output=json', '-U', name);
    const theirs = /"format": "(\w+)"/.exec(info.out)?.[1];
    const ours = guessed(join(folder, name), name);
    // what looks like an image to it, and cannot be opened, is told by no name
    if (theirs === undefined) assert.notEqual(ours, 'raw', `${name}: ${info.failed}`);
    else assert.equal(ours, theirs, name);
  }
});

function guessed(path: string, name: string): string | undefined {
  const file = openFileBytes(path);
  try {
    const head = Buffer.alloc(Math.min(headLength, file.size));
    file.readInto(head, 0);
    return probeFormat(imageFormats, head, file.size, name)?.name;
  } finally {
    file.close();
  }
}
