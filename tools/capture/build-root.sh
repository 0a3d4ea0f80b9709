#!/bin/sh
# Builds the disk that every captured machine boots: Debian 12 with libvirt, QEMU and two kernels, as one raw image.
#
#   sh tools/capture/build-root.sh            (root; about five minutes; needs a Debian mirror and 4 GiB of disk)
#
# Needs the Debian packages mmdebstrap, e2fsprogs, fdisk, openssh-client and zstd. Writes only below the work folder
# ($CAPTURE_WORK, by default /var/tmp/nearmetal-capture):
#
#   base.img             a partitioned disk: 1 = ext4 root, 2 = room for swap (no signature)
#   kernels/VERSION/     vmlinuz and initrd of each kernel, for QEMU's -kernel and -initrd
#   machines/            removed: their disks build on the image that was here before
#   key, key.pub         a throwaway key pair; the machine lets root in with it and with nothing else
#
# The machine's own /dev and /sys never appear in the new root: package scripts there change the modes of device nodes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=${CAPTURE_WORK:-/var/tmp/nearmetal-capture}
mirror=${CAPTURE_MIRROR:-http://deb.debian.org/debian}
security=${CAPTURE_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
root=$work/root
image=$work/base.img

# Sizes in MiB: the table starts at 1, the root ends where swap begins.
root_mib=11263
swap_mib=1024
root_uuid=5b1d9d4e-6f0c-4b52-9d3e-1c6f0a7e4001

packages=systemd,systemd-sysv,systemd-timesyncd,udev,dbus,kmod,procps,iproute2,ethtool,pciutils,less,openssh-server
packages=$packages,initramfs-tools,zstd,grub2-common,grub-pc-bin
packages=$packages,libvirt-daemon-system,libvirt-clients,libvirt-daemon-config-network,dnsmasq-base,iptables
packages=$packages,qemu-system-x86,qemu-utils,ipxe-qemu,ovmf,seabios
packages=$packages,numactl,hwloc-nox,lvm2,multipath-tools,nfs-common,tuned,irqbalance,ksmtuned,busybox-static,cpio
packages=$packages,linux-image-amd64

[ "$(id -u)" = 0 ] || { echo 'build-root.sh: must be root (it makes device nodes and files of other owners)' >&2; exit 1; }
for tool in mmdebstrap mke2fs sfdisk ssh-keygen; do
  command -v "$tool" >/dev/null || { echo "build-root.sh: $tool is missing; see the packages at the head" >&2; exit 1; }
done

if ls "$work"/machines/*/machine.json >/dev/null 2>&1; then
  echo 'build-root.sh: stop the machines that run first (machine.mjs stop SHAPE): their disks build on the image' >&2
  exit 1
fi
rm -rf "$work/machines" "$work/kernels"
mkdir -p "$work/kernels"
[ -f "$work/key" ] || ssh-keygen -q -t ed25519 -N '' -C capture -f "$work/key"

# Bookworm also carries a 6.12 kernel (mTHP, the KSM advisor); its package name holds the exact version.
newer=$(apt-cache search --names-only '^linux-image-6\.12\.[0-9]+\+deb12-amd64$' | cut -d' ' -f1 | sort -V | tail -n 1)
[ -n "$newer" ] && packages=$packages,$newer

rm -rf --one-file-system "$root"
mmdebstrap --mode=root --variant=minbase --architectures=amd64 \
  --skip=chroot/mount/dev,chroot/mount/sys \
  --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt=force-confold --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/gpu/drm/[!v]*/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/media/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/net/wireless/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/net/ethernet/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/infiniband/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/drivers/staging/*' \
  --dpkgopt='path-exclude=/lib/modules/*/kernel/sound/*' \
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/default"' \
  --essential-hook="copy-in '$here/base/modules' /etc/initramfs-tools" \
  --essential-hook="copy-in '$here/base/capture.conf' /etc/initramfs-tools/conf.d" \
  --essential-hook="copy-in '$here/base/grub' /etc/default" \
  bookworm "$root" \
  "deb $mirror bookworm main" "deb $mirror bookworm-updates main" "deb $security bookworm-security main"

# What is the same in every captured machine.
install -d -m 700 "$root/root/.ssh"
install -m 600 "$work/key.pub" "$root/root/.ssh/authorized_keys"
install -m 644 "$here/base/uplink.network" "$root/etc/systemd/network/10-uplink.network"
install -m 644 "$here/base/fstab" "$root/etc/fstab"
install -d "$root/etc/ssh/sshd_config.d" "$root/etc/systemd/system.conf.d"
install -m 644 "$here/base/system.conf" "$root/etc/systemd/system.conf.d/10-emulated.conf"
install -m 644 "$here/base/sshd.conf" "$root/etc/ssh/sshd_config.d/capture.conf"
echo capture >"$root/etc/hostname"
printf '127.0.0.1\tlocalhost\n127.0.1.1\tcapture\n' >"$root/etc/hosts"
: >"$root/etc/machine-id"
# nearmetal's collect runs inside: the very Node that runs here serves there (both need glibc 2.28 or newer).
command -v node >/dev/null && install -m 755 "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"

chroot "$root" systemctl -q enable systemd-networkd.service ssh.service
chroot "$root" systemctl -q disable tuned.service ksmtuned.service ksm.service multipathd.service irqbalance.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer dpkg-db-backup.timer fstrim.timer 2>/dev/null || true

for kernel in "$root"/boot/vmlinuz-*; do
  version=${kernel##*/vmlinuz-}
  mkdir -p "$work/kernels/$version"
  cp "$kernel" "$work/kernels/$version/vmlinuz"
  cp "$root/boot/initrd.img-$version" "$work/kernels/$version/initrd"
done

# The image: a DOS table, then the tree written straight into partition 1. Nothing is mounted.
rm -f "$image"
truncate -s "$((root_mib + swap_mib + 1))M" "$image"
printf 'label: dos\nlabel-id: 0x4e4d0001\nstart=1MiB, size=%sMiB, type=83, bootable\nsize=%sMiB, type=82\n' "$root_mib" "$swap_mib" | sfdisk -q "$image"
mke2fs -q -t ext4 -F -L root -U "$root_uuid" -d "$root" -E offset=1048576 "$image" "${root_mib}M"
rm -rf --one-file-system "$root"
echo "built $image; kernels: $(ls "$work/kernels" | tr '\n' ' ')"
