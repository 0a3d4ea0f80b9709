#!/bin/sh
# Makes a fresh machine one that an administrator would have to look after: settings that somebody made years ago, in the places
# where they are usually made, and two guests as an old installer wrote them. Run as root in the machine; a reboot follows.
set -eu

sed -i 's/^GRUB_CMDLINE_LINUX_DEFAULT=.*/GRUB_CMDLINE_LINUX_DEFAULT="quiet transparent_hugepage=never elevator=noop"/' /etc/default/grub
update-grub

fallocate -l 1G /swapfile
chmod 600 /swapfile
mkswap -q /swapfile
echo '/swapfile  none  swap  defaults  0  0' >>/etc/fstab

# NUMA balancing is off, as it should be where all guests are bound: this kernel does not give back merged pages that it watches
cat >/etc/sysctl.d/60-site.conf <<'CONF'
# tuning of 2014
vm.swappiness = 100
vm.zone_reclaim_mode = 1
kernel.numa_balancing = 0
fs.aio-max-nr = 4096
CONF
cat >/etc/tmpfiles.d/ksm.conf <<'CONF'
w /sys/kernel/mm/ksm/run - - - - 1
CONF
cat >/etc/udev/rules.d/60-scheduler.rules <<'CONF'
ACTION=="add|change", KERNEL=="sda", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ATTR{queue/scheduler}="bfq"
CONF

# where the emulated machine is slow, udev gives up on the module, and no guest is started
echo kvm_amd >/etc/modules-load.d/kvm.conf

# guests without a system do not hear that they are to go down
echo SHUTDOWN_TIMEOUT=20 >>/etc/default/libvirt-guests

qemu-img create -q -f raw /var/lib/libvirt/images/db1.img 64M
cat >/root/db1.xml <<'XML'
<domain type='kvm'>
  <name>db1</name>
  <uuid>5d0a3c8e-25a5-4d6b-9b0e-1f6b7a9d0001</uuid>
  <memory unit='MiB'>512</memory>
  <memoryBacking>
    <hugepages/>
  </memoryBacking>
  <vcpu placement='static' cpuset='1'>1</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset='1'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='1'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
  <cpu mode='host-model'/>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='native'/>
      <source file='/var/lib/libvirt/images/db1.img'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <serial type='pty'/>
  </devices>
</domain>
XML
cat >/root/web1.xml <<'XML'
<domain type='kvm'>
  <name>web1</name>
  <uuid>5d0a3c8e-25a5-4d6b-9b0e-1f6b7a9d0002</uuid>
  <memory unit='MiB'>256</memory>
  <vcpu placement='static' cpuset='0'>1</vcpu>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw'/>
      <source dev='/dev/sda'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='user'>
      <mac address='52:54:00:69:0a:6f'/>
      <model type='e1000e'/>
    </interface>
    <serial type='pty'/>
  </devices>
</domain>
XML
for guest in db1 web1; do
  virsh -q define --validate /root/$guest.xml
  virsh -q autostart $guest
  rm /root/$guest.xml
done
