import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { defineGuest } from '#apply/define-guest';
import type { DomainPart } from '#change/domain/domain-part';
import { editDomain, partsIn } from '#change/kinds/domain-xml';
import type { Connection } from '#libvirt/connection';
import { absent, known } from '#model/known';
import { makeScript } from '#plan/script/make-script';
import { bashText } from '#report/plan/script/bash-text';
import { planOf } from '../apply/plan-of.js';
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
  if (skip !== undefined) return;
  await connection.close();
  await daemon.stop();
});

const stored = async (name: string): Promise<string> =>
  connection.domainXml(await connection.domainByName(name), { inactive: true, secure: true });

const guest = (name: string, uuid: string): string => `<domain type='qemu'>
  <name>${name}</name><uuid>${uuid}</uuid>
  <metadata><x:app xmlns:x='urn:x'><x:note a="b &amp; c">two  words</x:note></x:app></metadata>
  <memory unit='GiB'>1</memory><vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='unsafe'/><source file='/srv/a.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/b.raw'/><target dev='vdb' bus='virtio'/></disk>
    <graphics type='vnc' passwd='sesame'/>
    <memballoon model='none'/>
  </devices>
</domain>`;

const wanted: readonly DomainPart[] = [
  { path: 'memoryBacking/locked', content: '<locked/>' },
  { path: 'vcpu', content: '4' },
  { path: 'iothreads', content: '1' },
  { path: "cputune/vcpupin[@vcpu='0']/@cpuset", content: '0' },
  { path: "devices/disk[target/@dev='vda']/driver/@cache", content: 'none' },
  { path: "devices/disk[target/@dev='vdb']/driver/@discard", content: 'unmap' },
  { path: 'features/acpi', content: undefined },
  { path: 'devices/rng', content: "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>" },
];

test('the bash export makes of a definition what we make of it, holds no secret, and refuses one that was changed', {
  skip,
}, async () => {
  const name = '-5 o\'box "$(id)"';
  const other = 'twin';
  const uuids = ['6d1f6fd0-0000-4000-8000-000000000001', '6d1f6fd0-0000-4000-8000-000000000002'] as const;
  await connection.defineDomain(guest(name, uuids[0]));
  await connection.defineDomain(guest(other, uuids[1]));
  const original = await stored(name);
  const change = editDomain(name, partsIn(original, { on: name, before: [], after: wanted }), wanted);
  const script = makeScript(planOf([change]), {
    file: () => absent(),
    folder: () => absent(),
    unit: () => absent(),
    guest: () => known(original.replace('sesame', '‹secret›')),
    nameOf: () => 'guest.xml',
  });
  assert.deepEqual(script.left, []);
  const file = join(daemon.folder, 'plan.bash');
  await writeFile(file, bashText(script));
  assert.ok(!bashText(script).includes('sesame'));
  const run = (...words: readonly string[]): Promise<string> =>
    daemon.enter(
      'env',
      'ANY_HOST=yes',
      `BACKUP=${join(daemon.folder, 'kept')}`,
      'LIBVIRT_DEFAULT_URI=qemu:///system',
      'bash',
      file,
      ...words,
    );
  assert.match(await run('--check', 'now'), /would be made/);
  assert.equal(await stored(name), original);
  assert.match(await run('now'), /change 1: made/);
  await defineGuest(connection, other, wanted);
  assert.equal(
    (await stored(name)).replace(/<name>.*<\/name>/, ''),
    (await stored(other)).replace(/<name>.*<\/name>/, '').replace(uuids[1], uuids[0]),
  );
  const kept = join(daemon.folder, 'kept/guests', `${name}.xml`);
  assert.equal((await readFile(kept, 'utf8')).trim(), original.trim());
  assert.equal((await stat(kept)).mode & 0o777, 0o600);
  assert.match(await run('now'), /is so already\nchanged=no/);
  await connection.defineDomain((await stored(name)).replace("cache='none'", "cache='writeback'"));
  await assert.rejects(run('now'), /cache.* is writeback, neither unsafe nor none/);
});
