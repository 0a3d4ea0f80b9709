#!/bin/sh
# Runs inside zram-swap after each boot: swap in compressed memory only, huge pages of several sizes, KSM tuned by its advisor.
set -eu
modprobe kvm_amd
modprobe zram num_devices=1
echo 1G >/sys/block/zram0/disksize
mkswap -q /dev/zram0
swapon -p 100 /dev/zram0
sysctl -q -w vm.swappiness=180 vm.page-cluster=0
cd /sys/kernel/mm/transparent_hugepage
echo always >hugepages-64kB/enabled
echo madvise >hugepages-1024kB/enabled
echo inherit >hugepages-2048kB/enabled
echo advise >shmem_enabled
cd /sys/kernel/mm/ksm
echo scan-time >advisor_mode
echo 1 >run
