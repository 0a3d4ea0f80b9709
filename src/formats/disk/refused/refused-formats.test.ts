import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { probeFormat } from '#formats/disk/probe-format';

const known: readonly (readonly [format: string, head: string, name: string])[] = [
  ['qcow', 'QFI\xfb\0\0\0\x01', 'old'],
  [
    'bochs',
    `${'Bochs Virtual HD Image'.padEnd(32, '\0')}${'Redolog'.padEnd(16, '\0')}${'Growing'.padEnd(16, '\0')}\0\0\x02\0`,
    'x',
  ],
  ['cloop', '#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n', 'x'],
  ['dmg', '', 'system.dmg'],
];

test('formats that are not read are known, and refused by their names', () => {
  for (const [name, text, file] of known) {
    const head = Buffer.alloc(2048);
    head.write(text, 'latin1');
    const format = probeFormat(imageFormats, head, head.length, file);
    assert.equal(format?.name, name);
    assert.throws(
      () => format?.open({ size: 2048, readInto: () => 0 }, { open: assert.fail, pathOf: () => '' }),
      (error: unknown) => error instanceof ImageFault && error.kind === 'unsupported',
    );
  }
});

test('what only looks like one of them, or is LUKS of version 2, is raw as it is for QEMU', () => {
  for (const text of ['Bochs Virtual HD Image\0', '#!/bin/sh\n', 'LUKS\xba\xbe\0\x02', '']) {
    const head = Buffer.alloc(2048);
    head.write(text, 'latin1');
    const name = probeFormat(imageFormats, head, head.length, 'dmg')?.name;
    assert.equal(name, 'raw', JSON.stringify(text));
  }
});
