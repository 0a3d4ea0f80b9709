import { setConfigKey } from '#change/kinds/config-key';
import { defineRule } from '#check/define-rule';
import { xenHost, xenOnDebian, xlInfo } from '#check/reference/xen-host';
import { bad, good, type Part } from '#check/verdict';
import { dom0MemoryOption, hasBuiltInDom0Memory } from '#model/derived/dom0-memory-option';
import { orAbsent } from '#model/known';

const files = [
  ['xl', '/etc/xen/xl.conf'],
  ['libxl', '/etc/libvirt/libxl.conf'],
] as const;
const xen = { uri: 'xen:///system' };

export default defineRule({
  id: 'xen/autoballoon-off',
  subject: 'host',
  guide: ['4.1.3.1'],
  severity: 'warning',
  says: 'dom0 is not ballooned down for guests.',
  because:
    'Auto-ballooning takes memory from dom0 whenever a guest starts, and a guest fails to start, or dom0 runs short, when it is not fast enough.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.3.1' },
    { grade: 'documented', at: 'Xen: xl.conf(5), autoballoon: "auto" is off when dom0_mem is given' },
    { grade: 'documented', at: 'libvirt: libxl.conf, autoballoon' },
  ],
  when: { hypervisor: 'xen' },
  intents: {},
  params: {},
  costs: [],
  needs: {
    xl: ({ host }) => orAbsent(host.xen.autoballoonXl),
    libxl: ({ host }) => orAbsent(host.xen.autoballoonLibxl),
    option: ({ host }) => dom0MemoryOption(host),
    hasDefault: ({ host }) => hasBuiltInDom0Memory(host),
  },
  check({ xl, libxl, option, hasDefault }) {
    const values = { xl, libxl };
    const isSized = option.value !== undefined || hasDefault;
    const isOn = (value: string | undefined): boolean =>
      value === 'on' || value === '1' || ((value ?? 'auto') === 'auto' && !isSized);
    const on = files.filter(([reader]) => isOn(values[reader]));
    if (on.length === 0) return good;
    const parts: readonly Part[] = on.map(([reader, file]) => ({
      key: reader,
      saw: `autoballoon is ${values[reader] ?? 'not set (auto), and dom0_mem is not given'} in ${file}`,
    }));
    return bad('dom0 is ballooned down when guests start', {
      wants: 'autoballoon off, for xl and for libvirt',
      parts,
      fix: on.map(([reader, file]) => setConfigKey(file, 'autoballoon', values[reader], reader === 'xl' ? 'off' : '0')),
    });
  },
  examples: [
    {
      name: 'on',
      files: { ...xenHost, '/etc/xen/xl.conf': 'autoballoon="on"' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'bad',
      fixes: ['config-key'],
    },
    {
      name: 'off',
      files: { ...xenHost, '/etc/xen/xl.conf': 'autoballoon="off"' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'good',
    },
    {
      name: 'auto without dom0_mem',
      files: { ...xenOnDebian, '/etc/xen/xl.conf': 'autoballoon="auto"', '/etc/libvirt/libxl.conf': 'autoballoon = 0' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'bad',
    },
    {
      name: 'auto with dom0_mem',
      files: { ...xenOnDebian, '/etc/xen/xl.conf': 'autoballoon="auto"' },
      commands: xlInfo(32768, 'dom0_mem=4G,max:4G'),
      libvirt: xen,
      expect: 'good',
    },
    {
      name: 'libvirt has its own switch',
      files: { ...xenHost, '/etc/xen/xl.conf': 'autoballoon="off"', '/etc/libvirt/libxl.conf': 'autoballoon = 1' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'bad',
      fixes: ['config-key'],
    },
    { name: 'a KVM host', expect: 'not-applicable' },
    {
      name: 'no right to read',
      files: { ...xenHost, '/etc/xen/xl.conf': 'denied' },
      commands: xlInfo(32768, ''),
      libvirt: xen,
      expect: 'unknown',
    },
  ],
});
