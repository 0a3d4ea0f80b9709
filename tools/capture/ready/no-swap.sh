#!/bin/sh
# Runs inside no-swap after each boot.
set -eu
modprobe kvm_amd
sysctl -q -w vm.swappiness=0 vm.overcommit_memory=2 vm.overcommit_ratio=90
echo 1 >/sys/kernel/mm/ksm/run
