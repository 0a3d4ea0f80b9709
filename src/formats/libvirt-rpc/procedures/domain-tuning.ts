/** Calls that change what a guest may use of its host, and its devices: in the running half, in the stored one, or in both. */
import { int32, nothing, struct, text, uint32, uint64 } from '#formats/libvirt-rpc/codec';
import { cpuMap } from '#formats/libvirt-rpc/cpu-map';
import { domain } from '#formats/libvirt-rpc/objects';
import { procedure } from '#formats/libvirt-rpc/procedure';
import { typedParameters } from '#formats/libvirt-rpc/typed-parameter';

const ofIothread = struct({ domain, iothread: uint32, flags: uint32 });
const ofDevice = struct({ domain, xml: text, flags: uint32 });
const ofParameters = struct({ domain, parameters: typedParameters, flags: uint32 });

/** The calls that change what a guest may use of its host, and its devices. */
export const domainTuningProcedures = {
  domainPinVcpuFlags: procedure(
    225,
    'domain_pin_vcpu_flags',
    'write',
    struct({ domain, vcpu: uint32, cpus: cpuMap, flags: uint32 }),
    nothing,
  ),
  domainPinEmulator: procedure(
    279,
    'domain_pin_emulator',
    'write',
    struct({ domain, cpus: cpuMap, flags: uint32 }),
    nothing,
  ),
  domainPinIothread: procedure(
    352,
    'domain_pin_iothread',
    'write',
    struct({ domain, iothread: uint32, cpus: cpuMap, flags: uint32 }),
    nothing,
  ),
  domainAddIothread: procedure(355, 'domain_add_iothread', 'write', ofIothread, nothing),
  domainDelIothread: procedure(356, 'domain_del_iothread', 'write', ofIothread, nothing),
  domainSetMemoryStatsPeriod: procedure(
    308,
    'domain_set_memory_stats_period',
    'write',
    struct({ domain, seconds: int32, flags: uint32 }),
    nothing,
  ),
  domainSetMemoryFlags: procedure(
    204,
    'domain_set_memory_flags',
    'write',
    struct({ domain, kib: uint64, flags: uint32 }),
    nothing,
  ),
  domainSetVcpusFlags: procedure(
    199,
    'domain_set_vcpus_flags',
    'write',
    struct({ domain, count: uint32, flags: uint32 }),
    nothing,
    'slow',
  ),
  domainAttachDeviceFlags: procedure(160, 'domain_attach_device_flags', 'write', ofDevice, nothing, 'slow'),
  domainDetachDeviceFlags: procedure(161, 'domain_detach_device_flags', 'write', ofDevice, nothing, 'slow'),
  domainUpdateDeviceFlags: procedure(174, 'domain_update_device_flags', 'write', ofDevice, nothing, 'slow'),
  domainSetMemoryParameters: procedure(197, 'domain_set_memory_parameters', 'write', ofParameters, nothing),
  domainSetBlkioParameters: procedure(205, 'domain_set_blkio_parameters', 'write', ofParameters, nothing),
  domainSetNumaParameters: procedure(254, 'domain_set_numa_parameters', 'write', ofParameters, nothing, 'slow'),
  domainSetSchedulerParametersFlags: procedure(
    219,
    'domain_set_scheduler_parameters_flags',
    'write',
    ofParameters,
    nothing,
  ),
  domainSetBlockIoTune: procedure(
    252,
    'domain_set_block_io_tune',
    'write',
    struct({ domain, disk: text, parameters: typedParameters, flags: uint32 }),
    nothing,
  ),
} as const;
