import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { domainListFlags, networkListFlags } from '#formats/libvirt-rpc/flags';
import { procedures } from '#formats/libvirt-rpc/procedures';
import type { Connection } from '#libvirt/connection';
import type { LibvirtError } from '#libvirt/libvirt-error';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
let daemon: PrivateLibvirtd;
let connection: Connection;

before(async () => {
  if (skip !== undefined) return;
  daemon = await startPrivateLibvirtd();
  connection = await daemon.connect();
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

const guestXml = (name: string, more = '', devices = ''): string => `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>128</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><graphics type='vnc' passwd='sesame'/>${devices}</devices>
  ${more}
</domain>`;

const hasCode = (code: number) => (error: LibvirtError) =>
  error.name === 'LibvirtError' && error.code === code && error.doThis !== '';

const tapset = '/usr/share/systemtap/tapset/libvirt_functions.stp';
test('every number is that of this libvirt', {
  skip: skip ?? (existsSync(tapset) ? false : 'libvirt without its systemtap tables'),
}, async () => {
  const known = new Set<string>();
  for (const [, program, body = ''] of (await readFile(tapset, 'utf8')).matchAll(
    /program == (\d+) && version == 1\) \{([\s\S]*?)\n {2}\}/g,
  )) {
    for (const [, number, name] of body.matchAll(/proc == (\d+)\) \{\s*procstr = "(\w+)"/g))
      known.add(`${program} ${number} ${name}`);
  }
  assert.ok(known.size > 400);
  for (const { program, number, name } of Object.values(procedures))
    assert.ok(known.has(`${program} ${number} ${name}`), `${name} ${number}`);
});

test('a defined guest is listed, found and described as virsh does it', { skip }, async () => {
  const defined = await connection.defineDomain(guestXml('first'));
  assert.equal(defined.name, 'first');
  assert.equal(defined.id, -1);
  assert.deepEqual(await connection.domains(), [defined]);
  assert.deepEqual(await connection.domains({ flags: domainListFlags.active }), []);
  assert.deepEqual(await connection.domainByName('first'), defined);
  assert.deepEqual(await connection.domainByUuid(defined.uuid), defined);
  assert.equal(await daemon.virsh('dumpxml', 'first'), `${await connection.domainXml(defined)}\n`);
  assert.equal(
    await daemon.virsh('dumpxml', 'first', '--security-info'),
    `${await connection.domainXml(defined, { secure: true })}\n`,
  );
  assert.equal(
    await daemon.virsh('dumpxml', 'first', '--migratable'),
    `${await connection.domainXml(defined, { migratable: true })}\n`,
  );
  assert.deepEqual(await connection.domainState(defined), {
    state: 'shutoff',
    reason: 'unknown',
    code: 5,
    reasonCode: 0,
  });
  assert.equal((await connection.domainInfo(defined)).maxMemoryKib, 131_072n);
  assert.deepEqual(
    await Promise.all([
      connection.isActive(defined),
      connection.isPersistent(defined),
      connection.isUpdated(defined),
      connection.hasManagedSave(defined),
    ]),
    [false, true, false, false],
  );
  await connection.undefineDomain(defined);
  await assert.rejects(connection.domainByName('first'), hasCode(42));
});

test('passwords come only where they are asked for', { skip }, async () => {
  const guest = await connection.defineDomain(guestXml('secret'));
  assert.doesNotMatch(await connection.domainXml(guest), /sesame/);
  assert.match(await connection.domainXml(guest, { secure: true }), /passwd='sesame'/);
  await connection.undefineDomain(guest);
});

test('define validates: what the schema does not know is refused, unless one asks not to look', { skip }, async () => {
  await assert.rejects(connection.defineDomain(guestXml('bogus', '<bogus/>')), (error: LibvirtError) => {
    assert.equal(error.code, 92);
    assert.equal(error.codeName, 'VIR_ERR_XML_INVALID_SCHEMA');
    assert.match(error.message, /bogus/);
    return true;
  });
  const dropped = await connection.defineDomain(guestXml('bogus', '<bogus/>'), { validate: false });
  assert.doesNotMatch(await connection.domainXml(dropped), /bogus\//);
  await connection.undefineDomain(dropped);
  await assert.rejects(connection.defineDomain('<domain', { validate: false }), hasCode(35));
});

test('autostart, metadata, snapshots and checkpoints', { skip }, async () => {
  const disk = join(daemon.folder, 'kept.qcow2');
  await daemon.enter('qemu-img', 'create', '-q', '-f', 'qcow2', disk, '1M');
  const source = `<disk type='file'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`;
  const guest = await connection.defineDomain(guestXml('kept', '', source));
  await connection.setAutostart(guest, 'on');
  assert.equal(await connection.isAutostarted(guest), true);
  await connection.setAutostart(guest, 'off');
  assert.equal(await connection.isAutostarted(guest), false);

  const uri = 'https://example.com/nearmetal-test';
  await assert.rejects(connection.metadata(guest, 'element', { uri }), hasCode(80));
  await connection.setMetadata(guest, 'element', '<intent>latency</intent>', { uri, prefix: 'nm' });
  assert.equal(await connection.metadata(guest, 'element', { uri }), '<intent>latency</intent>');
  await connection.setMetadata(guest, 'element', undefined, { uri, prefix: 'nm' });
  await assert.rejects(connection.metadata(guest, 'element', { uri }), hasCode(80));
  await connection.setMetadata(guest, 'title', 'Größe');
  assert.equal(await connection.metadata(guest, 'title'), 'Größe');

  assert.deepEqual(await connection.snapshots(guest), []);
  assert.deepEqual(await connection.checkpoints(guest), []);
  await daemon.virsh('snapshot-create-as', 'kept', 'before');
  assert.deepEqual(
    (await connection.snapshots(guest)).map(({ name, domain }) => [name, domain.name]),
    [['before', 'kept']],
  );
  await assert.rejects(connection.undefineDomain(guest), hasCode(55));
  await connection.undefineDomain(guest, { flags: 1 << 1 });
});

test('the stored pins, limits and NUMA settings of a guest', { skip }, async () => {
  const tuned = `<memtune><hard_limit unit='MiB'>512</hard_limit></memtune><iothreads>1</iothreads>
    <cputune><vcpupin vcpu='0' cpuset='0'/><emulatorpin cpuset='0'/><iothreadpin iothread='1' cpuset='0'/></cputune>
    <numatune><memory mode='strict' nodeset='0'/></numatune>`;
  const guest = await connection.defineDomain(guestXml('tuned', tuned));
  const of = 'config';
  const { online } = await connection.cpuMap();
  assert.deepEqual((await connection.vcpuPins(guest, { of })).map(String), ['0', String(online)]);
  assert.equal(String(await connection.emulatorPin(guest, { of })), '0');
  assert.deepEqual(
    (await connection.iothreads(guest, { of })).map(({ id, cpus }) => [id, String(cpus)]),
    [[1, '0']],
  );
  assert.equal((await connection.memoryLimits(guest, { of })).get('hard_limit'), 524_288n);
  assert.deepEqual(
    [...(await connection.numaParameters(guest, { of }))],
    [
      ['numa_mode', 0],
      ['numa_nodeset', '0'],
    ],
  );
  assert.equal((await connection.schedulerParameters(guest, { of })).get('vcpu_quota'), 0n);
  assert.ok((await connection.blkioParameters(guest, { of })).has('weight'));
  const argv = await connection.domainXmlToNative(await connection.domainXml(guest));
  assert.match(argv, /qemu-system-x86_64.* -name guest=tuned,/s);
  await connection.undefineDomain(guest);
});

test('the host as virsh and the kernel see it', { skip }, async () => {
  const [version, type, uri, hostname, node, map] = await Promise.all([
    connection.libvirtVersion(),
    connection.type(),
    connection.uri(),
    connection.hostname(),
    connection.nodeInfo(),
    connection.cpuMap(),
  ]);
  const printed = `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`;
  assert.match(await daemon.virsh('version', '--daemon'), new RegExp(`Running against daemon: ${printed}`));
  assert.equal(type, 'QEMU');
  assert.ok((await connection.hypervisorVersion()) > 5_000_000);
  assert.equal(uri, 'qemu:///system');
  assert.equal(`${hostname}\n\n`, await daemon.virsh('hostname'));
  assert.match(
    await daemon.virsh('nodeinfo'),
    new RegExp(`CPU\\(s\\): +${node.cpus}\n[\\s\\S]*Memory size: +${node.memoryKib} KiB`),
  );
  assert.equal(String(map.online), (await readFile('/sys/devices/system/cpu/online', 'utf8')).trim());
  const freePages = await connection.freePages([4, 2048]);
  assert.equal(freePages.length, 2);
  assert.ok((freePages[0] ?? 0n) > 1000n);
  const total = /MemTotal: +(\d+)/.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  assert.equal((await connection.memoryStats()).get('total'), BigInt(total ?? 0));
  assert.equal((await connection.cellsFreeMemory()).length, node.nodes);
  assert.ok((await connection.freeMemory()) > 2n ** 20n);
  assert.deepEqual([...(await connection.cpuStats()).keys()].sort(), ['idle', 'iowait', 'kernel', 'user']);
  assert.ok((await connection.cpuStats({ cpu: 0 })).has('idle'));
  assert.ok((await connection.memoryParameters()).has('shm_pages_to_scan'));
  assert.equal(typeof (await connection.securityModel()).model, 'string');
  assert.ok((await connection.cpuModelNames('x86_64')).includes('EPYC'));
  assert.equal((await connection.capabilities()).trim(), (await daemon.virsh('capabilities')).trim());
  const virtType = 'qemu';
  assert.equal(
    (await connection.domainCapabilities({ virtType })).trim(),
    (await daemon.virsh('domcapabilities', '--virttype', virtType)).trim(),
  );
});

test('devices and interfaces of the host', { skip }, async () => {
  const devices = await connection.nodeDevices();
  assert.deepEqual(
    devices.map(({ name }) => name).sort(),
    (await daemon.virsh('nodedev-list')).split('\n').filter(Boolean).sort(),
  );
  assert.match(await connection.nodeDeviceXml({ name: 'computer' }), /<capability type='system'>/);
  const interfaces = await connection.interfaces();
  const listed = (await daemon.virsh('iface-list', '--all')).split('\n').slice(2).filter(Boolean);
  const states = await Promise.all(
    interfaces.map(async each => `${each.name} ${(await connection.isInterfaceActive(each)) ? 'active' : 'inactive'}`),
  );
  const expected = listed.map(line => line.trim().split(/ +/).slice(0, 2).join(' '));
  assert.deepEqual(new Set(states), new Set(expected));
  const loopback = interfaces.find(({ name }) => name === 'lo');
  assert.ok(loopback);
  assert.match(await connection.interfaceXml(loopback), /name='lo'/);
});

test('networks', { skip }, async () => {
  await daemon.virsh(
    'net-define',
    await fileWith('net.xml', '<network><name>lonely</name><bridge name="nmtest0"/></network>'),
  );
  const network = await connection.networkByName('lonely');
  assert.ok((await connection.networks()).some(({ uuid }) => uuid === network.uuid));
  assert.deepEqual(await connection.networks({ flags: networkListFlags.active }), []);
  assert.equal(`${await connection.networkXml(network)}\n`, await daemon.virsh('net-dumpxml', 'lonely'));
  assert.deepEqual(await Promise.all([connection.isNetworkActive(network), connection.isNetworkAutostarted(network)]), [
    false,
    false,
  ]);
  await assert.rejects(connection.networkByName('none'), hasCode(43));
});

test('storage pools and volumes', { skip }, async () => {
  const folder = join(daemon.folder, 'lib/pool');
  await mkdir(folder);
  await writeFile(join(folder, 'disk.raw'), Buffer.alloc(8192));
  // a name that is no UTF-8 spoils itself, not the list
  await writeFile(Buffer.concat([Buffer.from(`${folder}/gr`), Buffer.of(0xfc), Buffer.from('n.raw')]), 'x');
  await daemon.virsh('pool-create-as', 'images', 'dir', '--target', '/var/lib/libvirt/pool');
  const pool = await connection.storagePoolByName('images');
  assert.deepEqual(await connection.storagePools(), [pool]);
  assert.equal(`${await connection.storagePoolXml(pool)}\n`, await daemon.virsh('pool-dumpxml', 'images'));
  const info = await connection.storagePoolInfo(pool);
  assert.equal(info.state, 'running');
  assert.equal(info.capacity, info.allocation + info.available);
  assert.deepEqual(
    await Promise.all([connection.isStoragePoolActive(pool), connection.isStoragePoolAutostarted(pool)]),
    [true, false],
  );
  const volumes = await connection.storageVolumes(pool);
  assert.ok(volumes.length >= 1);
  const volume = volumes.find(({ name }) => name === 'disk.raw');
  assert.ok(volume);
  assert.deepEqual(await connection.storageVolumeByPath('/var/lib/libvirt/pool/disk.raw'), volume);
  assert.equal(await connection.storageVolumePath(volume), '/var/lib/libvirt/pool/disk.raw');
  assert.match(await connection.storageVolumeXml(volume), /<format type='raw'\/>/);
  const sizes = await connection.storageVolumeInfo(volume);
  assert.equal(sizes.type, 'file');
  assert.equal(sizes.capacity, 8192n);
  await daemon.virsh('pool-destroy', 'images');
});

async function fileWith(name: string, text: string): Promise<string> {
  const path = join(daemon.folder, name);
  await writeFile(path, text);
  return path;
}
