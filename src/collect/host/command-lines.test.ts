import assert from 'node:assert/strict';
import test from 'node:test';
import { commandLineReadings } from '#collect/host/command-lines';
import type { Reading } from '#collect/reading';
import type { KernelParameter } from '#model/kernel';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

const { commandLine, configuredCommandLine, configuredXenCommandLine } = commandLineReadings;
type Files = Readonly<Record<string, SketchedFile>>;

const read = (reading: Reading<readonly KernelParameter[]>, files: Files): string => {
  const fact = reading.read(sourcesOf(files));
  if (fact.state !== 'known') return fact.state;
  return fact.value.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ');
};
const placed = (files: Files): readonly string[] => {
  const fact = configuredCommandLine.read(sourcesOf(files));
  return fact.state === 'known'
    ? fact.value.map(
        ({ name, variable, place }) => `${name} ${variable} ${place?.file}:${place?.line}:${place?.column}`,
      )
    : [fact.state];
};

test('the running command line stops at what is for init', () => {
  assert.equal(read(commandLine, { '/proc/cmdline': 'quiet hugepages=3 -- x=1\n' }), 'quiet hugepages=3');
  assert.equal(read(commandLine, { '/proc/cmdline': { denied: 'EACCES' } }), 'unknown');
});

const grub = '# comment\nGRUB_CMDLINE_LINUX_DEFAULT="quiet  hugepages=4"\nGRUB_CMDLINE_LINUX="console=ttyS0"\n';

test('GRUB passes its two variables, each word with its place', () => {
  assert.deepEqual(placed({ '/etc/default/grub': grub }), [
    'console GRUB_CMDLINE_LINUX /etc/default/grub:3:21',
    'quiet GRUB_CMDLINE_LINUX_DEFAULT /etc/default/grub:2:29',
    'hugepages GRUB_CMDLINE_LINUX_DEFAULT /etc/default/grub:2:36',
  ]);
});

test('drop-ins come after, and may build on what was there', () => {
  const files = {
    '/etc/default/grub': grub,
    '/etc/default/grub.d/50-cloud.cfg': 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT nvme=1"\n',
  };
  assert.equal(read(configuredCommandLine, files), 'console=ttyS0 quiet hugepages=4 nvme=1');
  assert.equal(placed(files).at(-1), 'nvme GRUB_CMDLINE_LINUX_DEFAULT /etc/default/grub.d/50-cloud.cfg:1:57');
});

test('what tuned adds stands in its own file', () => {
  const files = {
    '/etc/default/grub': `${grub}GRUB_CMDLINE_LINUX_DEFAULT="\${GRUB_CMDLINE_LINUX_DEFAULT:+$GRUB_CMDLINE_LINUX_DEFAULT }\\$tuned_params"\n`,
    '/etc/tuned/bootcmdline': 'TUNED_BOOT_CMDLINE="skew_tick=1 isolcpus=2-3"\nTUNED_BOOT_INITRD_ADD=\n',
  };
  assert.equal(read(configuredCommandLine, files), 'console=ttyS0 quiet hugepages=4 skew_tick=1 isolcpus=2-3');
  assert.equal(
    read(configuredCommandLine, { ...files, '/etc/tuned/bootcmdline': null }),
    'console=ttyS0 quiet hugepages=4',
  );
});

test('a value that only a shell can work out, or a broken file, is unknown', () => {
  assert.equal(read(configuredCommandLine, { '/etc/default/grub': 'GRUB_CMDLINE_LINUX="$(cat /x)"\n' }), 'unknown');
  assert.equal(read(configuredCommandLine, { '/etc/default/grub': 'GRUB_CMDLINE_LINUX="a\n' }), 'unknown');
  assert.equal(
    read(configuredCommandLine, { '/etc/default/grub': 'GRUB_DISTRIBUTOR=$(x)\nGRUB_CMDLINE_LINUX="a"\n' }),
    'a',
  );
});

test('neither variable is set: an empty command line; no boot loader at all: absent; no right: unknown', () => {
  assert.equal(read(configuredCommandLine, { '/etc/default/grub': 'GRUB_TIMEOUT=5\n' }), '');
  assert.equal(read(configuredCommandLine, {}), 'absent');
  assert.equal(read(configuredCommandLine, { '/etc/default/grub': { denied: 'EACCES' } }), 'unknown');
});

const entries = {
  '/boot/loader/entries/m-5.14.0-9.conf': 'version 5.14.0-9\noptions root=/dev/a quiet old=1\n',
  '/boot/loader/entries/m-5.14.0-70.conf': 'version 5.14.0-70\noptions $kernelopts $tuned_params extra=1\n',
  '/boot/loader/entries/m-0-rescue.conf': 'title X (0-rescue-abc)\nversion 9-rescue\noptions rescue=1\n',
  '/boot/grub2/grubenv': '# GRUB Environment Block\nkernelopts=root=/dev/a hugepages=7\n####',
};
const withEntries = { '/etc/default/grub': `GRUB_ENABLE_BLSCFG=true\n${grub}`, ...entries };

test('with boot entries the newest that is no rescue entry counts, variables of GRUB filled in', () => {
  assert.equal(read(configuredCommandLine, withEntries), 'root=/dev/a hugepages=7 extra=1');
  assert.equal(
    placed(withEntries).at(-1),
    'extra /boot/loader/entries/m-5.14.0-70.conf /boot/loader/entries/m-5.14.0-70.conf:2:35',
  );
});

test('the entry that was saved, or that loader.conf names, comes first', () => {
  const saved = { ...withEntries, '/boot/grub2/grubenv': 'saved_entry=m-5.14.0-9\n' };
  assert.equal(read(configuredCommandLine, saved), 'root=/dev/a quiet old=1');
  const named = {
    ...withEntries,
    '/boot/grub2/grubenv': null,
    '/boot/loader/loader.conf': 'timeout 3\ndefault *-9.conf\n',
  };
  assert.equal(read(configuredCommandLine, named), 'root=/dev/a quiet old=1');
});

test('entries of a GRUB that does not use them are passed over; without GRUB, or with SUSE saying so, they count', () => {
  assert.equal(
    read(configuredCommandLine, { '/etc/default/grub': grub, ...entries }),
    'console=ttyS0 quiet hugepages=4',
  );
  assert.equal(read(configuredCommandLine, entries), 'root=/dev/a hugepages=7 extra=1');
  const suse = { '/etc/default/grub': grub, '/etc/sysconfig/bootloader': 'LOADER_TYPE="systemd-boot"\n', ...entries };
  assert.equal(read(configuredCommandLine, suse), 'root=/dev/a hugepages=7 extra=1');
});

test('entries that only root may read are unknown', () => {
  const files = { '/etc/default/grub': 'GRUB_ENABLE_BLSCFG=true\n', '/boot/loader/entries': { denied: 'EACCES' } };
  assert.equal(read(configuredCommandLine, files), 'unknown');
});

test('without GRUB and entries, what kernel-install passes on', () => {
  assert.equal(read(configuredCommandLine, { '/etc/kernel/cmdline': 'root=/dev/b quiet\n' }), 'root=/dev/b quiet');
});

const xen = 'GRUB_CMDLINE_XEN="loglvl=all"\nGRUB_CMDLINE_XEN_DEFAULT="dom0_mem=4G,max:4G"\n';

test("Xen's options are those of its own variables", () => {
  assert.equal(read(configuredXenCommandLine, { '/etc/default/grub': xen }), 'loglvl=all dom0_mem=4G,max:4G');
  assert.equal(read(configuredXenCommandLine, { '/etc/default/grub': grub }), '');
  assert.equal(read(configuredXenCommandLine, {}), 'absent');
});

test('a control domain may have a command line of its own', () => {
  const files = { '/etc/default/grub': `${grub}GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="dom0only"\n` };
  assert.equal(read(configuredCommandLine, files), 'console=ttyS0 quiet hugepages=4');
  const control = { ...files, '/proc/xen/capabilities': 'control_d\n' };
  assert.equal(read(configuredCommandLine, control), 'console=ttyS0 dom0only');
});
