import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { setModuleOption } from '#change/kinds/modprobe-option';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const ours = '/etc/modprobe.d/nearmetal.conf';

test('a parameter has one line in our file, which goes with its last line', () => {
  holdsEveryWay({ files: {} }, setModuleOption('kvm', 'halt_poll_ns', undefined, '0'));
  const files = {
    [ours]: '# Written by nearmetal; “nearmetal undo” takes its lines back.\noptions kvm_intel nested=1\n',
  };
  holdsEveryWay({ files }, setModuleOption('kvm', 'halt_poll_ns', undefined, '400000'));
  holdsEveryWay({ files }, setModuleOption('kvm_intel', 'nested', '1', '0'));
});

test('a file that modprobe reads behind ours is named', () => {
  const change = setModuleOption('kvm', 'halt_poll_ns', undefined, '0');
  const obstacle = (files: Readonly<Record<string, string>>): string | undefined =>
    kindOf(change).obstacle(change, new SimulatedMachine({ files }).observe(change));
  assert.match(
    obstacle({ '/etc/modprobe.d/z.conf': 'options kvm \\\n  ignore_msrs=1 halt_poll_ns=5\n' }) ?? '',
    /^\/etc\/modprobe\.d\/z\.conf sets halt_poll_ns of kvm and is read last: set it to 0 there\.$/,
  );
  assert.equal(obstacle({ '/etc/modprobe.d/kvm.conf': 'options kvm halt_poll_ns=5\n' }), undefined);
});

test('what is no parameter is refused', () => {
  const { fault } = kindOf(setModuleOption('kvm', 'nested', undefined, '1'));
  assert.match(fault(setModuleOption('kvm x', 'nested', undefined, '1')) ?? '', /MODULE PARAMETER/);
  assert.match(fault(setModuleOption('kvm', 'nested', undefined, '1\ninstall kvm /bin/sh')) ?? '', /no state/);
});
