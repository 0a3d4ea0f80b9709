/** Calls that ask about guests and change nothing. */
import {
  bytes,
  int32,
  list,
  looseText,
  optional,
  struct,
  text,
  uint32,
  uint64,
  yesNo,
} from '#formats/libvirt-rpc/codec';
import { cpuMap } from '#formats/libvirt-rpc/cpu-map';
import { domain, domainMoment } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';
import { typedParameters } from '#formats/libvirt-rpc/typed-parameter';
import { uuid } from '#formats/libvirt-rpc/uuid';

const ofDomain = struct({ domain });
const ofDomainWithFlags = struct({ domain, flags: uint32 });
const tunablesOf = struct({ domain, count: int32, flags: uint32 });
const tunables = struct({ parameters: typedParameters, count: int32 });

/** The calls that ask about guests. */
export const domainProcedures = {
  connectListAllDomains: procedure(
    273,
    'connect_list_all_domains',
    'read',
    struct({ wantsResults: yesNo, flags: uint32 }),
    struct({ domains: list(domain), count: uint32 }),
  ),
  domainLookupById: procedure(22, 'domain_lookup_by_id', 'read', struct({ id: int32 }), ofDomain),
  domainLookupByName: procedure(23, 'domain_lookup_by_name', 'read', struct({ name: text }), ofDomain),
  domainLookupByUuid: procedure(24, 'domain_lookup_by_uuid', 'read', struct({ uuid }), ofDomain),
  domainGetXmlDesc: procedure(14, 'domain_get_xml_desc', 'read', ofDomainWithFlags, struct({ xml: text })),
  domainGetAutostart: procedure(15, 'domain_get_autostart', 'read', ofDomain, struct({ autostart: yesNo })),
  domainGetInfo: procedure(
    16,
    'domain_get_info',
    'read',
    ofDomain,
    struct({ state: uint32, maxMemoryKib: uint64, memoryKib: uint64, vcpus: uint32, cpuTimeNs: uint64 }),
  ),
  domainGetState: procedure(
    212,
    'domain_get_state',
    'read',
    ofDomainWithFlags,
    struct({ state: int32, reason: int32 }),
  ),
  domainIsActive: procedure(150, 'domain_is_active', 'read', ofDomain, struct({ active: yesNo })),
  domainIsPersistent: procedure(151, 'domain_is_persistent', 'read', ofDomain, struct({ persistent: yesNo })),
  domainIsUpdated: procedure(202, 'domain_is_updated', 'read', ofDomain, struct({ updated: yesNo })),
  domainHasManagedSaveImage: procedure(
    183,
    'domain_has_managed_save_image',
    'read',
    ofDomainWithFlags,
    struct({ result: yesNo }),
  ),
  domainGetJobInfo: procedure(
    163,
    'domain_get_job_info',
    'read',
    ofDomain,
    struct({
      type: int32,
      timeElapsedMs: uint64,
      timeRemainingMs: uint64,
      dataTotal: uint64,
      dataProcessed: uint64,
      dataRemaining: uint64,
      memoryTotal: uint64,
      memoryProcessed: uint64,
      memoryRemaining: uint64,
      fileTotal: uint64,
      fileProcessed: uint64,
      fileRemaining: uint64,
    }),
  ),
  domainGetBlockJobInfo: procedure(
    238,
    'domain_get_block_job_info',
    'read',
    struct({ domain, disk: text, flags: uint32 }),
    struct({ found: yesNo, type: int32, bandwidth: uint64, current: uint64, end: uint64 }),
  ),
  domainGetBlockInfo: procedure(
    194,
    'domain_get_block_info',
    'read',
    struct({ domain, disk: text, flags: uint32 }),
    struct({ allocation: uint64, capacity: uint64, physical: uint64 }),
  ),
  domainMemoryStats: procedure(
    159,
    'domain_memory_stats',
    'read',
    struct({ domain, most: uint32, flags: uint32 }),
    struct({ stats: list(struct({ tag: int32, value: uint64 })) }),
  ),
  domainGetVcpus: procedure(
    20,
    'domain_get_vcpus',
    'read',
    struct({ domain, most: int32, mapLength: int32 }),
    struct({ vcpus: list(struct({ number: uint32, state: int32, cpuTimeNs: uint64, cpu: int32 })), maps: bytes }),
  ),
  domainGetVcpusFlags: procedure(200, 'domain_get_vcpus_flags', 'read', ofDomainWithFlags, struct({ count: int32 })),
  domainGetVcpuPinInfo: procedure(
    230,
    'domain_get_vcpu_pin_info',
    'read',
    struct({ domain, most: int32, mapLength: int32, flags: uint32 }),
    struct({ maps: bytes, count: int32 }),
  ),
  domainGetEmulatorPinInfo: procedure(
    280,
    'domain_get_emulator_pin_info',
    'read',
    struct({ domain, mapLength: int32, flags: uint32 }),
    struct({ cpus: cpuMap, result: int32 }),
  ),
  domainGetIothreadInfo: procedure(
    351,
    'domain_get_iothread_info',
    'read',
    ofDomainWithFlags,
    struct({ iothreads: list(struct({ id: uint32, cpus: cpuMap })), count: uint32 }),
  ),
  domainGetMemoryParameters: procedure(198, 'domain_get_memory_parameters', 'read', tunablesOf, tunables),
  domainGetNumaParameters: procedure(255, 'domain_get_numa_parameters', 'read', tunablesOf, tunables),
  domainGetBlkioParameters: procedure(206, 'domain_get_blkio_parameters', 'read', tunablesOf, tunables),
  domainGetSchedulerType: procedure(
    56,
    'domain_get_scheduler_type',
    'read',
    ofDomain,
    struct({ type: text, count: int32 }),
  ),
  domainGetSchedulerParametersFlags: procedure(
    223,
    'domain_get_scheduler_parameters_flags',
    'read',
    tunablesOf,
    struct({ parameters: typedParameters }),
  ),
  domainGetMetadata: procedure(
    265,
    'domain_get_metadata',
    'read',
    struct({ domain, type: int32, uri: optional(text), flags: uint32 }),
    struct({ metadata: text }),
  ),
  domainListAllSnapshots: procedure(
    274,
    'domain_list_all_snapshots',
    'read',
    struct({ domain, wantsResults: yesNo, flags: uint32 }),
    struct({ snapshots: list(domainMoment), count: int32 }),
  ),
  domainListAllCheckpoints: procedure(
    413,
    'domain_list_all_checkpoints',
    'read',
    struct({ domain, wantsResults: yesNo, flags: uint32 }),
    struct({ checkpoints: list(domainMoment), count: int32 }),
  ),
  domainGetMessages: procedure(
    426,
    'domain_get_messages',
    'read',
    ofDomainWithFlags,
    struct({ messages: list(looseText) }),
  ),
  connectGetAllDomainStats: procedure(
    344,
    'connect_get_all_domain_stats',
    'read',
    struct({ domains: list(domain), groups: uint32, flags: uint32 }),
    struct({ records: list(struct({ domain, parameters: typedParameters })) }),
  ),
} as const;
