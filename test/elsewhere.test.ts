import assert from 'node:assert/strict';
import test from 'node:test';
import type { Example } from '#check/example';
import type { Outcome } from '#check/outcome';
import { runRules } from '#check/run-rules';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';

function outcomesOf(example: Example): readonly Outcome[] {
  const machine = collectMachine({ source: example.name, extent: 'host', sources: exampleSources(example) });
  return runRules(machine, rules, noWishes, new Date(0));
}

const machines: readonly (readonly [architecture: string, machine: string])[] = [
  ['aarch64', 'virt-8.2'],
  ['s390x', 's390-ccw-virtio-8.2'],
  ['ppc64le', 'pseries-8.2'],
];

for (const [architecture, machine] of machines) {
  test(`on ${architecture} the rules about x86 do not apply, and none crashes`, () => {
    const outcomes = outcomesOf({
      name: architecture,
      files: { '/proc/sys/kernel/arch': architecture, '/proc/cpuinfo': 'processor : 0' },
      guest: `<os><type arch='${architecture}' machine='${machine}'>hvm</type></os>`,
      libvirt: { capabilities: `<capabilities><host><cpu><arch>${architecture}</arch></cpu></host></capabilities>` },
      expect: 'not-applicable',
    });
    const ofX86 = outcomes.filter(
      ({ rule }) => rule.when?.architecture === 'x86' || rule.when?.guestArchitecture === 'x86',
    );
    assert.ok(ofX86.length > 0);
    assert.deepEqual(
      ofX86.filter(({ outcome }) => outcome !== 'not-applicable').map(one => `${one.rule.id}: ${one.outcome}`),
      [],
    );
    assert.deepEqual(
      outcomes.filter(({ outcome }) => outcome === 'crashed').map(one => one.rule.id),
      [],
    );
  });
}

test('of an unprivileged libvirt nothing is asked that only the system can do, and no rule crashes', () => {
  const outcomes = outcomesOf({ name: 'session', libvirt: { uri: 'qemu:///session' }, expect: 'not-applicable' });
  const ofSystem = outcomes.filter(({ rule }) => rule.when?.instance === 'system');
  assert.ok(ofSystem.length > 3);
  assert.deepEqual(
    ofSystem.filter(({ outcome }) => outcome !== 'not-applicable').map(one => one.rule.id),
    [],
  );
  assert.deepEqual(
    outcomes.filter(({ outcome }) => outcome === 'crashed').map(one => one.rule.id),
    [],
  );
});
