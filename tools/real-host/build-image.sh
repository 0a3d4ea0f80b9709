#!/bin/sh
# Builds the disk of a real machine on which the long tests change things for good: Debian 12 that boots through GRUB, with
# systemd, sshd, libvirt and QEMU.
#
#   sh tools/real-host/build-image.sh FOLDER      (root; a few minutes; needs a Debian mirror and 3 GiB of disk)
#
# Needs the Debian packages mmdebstrap, e2fsprogs, fdisk and qemu-system-x86. Leaves in FOLDER, which is made and must not exist:
#
#   disk.img         one ext4 partition, GRUB in front of it; booted once, so that what a first start makes is there
#   console.log      what that first start printed
#
# Nobody can log in: there is no password, and a key comes with the disk that the tests attach as /usr/local.
# The building machine's own /dev and /sys never appear in the new root: package scripts there change modes of device nodes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mirror=${NEARMETAL_TEST_MIRROR:-http://deb.debian.org/debian}
security=${NEARMETAL_TEST_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
root=$folder/root
image=$folder/disk.img
size_mib=3071
root_uuid=5b1d9d4e-6f0c-4b52-9d3e-1c6f0a7e4002

packages=systemd,systemd-sysv,udev,dbus,kmod,procps,iproute2,openssh-server,libstdc++6,python3
packages=$packages,initramfs-tools,zstd,grub2-common,grub-pc-bin
packages=$packages,libvirt-daemon-system,libvirt-daemon-driver-qemu,libvirt-clients,qemu-system-x86,qemu-utils,seabios
packages=$packages,linux-image-cloud-amd64

[ "$(id -u)" = 0 ] || { echo 'build-image.sh: must be root (it makes device nodes and files of other owners)' >&2; exit 1; }
for tool in mmdebstrap mke2fs sfdisk qemu-system-x86_64; do
  command -v "$tool" >/dev/null || { echo "build-image.sh: $tool is missing; see the packages at the head" >&2; exit 1; }
done
mkdir "$folder"

mmdebstrap --quiet --mode=root --variant=minbase --architectures=amd64 \
  --skip=chroot/mount/dev,chroot/mount/sys \
  --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt=force-confold --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/qemu/*.fd' --dpkgopt='path-exclude=/usr/share/qemu/*.lid' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/net/ethernet/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/infiniband/*' \
  --essential-hook="tar -C '$here/files' -c . | tar -C \"\$1\" -x --no-same-owner --no-overwrite-dir" \
  bookworm "$root" \
  "deb $mirror bookworm main" "deb $mirror bookworm-updates main" "deb $security bookworm-security main"

echo real-host >"$root/etc/hostname"
printf '127.0.0.1\tlocalhost\n127.0.1.1\treal-host\n' >"$root/etc/hosts"
: >"$root/etc/machine-id"
chmod -R u=rwX,go=rX "$root/etc/systemd/system" "$root/etc/systemd/network" "$root/etc/default"
chroot "$root" systemctl -q enable systemd-networkd.service ssh.service first-boot.service
chroot "$root" systemctl -q disable libvirt-guests.service
chroot "$root" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer dpkg-db-backup.timer fstrim.timer \
  logrotate.timer systemd-tmpfiles-clean.timer e2scrub_reap.service systemd-networkd-wait-online.service
cp "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp "$root"/boot/initrd.img-* "$folder/initrd"

# GRUB as grub-install would place it: its first sector in that of the disk, the rest in the gap before the partition.
chroot "$root" grub-mkimage -O i386-pc -o /boot/core.img -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2
mkdir -p "$root/boot/grub"
cp -r "$root/usr/lib/grub/i386-pc" "$root/boot/grub/"
cp "$root/usr/lib/grub/i386-pc/boot.img" "$folder/boot.img"
mv "$root/boot/core.img" "$folder/core.img"

# The disk: a DOS table, then the tree written straight into partition 1. Nothing is mounted.
truncate -s "$((size_mib + 1))M" "$image"
printf 'label: dos\nlabel-id: 0x4e4d0002\nstart=1MiB, size=%sMiB, type=83, bootable\n' "$size_mib" | sfdisk -q "$image"
dd if="$folder/boot.img" of="$image" bs=440 count=1 conv=notrunc status=none
dd if="$folder/core.img" of="$image" bs=512 seek=1 conv=notrunc status=none
mke2fs -q -t ext4 -F -L root -U "$root_uuid" -d "$root" -E offset=1048576 "$image" "${size_mib}M"
rm -rf --one-file-system "$root"

# The first start writes grub.cfg, which needs the real disk, and asks QEMU for its abilities; then it switches itself off.
timeout 1800 qemu-system-x86_64 -machine q35 -cpu max -accel tcg -smp 2 -m 2048 \
  -drive "file=$image,format=raw,if=none,id=root,cache=unsafe" -device virtio-blk-pci,drive=root \
  -device virtio-rng-pci -nic none -display none -monitor none -serial "file:$folder/console.log" -no-reboot \
  -kernel "$folder/vmlinuz" -initrd "$folder/initrd" -append "root=UUID=$root_uuid ro console=ttyS0,115200"
grep -q 'first-boot: done' "$folder/console.log" || { echo "build-image.sh: the first start failed; see $folder/console.log" >&2; exit 1; }
rm "$folder/vmlinuz" "$folder/initrd" "$folder/boot.img" "$folder/core.img"
