import { fileText, folderNames } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import type { PoolAnswer } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import { readDocument } from '#collect/read-document';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseStoragePool } from '#formats/libvirt-xml/parse-storage-pool';
import type { StoragePool } from '#model/image';
import { type Known, known, mapKnown, unknown } from '#model/known';
import { type Bytes, bytes } from '#units/bytes';

const definitions = '/etc/libvirt/storage';
const running = '/run/libvirt/storage';

/** The storage pools, in libvirt's order; where libvirt does not answer, those that its own files define, without sizes. */
export const pools: Reading<readonly StoragePool[]> = {
  says: 'storage pools of libvirt',
  ways: [
    { call: 'virConnectListAllStoragePools' },
    { call: 'virStoragePoolGetInfo' },
    { call: 'virStoragePoolGetXMLDesc' },
    { file: `${definitions}/*.xml` },
    { file: `${running}/*.xml` },
  ],
  read: sources =>
    firstWay(
      () => fromLibvirt(sources),
      () => fromFiles(sources),
    ),
};

const fromLibvirt = (sources: Sources): Known<readonly StoragePool[]> =>
  mapKnown(
    libvirtFact(
      sources,
      'virConnectListAllStoragePools',
      answers => answers.pools,
      all => all.map(({ name }) => name).join(' ') || 'none',
    ),
    all => all.map(poolOfAnswer),
  );

/** Sizes of a pool count while it is active: libvirt tells zeros of one that is not. */
function poolOfAnswer({ name, uuid, active, xml, info }: PoolAnswer): StoragePool {
  const definition =
    'value' in xml ? readDocument(xml.value, `virStoragePoolGetXMLDesc ${name}`, parseStoragePool) : unknown('');
  const sizes = active && 'value' in info ? info.value : undefined;
  return {
    name,
    uuid,
    type: 'state' in definition ? 'unknown' : definition.type,
    isActive: active,
    capacity: sizeOf(sizes?.capacity),
    allocation: sizeOf(sizes?.allocation),
    available: sizeOf(sizes?.available),
    path: 'state' in definition ? undefined : definition.targetPath,
  };
}

const sizeOf = (size: number | undefined): Bytes | undefined =>
  size !== undefined && Number.isSafeInteger(size) && size >= 0 ? bytes(size) : undefined;

function fromFiles(sources: Sources): Known<readonly StoragePool[]> {
  const names = folderNames(sources, definitions);
  if (names.state !== 'known') return names;
  const active = folderNames(sources, running);
  // an active pool has a status file; where the folder of those cannot be seen nothing is known of any pool
  if (active.state === 'unknown') return active;
  const found: StoragePool[] = [];
  for (const file of names.value.filter(name => name.endsWith('.xml'))) {
    const path = `${definitions}/${file}`;
    const text = fileText(sources, path);
    if (text.state === 'unknown') return text;
    if (text.state === 'absent') continue;
    const definition = readDocument(text.value, path, parseStoragePool);
    if ('state' in definition) return definition;
    found.push({
      name: definition.name,
      uuid: definition.uuid,
      type: definition.type,
      isActive: active.state === 'known' && active.value.includes(file),
      capacity: undefined,
      allocation: undefined,
      available: undefined,
      path: definition.targetPath,
    });
  }
  return known(found, ...names.evidence);
}
