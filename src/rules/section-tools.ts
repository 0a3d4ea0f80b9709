/** A command of nearmetal that does what a section of the guide tells to do by hand. */
export interface SectionTool {
  readonly command: string;
  readonly says: string;
}

/** Commands that go with sections of the guide, beside their rules. */
export const sectionTools: Readonly<Record<string, readonly SectionTool[]>> = {
  '4.5': [
    {
      command: 'nearmetal topology',
      says: 'packages, cores and threads of the host, and which guest’s threads sit where',
    },
  ],
  '4.6': [
    { command: 'nearmetal topology', says: 'NUMA nodes, their memory and huge pages, and which guest sits where' },
  ],
  '7.4': [
    {
      command: 'nearmetal argv GUEST',
      says: 'the QEMU command line that libvirt would start a guest with (virsh domxml-to-native), each argument with the element and line of the XML it comes from, or as libvirt’s own; for a guest that runs, what it has otherwise',
    },
    {
      command: 'nearmetal argv FILE.xml',
      says: 'the same of a domain XML, and what of it the installed QEMU lacks: machine type, CPU model, devices, dropped arguments; with --run also devices and properties that qemu:commandline names',
    },
    { command: 'nearmetal argv GUEST --format shell', says: 'the line alone, quoted for a shell; secrets are masked' },
    {
      command: 'nearmetal argv FILE.xml --from GUEST.log',
      says: 'without libvirt: a line from its log, from virsh domxml-to-native elsewhere, or a copy of /proc/PID/cmdline',
    },
  ],
  '7.6': [
    {
      command: 'nearmetal argv GUEST --run',
      says: 'whether this QEMU has the devices and properties that the XML hands to it unseen',
    },
  ],
};
