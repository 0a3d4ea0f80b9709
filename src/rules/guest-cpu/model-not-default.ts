import { editPlaces } from '#change/recipes/edit-places';
import { hostCpuEdits, isNoRealCpu } from '#change/recipes/host-cpu-edits';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const qemu64 = "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>";

export default defineRule({
  id: 'guest-cpu/model-not-default',
  subject: 'guest',
  guide: ['4.5.2.1'],
  severity: 'warning',
  says: 'The CPU of the guest resembles the CPU of the host.',
  because:
    'The default model has no AES, no AVX and none of the flags by which a guest kernel protects itself cheaply: encryption and arithmetic run many times slower than they could.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.1: a model similar to the host CPU' },
    { grade: 'documented', at: 'QEMU: system/i386/cpu.rst, the default CPU model qemu64 is not recommended' },
    { grade: 'documented', at: 'libvirt: news 5.10.0, the default CPU model of QEMU 4.2 is recorded in the XML' },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86' },
  intents: {
    general: { level: 'should', want: 'host-model' },
    database: { level: 'should', want: 'host-passthrough or host-model' },
    latency: { level: 'should', want: 'host-passthrough' },
    density: { level: 'should', want: 'host-model' },
    desktop: { level: 'should', want: 'host-model' },
    migratable: { level: 'should', want: 'a named model that all hosts can run' },
    hpc: { level: 'should', want: 'host-passthrough' },
  },
  params: {},
  costs: [
    'The guest sees another CPU; Windows may ask to be activated again.',
    'With host-passthrough it moves only to hosts with an equal CPU.',
  ],
  needs: {
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    os: ({ guest }) => ifKnown(guest.config.os),
    architecture: ({ host }) => ifKnown(host.architecture),
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu, os, architecture = 'x86_64', name }, { intents }) {
    if (!/^(?:x86_64|i[3-6]86)$/.test(architecture))
      return notApplicable(`the host is ${architecture}, and QEMU interprets every CPU of another kind`);
    const model = cpu?.model;
    if (!isNoRealCpu(cpu)) return good;
    const isFixedHost =
      !intents.includes('migratable') && intents.some(intent => intent === 'latency' || intent === 'hpc');
    const wants = isFixedHost ? 'host-passthrough' : 'host-model';
    // of a 32-bit guest it depends on the binary
    const fallback = os?.architecture === 'i686' ? 'the default of QEMU' : 'qemu64';
    return bad(
      model !== undefined
        ? `its CPU is ${model}, a model of no real CPU`
        : `it names no CPU model and gets ${fallback}`,
      {
        wants,
        so: 'no AES, AVX or other instructions that the host has',
        fix: [editPlaces(name, hostCpuEdits(cpu, wants))],
      },
    );
  },
  examples: [
    { name: 'qemu64', guest: qemu64, expect: 'bad', severity: 'warning', fixes: ['domain-xml'] },
    {
      name: 'on a host of another architecture',
      guest: qemu64,
      files: { '/proc/sys/kernel/arch': 'aarch64' },
      expect: 'not-applicable',
    },
    { name: 'no model', guest: { xml: '', without: ['cpu'] }, expect: 'bad', fixes: ['domain-xml'] },
    {
      name: 'a topology alone',
      guest: "<cpu><topology sockets='1' cores='2' threads='1'/></cpu>",
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'no model, 32 bits',
      guest: { xml: "<os><type arch='i686' machine='q35'>hvm</type></os>", without: ['cpu'] },
      expect: 'bad',
    },
    { name: 'qemu64 of a latency guest', guest: qemu64, intents: ['latency'], expect: 'bad' },
    { name: 'host-model', expect: 'good' },
    { name: 'host-passthrough', guest: "<cpu mode='host-passthrough' check='none'/>", expect: 'good' },
    {
      name: 'a named model',
      guest: "<cpu mode='custom' match='exact'><model fallback='forbid'>Icelake-Server</model></cpu>",
      expect: 'good',
    },
    {
      name: 'another architecture',
      guest: { xml: "<os><type arch='aarch64' machine='virt'>hvm</type></os>", without: ['cpu'] },
      expect: 'not-applicable',
    },
    {
      name: 'a CPU that cannot be read',
      guest: "<cpu><topology sockets='none' cores='2' threads='1'/></cpu>",
      expect: 'unknown',
    },
  ],
});
