import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { referenceFiles } from '#check/reference/reference-files';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { CheckDocument } from '#report/check-schema';
import { type BusyboxGuest, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
const run = promisify(execFile);

/** A guest to define, and the rules that must find it wanting: no others. */
interface Planted {
  readonly name: string;
  readonly xml: string;
  readonly faults: readonly string[];
  /** Rules that find it wanting too, whose findings give way to one that does what they ask for. */
  readonly givenUp?: readonly string[];
}

const q35 = "<os><type arch='x86_64' machine='q35'>hvm</type></os>";
const acpi = '<features><acpi/></features>';
const intents = (...words: readonly string[]): string =>
  `<metadata><n:intents xmlns:n='https://nearmetal.dev/xmlns/domain/1'>${words.map(word => `<n:intent>${word}</n:intent>`).join('')}</n:intents></metadata>`;
const nic = (number: number, more: string, model = 'virtio'): string =>
  `<interface type='network'><mac address='52:54:00:00:00:${number.toString(16).padStart(2, '0')}'/><source network='default'/><model type='${model}'/>${more}</interface>`;
const guest = (name: string, parts: string, devices: string): string =>
  `<domain type='qemu'><name>${name}</name>${q35}${acpi}${parts}<devices>${devices}</devices></domain>`;
const oneCell = "<cpu><numa><cell id='0' cpus='0-1' memory='1' unit='GiB'/></numa></cpu>";

/** Eight guests, from a good one to those with every fault that libvirt lets pass; the eighth runs and is defined apart. */
const planted: readonly Planted[] = [
  { name: 'good1', xml: guest('good1', "<memory unit='GiB'>2</memory><vcpu>2</vcpu>", nic(1, '')), faults: [] },
  {
    name: 'net1',
    xml: guest(
      'net1',
      "<memory unit='GiB'>1</memory><vcpu>2</vcpu>",
      nic(0x10, '', 'e1000') +
        nic(0x11, "<driver name='qemu'/>") +
        nic(0x12, "<driver name='vhost' queues='8'/>") +
        nic(0x20, ''),
    ),
    faults: ['guest-net/mac-unique', 'guest-net/multiqueue', 'guest-net/vhost', 'guest-net/virtio-model'],
  },
  {
    name: 'limits1',
    xml: guest(
      'limits1',
      "<memory unit='GiB'>4</memory><vcpu>1</vcpu><memtune><hard_limit unit='GiB'>4</hard_limit><soft_limit unit='MiB'>128</soft_limit><swap_hard_limit unit='GiB'>6</swap_hard_limit></memtune>",
      nic(0x20, ''),
    ),
    faults: ['guest-memory/no-hard-limit', 'guest-memory/swap-hard-limit-sane', 'guest-net/mac-unique'],
  },
  {
    name: 'huge1',
    xml: guest(
      'huge1',
      "<memory unit='KiB'>1500001</memory><currentMemory unit='KiB'>1048576</currentMemory><memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking><vcpu>2</vcpu>",
      "<memballoon model='virtio' freePageReporting='on'/>",
    ),
    faults: [
      'guest-memory/free-page-reporting',
      'guest-memory/hugepages-size-fits',
      'guest-memory/hugepages-vs-balloon',
      'guest-memory/ksm-ineligible',
    ],
  },
  {
    name: 'hotplug1',
    xml: guest(
      'hotplug1',
      `<maxMemory slots='4' unit='GiB'>8</maxMemory><memory unit='GiB'>1</memory><vcpu>2</vcpu>${oneCell}`,
      "<memory model='dimm'><target><size unit='MiB'>100</size><node>0</node></target></memory>",
    ),
    faults: ['guest-memory/dimm-alignment'],
  },
  {
    name: 'latency1',
    xml: guest(
      'latency1',
      `${intents('latency')}<memory unit='GiB'>4</memory><currentMemory unit='GiB'>2</currentMemory><vcpu>4</vcpu><cputune><vcpusched vcpus='0-3' scheduler='fifo' priority='1'/></cputune>`,
      nic(0x31, ''),
    ),
    faults: ['guest-memory/balloon', 'guest-memory/hugepages-wanted', 'guest-memory/locked', 'guest-net/multiqueue'],
    givenUp: ['guest-memory/nosharepages-mixed', 'guest-memory/prealloc'],
  },
  {
    name: 'dense1',
    xml: guest(
      'dense1',
      `${intents('density')}<memory unit='GiB'>1</memory><memoryBacking><source type='memfd'/><access mode='shared'/><locked/></memoryBacking><vcpu>1</vcpu>`,
      "<memballoon model='none'/>",
    ),
    faults: ['guest-memory/balloon', 'guest-memory/ksm-ineligible', 'guest-memory/locked'],
  },
];

/** What libvirt 9.0 refuses to define, how it says so, and the rule that finds it in a file. */
const refused: readonly { readonly xml: string; readonly says: RegExp; readonly fault: string }[] = [
  {
    xml: guest(
      'refused1',
      "<maxMemory slots='16' unit='GiB'>20</maxMemory><memory unit='GiB'>1</memory><vcpu>2</vcpu>",
      '',
    ),
    says: /At least one numa node has to be configured/,
    fault: 'guest-memory/hotplug-numa-cell',
  },
  {
    xml: guest(
      'refused2',
      `<maxMemory slots='1' unit='GiB'>20</maxMemory><memory unit='GiB'>1</memory><vcpu>2</vcpu>${oneCell}`,
      "<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>".repeat(2),
    ),
    says: /slot/,
    fault: 'guest-memory/hotplug-maxmemory',
  },
];

let daemon: PrivateLibvirtd;
let kit: BusyboxGuest;
let connection: Connection;
let tree: string;

/** Runs nearmetal as a user would; gives its exit code and report. */
async function check(
  ...words: readonly string[]
): Promise<{ readonly exitCode: number; readonly report: CheckDocument; readonly stderr: string }> {
  const done = await run(process.execPath, ['dist/cli.cjs', 'check', '--format', 'json', ...words], {
    maxBuffer: 64 * 1024 ** 2,
  }).then(
    ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => ({
      exitCode: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
  return { exitCode: done.exitCode, report: JSON.parse(done.stdout), stderr: done.stderr };
}

const faultsOf = (report: CheckDocument, name: string): readonly string[] =>
  [
    ...new Set(
      report.outcomes
        .filter(
          ({ subject, outcome }) =>
            outcome === 'bad' && (subject.guest ?? subject.name) === name && subject.kind !== 'host',
        )
        .map(({ rule }) => rule),
    ),
  ].sort();

before(async () => {
  if (skip !== undefined) return;
  [daemon, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  connection = await daemon.connect();
  // the host is the reference machine with KSM on: this machine's own settings must not decide a test
  tree = join(daemon.folder, 'host');
  const files = new Map([
    ...referenceFiles(),
    ['/sys/kernel/mm/ksm/run', '1\n'],
    ['/sys/kernel/mm/ksm/full_scans', '9\n'],
  ]);
  for (const [path, text] of files) {
    if (path.endsWith('/')) await mkdir(join(tree, path), { recursive: true });
    else {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
  }
  for (const { xml } of planted) await connection.defineDomain(xml, { validate: true });
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

/** The areas whose faults are planted here. */
const areas = ['host-memory', 'guest-memory', 'overcommit', 'host-io', 'guest-net', 'xen'].flatMap(area => [
  '--rule',
  area,
]);
const here = (): readonly string[] => [
  ...areas,
  '--connect',
  `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`,
  '--root',
  tree,
];

test('exactly the planted faults are found', { skip }, async () => {
  const { exitCode, report } = await check(...here());
  assert.equal(exitCode, 2);
  const found = Object.fromEntries(planted.map(({ name }) => [name, faultsOf(report, name)]));
  assert.deepEqual(found, Object.fromEntries(planted.map(({ name, faults }) => [name, faults])));
  for (const { name, givenUp = [] } of planted) {
    for (const rule of givenUp) {
      const outcome = report.outcomes.find(one => one.rule === rule && one.subject.name === name);
      assert.equal(outcome?.outcome, 'not-applicable', rule);
      assert.match(outcome?.reason ?? '', /^guest-memory\/hugepages-wanted/, rule);
    }
  }
  assert.deepEqual(
    report.outcomes.filter(({ outcome }) => outcome === 'crashed').map(({ rule, reason }) => `${rule}: ${reason}`),
    [],
  );
});

test('what several guests do to the host together is found too', { skip }, async () => {
  await connection.setAutostart(await connection.domainByName('huge1'), 'on');
  const { report } = await check(...here());
  const outcome = report.outcomes.find(({ rule }) => rule === 'host-memory/hugepages-pool-sized');
  assert.equal(outcome?.outcome, 'bad');
  assert.equal(outcome?.severity, 'error');
});

test('a guest that runs differs from its definition, and both are read', { skip }, async () => {
  const console = join(daemon.folder, 'log/console');
  const xml = kit.xml({
    name: 'runs1',
    uuid: '6c1f7a52-30b4-4f5e-9c77-2d8b1a9e4f10',
    console,
    devices: "<memballoon model='virtio'/>",
  });
  const domain = await connection.defineDomain(xml);
  await connection.startDomain(domain);
  await connection.defineDomain(
    xml.replace(
      "<memory unit='MiB'>128</memory>",
      "<memory unit='MiB'>256</memory><currentMemory unit='MiB'>32</currentMemory>",
    ),
  );
  const { report } = await check(...here(), '--guest', 'runs1');
  assert.deepEqual(faultsOf(report, 'runs1'), ['guest-memory/balloon']);
  const facts = await run(
    process.execPath,
    ['dist/cli.cjs', 'facts', '--format', 'json', ...here().slice(areas.length)],
    {
      maxBuffer: 64 * 1024 ** 2,
    },
  );
  const {
    guests,
  }: { guests: readonly { name: string; config: { memory: number }; live: { memory: number } | null }[] } = JSON.parse(
    facts.stdout,
  );
  const runs = guests.find(({ name }) => name === 'runs1');
  assert.equal(runs?.config.memory, 256 * 1024 ** 2);
  assert.equal(runs?.live?.memory, 128 * 1024 ** 2);
  assert.equal(guests.find(({ name }) => name === 'good1')?.live, null);
});

test('what libvirt refuses to define is found in a file', { skip }, async () => {
  for (const [at, { xml, says, fault }] of refused.entries()) {
    await assert.rejects(connection.defineDomain(xml, { validate: true }), (error: unknown) => {
      assert.ok(error instanceof LibvirtError);
      assert.match(error.message, says);
      return true;
    });
    const file = join(daemon.folder, `refused${at}.xml`);
    await writeFile(file, xml);
    const { report } = await check(file);
    assert.ok(
      report.outcomes.some(({ rule, outcome }) => rule === fault && outcome === 'bad'),
      fault,
    );
  }
});
