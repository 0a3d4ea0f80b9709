#!/bin/sh
# Runs inside a captured machine: the answers of its own tools, to judge our readings by. Each output is a file of its command's
# words; what a command said on its standard error is beside it only where it failed.
#
#   sh run-commands.sh TO [libvirt]
set -u
export LC_ALL=C LIBVIRT_DEFAULT_URI=qemu:///system
to=$1
mkdir -p "$to"

keep() { # keep NAME COMMAND…
  name=$1
  shift
  command -v "$1" >/dev/null 2>&1 || return 0
  "$@" >"$to/$name" 2>"$to/$name.stderr"
  code=$?
  printf '%s\t%s\t%s\n' "$name" "$code" "$*" >>"$to/commands.tsv"
  [ $code != 0 ] || rm "$to/$name.stderr"
  [ -s "$to/$name.stderr" ] || rm -f "$to/$name.stderr"
}

keep uname uname -a
keep uname-m uname -m
keep getconf-pagesize getconf PAGESIZE
keep lscpu lscpu
keep lscpu-json lscpu -J
keep lscpu-parse lscpu -p=CPU,CORE,SOCKET,NODE,ONLINE
keep lscpu-caches lscpu -C=NAME,ONE-SIZE,ALL-SIZE,WAYS,TYPE,LEVEL,SETS -J
keep numactl-hardware numactl -H
keep numastat-meminfo numastat -m
keep lstopo-xml lstopo-no-graphics --of xml --no-io
keep free-bytes free -b
keep swapon swapon --show --bytes --raw
keep lsblk lsblk -J -b -O
keep lsblk-tree lsblk -b -o NAME,TYPE,ROTA,SCHED,MOUNTPOINT
keep findmnt findmnt -J
keep lsmod lsmod
keep lsmem lsmem -J -b -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES
keep zramctl zramctl --bytes --raw --output-all
keep sysctl-all sysctl -a
keep systemd-detect-virt systemd-detect-virt
[ "${2:-}" = libvirt ] || exit 0

keep unit-files systemctl list-unit-files --no-pager --no-legend
keep units systemctl list-units --all --no-pager --no-legend --plain
keep default-target systemctl get-default
keep timers systemctl list-timers --all --no-pager --no-legend
keep sysctl-config systemd-analyze cat-config sysctl.d
keep tmpfiles-config systemd-analyze cat-config tmpfiles.d
keep packages dpkg-query -W
keep qemu-version qemu-system-x86_64 --version
keep tuned-active tuned-adm active
keep multipath multipath -ll
keep lvs lvs --reportformat json --units b
keep ip-address ip -j address
keep bridge-link bridge -j link
keep virsh-version virsh version --daemon
keep virsh-nodeinfo virsh nodeinfo
keep virsh-freecell virsh freecell --all
keep virsh-freepages virsh freepages --all
keep virsh-nodememstats virsh nodememstats
keep virsh-nodecpumap virsh nodecpumap --pretty
keep virsh-memory-tune virsh node-memory-tune
keep virsh-list virsh list --all
keep virsh-domstats virsh domstats --raw
keep virsh-net-list virsh net-list --all
keep virsh-net-dhcp-leases virsh net-dhcp-leases default
keep virsh-pool-list virsh pool-list --all --details
keep virsh-nodedev virsh nodedev-list --tree
for guest in $(virsh list --all --name); do
  keep "dominfo-$guest" virsh dominfo "$guest"
  keep "argv-$guest" virsh domxml-to-native qemu-argv --domain "$guest"
  keep "domblklist-$guest" virsh domblklist --details --inactive "$guest"
done
for guest in $(virsh list --name); do
  keep "vcpupin-$guest" virsh vcpupin "$guest"
  keep "vcpuinfo-$guest" virsh vcpuinfo "$guest"
  keep "iothreadinfo-$guest" virsh iothreadinfo "$guest"
  keep "numastat-$guest" numastat -p "$(cat "/run/libvirt/qemu/$guest.pid")"
  keep "dommemstat-$guest" virsh dommemstat "$guest"
done
for pool in $(virsh pool-list --name); do
  for path in $(virsh vol-list --details "$pool" | awk 'NR > 2 && $3 == "file" {print $2}'); do
    keep "qemu-img-$(basename "$path")" qemu-img info -U --backing-chain --output=json "$path"
  done
done
