/** Calls about the host ("node" in libvirt's names): processors, memory, devices, interfaces. */
import {
  chars,
  fixedChars,
  int32,
  list,
  nothing,
  struct,
  text,
  uint32,
  uint64,
  yesNo,
} from '#formats/libvirt-rpc/codec';
import { cpuMap } from '#formats/libvirt-rpc/cpu-map';
import { hostInterface, nodeDevice } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';
import { typedParameters } from '#formats/libvirt-rpc/typed-parameter';

const counters = struct({ counters: list(struct({ name: text, value: uint64 })), count: int32 });

/** The calls about the host. */
export const hostProcedures = {
  nodeGetInfo: procedure(
    6,
    'node_get_info',
    'read',
    nothing,
    struct({
      model: fixedChars(32),
      memoryKib: uint64,
      cpus: int32,
      mhz: int32,
      nodes: int32,
      sockets: int32,
      cores: int32,
      threads: int32,
    }),
  ),
  nodeGetCellsFreeMemory: procedure(
    101,
    'node_get_cells_free_memory',
    'read',
    struct({ first: int32, most: int32 }),
    struct({ bytes: list(uint64) }),
  ),
  nodeGetFreeMemory: procedure(102, 'node_get_free_memory', 'read', nothing, struct({ bytes: uint64 })),
  nodeGetSecurityModel: procedure(
    122,
    'node_get_security_model',
    'read',
    nothing,
    struct({ model: chars, domainOfInterpretation: chars }),
  ),
  nodeGetCpuStats: procedure(
    227,
    'node_get_cpu_stats',
    'read',
    struct({ cpu: int32, count: int32, flags: uint32 }),
    counters,
  ),
  nodeGetMemoryStats: procedure(
    228,
    'node_get_memory_stats',
    'read',
    struct({ count: int32, cell: int32, flags: uint32 }),
    counters,
  ),
  nodeGetMemoryParameters: procedure(
    289,
    'node_get_memory_parameters',
    'read',
    struct({ count: int32, flags: uint32 }),
    struct({ parameters: typedParameters, count: int32 }),
  ),
  nodeGetCpuMap: procedure(
    293,
    'node_get_cpu_map',
    'read',
    struct({ wantsMap: yesNo, wantsOnline: yesNo, flags: uint32 }),
    struct({ online: cpuMap, onlineCount: uint32, present: int32 }),
  ),
  nodeGetFreePages: procedure(
    340,
    'node_get_free_pages',
    'read',
    struct({ sizesKib: list(uint32), firstCell: int32, cells: uint32, flags: uint32 }),
    struct({ counts: list(uint64) }),
  ),
  connectListAllInterfaces: procedure(
    284,
    'connect_list_all_interfaces',
    'read',
    struct({ wantsResults: yesNo, flags: uint32 }),
    struct({ interfaces: list(hostInterface), count: uint32 }),
  ),
  interfaceGetXmlDesc: procedure(
    130,
    'interface_get_xml_desc',
    'read',
    struct({ interface: hostInterface, flags: uint32 }),
    struct({ xml: text }),
  ),
  interfaceIsActive: procedure(
    156,
    'interface_is_active',
    'read',
    struct({ interface: hostInterface }),
    struct({ active: yesNo }),
  ),
  connectListAllNodeDevices: procedure(
    285,
    'connect_list_all_node_devices',
    'read',
    struct({ wantsResults: yesNo, flags: uint32 }),
    struct({ devices: list(nodeDevice), count: uint32 }),
  ),
  nodeDeviceGetXmlDesc: procedure(
    114,
    'node_device_get_xml_desc',
    'read',
    struct({ name: text, flags: uint32 }),
    struct({ xml: text }),
  ),
} as const;
