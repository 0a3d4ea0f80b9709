#!/bin/sh
# Prints what a machine is like, read with the system's own tools and nothing of nearmetal. Two outputs that are equal: the same machine.
export LC_ALL=C
cd /

echo "[command line]"
sed 's/^BOOT_IMAGE=[^ ]* //' /proc/cmdline
echo "[sysctl]"
sysctl vm.swappiness vm.zone_reclaim_mode vm.nr_hugepages fs.aio-max-nr vm.dirty_ratio vm.dirty_bytes vm.overcommit_memory
echo "[sys]"
for file in /sys/kernel/mm/ksm/run /sys/kernel/mm/ksm/merge_across_nodes /sys/kernel/mm/ksm/pages_to_scan \
  /sys/kernel/mm/ksm/sleep_millisecs /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/mm/transparent_hugepage/defrag \
  /sys/block/sda/queue/scheduler /sys/block/vda/queue/scheduler; do
  printf '%s = ' "$file"
  # the choice among several words; which are offered depends on the modules that are loaded
  sed 's/.*\[\(.*\)\].*/\1/' "$file"
done
echo "[services]"
for unit in libvirt-guests.service ksm.service tuned.service irqbalance.service; do
  printf '%s %s %s\n' "$unit" "$(systemctl is-enabled "$unit" 2>/dev/null)" "$(systemctl is-active "$unit")"
done
echo "[guests]"
for guest in $(virsh list --all --name); do
  printf '%s %s autostart=%s\n' "$guest" "$(virsh dumpxml --inactive --security-info "$guest" | sha256sum | cut -d' ' -f1)" \
    "$(test -L "/etc/libvirt/qemu/autostart/$guest.xml" && echo yes || echo no)"
done
echo "[files]"
find /etc /boot -type f -exec sha256sum {} + | sort -k2
find /etc /boot -printf '%y %m %u:%g %p %l\n' | sort
