#!/bin/sh
# Runs once inside the new machine kvm-4-nodes: its settings (right ones and the mistakes that real hosts have), its disks,
# images, pools, networks and guests. The machine is then shut down; the next boot finds it as found.
set -eu
from=/root/capture/host/kvm-4-nodes

echo 4e4d00000000400080004e4d00000001 >/etc/machine-id
hostname vhost1

# Disks, by the names their serial numbers give them.
disk() { readlink -f "/dev/disk/by-id/$1"; }
mkswap -q -U 5b1d9d4e-6f0c-4b52-9d3e-1c6f0a7e4002 /dev/vda2
nvme=$(ls /dev/disk/by-id/nvme-*NVME0 | head -n 1)
pvcreate -q -y "$nvme" >/dev/null
vgcreate -q fast "$nvme" >/dev/null
lvcreate -q -y -L 8G -n db01-root fast >/dev/null
lvcreate -q -y -L 20G -n db01-data fast >/dev/null
lvcreate -q -y -L 6G -n lat1 fast >/dev/null
# Few inodes: an emulated machine should not write whole tables of them.
make() { mke2fs -q -F -t ext4 -L "$1" -N 8192 -E lazy_itable_init=0 -J size=16 "$2"; }
make ssd "$(disk scsi-SQEMU_QEMU_HARDDISK_SSD1)"
make archive "$(disk ata-QEMU_HARDDISK_HDD3)"
make iso "$(disk virtio-iso)"
mkdir -p /srv/ssd /srv/archive /srv/iso /srv/nas /mnt/images2 /srv/templates
mount "$(disk virtio-iso)" /srv/iso
truncate -s 600M /srv/iso/installer.iso
truncate -s 700M /srv/iso/virtio-win.iso
umount /srv/iso

# The files of the host; GRUB's own file is generated before somebody edits its defaults and forgets to.
cp -r --no-preserve=ownership "$from/files/." /
mkdir -p /boot/grub
update-grub 2>/dev/null
sed -i 's/^\(GRUB_CMDLINE_LINUX_DEFAULT=".*\)"$/\1 transparent_hugepage=never"/' /etc/default/grub
cat >>/etc/libvirt/qemu.conf <<'CONF'

# Site settings
vnc_listen = "0.0.0.0"
max_processes = 8192
CONF
systemctl -q enable multipathd.service irqbalance.service tuned.service
systemctl -q disable libvirt-guests.service
systemctl daemon-reload
udevadm control --reload
mount /srv/ssd
mount /srv/archive
mkdir -p /srv/ssd/exchange
tuned-adm -l >/dev/null 2>&1 || true
printf 'balanced\n' >/etc/tuned/active_profile
printf 'manual\n' >/etc/tuned/profile_mode

# Images of many kinds. A few bytes are written into some: what is allocated differs from what is promised.
images=/var/lib/libvirt/images
img() { qemu-img create -q "$@"; }
# A boot sector that switches interrupts off and halts: a guest that runs and takes no processor time.
{ printf '\372\364\353\375'; head -c 506 /dev/zero; printf '\125\252'; } >/root/boot-sector
boots() { qemu-io -f "$1" -c "write -q -s /root/boot-sector 0 512" "$2" >/dev/null; }
fill() { qemu-io -f "$1" -c "write -q -P 0x5a $3 $4" "$2" >/dev/null; }
img -f qcow2 $images/debian12-base.qcow2 8G
fill qcow2 $images/debian12-base.qcow2 1M 24M
boots qcow2 $images/debian12-base.qcow2
img -f qcow2 -F qcow2 -b debian12-base.qcow2 $images/web01.qcow2
img -f qcow2 -F qcow2 -b debian12-base.qcow2 $images/web02.qcow2
img -f qcow2 -F qcow2 -b web02.qcow2 $images/web03.qcow2
img -f qcow2 -F qcow2 -b $images/debian12-base.qcow2 -o cluster_size=128k,extended_l2=on $images/web04.qcow2 20G
img -f qcow2 $images/share1.qcow2 6G
img -f qcow2 -o cluster_size=2M $images/net1.qcow2 4G
img -f vmdk $images/desk2.vmdk 16G
img -f qcow2 --object secret,id=s,data="$(head -c 16 /dev/urandom | base64)" -o encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10 $images/vault.qcow2 1G
img -f qcow2 /srv/ssd/desk1.qcow2 30G
fill qcow2 /srv/ssd/desk1.qcow2 1M 8M
boots qcow2 /srv/ssd/desk1.qcow2
for snapshot in before-update after-update new-printer before-holidays; do qemu-img snapshot -c $snapshot /srv/ssd/desk1.qcow2; done
img -f qcow2 -o preallocation=metadata,lazy_refcounts=on /srv/ssd/win1.qcow2 40G
img -f qcow2 -o preallocation=falloc /srv/ssd/hpc1.qcow2 2G
img -f qcow2 /srv/ssd/san1.qcow2 10G
img -f raw /srv/ssd/hot1.raw 12G
img -f qcow2 /srv/archive/db02.qcow2 200G
img -f raw -o preallocation=falloc /srv/archive/db02-wal.raw 1G
img -f qed /srv/archive/batch1.qed 20G
img -f qcow2 -o compat=0.10 /srv/archive/big1.qcow2 300G
img -f raw /srv/archive/old1.img 2G
boots raw /srv/archive/old1.img
boots host_device /dev/fast/db01-root
img -f vdi /srv/archive/forgotten.vdi 10G
img -f qcow2 -F raw -b /srv/archive/old1.img /srv/archive/old1-test.qcow2
chmod 600 /srv/archive/*.q* /srv/archive/*.raw

# libvirt: pools, networks, guests. The one secret is made here and stays here; no capture may contain it.
modprobe kvm_amd
systemctl restart libvirtd.service
virsh -q net-destroy default 2>/dev/null || true
virsh -q net-undefine default 2>/dev/null || true
for network in default servers lab; do
  virsh -q net-define --validate "$from/networks/$network.xml"
done
virsh -q net-autostart default
virsh -q net-autostart servers
for pool in default fast ssd archive nas; do
  virsh -q pool-define --validate "$from/pools/$pool.xml"
  [ $pool = nas ] || { virsh -q pool-autostart $pool; virsh -q pool-start $pool; }
done
umask 077
head -c 64 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9' | head -c 8 >/root/vnc-password
for guest in "$from"/guests/*.xml; do
  sed "s/passwd='SECRET'/passwd='$(cat /root/vnc-password)'/" "$guest" >/root/guest.xml
  virsh -q define --validate /root/guest.xml
  rm /root/guest.xml
done
for guest in db01 web01 web02 big1; do virsh -q autostart $guest; done
rm /root/boot-sector
# QEMU is asked for its abilities now; later boots read the stored answers.
for kind in kvm qemu; do virsh domcapabilities --virttype $kind --machine q35 >/dev/null; done
sync
