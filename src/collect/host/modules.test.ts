import assert from 'node:assert/strict';
import test from 'node:test';
import { kernelConfig } from '#collect/host/kernel-config';
import { modules } from '#collect/host/modules';
import { sourcesOf } from '../../../test/sources-of.js';

test('loaded modules that matter, built-in ones by their folder, parameters that may not be read by name', () => {
  const fact = modules.read(
    sourcesOf({
      '/proc/modules': 'kvm_intel 1 0 - Live 0x0\nkvm 1 1 kvm_intel, Live 0x0\nsnd 1 0 - Live 0x0\n',
      '/sys/module/kvm/parameters/halt_poll_ns': '200000\n',
      '/sys/module/kvm_intel/parameters/nested': 'Y\n',
      '/sys/module/kvm_intel/parameters/vmentry_l1d_flush': { denied: 'EACCES' },
      '/sys/module/zswap/parameters/enabled': 'N\n',
      '/sys/module/snd/parameters/x': '1\n',
    }),
  );
  assert.deepEqual(fact.state === 'known' && fact.value, [
    { name: 'kvm', parameters: new Map([['halt_poll_ns', '200000']]), unreadable: [] },
    { name: 'kvm_intel', parameters: new Map([['nested', 'Y']]), unreadable: ['vmentry_l1d_flush'] },
    { name: 'zswap', parameters: new Map([['enabled', 'N']]), unreadable: [] },
  ]);
  const none = modules.read(sourcesOf({}));
  assert.deepEqual(none.state === 'known' && none.value, []);
  assert.equal(modules.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
  assert.equal(modules.read(sourcesOf({ '/proc/modules': { denied: 'EACCES' } })).state, 'unknown');
});

const release = { '/proc/sys/kernel/osrelease': '6.4.0-1-default\n' };
const text = 'CONFIG_TRANSPARENT_HUGEPAGE_MADVISE=y\n# CONFIG_KSM is not set\n';
const option = (files: Readonly<Record<string, string>>, commands: Readonly<Record<string, string>> = {}) => {
  const fact = kernelConfig.read(sourcesOf({ ...release, ...files }, { commands }));
  return fact.state === 'known' ? fact.value.get('CONFIG_KSM') : fact.state;
};

test('the configuration of the running kernel from where its package puts it, else from a command', () => {
  assert.equal(option({ '/boot/config-6.4.0-1-default': text }), 'n');
  assert.equal(option({ '/usr/lib/modules/6.4.0-1-default/config': text }), 'n');
  assert.equal(option({ '/lib/modules/6.4.0-1-default/config': text }), 'n');
  assert.equal(option({}, { zcat: text }), 'n');
  assert.equal(option({}), 'unknown');
  assert.equal(option({ '/boot/config-6.4.0-1-default': 'not a configuration' }), 'unknown');
  assert.equal(kernelConfig.read(sourcesOf({ '/proc/sys/kernel/osrelease': '../../etc/passwd' })).state, 'unknown');
});
