import type { Severity } from '#check/verdict';
import { editXml } from '#formats/xml/edit-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlEdit } from '#formats/xml/xml-edit';

/** A fault that is planted, and the same guest without it. Every guest is the sound one with a few edits. */
export interface Planted {
  readonly rule: string;
  /** What is wrong, as the catalogue of practices has it. */
  readonly fault: string;
  /** Severity of the finding. */
  readonly severity: Severity;
  /** Made to both guests: what they are for, what the practice is about. */
  readonly both?: readonly XmlEdit[];
  /** What plants the fault. */
  readonly fail: readonly XmlEdit[];
  /** What the sound way looks like; nothing: that of the sound guest. */
  readonly pass?: readonly XmlEdit[];
  /** A second guest beside the faulty one, and beside the one without the fault: for faults that take two. */
  readonly others?: readonly [fail: readonly XmlEdit[], pass: readonly XmlEdit[]];
  /** The guests start with the host. */
  readonly autostart?: boolean;
  /** Files of the host in which it differs from the sound one; null: it has none such. */
  readonly host?: Readonly<Record<string, string | null>>;
  /** Among all rules this one leaves the fault to another, which asks for the same and more. */
  readonly leftTo?: string;
  /** Further rules that find fault with the machine that the test runs on, and depend on it. */
  readonly mayBeside?: readonly string[];
  /** libvirt refuses to define the faulty guest: its error code, and what it says. The rule must find it in a file. */
  readonly refused?: Refusal;
  /** It refuses the other one too: such a guest cannot be had there. */
  readonly passRefused?: Refusal;
  /** Further rules that the fault offends. Any other finding is a false one. */
  readonly beside?: readonly string[];
}

/** How libvirt refuses a definition. */
export interface Refusal {
  /** virErrorNumber. */
  readonly code: number;
  readonly says: RegExp;
}

/** Gives an attribute a value. */
export const set = (at: string, name: string, value: string): XmlEdit => ({
  do: 'set-attribute',
  at: `/domain${at}`,
  name,
  value,
});
/** Gives an element a text. */
export const write = (at: string, text: string): XmlEdit => ({ do: 'set-text', at: `/domain${at}`, text });
/** Puts an element in the place of another. */
export const put = (at: string, xml: string): XmlEdit => ({ do: 'replace', at: `/domain${at}`, xml });
/** Adds elements to the domain. */
export const add = (...xml: readonly string[]): readonly XmlEdit[] =>
  xml.map(one => ({ do: 'insert', into: '/domain', xml: one }));
/** Adds devices. */
export const attach = (...xml: readonly string[]): readonly XmlEdit[] =>
  xml.map(one => ({ do: 'insert', into: '/domain/devices', xml: one }));
/** Takes an element away. */
export const drop = (at: string): XmlEdit => ({ do: 'remove', at: `/domain${at}` });

/** What the guest is for. */
export const intent = (word: string): XmlEdit => write('/metadata/nearmetal:intents/nearmetal:intent', word);
/** The operating system in it. */
export const system = (id: string): XmlEdit => set('/metadata/libosinfo:libosinfo/libosinfo:os', 'id', `http://${id}`);
/** Memory in GiB, and how much of it the balloon leaves. */
export const memory = (gib: number, currentGib = gib): readonly XmlEdit[] => [
  write('/memory', String(gib * 1024 ** 2)),
  write('/currentMemory', String(currentGib * 1024 ** 2)),
];
/** Number of vCPUs. */
export const vcpus = (count: number): XmlEdit => write('/vcpu', String(count));
/** vCPU 0, 1 … on these CPUs of the host, and more of cputune. */
export const pins = (cpus: readonly string[], more = ''): readonly XmlEdit[] =>
  add(`<cputune>${cpus.map((cpu, at) => `<vcpupin vcpu='${at}' cpuset='${cpu}'/>`).join('')}${more}</cputune>`);
/** Arguments handed to QEMU as they are. */
export const argumentsOf = (...words: readonly string[]): readonly XmlEdit[] =>
  add(`<qemu:commandline>${words.map(word => `<qemu:arg value='${word}'/>`).join('')}</qemu:commandline>`);
/** The driver of the guest's disk. */
export const driver = (attributes: string): XmlEdit =>
  put('/devices/disk/driver', `<driver name='qemu' ${attributes}/>`);
/** The processor. */
export const cpu = (xml: string): XmlEdit => put('/cpu', xml);
/** NUMA cells of the guest: its vCPUs and memory in KiB each. */
export const cells = (...list: readonly (readonly [cpus: string, kib: number])[]): string =>
  `<numa>${list.map(([cpusOfCell, kib], id) => `<cell id='${id}' cpus='${cpusOfCell}' memory='${kib}' unit='KiB'/>`).join('')}</numa>`;
/** A screen. */
export const screen = (attributes = "port='-1' autoport='yes'", card = 'virtio'): readonly XmlEdit[] =>
  attach(`<graphics type='vnc' ${attributes}/>`, `<video><model type='${card}'/></video>`);
/** A PCI device of the host. */
export const hostDevice = (slot: number): string =>
  `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x01' slot='0x${slot.toString(16)}' function='0x0'/></source></hostdev>`;

/** A guest in which no rule finds anything, with a name, uuid, address and disk of its own. */
export function soundGuest(name: string, number: number): string {
  const hex = number.toString(16).padStart(4, '0');
  return `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${name}</name>
  <uuid>7c1e5b52-9d0a-4f3e-8f6b-0d4c1a2b${hex}</uuid>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://suse.com/sle/15.5"/>
    </libosinfo:libosinfo>
    <nearmetal:intents xmlns:nearmetal="https://nearmetal.dev/xmlns/domain/1">
      <nearmetal:intent>general</nearmetal:intent>
    </nearmetal:intents>
  </metadata>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='host-model' check='partial'/>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap'/>
      <source file='/var/lib/libvirt/images/${name}.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' index='0' model='qemu-xhci'/>
    <interface type='network'>
      <mac address='52:54:00:77:${hex.slice(0, 2)}:${hex.slice(2)}'/>
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
}

/** A guest of the table. */
export interface PlantedGuest {
  readonly name: string;
  readonly xml: string;
  readonly autostart: boolean;
}

/** The guests of a row: the faulty one, the one without the fault, and those beside them. */
export interface PlantedGuests {
  readonly fail: PlantedGuest;
  readonly pass: PlantedGuest;
  readonly others: readonly PlantedGuest[];
}

/** Makes the guests of a row; `at` is its place in the table. */
export function guestsOf(row: Planted, at: number): PlantedGuests {
  const guest = (kind: string, number: number, ...edits: readonly (readonly XmlEdit[])[]): PlantedGuest => {
    const name = `${row.rule.replace('/', '.')}-${at}-${kind}`;
    let xml = soundGuest(name, at * 4 + number);
    for (const some of edits) xml = editXml(parseXml(xml, { file: name }), some);
    return { name, xml, autostart: row.autostart ?? false };
  };
  const { both = [], fail, pass = [], others } = row;
  return {
    fail: guest('fail', 0, both, fail),
    pass: guest('pass', 1, both, pass),
    others:
      others === undefined ? [] : [guest('beside-fail', 2, both, others[0]), guest('beside-pass', 3, both, others[1])],
  };
}
