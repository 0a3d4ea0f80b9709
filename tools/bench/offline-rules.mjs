// How many domain XMLs a second go through parser, model and rules, on one core: all rules, and those of the six areas
// that the goal was set for; memory at the end of each round.
// The rate is set beside that of the well-known work of parsing the same text as JSON would be, so that machines can be compared.
//   node tools/bench/offline-rules.mjs [FILE.xml …]      without files: domains of about 8.5 KB, made here
import { readFileSync } from 'node:fs';
import { load } from '../gen/load.mjs';

const { checkText, ruleSets } = await load('tools/bench/check-text.ts');
const files = process.argv.slice(2);
const texts =
  files.length > 0 ? files.map(file => readFileSync(file, 'utf8')) : Array.from({ length: 200 }, (_, at) => domain(at));
const bytes = texts.reduce((sum, text) => sum + text.length, 0);
console.log(`${texts.length} domain XMLs of ${(bytes / texts.length / 1024).toFixed(1)} KiB on average`);

const best = new Map();
for (const [set, rules] of Object.entries(ruleSets)) {
  const rounds = [];
  let outcomes = 0;
  console.log(`\nrules ${set}: ${rules.length}`);
  for (let round = 0; round < 8; round++) {
    const start = process.hrtime.bigint();
    outcomes = 0;
    for (const text of texts) outcomes += checkText(text, set);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    globalThis.gc?.();
    rounds.push(texts.length / seconds);
    console.log(
      `round ${round + 1}: ${Math.round(texts.length / seconds)} a second, heap ${Math.round(process.memoryUsage().heapUsed / 1024 ** 2)} MiB`,
    );
  }
  console.log(`${(outcomes / texts.length).toFixed(1)} outcomes a domain`);
  best.set(set, Math.max(...rounds));
}
const json = texts.map(text => JSON.stringify(text.split('\n')));
const start = process.hrtime.bigint();
for (let again = 0; again < 10; again++) for (const text of json) JSON.parse(text);
const jsonRate = (10 * json.length) / (Number(process.hrtime.bigint() - start) / 1e9);
console.log('');
for (const [set, rate] of best)
  console.log(
    `rules ${set}: best round ${Math.round(rate)} a second (goal: 1500); JSON.parse of the same lines is ${(jsonRate / rate).toFixed(1)} times as fast`,
  );

/** A domain as libvirt writes it for a server with four disks and three interfaces. */
function domain(at) {
  const id = at.toString(16).padStart(2, '0');
  const disk = name => `    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap'/>
      <source file='/var/lib/libvirt/images/bench${at}-${name}.qcow2'/>
      <backingStore/>
      <target dev='vd${name}' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x0${name}' slot='0x00' function='0x0'/>
    </disk>`;
  const nic = number => `    <interface type='network'>
      <mac address='52:54:00:${id}:00:0${number}'/>
      <source network='default'/>
      <model type='virtio'/>
      <driver name='vhost' queues='4'/>
      <address type='pci' domain='0x0000' bus='0x1${number}' slot='0x00' function='0x0'/>
    </interface>`;
  const port = number => `    <controller type='pci' index='${number}' model='pcie-root-port'>
      <model name='pcie-root-port'/>
      <target chassis='${number}' port='0x${(15 + number).toString(16)}'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x${number % 8}' multifunction='on'/>
    </controller>`;
  return `<domain type='kvm'>
  <name>bench${at}</name>
  <uuid>5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b${id}</uuid>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://suse.com/sle/15.5"/>
    </libosinfo:libosinfo>
  </metadata>
  <memory unit='KiB'>16777216</memory>
  <currentMemory unit='KiB'>16777216</currentMemory>
  <memoryBacking>
    <hugepages>
      <page size='2048' unit='KiB'/>
    </hugepages>
  </memoryBacking>
  <vcpu placement='static'>8</vcpu>
  <cputune>
${Array.from({ length: 8 }, (_, vcpu) => `    <vcpupin vcpu='${vcpu}' cpuset='${vcpu + 2}'/>`).join('\n')}
    <emulatorpin cpuset='0-1'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0'/>
  </numatune>
  <os>
    <type arch='x86_64' machine='pc-q35-8.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-passthrough' check='none' migratable='on'>
    <topology sockets='1' dies='1' cores='4' threads='2'/>
  </cpu>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
${['a', 'b', 'c', 'd'].map(disk).join('\n')}
${Array.from({ length: 8 }, (_, number) => port(number + 1)).join('\n')}
${[1, 2, 3].map(nic).join('\n')}
    <serial type='pty'>
      <target type='isa-serial' port='0'>
        <model name='isa-serial'/>
      </target>
    </serial>
    <console type='pty'>
      <target type='serial' port='0'/>
    </console>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
      <address type='virtio-serial' controller='0' bus='0' port='1'/>
    </channel>
    <input type='tablet' bus='usb'>
      <address type='usb' bus='0' port='1'/>
    </input>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'>
      <listen type='address' address='127.0.0.1'/>
    </graphics>
    <video>
      <model type='virtio' heads='1' primary='yes'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    </video>
    <memballoon model='virtio'>
      <stats period='10'/>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
    </memballoon>
    <rng model='virtio'>
      <backend model='random'>/dev/urandom</backend>
      <address type='pci' domain='0x0000' bus='0x06' slot='0x00' function='0x0'/>
    </rng>
  </devices>
</domain>
`;
}
