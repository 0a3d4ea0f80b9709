import assert from 'node:assert/strict';
import test from 'node:test';
import { firstSample } from '#collect/first-sample';
import { guests } from '#collect/guests';
import { ksmdLoad } from '#collect/host/ksmd-load';
import { knownValue } from '../../test/domain-facts.js';
import { answersOf, domainAnswer, sourcesOf } from '../../test/libvirt-answers.js';

test('counters in files move between the samples although files are read late', () => {
  const stats = { 'vcpu.maximum': 1, 'vcpu.0.time': 0 };
  const files: Record<string, string> = {
    '/proc/30/comm': 'ksmd\n',
    '/proc/30/stat': '30 (ksmd) S 2 0 0 0 -1 0 0 0 0 0 100 0 0 0\n',
    '/run/libvirt/qemu/g.pid': '77',
    '/proc/77/task/78/comm': 'CPU 0/KVM\n',
    '/proc/77/task/78/schedstat': '1 1000000000 1\n',
  };
  const live = sourcesOf({}, answersOf({ domains: { value: [domainAnswer('g', { stats })] } }));
  const machine = {
    ...live,
    files: {
      ...live.files,
      read: (path: string) => sourcesOf(files).files.read(path),
      list: (path: string) => sourcesOf(files).files.list(path),
    },
  };
  const held = firstSample(machine);
  files['/proc/30/stat'] = '30 (ksmd) S 2 0 0 0 -1 0 0 0 0 0 350 0 0 0\n';
  files['/proc/77/task/78/schedstat'] = '1 6000000000 1\n';
  const both = { ...held, later: { files: machine.files, libvirt: live.libvirt, afterMs: 10_000 } };
  assert.equal(knownValue(ksmdLoad.read(both)), 0.25);
  const [guest] = knownValue(guests.read(both));
  assert.equal(guest?.load.state === 'known' && guest.load.value.demand, 0.5);
});
