import assert from 'node:assert/strict';
import test from 'node:test';
import { gib, mib } from '#units/bytes';
import { configOf, knownValue, reasonOf } from '../../../test/domain-facts.js';

test('memoryBacking, memtune and maxMemory', () => {
  const config = configOf(`
    <maxMemory slots='16' unit='TiB'>1</maxMemory>
    <memoryBacking>
      <hugepages><page size='1' unit='GiB' nodeset='0-1'/><page size='2048'/></hugepages>
      <nosharepages/><locked/><source type='memfd'/><access mode='shared'/>
      <allocation mode='immediate' threads='8'/><discard/>
    </memoryBacking>
    <memtune>
      <hard_limit unit='GiB'>8</hard_limit>
      <soft_limit unit='KiB'>9007199254740991</soft_limit>
      <swap_hard_limit>2097152</swap_hard_limit>
    </memtune>`);
  assert.deepEqual(knownValue(config.maxMemory), { size: gib(1024), slots: 16 });
  const backing = knownValue(config.memoryBacking);
  assert.deepEqual(
    backing.hugepages?.pages.map(({ size, nodeset }) => [size, nodeset?.toString()]),
    [
      [gib(1), '0-1'],
      [mib(2), undefined],
    ],
  );
  assert.deepEqual(
    { ...backing, hugepages: undefined },
    {
      hugepages: undefined,
      nosharepages: true,
      locked: true,
      source: 'memfd',
      access: 'shared',
      allocation: { mode: 'immediate', threads: 8 },
      discard: true,
    },
  );
  assert.deepEqual(knownValue(config.memtune), { hardLimit: gib(8), softLimit: undefined, swapHardLimit: gib(2) });
  assert.deepEqual(knownValue(configOf('<memoryBacking><hugepages/></memoryBacking>').memoryBacking).hugepages, {
    pages: [],
  });
});

test('blkiotune: weights of all disks and of single ones; limits by bytes are none', () => {
  const weights = (xml: string) => knownValue(configOf(`<blkiotune>${xml}</blkiotune>`).blockWeights);
  assert.deepEqual(
    weights(
      '<weight>800</weight><device><path>/dev/sda</path><weight>300</weight></device><device><path>/dev/sdb</path><read_bytes_sec>9</read_bytes_sec></device><device><path>/dev/sdc</path><weight>0</weight></device>',
    ),
    { weight: 800, devices: [{ path: '/dev/sda', weight: 300 }] },
  );
  assert.deepEqual(weights(''), { weight: undefined, devices: [] });
  assert.match(reasonOf(configOf('<blkiotune><weight>much</weight></blkiotune>').blockWeights), /weight/);
});

test('vcpu, iothreads, cputune and numatune', () => {
  const config = configOf(`
    <vcpu placement='static' cpuset='0-7,^3' current='2'>4</vcpu>
    <iothreads>1</iothreads><iothreadids><iothread id='4'/><iothread id='9'/></iothreadids>
    <cputune>
      <vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3,5'/><emulatorpin cpuset='0-1'/>
      <iothreadpin iothread='4' cpuset='6'/><vcpusched vcpus='0' scheduler='fifo' priority='1'/>
      <shares>2048</shares><period>100000</period><quota>-1</quota>
    </cputune>
    <numatune><memory mode='preferred' nodeset='1'/><memnode cellid='0' nodeset='0'/></numatune>`);
  const { cpuset, ...vcpus } = knownValue(config.vcpus);
  assert.deepEqual(vcpus, { max: 4, current: 2, placement: 'static' });
  assert.equal(cpuset?.toString(), '0-2,4-7');
  assert.equal(knownValue(config.iothreads), 2);
  const tuning = knownValue(config.cputune);
  assert.deepEqual(
    tuning.vcpuPins.map(pin => `${pin.vcpu}: ${pin.cpuset}`),
    ['0: 2', '1: 3,5'],
  );
  assert.equal(tuning.emulatorPin?.toString(), '0-1');
  assert.deepEqual(
    tuning.iothreadPins.map(pin => `${pin.iothread}: ${pin.cpuset}`),
    ['4: 6'],
  );
  assert.deepEqual(
    { shares: tuning.shares, quota: tuning.quota, period: tuning.period, realtime: tuning.hasRealtimeScheduler },
    { shares: 2048, quota: undefined, period: 100000, realtime: true },
  );
  const numa = knownValue(config.numatune);
  assert.equal(`${numa.memory?.mode} ${numa.memory?.nodeset}`, 'preferred 1');
  assert.deepEqual(
    numa.cells.map(cell => `${cell.cell} ${cell.mode} ${cell.nodeset}`),
    ['0 strict 0'],
  );
});

test('vCPUs that are enabled one by one are counted', () => {
  const config = configOf(
    "<vcpu>4</vcpu><vcpus><vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/><vcpu id='2' enabled='yes'/></vcpus>",
  );
  assert.equal(knownValue(config.vcpus).current, 2);
});

test('cpu with model, features, topology and cells', () => {
  const config = configOf(`
    <cpu mode='custom' match='exact' check='partial' migratable='off'>
      <model fallback='forbid'>Icelake-Server</model><cache mode='passthrough'/>
      <topology sockets='1' dies='2' cores='4' threads='2'/>
      <feature policy='disable' name='hle'/><feature name='invtsc'/>
      <numa><cell id='0' cpus='0-7' memory='4' unit='GiB' memAccess='shared'/><cell memory='1048576'/></numa>
    </cpu>`);
  const { cells, ...cpu } = knownValue(config.cpu);
  assert.deepEqual(cpu, {
    mode: 'custom',
    match: 'exact',
    check: 'partial',
    migratable: 'off',
    model: 'Icelake-Server',
    modelFallback: 'forbid',
    features: [
      { name: 'hle', policy: 'disable' },
      { name: 'invtsc', policy: 'require' },
    ],
    topology: { sockets: 1, dies: 2, clusters: 1, cores: 4, threads: 2 },
    cacheMode: 'passthrough',
  });
  assert.deepEqual(
    cells.map(cell => [cell.id, cell.cpus?.toString(), cell.memory, cell.access]),
    [
      [0, '0-7', gib(4), 'shared'],
      [1, undefined, gib(1), undefined],
    ],
  );
  assert.match(reasonOf(configOf("<cpu><topology sockets='0'/></cpu>").cpu), /number from 1/);
});

test('features, hyperv and clock', () => {
  const config = configOf(`
    <features>
      <acpi/><apic/><smm/><kvm><hidden state='on'/><hint-dedicated state='off'/></kvm>
      <hyperv><relaxed state='on'/><vapic state='off'/><spinlocks state='on' retries='8191'/><stimer state='on'><direct state='on'/></stimer></hyperv>
    </features>
    <clock offset='variable' basis='utc'>
      <timer name='hpet' present='no'/><timer name='tsc' frequency='2900000000' mode='native'/><timer name='rtc' tickpolicy='catchup'/>
    </clock>`);
  assert.deepEqual(knownValue(config.features), {
    names: ['acpi', 'apic', 'smm', 'kvm', 'hyperv'],
    acpi: true,
    apic: true,
    pae: false,
    smm: true,
    hintDedicated: false,
    kvmHidden: true,
    hypervMode: 'custom',
    hyperv: ['relaxed', 'spinlocks', 'stimer', 'stimer-direct'],
    spinlockRetries: 8191,
  });
  const { timers, ...clock } = knownValue(config.clock);
  assert.deepEqual(clock, { offset: 'variable', basis: 'utc', timezone: undefined });
  assert.deepEqual(
    timers.map(timer => [timer.name, timer.isPresent, timer.tickPolicy, timer.frequency, timer.mode]),
    [
      ['hpet', false, undefined, undefined, undefined],
      ['tsc', undefined, undefined, 2_900_000_000, 'native'],
      ['rtc', undefined, 'catchup', undefined, undefined],
    ],
  );
});

test('os: firmware without a path, kernel with a command line whose secrets are masked', () => {
  const config = configOf(`
    <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type><loader secure='yes'/><nvram/>
    <kernel>/boot/vmlinuz</kernel><cmdline>root=/dev/vda inst.password=hunter2 quiet</cmdline></os>`);
  assert.deepEqual(knownValue(config.os), {
    type: 'hvm',
    architecture: 'x86_64',
    machine: 'q35',
    firmware: 'efi',
    loader: { path: undefined, type: undefined, isSecure: true },
    hasNvram: true,
    kernel: '/boot/vmlinuz',
    commandLine: 'root=/dev/vda inst.password=‹secret› quiet',
  });
  assert.match(reasonOf(configOf('<os><boot/></os>').os), /<type> of \/domain\/os is “”/);
});
