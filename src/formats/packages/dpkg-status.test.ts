import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { installedVersion } from '#formats/packages/dpkg-status';
import { hostileText } from '../../../test/hostile-text.js';

const status = [
  'Package: qemu-system-x86-extra\nStatus: install ok installed\nVersion: 9\n',
  'Package: qemu-system-x86\nStatus: install ok installed\nPriority: optional\nVersion: 1:7.2+dfsg-7+deb12u7\nDescription: x\n Version: 3\n',
  'Package: libvirt0\nStatus: deinstall ok config-files\nVersion: 9.0.0-4\n',
].join('\n');

test('the version of an installed package, without its epoch', () => {
  assert.deepEqual(installedVersion(status, 'qemu-system-x86')?.numbers, [7, 2, 0]);
});

test('a removed package, another one of a longer name, and no package are not installed', () => {
  for (const name of ['libvirt0', 'qemu-system', 'x86']) assert.equal(installedVersion(status, name), undefined);
  assert.equal(installedVersion('', 'x'), undefined);
  fc.assert(
    fc.property(
      hostileText('Package: qemu\n', 'Status: ', 'install ok installed', 'Version: '),
      text => void installedVersion(text, 'qemu'),
    ),
  );
});
