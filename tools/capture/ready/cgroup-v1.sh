#!/bin/sh
# Runs inside cgroup-v1 after each boot.
set -eu
modprobe bfq
hdd=$(basename "$(readlink -f /dev/disk/by-id/ata-QEMU_HARDDISK_HDD0)")
echo bfq >"/sys/block/$hdd/queue/scheduler"
echo off >/sys/devices/system/cpu/smt/control
