/** Calls about storage pools and volumes. */
import { int32, list, looseText, struct, text, uint32, uint64, yesNo } from '#formats/libvirt-rpc/codec';
import { storagePool, storageVolume } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';

const ofPool = struct({ pool: storagePool });
const ofVolumeWithFlags = struct({ volume: storageVolume, flags: uint32 });

/** The calls about storage pools and volumes. */
export const storageProcedures = {
  connectListAllStoragePools: procedure(
    281,
    'connect_list_all_storage_pools',
    'read',
    struct({ wantsResults: yesNo, flags: uint32 }),
    struct({ pools: list(storagePool), count: uint32 }),
  ),
  storagePoolLookupByName: procedure(84, 'storage_pool_lookup_by_name', 'read', struct({ name: text }), ofPool),
  storagePoolGetInfo: procedure(
    87,
    'storage_pool_get_info',
    'read',
    ofPool,
    struct({ state: uint32, capacity: uint64, allocation: uint64, available: uint64 }),
  ),
  storagePoolGetXmlDesc: procedure(
    88,
    'storage_pool_get_xml_desc',
    'read',
    struct({ pool: storagePool, flags: uint32 }),
    struct({ xml: text }),
  ),
  storagePoolGetAutostart: procedure(89, 'storage_pool_get_autostart', 'read', ofPool, struct({ autostart: yesNo })),
  storagePoolIsActive: procedure(154, 'storage_pool_is_active', 'read', ofPool, struct({ active: yesNo })),
  storagePoolListAllVolumes: procedure(
    282,
    'storage_pool_list_all_volumes',
    'read',
    struct({ pool: storagePool, wantsResults: yesNo, flags: uint32 }),
    struct({ volumes: list(storageVolume), count: uint32 }),
  ),
  storageVolLookupByPath: procedure(
    97,
    'storage_vol_lookup_by_path',
    'read',
    struct({ path: text }),
    struct({ volume: storageVolume }),
  ),
  storageVolGetXmlDesc: procedure(99, 'storage_vol_get_xml_desc', 'read', ofVolumeWithFlags, struct({ xml: text })),
  storageVolGetPath: procedure(
    100,
    'storage_vol_get_path',
    'read',
    struct({ volume: storageVolume }),
    struct({ path: looseText }),
  ),
  storageVolGetInfoFlags: procedure(
    378,
    'storage_vol_get_info_flags',
    'read',
    ofVolumeWithFlags,
    struct({ type: int32, capacity: uint64, allocation: uint64 }),
  ),
} as const;
