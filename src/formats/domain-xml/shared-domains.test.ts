import assert from 'node:assert/strict';
import test from 'node:test';
import { type ParsedDomain, parseDomain } from '#formats/domain-xml/parse-domain';
import { maskXml } from '#formats/secrets/mask-xml';
import { parseXml, parseXmlSequence } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { text } from '#formats/xml/xml-tree';
import type { Known } from '#model/known';
import { gib, kib, mib } from '#units/bytes';
import { knownValue } from '../../../test/domain-facts.js';
import { sharedData } from '../../../test/shared-data.js';
import { type XmlFile, xmlFiles } from '../../../test/xml-files.js';

const skip = sharedData === undefined ? 'no shared data' : false;
const files = xmlFiles('.', /\.(?:xml|expected)$/);

/** Domain elements of a file: roots, and those inside descriptions of a whole test host. Files that are no XML have none. */
function domainsIn({ name, text: source }: XmlFile): readonly XmlElement[] {
  try {
    return parseXmlSequence(source, { file: name }).flatMap(({ root }) =>
      root.name === 'domain' ? [root] : root.children.filter(element => element.name === 'domain'),
    );
  } catch (error) {
    assert.ok(error instanceof XmlError);
    return [];
  }
}

const parseAll = (file: XmlFile): readonly ParsedDomain[] =>
  domainsIn(file).map(element => parseDomain(element, { source: file.name, isFile: true }));

const named = (path: string, guest?: string): ParsedDomain => {
  const file = files.find(each => each.name === path) ?? assert.fail(`no ${path}`);
  const found = parseAll(file).find(domain => guest === undefined || domain.name === guest);
  return found ?? assert.fail(`no domain in ${path}`);
};

/** Each device as its values in one line, without what is missing or false. */
const lines = (facts: Known<readonly object[]>): readonly string[] =>
  knownValue(facts).map(device =>
    Object.entries(device)
      .filter(([name, value]) => name !== 'at' && value !== undefined && value !== false)
      .map(([, value]) => String(value))
      .join(' '),
  );

test('all domain XMLs of other projects are read, and no part of them is unknown', { skip }, () => {
  const found = files.flatMap(file => domainsIn(file).map(element => ({ file: file.name, element })));
  assert.ok(found.length >= 160, `${found.length} domains`);
  for (const { file, element } of found) {
    const { config, ...guest } = parseDomain(element, { source: file, isFile: true });
    const unknown = Object.entries({ ...config, ...guest }).flatMap(([part, fact]) =>
      typeof fact === 'object' && fact.state === 'unknown' ? [`${part}: ${fact.reason}`] : [],
    );
    assert.deepEqual(unknown, [], file);
    assert.equal(guest.name, element.children.filter(child => child.name === 'name').map(text)[0]);
    // evidence is made when it is asked for: ask for all of it
    assert.ok(JSON.stringify([config, guest]).length > 1000, file);
  }
});

test('a domain XML whose secrets are masked says the same as the one with them', { skip }, () => {
  const said = (text: string): string =>
    JSON.stringify(parseDomain(parseXml(text, { file: 'g' }).root, { source: 'g', isFile: false }));
  let masked = 0;
  for (const file of files) {
    for (const element of domainsIn(file)) {
      const text = element.document.text.slice(element.start, element.end);
      const without = maskXml(text);
      if (without !== text) masked++;
      assert.equal(said(without), said(text), file.name);
    }
  }
  assert.ok(masked > 0, 'some of them hold secrets');
});

test('a guest of oVirt during a live merge', { skip }, () => {
  const { config, managedBy } = named('vdsm/virt/data/active-merge/00-before.xml');
  assert.equal(knownValue(managedBy), 'oVirt');
  assert.deepEqual(knownValue(config.maxMemory), { size: gib(4), slots: 16 });
  assert.equal(knownValue(config.memory), gib(1));
  assert.deepEqual(knownValue(config.vcpus), { max: 16, current: 1, cpuset: undefined, placement: 'static' });
  assert.equal(knownValue(config.iothreads), 1);
  assert.equal(knownValue(config.cpu).cells[0]?.memory, gib(1));
  assert.equal(knownValue(config.cpu).topology?.sockets, 16);
  const [cdrom, disk] = knownValue(config.disks);
  assert.deepEqual([cdrom?.target, cdrom?.source, cdrom?.isReadOnly], ['sdc', undefined, true]);
  assert.deepEqual(
    [disk?.target, disk?.bus, disk?.format, disk?.cache, disk?.io, disk?.unit],
    ['sda', 'scsi', 'qcow2', 'none', 'native', 0],
  );
  assert.deepEqual(
    disk?.backing.map(layer => `${layer.format} ${layer.source?.slice(-12)}`),
    ['qcow2 1f8ea5bc94f8', 'qcow2 b21530097d76'],
  );
});

test('a guest of oVirt with shares, quota, a kernel of its own and a memory device', { skip }, () => {
  const { config, managedBy } = named('vdsm/devices/data/testComplexVm.xml');
  assert.equal(knownValue(managedBy), 'oVirt');
  const { shares, period, quota } = knownValue(config.cputune);
  assert.deepEqual([shares, period, quota], [1020, 25_000, 100_000]);
  assert.equal(knownValue(config.os).commandLine, 'rd.break=cmdline rd.shell rd.skipfsck');
  assert.equal(knownValue(config.os).machine, 'pc-i440fx-rhel7.1.0');
  assert.equal(knownValue(config.memory), mib(256));
  assert.deepEqual(lines(config.memoryDevices), [`dimm ${mib(512)} 0`]);
  assert.deepEqual(lines(config.videos), [`qxl ${mib(32)} 1`, `qxl ${mib(32)} 1`]);
  assert.deepEqual(lines(config.rngs), ['virtio random /dev/random', 'virtio random /dev/random']);
  assert.deepEqual(lines(config.nics), [
    '52:54:00:59:f5:3f vnet1 bridge ;vdsmdummy; virtio',
    '52:54:00:59:ff:ff vnet2 bridge ;vdsmdummy; virtio',
  ]);
  assert.deepEqual(
    knownValue(config.otherDevices).map(({ element, model }) => `${element} ${model}`),
    ['smartcard spicevmc', 'console pty', 'input mouse', 'input keyboard', 'sound ac97', 'sound ich6'],
  );
});

test('memory devices of every kind, and memory that only the cells name', { skip }, () => {
  const { config } = named('virt-manager/cli/compare/virt-install-memory-hotplug.xml');
  assert.deepEqual(knownValue(config.maxMemory), { size: gib(4), slots: 3 });
  assert.equal(knownValue(config.memory), gib(1) + mib(256) * 2 + mib(512) * 3);
  assert.deepEqual(lines(config.memoryDevices), [
    `dimm ${mib(256)} 0 ${kib(4)} 1-2 private`,
    `dimm ${mib(256)} 0 ${kib(4)} 1-2 private`,
    `nvdimm ${mib(512)} 0 ${mib(2)} ${gib(1)} ${mib(512)}`,
    `virtio-mem ${mib(512)} 0 ${mib(512)} ${mib(512)}`,
    `virtio-pmem ${mib(512)}`,
  ]);
});

test('a guest with NUMA tuning, hyperv parts and an odd mix of disks', { skip }, () => {
  const { config, osId } = named('virt-manager/xmlparse/change-guest-in.xml');
  assert.equal(knownValue(osId), 'http://fedoraproject.org/fedora/17');
  assert.equal(knownValue(config.memory), kib(409_600));
  assert.equal(knownValue(config.currentMemory), kib(204_800));
  assert.equal(knownValue(config.numatune).memory?.nodeset?.toString(), '1-2,4-5,7');
  assert.equal(knownValue(config.numatune).memory?.mode, 'interleave');
  assert.deepEqual(knownValue(config.features).hyperv, ['spinlocks']);
  assert.equal(knownValue(config.vcpus).cpuset?.toString(), '1-3');
  assert.deepEqual(
    knownValue(config.disks).map(disk => `${disk.target} ${disk.device} ${disk.type} ${disk.format} ${disk.source}`),
    [
      'fda floppy file qcow2 /pool-dir/testvol1.img',
      'vda disk file raw /tmp/test.img',
      'vdb disk block undefined /dev/null',
      'hdc cdrom block undefined undefined',
    ],
  );
});

test('a Windows guest with firmware and TPM', { skip }, () => {
  const { config, osId } = named('virt-manager/cli/compare/virt-install-win11.xml');
  assert.equal(knownValue(osId), 'http://microsoft.com/win/11');
  assert.equal(knownValue(config.os).firmware, 'efi');
  assert.equal(knownValue(config.features).hyperv.length, 12);
  assert.equal(knownValue(config.features).spinlockRetries, 8191);
  assert.deepEqual(lines(config.tpms), ['tpm-crb emulator']);
  assert.deepEqual(knownValue(config.clock).timers.at(-1)?.name, 'hypervclock');
  assert.equal(config.balloon.state, 'absent');
});

test('guests of Xen, of s390x, of bhyve', { skip }, () => {
  const xen = named('virt-manager/cli/compare/virt-install-xen-default.xml').config;
  assert.deepEqual(
    [knownValue(xen.type), knownValue(xen.os).type, knownValue(xen.os).machine],
    ['xen', 'xen', 'xenpv'],
  );
  assert.equal(knownValue(xen.disks)[0]?.bus, 'xen');
  const mainframe = named('virt-manager/cli/compare/virt-install-s390x-default.xml').config;
  assert.equal(knownValue(mainframe.os).architecture, 's390x');
  assert.equal(knownValue(named('virt-manager/cli/compare/virt-install-bhyve-default-f27.xml').config.type), 'bhyve');
});

test('arguments for QEMU, launch security, a balloon that is taken away', { skip }, () => {
  const { config } = named('virt-manager/xmlparse/change-xmlns-qemu-in.xml');
  assert.deepEqual(knownValue(config.qemuArguments), ['-somearg', 'bar,baz=wib wob']);
  const sev = named('virt-manager/cli/compare/virt-install-x86_64-launch-security-sev-snp.xml').config;
  assert.equal(knownValue(sev.launchSecurity), 'sev-snp');
  assert.equal(
    knownValue(named('virt-manager/cli/compare/virt-install-singleton-config-1.xml').config.balloon).model,
    'none',
  );
});

test('the guest with many devices of the test driver', { skip }, () => {
  const { config } = named('virt-manager/testdriver/testdriver.xml', 'test-many-devices');
  assert.equal(knownValue(config.iothreads), 4);
  assert.equal(knownValue(config.vcpus).cpuset?.toString(), '1-2,5-9,11,13-14');
  assert.equal(knownValue(config.os).loader?.type, 'pflash');
  assert.deepEqual(knownValue(config.memoryBacking).hugepages, { pages: [] });
  assert.equal(knownValue(config.numatune).memory?.placement, 'auto');
  assert.equal(knownValue(config.disks).find(disk => disk.target === 'sdc')?.reservations?.isManaged, true);
  assert.equal(knownValue(config.disks).find(disk => disk.target === 'vdb')?.source, 'pool-rbd-ceph/vol1');
  assert.deepEqual(
    knownValue(config.graphics).map(screen => `${screen.type} ${screen.listen} ${screen.hasPassword}`),
    ['vnc  false', 'vnc  false', 'vnc 1.2.3.4 false', 'vnc  true', 'rdp  false', 'spice  false', 'spice 1.2.3.4 true'],
  );
  assert.equal(JSON.stringify(config).includes('foobar"') || JSON.stringify(config).includes('newpass'), false);
});
