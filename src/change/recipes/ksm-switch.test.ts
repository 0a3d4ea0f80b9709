import assert from 'node:assert/strict';
import test from 'node:test';
import { type KsmSwitch, startKsm, stopKsm } from '#change/recipes/ksm-switch';
import type { Ksm } from '#model/ksm';
import type { Service } from '#model/service';

const ksm = (run: number): Ksm => ({
  run,
  pagesToScan: 100,
  sleepMs: 20,
  mergeAcrossNodes: 1,
  maxPageSharing: 256,
  pagesShared: 0,
  pagesSharing: 0,
  pagesUnshared: 0,
  pagesVolatile: 0,
  fullScans: 0,
  generalProfit: undefined,
  zeroPages: undefined,
  advisorMode: undefined,
  useZeroPages: undefined,
  smartScan: undefined,
});
const service = (name: string, isEnabled: boolean): Service => ({
  name,
  isInstalled: true,
  isMasked: false,
  isEnabled,
  isActive: isEnabled,
  evidence: [],
});
const print = ({ fix, otherwise }: KsmSwitch): readonly string[] => [
  ...fix.map(({ on, after }) => `${on} ${JSON.stringify(after)}`),
  ...(otherwise === undefined ? [] : [otherwise]),
];
const run = (value: number): string => `/sys/kernel/mm/ksm {"run":${value},"mergeAcrossNodes":1}`;

test('KSM is started by its service where there is one, else by hand and tmpfiles.d', () => {
  assert.deepEqual(print(startKsm(ksm(0), [service('ksm.service', false)])), [
    'ksm.service {"isEnabled":true,"isActive":true}',
  ]);
  assert.deepEqual(print(startKsm(ksm(0), [])), [run(1), '/etc/tmpfiles.d/nearmetal.conf /sys/kernel/mm/ksm/run "1"']);
});

test('KSM is stopped after the service that would start it again, and before the one that writes when it stops', () => {
  const off = '{"isEnabled":false,"isActive":false}';
  const stopped = (...services: readonly Service[]) => print(stopKsm(ksm(1), 2, { services, written: undefined }));
  assert.deepEqual(stopped(service('ksm.service', true), service('ksmtuned.service', true)), [
    `ksmtuned.service ${off}`,
    run(2),
    `ksm.service ${off}`,
  ]);
  assert.deepEqual(stopped(service('ksm.service', false)), [run(2)]);
});

test('a scope is chosen before the service starts', () => {
  const within = startKsm(ksm(0), [service('ksm.service', false)], { within: true });
  assert.deepEqual(print(within), [
    '/sys/kernel/mm/ksm {"run":0,"mergeAcrossNodes":0}',
    '/etc/tmpfiles.d/nearmetal.conf /sys/kernel/mm/ksm/merge_across_nodes "0"',
    'ksm.service {"isEnabled":true,"isActive":true}',
  ]);
  // on already, and stopped by hand
  assert.deepEqual(print(startKsm(ksm(0), [service('ksm.service', true)])), [run(1)]);
});

test('a write at boot is taken back where it is ours, else named', () => {
  const by = (owner: string) => ({ services: [], written: { value: '1', owner, isPattern: false } });
  assert.deepEqual(
    print(stopKsm(ksm(1), 0, by('/etc/tmpfiles.d/nearmetal.conf:1'))).at(-1),
    '/etc/tmpfiles.d/nearmetal.conf /sys/kernel/mm/ksm/run "0"',
  );
  assert.deepEqual(
    print(stopKsm(ksm(1), 0, by('/etc/rc.local:3'))).at(-1),
    'Take the write to /sys/kernel/mm/ksm/run out of /etc/rc.local:3.',
  );
});
