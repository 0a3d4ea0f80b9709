import { type PoolStateName, poolStateName, type VolumeTypeName, volumeTypeName } from '#formats/libvirt-rpc/names';
import type { StoragePool, StorageVolume } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import type { ListOptions } from '#libvirt/host-calls';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/** Sizes in bytes. */
export interface PoolInfo {
  readonly state: PoolStateName;
  readonly capacity: bigint;
  readonly allocation: bigint;
  readonly available: bigint;
}

/** Sizes in bytes. */
export interface VolumeInfo {
  readonly type: VolumeTypeName;
  readonly capacity: bigint;
  readonly allocation: bigint;
}

/** The calls about storage pools and volumes. */
export type StorageCalls = ReturnType<typeof storageCalls>;

/** Makes the calls about storage pools and volumes. All of them change nothing. */
export function storageCalls(channel: RpcChannel) {
  return {
    /** The storage pools; `storagePoolListFlags` narrow the list. */
    storagePools: async ({ flags = 0, ...options }: ListOptions = {}): Promise<readonly StoragePool[]> =>
      (await channel.call(procedures.connectListAllStoragePools, { wantsResults: true, flags }, options)).pools,

    /** The pool of a name; rejects with VIR_ERR_NO_STORAGE_POOL where there is none. */
    storagePoolByName: async (name: string, options: CallOptions = {}): Promise<StoragePool> =>
      (await channel.call(procedures.storagePoolLookupByName, { name }, options)).pool,

    /** The pool's XML; with `inactive` as it will start next, else as it runs. */
    storagePoolXml: async (
      pool: StoragePool,
      { inactive, ...options }: CallOptions & { readonly inactive?: boolean | undefined } = {},
    ): Promise<string> =>
      (await channel.call(procedures.storagePoolGetXmlDesc, { pool, flags: inactive ? 1 : 0 }, options)).xml,

    /** Sizes of a pool as they were at its last refresh. */
    storagePoolInfo: async (pool: StoragePool, options: CallOptions = {}): Promise<PoolInfo> => {
      const info = await channel.call(procedures.storagePoolGetInfo, { pool }, options);
      return { ...info, state: poolStateName(info.state) };
    },

    /** Whether it runs. */
    isStoragePoolActive: async (pool: StoragePool, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.storagePoolIsActive, { pool }, options)).active,

    /** Whether it starts with the daemon. */
    isStoragePoolAutostarted: async (pool: StoragePool, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.storagePoolGetAutostart, { pool }, options)).autostart,

    /** The volumes that an active pool had at its last refresh. */
    storageVolumes: async (pool: StoragePool, options: CallOptions = {}): Promise<readonly StorageVolume[]> =>
      (await channel.call(procedures.storagePoolListAllVolumes, { pool, wantsResults: true, flags: 0 }, options))
        .volumes,

    /** The volume of a path; rejects with VIR_ERR_NO_STORAGE_VOL where no pool holds it. */
    storageVolumeByPath: async (path: string, options: CallOptions = {}): Promise<StorageVolume> =>
      (await channel.call(procedures.storageVolLookupByPath, { path }, options)).volume,

    /** XML of a volume: format, sizes, path, the image behind it. */
    storageVolumeXml: async (volume: StorageVolume, options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.storageVolGetXmlDesc, { volume, flags: 0 }, options)).xml,

    /** Path of a volume on the host. */
    storageVolumePath: async (volume: StorageVolume, options: CallOptions = {}): Promise<string> =>
      (await channel.call(procedures.storageVolGetPath, { volume }, options)).path,

    /** Kind and sizes of a volume. */
    storageVolumeInfo: async (volume: StorageVolume, options: CallOptions = {}): Promise<VolumeInfo> => {
      const info = await channel.call(procedures.storageVolGetInfoFlags, { volume, flags: 0 }, options);
      return { ...info, type: volumeTypeName(info.type) };
    },
  };
}
