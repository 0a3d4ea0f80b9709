#!/bin/sh
# Runs inside smt-2-nodes after each boot.
set -eu
modprobe kvm_amd
modprobe bfq
hdd=$(basename "$(readlink -f /dev/disk/by-id/ata-QEMU_HARDDISK_HDD1)")
echo bfq >"/sys/block/$hdd/queue/scheduler"
fallocate -l 512M /swapfile
chmod 600 /swapfile
mkswap -q /swapfile
swapon /swapfile
sysctl -q -w vm.nr_hugepages=64 vm.swappiness=35
