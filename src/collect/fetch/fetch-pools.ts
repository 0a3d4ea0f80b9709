import { answerOf, mapAnswer } from '#collect/fetch/answer-of';
import type { Answer, DomainAnswer, PoolAnswer, VolumeAnswer } from '#collect/libvirt-answers';
import { storagePoolListFlags } from '#formats/libvirt-rpc/flags';
import type { StoragePool, StorageVolume } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';

/** More layers than any chain of images that works. */
const mostRounds = 32;

/** A volume while its description may still be asked for. */
interface Asked {
  readonly volume: StorageVolume;
  readonly path: string;
  xml?: Answer<string>;
}

/**
 * Asks for all storage pools and the names of their volumes. A volume is described only where a guest's definition or the description
 * of another volume names it: each description makes the daemon open the image, and pools may hold thousands.
 */
export async function fetchPools(
  connection: Connection,
  domains: Answer<readonly DomainAnswer[]>,
): Promise<Answer<readonly PoolAnswer[]>> {
  const [all, active] = await Promise.all([
    answerOf(connection.storagePools()),
    answerOf(connection.storagePools({ flags: storagePoolListFlags.active })),
  ]);
  if (!('value' in all)) return all;
  if (!('value' in active)) return active;
  const running = new Set(active.value.map(({ name }) => name));
  const pools = await Promise.all(all.value.map(pool => fetchPool(connection, pool, running.has(pool.name))));
  await describeVolumes(connection, pools, namesIn('value' in domains ? domains.value : []));
  return {
    value: pools.map(({ asked, ...pool }) => ({ ...pool, volumes: mapAnswer(asked, all => all.map(volumeAnswer)) })),
  };
}

type AskedPool = Omit<PoolAnswer, 'volumes'> & { readonly asked: Answer<readonly Asked[]> };

async function fetchPool(connection: Connection, pool: StoragePool, isActive: boolean): Promise<AskedPool> {
  const [xml, info, volumes] = await Promise.all([
    answerOf(connection.storagePoolXml(pool, { inactive: true })),
    answerOf(connection.storagePoolInfo(pool)),
    isActive ? answerOf(connection.storageVolumes(pool)) : { value: [] },
  ]);
  const sizes = mapAnswer(info, ({ capacity, allocation, available }) => ({
    capacity: Number(capacity),
    allocation: Number(allocation),
    available: Number(available),
  }));
  const withPaths =
    'value' in volumes
      ? { value: await Promise.all(volumes.value.map(volume => located(connection, volume))) }
      : volumes;
  return { name: pool.name, uuid: pool.uuid, active: isActive, xml, info: sizes, asked: withPaths };
}

/** The key of a volume in a folder is its path; of others libvirt is asked. */
async function located(connection: Connection, volume: StorageVolume): Promise<Asked> {
  if (volume.key.startsWith('/')) return { volume, path: volume.key };
  const path = await answerOf(connection.storageVolumePath(volume));
  return { volume, path: 'value' in path ? path.value : '' };
}

/** Describes the volumes that are named, then those that these name as their backing, until no new ones are named. */
async function describeVolumes(connection: Connection, pools: readonly AskedPool[], named: Set<string>): Promise<void> {
  const open = new Set(pools.flatMap(({ asked }) => ('value' in asked ? asked.value : [])));
  for (let round = 0; round < mostRounds; round++) {
    const wanted = [...open].filter(({ path, volume }) => named.has(path) || named.has(volume.name));
    if (wanted.length === 0) return;
    await Promise.all(
      wanted.map(async asked => {
        open.delete(asked);
        asked.xml = await answerOf(connection.storageVolumeXml(asked.volume));
        if ('value' in asked.xml) for (const path of pathsIn(asked.xml.value)) named.add(path);
      }),
    );
  }
}

/** Paths of images and names of volumes in definitions: whatever a source names. Names that fit by chance only cost a question. */
const namesIn = (domains: readonly DomainAnswer[]): Set<string> => {
  const names = new Set<string>();
  for (const { xml, liveXml } of domains) {
    for (const answer of [xml, liveXml]) {
      const text = answer !== undefined && 'value' in answer ? answer.value : '';
      for (const [, name = ''] of text.matchAll(/\s(?:file|dev|volume)=["']([^"']{1,4096})["']/g)) names.add(name);
    }
  }
  return names;
};

const pathsIn = (xml: string): readonly string[] =>
  [...xml.matchAll(/<path>([^<]{1,4096})<\/path>/g)].flatMap(([, path]) => path ?? []);

const volumeAnswer = ({ volume, path, xml }: Asked): VolumeAnswer => ({
  name: volume.name,
  path,
  xml: xml ?? { error: 'no guest names this volume, so libvirt was not asked to describe it' },
});
