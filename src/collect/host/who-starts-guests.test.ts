import assert from 'node:assert/strict';
import test from 'node:test';
import { guestStarters } from '#collect/host/guest-starters';
import { imageFilesReading } from '#collect/host/image-files';
import { libvirtGuests } from '#collect/host/libvirt-guests';
import { qemuProcesses } from '#collect/host/qemu-processes';
import { valueIfKnown } from '#model/known';
import { sourcesOf } from '../../../test/sources-of.js';

test('processes of QEMU: those of a libvirt by its pid files, those in another mount namespace, and nothing else', () => {
  const processes = qemuProcesses.read(
    sourcesOf({
      '/proc/1/ns/mnt': { link: 'mnt:[1]' },
      '/proc/7/comm': 'bash\n',
      '/proc/7/cmdline': 'bash\0',
      '/proc/8/comm': 'qemu-system-x86\n',
      '/proc/8/cmdline': '/usr/bin/qemu-system-x86_64\0-name\0guest=a\0',
      '/proc/9/comm': 'qemu-kvm\n',
      '/proc/9/cmdline': '/usr/libexec/qemu-kvm\0-name\0b\0',
      '/proc/9/ns/mnt': { link: 'mnt:[2]' },
      '/run/libvirt/qemu/a.pid': '8\n',
    }),
  );
  assert.deepEqual(valueIfKnown(processes), [
    { pid: 8, program: 'qemu-system-x86_64', guest: 'a', purpose: 'guest', isOfLibvirt: true, isElsewhere: false },
    { pid: 9, program: 'qemu-kvm', guest: 'b', purpose: 'guest', isOfLibvirt: false, isElsewhere: true },
  ]);
});

test('what starts guests: an enabled unit, a script; a comment and a unit that nothing wants do not', () => {
  const unit = (command: string): string => `[Service]\nExecStart=${command}\n`;
  const starters = guestStarters.read(
    sourcesOf({
      '/etc/systemd/system/on.service': unit('/usr/bin/qemu-system-x86_64 -m 1G'),
      '/etc/systemd/system/multi-user.target.wants/on.service': { link: '../on.service' },
      '/etc/systemd/system/off.service': unit('/usr/bin/qemu-system-x86_64 -m 1G'),
      '/etc/rc.local': '#!/bin/sh\n# xl create /a.cfg\nvirsh start g\n',
      '/etc/xen/auto/a.cfg': '',
    }),
  );
  assert.deepEqual(valueIfKnown(starters), [{ file: '/etc/systemd/system/on.service', command: 'qemu-system-x86_64' }]);
});

test('settings of libvirt-guests, where a distribution keeps them', () => {
  const read = (files: Readonly<Record<string, string>>) => libvirtGuests.read(sourcesOf(files));
  const settings = read({ '/etc/default/libvirt-guests': '#ON_BOOT=start\nON_SHUTDOWN="shutdown"\n' });
  assert.deepEqual(valueIfKnown(settings), new Map([['ON_SHUTDOWN', 'shutdown']]));
  assert.equal(read({ '/etc/passwd': '' }).state, 'absent');
  assert.equal(read({ '/etc/sysconfig/libvirt-guests': 'A="' }).state, 'unknown');
});

test('an image is missing only where its folder is there', () => {
  const reading = imageFilesReading(['/images/a', '/gone/b']);
  const files = {
    ...sourcesOf({ '/images/other': '' }).files,
    room: () => ({ outcome: 'absent' }) as const,
  };
  const found = reading.read({ ...sourcesOf({}), files });
  assert.deepEqual(valueIfKnown(found), [{ path: '/images/a', isThere: false, elsewhere: [] }]);
});
