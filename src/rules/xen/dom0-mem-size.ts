import { setXenWords } from '#change/recipes/command-line-words';
import { defineRule } from '#check/define-rule';
import { xenHost, xenOnDebian, xlInfo, xlList } from '#check/reference/xen-host';
import { bad, good } from '#check/verdict';
import { hasBuiltInDom0Memory } from '#model/derived/dom0-memory-option';
import { ifKnown } from '#model/known';
import { bytes, gib, mib, printBytes } from '#units/bytes';

const machine = (totalMib: number, dom0Mib: number): Readonly<Record<string, string>> => ({
  ...xlInfo(totalMib, ''),
  ...xlList(dom0Mib),
});
const xen = { uri: 'xen:///system', node: { memoryKib: 33554432 } };

export default defineRule({
  id: 'xen/dom0-mem-size',
  subject: 'host',
  guide: ['4.1.3.1'],
  severity: 'warning',
  says: 'dom0 has about a tenth of the memory and 1 GiB, at most 64 GiB.',
  because:
    'Too little makes dom0, which does the I/O of all guests, swap or kill; what is too much is lost to the guests.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.3.1: 10 % of physical memory + 1 GB' },
    { grade: 'documented', at: 'SUSE: xen.spec, CONFIG_DOM0_MEM="1G+10%,max:64G"' },
    { grade: 'documented', at: 'Xen: dom0_mem with fractions of memory, Xen 4.12' },
  ],
  when: { hypervisor: 'xen' },
  intents: {},
  params: {
    low: { default: 0.75, unit: 'of the recommended size', why: 'less is a finding' },
    high: { default: 2, unit: 'times the recommended size', why: 'more is a finding' },
    capGib: { default: 64, unit: 'GiB', why: "the cap of SUSE's built-in size" },
    leastGib: { default: 1, unit: 'GiB', why: 'less is a finding on any distribution' },
  },
  costs: ['Takes effect when the host boots next.'],
  departs: [
    {
      guideSays: 'dom0 is given 10 % of memory + 1 GB.',
      truth: 'SUSE builds it in with a cap of 64 GiB; other distributions ship fixed sizes of 2 to 8 GiB.',
      source: 'SUSE: xen.spec, CONFIG_DOM0_MEM',
      errata: ['X57'],
      guideParams: { capGib: 1_048_576 },
    },
  ],
  needs: {
    total: ({ host }) => host.xen.totalMemory,
    dom0: ({ host }) => host.xen.dom0Memory,
    isSuse: ({ host }) => hasBuiltInDom0Memory(host),
    stored: ({ host }) => ifKnown(host.kernel.configuredXenCommandLine),
  },
  check({ total, dom0, isSuse, stored }, { params, policy }) {
    const wanted = bytes(Math.min(mib(Math.ceil((total * 0.1) / mib(1) + 1024)), gib(params.capGib)));
    const found = {
      wants: `about ${printBytes(wanted)} (1 GiB and 10 % of ${printBytes(total)}, at most ${params.capGib} GiB)`,
      ...setXenWords(stored, new Set(['dom0_mem']), [`dom0_mem=1G+10%,max:${params.capGib}G`]),
    };
    if (dom0 < gib(params.leastGib)) return bad(`dom0 has only ${printBytes(dom0)}`, found);
    if (dom0 >= total * 0.97) return bad(`dom0 holds all ${printBytes(dom0)} of memory`, found);
    const severity = isSuse || policy === 'guide' ? 'warning' : 'info';
    if (dom0 < params.low * wanted) return bad(`dom0 has only ${printBytes(dom0)}`, { ...found, severity });
    if (dom0 > params.high * wanted)
      return bad(`dom0 holds ${printBytes(dom0)}, more than twice what it needs`, { ...found, severity });
    return good;
  },
  examples: [
    {
      name: '1 GiB of 32 GiB',
      files: xenHost,
      commands: machine(32768, 1024),
      libvirt: xen,
      expect: 'bad',
      severity: 'warning',
      fixes: ['kernel-command-line'],
    },
    {
      name: 'the size recommended for 32 GiB',
      files: xenHost,
      commands: machine(32768, 4301),
      libvirt: xen,
      expect: 'good',
    },
    { name: 'all of it', files: xenHost, commands: machine(32768, 32700), libvirt: xen, expect: 'bad' },
    {
      name: 'the built-in 64 GiB on a terabyte',
      files: xenHost,
      commands: machine(1048576, 65536),
      libvirt: { ...xen, node: { memoryKib: 1073741824 } },
      expect: 'good',
    },
    {
      name: 'the built-in 64 GiB on a terabyte, by the letter of the guide',
      policy: 'guide',
      files: xenHost,
      commands: machine(1048576, 65536),
      libvirt: { ...xen, node: { memoryKib: 1073741824 } },
      expect: 'bad',
    },
    {
      name: '2 GiB on Debian',
      files: xenOnDebian,
      commands: machine(32768, 2048),
      libvirt: xen,
      expect: 'bad',
      severity: 'info',
    },
    { name: 'a KVM host', expect: 'not-applicable' },
    { name: 'xl not asked and libvirt silent', files: xenHost, libvirt: null, expect: 'unknown' },
  ],
});
