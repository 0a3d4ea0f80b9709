import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseKernelConfig } from '#formats/kernel-config';
import { parseListeningSockets } from '#formats/proc/listening-sockets';
import { parseModules } from '#formats/proc/modules';
import { parseUdevDatabase } from '#formats/udev-database';
import { parseUnitStates } from '#formats/unit-states';
import { parseXlInfo, parseXlList } from '#formats/xl-output';

test('a kernel configuration: set, module, number, text, not set', () => {
  assert.deepEqual(
    parseKernelConfig(
      '#\n# Linux\nCONFIG_KSM=y\nCONFIG_KVM=m\nCONFIG_HZ=250\nCONFIG_X="a b"\n# CONFIG_NUMA is not set\n',
    ),
    new Map([
      ['CONFIG_KSM', 'y'],
      ['CONFIG_KVM', 'm'],
      ['CONFIG_HZ', '250'],
      ['CONFIG_X', 'a b'],
      ['CONFIG_NUMA', 'n'],
    ]),
  );
  assert.equal(parseKernelConfig('\u001f\ufffd\b not text'), undefined);
});

test('names of loaded modules', () => {
  assert.deepEqual(parseModules('kvm_amd 200704 0 - Live 0xffffffffc0a00000\nkvm 1380352 1 kvm_amd, Live 0x0\n'), [
    'kvm_amd',
    'kvm',
  ]);
  assert.deepEqual(parseModules(''), []);
  assert.equal(parseModules('<html>'), undefined);
});

test('paths that somebody listens on', () => {
  assert.deepEqual(
    parseListeningSockets(`Num       RefCount Protocol Flags    Type St Inode Path
ffff888100000000: 00000002 00000000 00010000 0001 01 12345 /run/libvirt/libvirt-sock
ffff888100000400: 00000003 00000000 00000000 0001 03 12346 /run/libvirt/other
0000000000000000: 00000002 00000000 00010000 0001 01  9 @abstract
`),
    new Set(['/run/libvirt/libvirt-sock', '@abstract']),
  );
});

test('states of units from one call of systemctl', () => {
  assert.deepEqual(
    parseUnitStates(
      'Id=ksm.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=x.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n',
    ),
    [
      { name: 'ksm.service', load: 'loaded', active: 'active', file: 'enabled' },
      { name: 'x.service', load: 'not-found', active: 'inactive', file: '' },
    ],
  );
});

test('properties in the database of udev', () => {
  assert.deepEqual(
    parseUdevDatabase('S:disk/by-id/x\nI:12\nE:ID_WWN=0x5000\nE:DM_MULTIPATH_DEVICE_PATH=1\nG:systemd\n'),
    new Map([
      ['ID_WWN', '0x5000'],
      ['DM_MULTIPATH_DEVICE_PATH', '1'],
    ]),
  );
});

test('what xl prints', () => {
  const info = parseXlInfo(
    'host                   : xen1\ntotal_memory           : 32768\nxen_commandline        : dom0_mem=4301M,max:4301M loglvl=all\nxen_extra              :\n',
  );
  assert.equal(info.get('total_memory'), '32768');
  assert.equal(info.get('xen_commandline'), 'dom0_mem=4301M,max:4301M loglvl=all');
  const list =
    'Name                                        ID   Mem VCPUs\tState\tTime(s)\nDomain-0                                     0  4301     8     r-----     812.9\ng 1    3  1024  2  -b----  1.0\n';
  assert.deepEqual(parseXlList(list, 0), { name: 'Domain-0', memoryMib: 4301 });
  assert.equal(parseXlList(list, 7), undefined);
});

test('any text is read by each, soon', () => {
  const parsers = [
    parseKernelConfig,
    parseModules,
    parseListeningSockets,
    parseUnitStates,
    parseUdevDatabase,
    parseXlInfo,
    (text: string) => parseXlList(text, 0),
  ];
  fc.assert(fc.property(fc.string({ maxLength: 200 }), text => void parsers.map(parse => parse(text))));
  const before = performance.now();
  for (const text of [
    'a'.repeat(2_000_000),
    ' '.repeat(2_000_000),
    `a${' '.repeat(1_000_000)}b 1`,
    '1 '.repeat(1_000_000),
    '\n'.repeat(1_000_000),
    `x${' :'.repeat(1_000_000)}`,
  ])
    for (const parse of parsers) parse(text);
  assert.ok(performance.now() - before < 30_000, `${performance.now() - before} ms`);
});
