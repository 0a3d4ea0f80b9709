import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { architectureOf, cpuModelOf, parseCpuinfo } from '#formats/proc/cpuinfo';
import { hostileText } from '../../../test/hostile-text.js';

const x86 = (cpu: number): string =>
  [
    `processor\t: ${cpu}`,
    'vendor_id\t: GenuineIntel',
    `model name\t: Intel(R) Xeon(R) ${cpu}`,
    `physical id\t: ${cpu % 2}`,
    `core id\t\t: ${cpu + 10}`,
    'flags\t\t: fpu lm vmx',
    'power management:',
    '',
  ].join('\n');

test('x86: model and flags of the first CPU, package and core of each', () => {
  const cpuinfo = parseCpuinfo([x86(0), x86(1), x86(5)].join('\n'));
  assert.ok(cpuinfo);
  assert.deepEqual(cpuModelOf(cpuinfo), {
    vendor: 'GenuineIntel',
    name: 'Intel(R) Xeon(R) 0',
    flags: new Set(['fpu', 'lm', 'vmx']),
  });
  assert.deepEqual(cpuinfo.processors, [
    { cpu: 0, socket: 0, core: 10 },
    { cpu: 1, socket: 1, core: 11 },
    { cpu: 5, socket: 1, core: 15 },
  ]);
  assert.equal(architectureOf(cpuinfo), 'x86_64');
});

test('a 32-bit x86 kernel on a 64-bit CPU is told by the bugs that it looks for', () => {
  const cpuinfo = parseCpuinfo('processor : 0\nvendor_id : GenuineIntel\nfdiv_bug : no\nflags : fpu lm\n');
  assert.equal(cpuinfo && architectureOf(cpuinfo), 'i686');
});

test('Arm: maker and core by number; a number that is not known stays a number', () => {
  const arm = (implementer: string, part: string) =>
    parseCpuinfo(
      `processor : 0\nFeatures : fp asimd\nCPU implementer : ${implementer}\nCPU architecture: 8\nCPU part : ${part}\n`,
    );
  const altra = arm('0x41', '0xd0c');
  assert.ok(altra);
  assert.deepEqual(cpuModelOf(altra), { vendor: 'ARM', name: 'Neoverse-N1', flags: new Set(['fp', 'asimd']) });
  assert.equal(architectureOf(altra), 'aarch64');
  const strange = arm('__proto__', '0xfff');
  assert.deepEqual(strange && cpuModelOf(strange).vendor, '__proto__');
  assert.equal(strange && cpuModelOf(strange).name, undefined);
});

test('s390x numbers CPUs in the name of the field, sparc in a list of states', () => {
  const s390 = parseCpuinfo(
    'vendor_id : IBM/S390\nfeatures\t: esan3 zarch \nprocessor 0: version = 00, machine = 2964\nprocessor 3: version = 00\n',
  );
  assert.deepEqual(
    s390?.processors.map(({ cpu }) => cpu),
    [0, 3],
  );
  assert.equal(s390 && cpuModelOf(s390).name, 'machine type 2964');
  assert.equal(s390 && architectureOf(s390), 's390x');
  const sparc = parseCpuinfo('cpu\t\t: TI UltraSparc II\ntype\t\t: sun4u\nState:\nCPU6:\t\tonline\nCPU14:\t\tonline\n');
  assert.deepEqual(
    sparc?.processors.map(({ cpu }) => cpu),
    [6, 14],
  );
});

test('POWER fits two architectures, so none is named', () => {
  const power = parseCpuinfo('processor : 0\ncpu : POWER9\n\nplatform : PowerNV\n');
  assert.equal(power && architectureOf(power), undefined);
});

test('hostile text takes time in proportion and never throws', () => {
  const before = performance.now();
  parseCpuinfo(`${'\n'.repeat(4_000_000)}:`);
  parseCpuinfo('processor : 99999\n'.repeat(200_000));
  assert.equal(parseCpuinfo('processor : 70000\nx : y')?.processors.length, 0);
  assert.equal(parseCpuinfo('no colon'), undefined);
  assert.ok(performance.now() - before < 30_000);
  fc.assert(
    fc.property(
      hostileText(
        'processor',
        'CPU',
        'flags',
        'Features',
        'vendor_id',
        'IBM/S390',
        'CPU implementer',
        'core id',
        'physical id',
        'isa',
      ),
      text => {
        const cpuinfo = parseCpuinfo(text);
        if (cpuinfo !== undefined) {
          cpuModelOf(cpuinfo);
          architectureOf(cpuinfo);
        }
      },
    ),
  );
});
