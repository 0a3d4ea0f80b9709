#!/bin/sh
# Runs inside a captured machine: what libvirt answers, as files. Never with --security-info: no secret is asked for.
#
#   sh ask-libvirt.sh TO
set -u
export LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system
to=$1
mkdir -p "$to/domains" "$to/networks" "$to/pools" "$to/volumes" "$to/domain-capabilities"

virsh capabilities >"$to/capabilities.xml"
virsh sysinfo >"$to/sysinfo.xml"
machines=$(for guest in $(virsh list --all --name); do
  virsh dumpxml --inactive "$guest" | sed -n "s/.*<type arch='\([^']*\)' machine='\([^']*\)'.*/\1 \2/p"
done | sort -u)
echo "$machines" | while read -r arch machine; do
  for kind in kvm qemu; do
    virsh domcapabilities --virttype $kind --arch "$arch" --machine "$machine" >"$to/domain-capabilities/$kind-$arch-$machine.xml" 2>/dev/null ||
      rm "$to/domain-capabilities/$kind-$arch-$machine.xml"
  done
done
# One line a guest: name, UUID, state, persistent, autostart, managed save.
for guest in $(virsh list --all --name); do
  virsh dumpxml --inactive "$guest" >"$to/domains/$guest.xml"
  [ "$(virsh domstate "$guest")" = 'shut off' ] || virsh dumpxml "$guest" >"$to/domains/$guest.live.xml"
  info=$(virsh dominfo "$guest")
  field() { echo "$info" | sed -n "s/^$1: *//p"; }
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$guest" "$(field UUID)" "$(field State)" "$(field Persistent)" "$(field Autostart)" "$(field 'Managed save')"
done >"$to/domains.tsv"
for network in $(virsh net-list --all --name); do
  virsh net-dumpxml --inactive "$network" >"$to/networks/$network.xml"
  virsh net-dumpxml "$network" >"$to/networks/$network.live.xml"
done
virsh net-list --all >"$to/networks.txt"
for pool in $(virsh pool-list --all --name); do
  virsh pool-dumpxml --inactive "$pool" >"$to/pools/$pool.xml"
  virsh pool-info --bytes "$pool" >"$to/pools/$pool.info"
done
for pool in $(virsh pool-list --name); do
  virsh pool-dumpxml "$pool" >"$to/pools/$pool.live.xml"
  mkdir -p "$to/volumes/$pool"
  for volume in $(virsh vol-list "$pool" | awk 'NR > 2 && NF {print $1}'); do
    virsh vol-dumpxml --pool "$pool" "$volume" >"$to/volumes/$pool/$volume.xml"
  done
done
