// Generated from the files in src/rules by tools/gen.mjs. Do not edit.
import type { Rule } from '#check/define-rule';
import guestBootAcpiEnabled from '#rules/guest-boot/acpi-enabled';
import guestBootClockTimers from '#rules/guest-boot/clock-timers';
import guestBootGracefulShutdown from '#rules/guest-boot/graceful-shutdown';
import guestBootLinuxGuestMinimal from '#rules/guest-boot/linux-guest-minimal';
import guestBootMachineTypeCurrent from '#rules/guest-boot/machine-type-current';
import guestBootMachineTypeDeprecated from '#rules/guest-boot/machine-type-deprecated';
import guestBootMachineTypeWindowsSnapshot from '#rules/guest-boot/machine-type-windows-snapshot';
import guestBootThpInDatabaseGuest from '#rules/guest-boot/thp-in-database-guest';
import guestBootWindowsEnlightenments from '#rules/guest-boot/windows-enlightenments';
import guestBootWindowsGuestMinimal from '#rules/guest-boot/windows-guest-minimal';
import guestCpuEmulatorpin from '#rules/guest-cpu/emulatorpin';
import guestCpuHintDedicated from '#rules/guest-cpu/hint-dedicated';
import guestCpuInvtsc from '#rules/guest-cpu/invtsc';
import guestCpuIothreadpin from '#rules/guest-cpu/iothreadpin';
import guestCpuModelNotDefault from '#rules/guest-cpu/model-not-default';
import guestCpuModelUsable from '#rules/guest-cpu/model-usable';
import guestCpuNoCpuCommandline from '#rules/guest-cpu/no-cpu-commandline';
import guestCpuPinningForCpuIntensive from '#rules/guest-cpu/pinning-for-cpu-intensive';
import guestCpuPinningOverlap from '#rules/guest-cpu/pinning-overlap';
import guestCpuPinningValid from '#rules/guest-cpu/pinning-valid';
import guestCpuRightSize from '#rules/guest-cpu/right-size';
import guestCpuSecurityFeatures from '#rules/guest-cpu/security-features';
import guestCpuSingleThreaded from '#rules/guest-cpu/single-threaded';
import guestCpuTopologySimilar from '#rules/guest-cpu/topology-similar';
import guestCpuVcpuHotplug from '#rules/guest-cpu/vcpu-hotplug';
import guestCpuVcpusExceedHost from '#rules/guest-cpu/vcpus-exceed-host';
import guestDevicesGraphicsListen from '#rules/guest-devices/graphics-listen';
import guestDevicesGuestAgent from '#rules/guest-devices/guest-agent';
import guestDevicesPassthroughCount from '#rules/guest-devices/passthrough-count';
import guestDevicesPassthroughExclusive from '#rules/guest-devices/passthrough-exclusive';
import guestDevicesPcieHotplugPorts from '#rules/guest-devices/pcie-hotplug-ports';
import guestDevicesRngBackend from '#rules/guest-devices/rng-backend';
import guestDevicesRngGuestActive from '#rules/guest-devices/rng-guest-active';
import guestDevicesRngPresent from '#rules/guest-devices/rng-present';
import guestDevicesSingleBalloon from '#rules/guest-devices/single-balloon';
import guestDevicesTpmSecureboot from '#rules/guest-devices/tpm-secureboot';
import guestDevicesUnneeded from '#rules/guest-devices/unneeded';
import guestDevicesVideoModel from '#rules/guest-devices/video-model';
import guestDevicesVirtioDriverBound from '#rules/guest-devices/virtio-driver-bound';
import guestDevicesVirtioOptionsValid from '#rules/guest-devices/virtio-options-valid';
import guestDevicesVncKeymap from '#rules/guest-devices/vnc-keymap';
import guestDevicesWatchdogPanic from '#rules/guest-devices/watchdog-panic';
import guestDiskCacheMode from '#rules/guest-disk/cache-mode';
import guestDiskCacheUnsafe from '#rules/guest-disk/cache-unsafe';
import guestDiskDiscard from '#rules/guest-disk/discard';
import guestDiskErrorPolicy from '#rules/guest-disk/error-policy';
import guestDiskIoUring from '#rules/guest-disk/io-uring';
import guestDiskIothread from '#rules/guest-disk/iothread';
import guestDiskMultiqueue from '#rules/guest-disk/multiqueue';
import guestDiskNativeNeedsDirect from '#rules/guest-disk/native-needs-direct';
import guestDiskNoHdShortcuts from '#rules/guest-disk/no-hd-shortcuts';
import guestDiskPrLunPassthrough from '#rules/guest-disk/pr-lun-passthrough';
import guestDiskPrManaged from '#rules/guest-disk/pr-managed';
import guestDiskRootDeviceName from '#rules/guest-disk/root-device-name';
import guestDiskSchedulerInGuest from '#rules/guest-disk/scheduler-in-guest';
import guestDiskVirtioBus from '#rules/guest-disk/virtio-bus';
import guestDiskVirtioScsiController from '#rules/guest-disk/virtio-scsi-controller';
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
import hostCpuGovernor from '#rules/host-cpu/governor';
import hostCpuHaltPoll from '#rules/host-cpu/halt-poll';
import hostCpuIsolationConsistent from '#rules/host-cpu/isolation-consistent';
import hostCpuSmtAccounting from '#rules/host-cpu/smt-accounting';
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
import hostServicesMinimalHost from '#rules/host-services/minimal-host';
import hostServicesSingleHypervisor from '#rules/host-services/single-hypervisor';
import hostServicesTunedProfile from '#rules/host-services/tuned-profile';
import hostStorageBlockVsFile from '#rules/host-storage/block-vs-file';
import hostStorageMultipathAlias from '#rules/host-storage/multipath-alias';
import hostStorageMultipathdRunning from '#rules/host-storage/multipathd-running';
import hostStorageNfsFstabValid from '#rules/host-storage/nfs-fstab-valid';
import hostStorageNfsHard from '#rules/host-storage/nfs-hard';
import hostStorageNfsRetrans from '#rules/host-storage/nfs-retrans';
import hostStorageNfsRsizeWsize from '#rules/host-storage/nfs-rsize-wsize';
import hostStorageNfsSync from '#rules/host-storage/nfs-sync';
import hostStorageNfsdThreads from '#rules/host-storage/nfsd-threads';
import imageBackingChainIntact from '#rules/image/backing-chain-intact';
import imageBackingFormatRecorded from '#rules/image/backing-format-recorded';
import imageBackingNotModified from '#rules/image/backing-not-modified';
import imageBackingPathMoved from '#rules/image/backing-path-moved';
import imageCompressionWithEncryption from '#rules/image/compression-with-encryption';
import imageFormat from '#rules/image/format';
import imageInUseWhileAttached from '#rules/image/in-use-while-attached';
import imageLvmVgCollision from '#rules/image/lvm-vg-collision';
import imageNbdModuleParams from '#rules/image/nbd-module-params';
import imageQcow2ClusterSize from '#rules/image/qcow2-cluster-size';
import imageQcow2Dirty from '#rules/image/qcow2-dirty';
import imageQcow2L2Cache from '#rules/image/qcow2-l2-cache';
import imageQcow2LazyRefcounts from '#rules/image/qcow2-lazy-refcounts';
import imageQcow2LegacyAes from '#rules/image/qcow2-legacy-aes';
import imageQcow2Preallocation from '#rules/image/qcow2-preallocation';
import imageQedDeprecated from '#rules/image/qed-deprecated';
import imageSnapshotAndFsHygiene from '#rules/image/snapshot-and-fs-hygiene';
import imageStaleAttachments from '#rules/image/stale-attachments';
import imageUntrustedMount from '#rules/image/untrusted-mount';
import libvirtHygieneBackupBeforeChange from '#rules/libvirt-hygiene/backup-before-change';
import libvirtHygieneConfigDrift from '#rules/libvirt-hygiene/config-drift';
import libvirtHygieneConfinement from '#rules/libvirt-hygiene/confinement';
import libvirtHygieneDaemonMode from '#rules/libvirt-hygiene/daemon-mode';
import libvirtHygieneDiskLocking from '#rules/libvirt-hygiene/disk-locking';
import libvirtHygieneEmulatorKvmX8664 from '#rules/libvirt-hygiene/emulator-kvm-x86-64';
import libvirtHygieneGuestsManagedByLibvirt from '#rules/libvirt-hygiene/guests-managed-by-libvirt';
import libvirtHygieneIntentSaid from '#rules/libvirt-hygiene/intent-said';
import libvirtHygieneKernelCmdlineApplied from '#rules/libvirt-hygiene/kernel-cmdline-applied';
import libvirtHygieneKvmAcceleration from '#rules/libvirt-hygiene/kvm-acceleration';
import libvirtHygieneNativeArgvCurrent from '#rules/libvirt-hygiene/native-argv-current';
import libvirtHygieneNoHypervisorToolsMixed from '#rules/libvirt-hygiene/no-hypervisor-tools-mixed';
import libvirtHygieneNoQemuCommandline from '#rules/libvirt-hygiene/no-qemu-commandline';
import libvirtHygieneTestBeforeProduction from '#rules/libvirt-hygiene/test-before-production';
import migrationCpuBaseline from '#rules/migration/cpu-baseline';
import migrationDiskCacheSafe from '#rules/migration/disk-cache-safe';
import migrationHostPassthrough from '#rules/migration/host-passthrough';
import migrationNumaCompatible from '#rules/migration/numa-compatible';
import migrationPassthroughBlocks from '#rules/migration/passthrough-blocks';
import migrationPinningComplicates from '#rules/migration/pinning-complicates';
import numaBalancingMode from '#rules/numa/balancing-mode';
import numaBalancingScanRates from '#rules/numa/balancing-scan-rates';
import numaCpusetConflict from '#rules/numa/cpuset-conflict';
import numaGuestFitsOneNode from '#rules/numa/guest-fits-one-node';
import numaKsmMergeAcrossNodes from '#rules/numa/ksm-merge-across-nodes';
import numaMemnodeConsistent from '#rules/numa/memnode-consistent';
import numaMemoryLocality from '#rules/numa/memory-locality';
import numaPinningSingleNode from '#rules/numa/pinning-single-node';
import numaStrictCapacity from '#rules/numa/strict-capacity';
import numaTopologyKnown from '#rules/numa/topology-known';
import numaVnumaForLargeGuests from '#rules/numa/vnuma-for-large-guests';
import numaVnumaWellFormed from '#rules/numa/vnuma-well-formed';
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
  guestBootAcpiEnabled,
  guestBootClockTimers,
  guestBootGracefulShutdown,
  guestBootLinuxGuestMinimal,
  guestBootMachineTypeCurrent,
  guestBootMachineTypeDeprecated,
  guestBootMachineTypeWindowsSnapshot,
  guestBootThpInDatabaseGuest,
  guestBootWindowsEnlightenments,
  guestBootWindowsGuestMinimal,
  guestCpuEmulatorpin,
  guestCpuHintDedicated,
  guestCpuInvtsc,
  guestCpuIothreadpin,
  guestCpuModelNotDefault,
  guestCpuModelUsable,
  guestCpuNoCpuCommandline,
  guestCpuPinningForCpuIntensive,
  guestCpuPinningOverlap,
  guestCpuPinningValid,
  guestCpuRightSize,
  guestCpuSecurityFeatures,
  guestCpuSingleThreaded,
  guestCpuTopologySimilar,
  guestCpuVcpuHotplug,
  guestCpuVcpusExceedHost,
  guestDevicesGraphicsListen,
  guestDevicesGuestAgent,
  guestDevicesPassthroughCount,
  guestDevicesPassthroughExclusive,
  guestDevicesPcieHotplugPorts,
  guestDevicesRngBackend,
  guestDevicesRngGuestActive,
  guestDevicesRngPresent,
  guestDevicesSingleBalloon,
  guestDevicesTpmSecureboot,
  guestDevicesUnneeded,
  guestDevicesVideoModel,
  guestDevicesVirtioDriverBound,
  guestDevicesVirtioOptionsValid,
  guestDevicesVncKeymap,
  guestDevicesWatchdogPanic,
  guestDiskCacheMode,
  guestDiskCacheUnsafe,
  guestDiskDiscard,
  guestDiskErrorPolicy,
  guestDiskIoUring,
  guestDiskIothread,
  guestDiskMultiqueue,
  guestDiskNativeNeedsDirect,
  guestDiskNoHdShortcuts,
  guestDiskPrLunPassthrough,
  guestDiskPrManaged,
  guestDiskRootDeviceName,
  guestDiskSchedulerInGuest,
  guestDiskVirtioBus,
  guestDiskVirtioScsiController,
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
  hostCpuGovernor,
  hostCpuHaltPoll,
  hostCpuIsolationConsistent,
  hostCpuSmtAccounting,
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
  hostServicesMinimalHost,
  hostServicesSingleHypervisor,
  hostServicesTunedProfile,
  hostStorageBlockVsFile,
  hostStorageMultipathAlias,
  hostStorageMultipathdRunning,
  hostStorageNfsFstabValid,
  hostStorageNfsHard,
  hostStorageNfsRetrans,
  hostStorageNfsRsizeWsize,
  hostStorageNfsSync,
  hostStorageNfsdThreads,
  imageBackingChainIntact,
  imageBackingFormatRecorded,
  imageBackingNotModified,
  imageBackingPathMoved,
  imageCompressionWithEncryption,
  imageFormat,
  imageInUseWhileAttached,
  imageLvmVgCollision,
  imageNbdModuleParams,
  imageQcow2ClusterSize,
  imageQcow2Dirty,
  imageQcow2L2Cache,
  imageQcow2LazyRefcounts,
  imageQcow2LegacyAes,
  imageQcow2Preallocation,
  imageQedDeprecated,
  imageSnapshotAndFsHygiene,
  imageStaleAttachments,
  imageUntrustedMount,
  libvirtHygieneBackupBeforeChange,
  libvirtHygieneConfigDrift,
  libvirtHygieneConfinement,
  libvirtHygieneDaemonMode,
  libvirtHygieneDiskLocking,
  libvirtHygieneEmulatorKvmX8664,
  libvirtHygieneGuestsManagedByLibvirt,
  libvirtHygieneIntentSaid,
  libvirtHygieneKernelCmdlineApplied,
  libvirtHygieneKvmAcceleration,
  libvirtHygieneNativeArgvCurrent,
  libvirtHygieneNoHypervisorToolsMixed,
  libvirtHygieneNoQemuCommandline,
  libvirtHygieneTestBeforeProduction,
  migrationCpuBaseline,
  migrationDiskCacheSafe,
  migrationHostPassthrough,
  migrationNumaCompatible,
  migrationPassthroughBlocks,
  migrationPinningComplicates,
  numaBalancingMode,
  numaBalancingScanRates,
  numaCpusetConflict,
  numaGuestFitsOneNode,
  numaKsmMergeAcrossNodes,
  numaMemnodeConsistent,
  numaMemoryLocality,
  numaPinningSingleNode,
  numaStrictCapacity,
  numaTopologyKnown,
  numaVnumaForLargeGuests,
  numaVnumaWellFormed,
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
