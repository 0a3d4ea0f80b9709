#!/bin/sh
# Runs inside kvm-4-nodes after each boot: starts five guests under KVM and emulation and lets some drift from their files.
set -eu

# libvirt itself starts db01, web01 and web02, and fails to start big1; the list waits for that.
virsh -q list --all >/dev/null
for guest in db01 web01 web02 desk1 old1; do
  [ "$(virsh domstate $guest)" = running ] || virsh -q start $guest
done

# What runs differs from what is defined: a pin moved by hand, a disk and a limit of now only, a bigger size for the next start.
virsh -q vcpupin db01 1 2-3 --live
virsh -q vol-info --pool default scratch.qcow2 >/dev/null 2>&1 ||
  virsh -q vol-create-as default scratch.qcow2 1G --format qcow2
virsh -q domblklist desk1 | grep -q vdz ||
  virsh -q attach-disk desk1 /var/lib/libvirt/images/scratch.qcow2 vdz --subdriver qcow2 --live
virsh -q blkdeviotune desk1 hda --total-iops-sec 500 --live
virsh -q setmaxmem web02 2G --config
virsh -q setmem web02 2G --config
virsh -q memtune web01 --soft-limit 1048576 --live

# Emulated SVM loses its way now and then: a guest that does not come to rest at its boot sector is reset.
busy() { # busy GUEST TIME: nanoseconds its first vCPU has run, more than half of the last ten seconds
  now=$(virsh domstats --vcpu "$1" | sed -n 's/ *vcpu.0.time=//p')
  [ $((now - $2)) -gt 5000000000 ]
}
for round in 1 2 3 4 5 6; do
  for guest in db01 web01 web02 desk1 old1; do
    echo "$guest $(virsh domstats --vcpu $guest | sed -n 's/ *vcpu.0.time=//p')"
  done >/run/vcpu-times
  sleep 10
  resets=0
  while read -r guest before; do
    if busy "$guest" "$before"; then
      virsh -q reset "$guest" </dev/null
      resets=$((resets + 1))
    fi
  done </run/vcpu-times
  [ $resets != 0 ] || break
  echo "round $round: $resets guests reset" >&2
  sleep 30
done
rm /run/vcpu-times
virsh -q list --all
