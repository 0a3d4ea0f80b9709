// Generated from the files in src/rules by tools/gen.mjs. Do not edit.
import type { Rule } from '#check/define-rule';
import guestMemoryBalloon from '#rules/guest-memory/balloon';
import guestMemoryDimmAlignment from '#rules/guest-memory/dimm-alignment';
import guestMemoryFreePageReporting from '#rules/guest-memory/free-page-reporting';
import guestMemoryHotplugHostCanBack from '#rules/guest-memory/hotplug-host-can-back';
import guestMemoryHotplugMaxmemory from '#rules/guest-memory/hotplug-maxmemory';
import guestMemoryHotplugNumaCell from '#rules/guest-memory/hotplug-numa-cell';
import guestMemoryHugepagesSizeFits from '#rules/guest-memory/hugepages-size-fits';
import guestMemoryHugepagesVsBalloon from '#rules/guest-memory/hugepages-vs-balloon';
import guestMemoryHugepagesWanted from '#rules/guest-memory/hugepages-wanted';
import guestMemoryKsmIneligible from '#rules/guest-memory/ksm-ineligible';
import guestMemoryLocked from '#rules/guest-memory/locked';
import guestMemoryNoHardLimit from '#rules/guest-memory/no-hard-limit';
import guestMemoryNosharepagesMixed from '#rules/guest-memory/nosharepages-mixed';
import guestMemoryPrealloc from '#rules/guest-memory/prealloc';
import guestMemorySwapHardLimitSane from '#rules/guest-memory/swap-hard-limit-sane';
import guestNetMacUnique from '#rules/guest-net/mac-unique';
import guestNetMultiqueue from '#rules/guest-net/multiqueue';
import guestNetVhost from '#rules/guest-net/vhost';
import guestNetVirtioModel from '#rules/guest-net/virtio-model';
import hostIoAioMaxNrHeadroom from '#rules/host-io/aio-max-nr-headroom';
import hostIoAioMaxNrPersisted from '#rules/host-io/aio-max-nr-persisted';
import hostIoSchedulerHost from '#rules/host-io/scheduler-host';
import hostIoSchedulerPersisted from '#rules/host-io/scheduler-persisted';
import hostMemoryGiganticPages from '#rules/host-memory/gigantic-pages';
import hostMemoryHugepageSupport from '#rules/host-memory/hugepage-support';
import hostMemoryHugepagesCmdlineOrder from '#rules/host-memory/hugepages-cmdline-order';
import hostMemoryHugepagesIdlePool from '#rules/host-memory/hugepages-idle-pool';
import hostMemoryHugepagesPersisted from '#rules/host-memory/hugepages-persisted';
import hostMemoryHugepagesPoolSized from '#rules/host-memory/hugepages-pool-sized';
import hostMemoryHugepagesStarvingHost from '#rules/host-memory/hugepages-starving-host';
import hostMemoryHugetlbfsMounted from '#rules/host-memory/hugetlbfs-mounted';
import hostMemoryKsmEffective from '#rules/host-memory/ksm-effective';
import hostMemoryKsmOffHeterogeneous from '#rules/host-memory/ksm-off-heterogeneous';
import hostMemoryKsmOnHomogeneous from '#rules/host-memory/ksm-on-homogeneous';
import hostMemoryKsmPagesToScan from '#rules/host-memory/ksm-pages-to-scan';
import hostMemoryKsmScanTime from '#rules/host-memory/ksm-scan-time';
import hostMemoryKsmServiceConsistent from '#rules/host-memory/ksm-service-consistent';
import hostMemoryKsmSleep from '#rules/host-memory/ksm-sleep';
import hostMemorySwapPresent from '#rules/host-memory/swap-present';
import hostMemorySwappinessPersisted from '#rules/host-memory/swappiness-persisted';
import hostMemorySwappinessRange from '#rules/host-memory/swappiness-range';
import hostMemorySwappinessValue from '#rules/host-memory/swappiness-value';
import hostMemoryThpMode from '#rules/host-memory/thp-mode';
import hostMemoryThpPersisted from '#rules/host-memory/thp-persisted';
import hostMemoryThpShmem from '#rules/host-memory/thp-shmem';
import hostMemoryVmSysctls from '#rules/host-memory/vm-sysctls';
import overcommitDiskThin from '#rules/overcommit/disk-thin';
import overcommitKsmSwapBackstop from '#rules/overcommit/ksm-swap-backstop';
import overcommitMemoryTotal from '#rules/overcommit/memory-total';
import overcommitUnswappableMemory from '#rules/overcommit/unswappable-memory';
import overcommitVcpu1x from '#rules/overcommit/vcpu-1x';
import overcommitVcpu8x from '#rules/overcommit/vcpu-8x';
import overcommitVcpuLoad from '#rules/overcommit/vcpu-load';
import xenAutoballoonOff from '#rules/xen/autoballoon-off';
import xenDom0MemSet from '#rules/xen/dom0-mem-set';
import xenDom0MemSize from '#rules/xen/dom0-mem-size';
import xenDom0MemWrongVariable from '#rules/xen/dom0-mem-wrong-variable';
import xenEmulatorI386 from '#rules/xen/emulator-i386';
import xenThpNotAvailable from '#rules/xen/thp-not-available';

/** Every rule, by path. */
export const rules: readonly Rule[] = [
  guestMemoryBalloon,
  guestMemoryDimmAlignment,
  guestMemoryFreePageReporting,
  guestMemoryHotplugHostCanBack,
  guestMemoryHotplugMaxmemory,
  guestMemoryHotplugNumaCell,
  guestMemoryHugepagesSizeFits,
  guestMemoryHugepagesVsBalloon,
  guestMemoryHugepagesWanted,
  guestMemoryKsmIneligible,
  guestMemoryLocked,
  guestMemoryNoHardLimit,
  guestMemoryNosharepagesMixed,
  guestMemoryPrealloc,
  guestMemorySwapHardLimitSane,
  guestNetMacUnique,
  guestNetMultiqueue,
  guestNetVhost,
  guestNetVirtioModel,
  hostIoAioMaxNrHeadroom,
  hostIoAioMaxNrPersisted,
  hostIoSchedulerHost,
  hostIoSchedulerPersisted,
  hostMemoryGiganticPages,
  hostMemoryHugepageSupport,
  hostMemoryHugepagesCmdlineOrder,
  hostMemoryHugepagesIdlePool,
  hostMemoryHugepagesPersisted,
  hostMemoryHugepagesPoolSized,
  hostMemoryHugepagesStarvingHost,
  hostMemoryHugetlbfsMounted,
  hostMemoryKsmEffective,
  hostMemoryKsmOffHeterogeneous,
  hostMemoryKsmOnHomogeneous,
  hostMemoryKsmPagesToScan,
  hostMemoryKsmScanTime,
  hostMemoryKsmServiceConsistent,
  hostMemoryKsmSleep,
  hostMemorySwapPresent,
  hostMemorySwappinessPersisted,
  hostMemorySwappinessRange,
  hostMemorySwappinessValue,
  hostMemoryThpMode,
  hostMemoryThpPersisted,
  hostMemoryThpShmem,
  hostMemoryVmSysctls,
  overcommitDiskThin,
  overcommitKsmSwapBackstop,
  overcommitMemoryTotal,
  overcommitUnswappableMemory,
  overcommitVcpu1x,
  overcommitVcpu8x,
  overcommitVcpuLoad,
  xenAutoballoonOff,
  xenDom0MemSet,
  xenDom0MemSize,
  xenDom0MemWrongVariable,
  xenEmulatorI386,
  xenThpNotAvailable,
];
