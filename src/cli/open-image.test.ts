import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openImage } from '#cli/open-image';

/** A descriptor of VMDK with one flat extent. */
const descriptor = (extent: string): string =>
  `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n\nRW 8 FLAT "${extent}" 0\n`;

test('an image that is not there is an error of the input, trusted or not', () => {
  for (const untrusted of [false, true])
    assert.throws(() => openImage('/nowhere/a.qcow2', { untrusted }), { name: 'RequestError', exitCode: 66 });
});

test('what an untrusted image names is opened below its own folder and those allowed, links followed', t => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-image-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['own', 'other']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'own/near'), Buffer.alloc(4096));
  writeFileSync(join(folder, 'other/far'), Buffer.alloc(4096));
  symlinkSync('../other/far', join(folder, 'own/link'));
  const open = (extent: string, more: Parameters<typeof openImage>[1] = {}): void => {
    const path = join(folder, 'own/a.vmdk');
    writeFileSync(path, descriptor(extent));
    openImage(path, { untrusted: true, ...more }).close();
  };
  open('near');
  for (const extent of ['../other/far', join(folder, 'other/far'), 'link']) {
    assert.throws(() => open(extent), /not trusted may not name a file outside its folder/);
    open(extent, { allow: [join(folder, 'other')] });
    open(extent, { untrusted: false });
  }
});
