/** What libvirt answers on the reference machine, in libvirt's own words. */
export const referenceLibvirt = {
  uri: 'qemu:///system',
  version: '10.0.0',
  qemuVersion: '8.2.2',
  hostname: 'node7',
  capabilities: `<capabilities>
  <host>
    <uuid>4c4c4544-0051-4210-8052-b4c04f4d5a31</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>Icelake-Server-noTSX</model>
      <vendor>Intel</vendor>
      <topology sockets='1' dies='1' cores='4' threads='2'/>
      <pages unit='KiB' size='4'/>
      <pages unit='KiB' size='2048'/>
      <pages unit='KiB' size='1048576'/>
    </cpu>
    <iommu support='yes'/>
    <topology>
      <cells num='2'>
        <cell id='0'><memory unit='KiB'>33554432</memory><cpus num='8'><cpu id='0'/><cpu id='1'/><cpu id='2'/><cpu id='3'/><cpu id='8'/><cpu id='9'/><cpu id='10'/><cpu id='11'/></cpus></cell>
        <cell id='1'><memory unit='KiB'>33554432</memory><cpus num='8'><cpu id='4'/><cpu id='5'/><cpu id='6'/><cpu id='7'/><cpu id='12'/><cpu id='13'/><cpu id='14'/><cpu id='15'/></cpus></cell>
      </cells>
    </topology>
    <secmodel><model>apparmor</model><doi>0</doi></secmodel>
    <secmodel><model>dac</model><doi>0</doi></secmodel>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <machine maxCpus='288'>pc-q35-8.2</machine>
      <machine canonical='pc-q35-8.2' maxCpus='288'>q35</machine>
      <domain type='qemu'/>
      <domain type='kvm'/>
    </arch>
  </guest>
</capabilities>
`,
  domainCapabilities: [
    `<domainCapabilities>
  <path>/usr/bin/qemu-system-x86_64</path>
  <domain>kvm</domain>
  <machine>pc-q35-8.2</machine>
  <arch>x86_64</arch>
  <vcpu max='288'/>
  <iothreads supported='yes'/>
  <cpu>
    <mode name='host-passthrough' supported='yes'/>
    <mode name='host-model' supported='yes'><model fallback='forbid'>Icelake-Server</model><vendor>Intel</vendor></mode>
    <mode name='custom' supported='yes'><model usable='yes' vendor='unknown'>qemu64</model><model usable='yes' vendor='Intel'>Icelake-Server</model></mode>
  </cpu>
  <memoryBacking supported='yes'><enum name='sourceType'><value>file</value><value>anonymous</value><value>memfd</value></enum></memoryBacking>
</domainCapabilities>
`,
  ],
  node: { model: 'x86_64', memoryKib: 67108864, cpus: 16, mhz: 2900, nodes: 2, sockets: 1, cores: 4, threads: 2 },
} as const;

/** The reference guest: 4 GiB, 2 vCPUs, all virtio; name and uuid are put in by the reader of examples. */
export const referenceGuest = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>guest1</name>
  <uuid>5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01</uuid>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://suse.com/sle/15.5"/>
    </libosinfo:libosinfo>
  </metadata>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='host-model' check='partial'/>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap'/>
      <source file='/var/lib/libvirt/images/guest1.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' index='0' model='qemu-xhci'/>
    <controller type='pci' index='0' model='pcie-root'/>
    <interface type='network'>
      <mac address='52:54:00:12:34:01'/>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <serial type='pty'><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <memballoon model='virtio'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
`;

/** Statistics of the reference guest while it runs (virConnectGetAllDomainStats); sizes of the balloon in KiB, of blocks in bytes. */
export const referenceStats: Readonly<Record<string, number | string>> = {
  'balloon.current': 4194304,
  'balloon.maximum': 4194304,
  'balloon.rss': 3145728,
  'vcpu.current': 2,
  'vcpu.maximum': 2,
  'vcpu.0.state': 1,
  'vcpu.0.time': 600_000_000_000,
  'vcpu.0.delay': 1_000_000_000,
  'vcpu.1.state': 1,
  'vcpu.1.time': 600_000_000_000,
  'vcpu.1.delay': 1_000_000_000,
  'block.count': 1,
  'block.0.name': 'vda',
  'block.0.path': '/var/lib/libvirt/images/guest1.qcow2',
  'block.0.allocation': 8589934592,
  'block.0.capacity': 21474836480,
  'block.0.physical': 8589934592,
};
