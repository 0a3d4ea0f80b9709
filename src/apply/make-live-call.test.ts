import assert from 'node:assert/strict';
import test from 'node:test';
import { makeLiveCall } from '#apply/make-live-call';
import type { LiveCall } from '#change/live-call';
import type { Codec } from '#formats/libvirt-rpc/codec';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { openConnection } from '#libvirt/connection';
import { CpuSet } from '#units/cpu-set';
import { FakeDaemon, reply } from '../../test/fake-daemon.js';

const domain = { name: 'db01', uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0', id: 3 };
const live = { flags: 1 };
const xml = (more = ''): string =>
  `<domain type='kvm' id='3'><currentMemory unit='KiB'>4096</currentMemory><vcpu current='3'>4</vcpu><devices>${more}</devices></domain>`;

/** A daemon with one guest that runs; its XML changes with each look, the last one stays. */
function daemonWith(...texts: readonly string[]): FakeDaemon {
  const daemon = new FakeDaemon()
    .open()
    .answer(procedures.domainLookupByName, { domain })
    .answer(procedures.domainIsActive, { active: true });
  let looks = 0;
  return daemon.on(procedures.domainGetXmlDesc, ({ header }) => {
    const text = texts[Math.min(looks++, texts.length - 1)] ?? xml();
    daemon.send(reply(header, procedures.domainGetXmlDesc.result, { xml: text }));
  });
}

interface Asked {
  readonly program: number;
  readonly number: number;
  readonly arguments: Codec<unknown>;
  readonly result: Codec<undefined>;
}

const cases: readonly (readonly [LiveCall, Asked, Readonly<Record<string, unknown>>, ...(readonly string[])])[] = [
  [{ call: 'pin-vcpu', vcpu: 1, cpus: '0-2' }, procedures.domainPinVcpuFlags, { vcpu: 1, cpus: CpuSet.of([0, 1, 2]) }],
  [{ call: 'pin-emulator', cpus: '9' }, procedures.domainPinEmulator, { cpus: CpuSet.of([9]) }],
  [
    { call: 'pin-iothread', iothread: 2, cpus: '0' },
    procedures.domainPinIothread,
    { iothread: 2, cpus: CpuSet.of([0]) },
  ],
  [{ call: 'add-iothread', iothread: 2 }, procedures.domainAddIothread, { iothread: 2 }],
  [{ call: 'remove-iothread', iothread: 2 }, procedures.domainDelIothread, { iothread: 2 }],
  [{ call: 'set-balloon-period', seconds: 5 }, procedures.domainSetMemoryStatsPeriod, { seconds: 5 }],
  [{ call: 'set-memory', kib: 4096 }, procedures.domainSetMemoryFlags, { kib: 4096n }],
  [{ call: 'set-vcpus', count: 3 }, procedures.domainSetVcpusFlags, { count: 3 }],
  [
    { call: 'set-numa-nodes', nodes: '0-1' },
    procedures.domainSetNumaParameters,
    { parameters: [{ name: 'numa_nodeset', type: 'string', value: '0-1' }] },
  ],
  [
    { call: 'set-memory-limits', limits: { hard_limit: 9_007_199_254_740_991 } },
    procedures.domainSetMemoryParameters,
    { parameters: [{ name: 'hard_limit', type: 'ullong', value: 9_007_199_254_740_991n }] },
  ],
  [
    { call: 'set-scheduler', values: { cpu_shares: 512, vcpu_quota: -1 } },
    procedures.domainSetSchedulerParametersFlags,
    {
      parameters: [
        { name: 'cpu_shares', type: 'ullong', value: 512n },
        { name: 'vcpu_quota', type: 'llong', value: -1n },
      ],
    },
  ],
  [
    { call: 'set-iotune', disk: 'vda', values: { total_iops_sec: 500 } },
    procedures.domainSetBlockIoTune,
    { disk: 'vda', parameters: [{ name: 'total_iops_sec', type: 'ullong', value: 500n }] },
  ],
  [
    { call: 'attach-device', xml: '<rng/>' },
    procedures.domainAttachDeviceFlags,
    { xml: '<rng/>' },
    xml(),
    xml('<rng/>'),
  ],
  [
    { call: 'detach-device', xml: '<rng/>' },
    procedures.domainDetachDeviceFlags,
    { xml: '<rng/>' },
    xml('<rng/>'),
    xml(),
  ],
  [{ call: 'update-device', xml: '<interface/>' }, procedures.domainUpdateDeviceFlags, { xml: '<interface/>' }],
];

for (const [call, procedure, args, ...texts] of cases) {
  test(`${call.call} is one call, and only of the running half`, async () => {
    const daemon = daemonWith(...texts).answer(procedure, undefined);
    const connection = await openConnection(daemon.stream, 'qemu:///system');
    await makeLiveCall(connection, 'db01', call);
    const [made, ...more] = daemon.callsOf(procedure);
    assert.ok(made !== undefined);
    assert.deepEqual(procedure.arguments.read(new XdrReader(made.payload)), { domain, ...args, ...live });
    assert.deepEqual(more, []);
    await connection.close();
  });
}

test('a balloon that the guest does not follow is let go', async () => {
  const daemon = daemonWith(xml()).answer(procedures.domainSetMemoryFlags, undefined);
  const connection = await openConnection(daemon.stream, 'qemu:///system');
  const call = { call: 'set-memory', kib: 2048 } as const;
  await assert.rejects(makeLiveCall(connection, 'db01', call, { patienceMs: 0 }), {
    name: 'GuestError',
    code: 'not-held',
  });
  const sizes = daemon
    .callsOf(procedures.domainSetMemoryFlags)
    .map(({ payload }) => procedures.domainSetMemoryFlags.arguments.read(new XdrReader(payload)).kib);
  assert.deepEqual(sizes, [2048n, 4096n]);
  await connection.close();
});

test('a guest that libvirt waited for in vain is waited for further', async () => {
  const daemon = daemonWith(xml(), xml().replace("current='3'", "current='2'")).refuse(procedures.domainSetVcpusFlags, {
    code: 68,
  });
  const connection = await openConnection(daemon.stream, 'qemu:///system');
  await makeLiveCall(connection, 'db01', { call: 'set-vcpus', count: 2 });
  await connection.close();
});

test('a guest that does not run is left alone', async () => {
  const daemon = daemonWith().answer(procedures.domainIsActive, { active: false });
  const connection = await openConnection(daemon.stream, 'qemu:///system');
  await assert.rejects(makeLiveCall(connection, 'db01', { call: 'pin-emulator', cpus: '0' }), { code: 'not-running' });
  await connection.close();
});
