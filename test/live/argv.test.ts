import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { splitShellWords } from '#formats/qemu-argv/split-shell-words';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { ArgvDocument } from '#report/argv/argv-schema';
import { richTies } from '../argv/rich-ties.js';
import { domainDocuments } from '../domain-documents.js';
import { sharedData } from '../shared-data.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
const run = promisify(execFile);
let daemon: PrivateLibvirtd;

before(async () => {
  if (skip !== undefined) return;
  // guests need no control groups here, and what others left there must not keep them from starting
  daemon = await startPrivateLibvirtd({ qemuConf: 'cgroup_controllers = []' });
});
after(async () => daemon?.stop());

interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function argv(...words: readonly string[]): Promise<Done> {
  const uri = `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`;
  try {
    const { stdout, stderr } = await run(process.execPath, ['dist/cli.cjs', 'argv', '--connect', uri, ...words], {
      maxBuffer: 64 * 2 ** 20,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error && 'code' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

const report = async (...words: readonly string[]): Promise<ArgvDocument> =>
  JSON.parse((await argv(...words, '--format', 'json')).stdout);

/** Words behind the program; secrets aside. */
const wordsOf = ({ arguments: all }: ArgvDocument): readonly string[] => all.flatMap(({ words }) => words);
const unmasked = (words: readonly string[]): readonly string[] =>
  words.map(word => word.replace('string=sesame', 'string=‹secret›'));
/** The numbers of files that libvirtd has open just now differ from one question to the next. */
const withoutFiles = (words: readonly string[]): readonly string[] =>
  words.map(word => word.replace(/("fd":"|\bfd=)\d+/g, '$1N'));
const behindProgram = (text: string): readonly string[] => {
  const words = splitShellWords(text);
  return words.slice(words.findIndex(word => word.includes('qemu-system')) + 1);
};

test('a file gives the words that virsh domxml-to-native prints, each tied to its element', { skip }, async () => {
  const file = join(daemon.folder, 'rich.xml');
  await writeFile(file, await readFile('test/argv/rich.xml'));
  const printed = await daemon.virsh('domxml-to-native', 'qemu-argv', '--xml', file);
  const told = await report(file);
  assert.deepEqual(withoutFiles(wordsOf(told)), withoutFiles(unmasked(behindProgram(printed))));
  assert.equal(told.summary.untied, 0);
  for (const [argument, ...paths] of richTies) {
    const row = told.arguments.find(({ words }) => words.join(' ').includes(argument));
    assert.deepEqual(
      row?.ties.map(
        ({ path, attribute }) => `${path.replace('/domain/', '')}${attribute === undefined ? '' : `@${attribute}`}`,
      ),
      paths,
      argument,
    );
  }
});

const xml = (vcpus: number, more = ''): string => `<domain type='qemu'>
  <name>plain</name>
  <uuid>5b1f2f5e-7c1e-4c53-9d0a-8f3f5f5d6a09</uuid>
  <memory unit='MiB'>64</memory>
  <vcpu>${vcpus}</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <interface type='user'><mac address='52:54:00:12:34:58'/><model type='virtio'/></interface>
    <graphics type='vnc' autoport='yes'/>${more}
  </devices>
</domain>`;

test('a defined guest: the words of virsh, by name and UUID; all of it comes from its XML or from libvirt', {
  skip,
}, async () => {
  const connection = await daemon.connect();
  const guest = await connection.defineDomain(xml(1));
  await connection.close();
  const printed = await daemon.virsh('domxml-to-native', 'qemu-argv', '--domain', 'plain');
  for (const word of ['plain', guest.uuid]) {
    const told = await report(word);
    assert.deepEqual(wordsOf(told), behindProgram(printed));
    assert.equal(told.summary.untied, 0);
    assert.equal(told.xml, 'virsh dumpxml --inactive plain');
  }
  const shell = await argv('plain', '--format', 'shell');
  assert.deepEqual(behindProgram(shell.stdout), behindProgram(printed));
});

test('a running guest: equal as long as it is not redefined, then what its next start changes; and its process without libvirt', {
  skip,
}, async () => {
  await daemon.virsh('start', 'plain');
  const same = await report('plain');
  assert.deepEqual([same.running?.onlyRunning, same.running?.onlyDefined], [[], []]);
  const connection = await daemon.connect();
  await connection.defineDomain(xml(2, "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"));
  await connection.close();
  const { running } = await report('plain');
  const words = (rows: readonly { words: readonly string[] }[] = []) => rows.map(row => row.words.join(' '));
  assert.deepEqual(words(running?.onlyRunning), ['-smp 1,sockets=1,cores=1,threads=1']);
  assert.match(
    words(running?.onlyDefined).join('\n'),
    /^-smp 2,.*\n(?:-device .*pcie-root-port.*\n)?-object .*rng-random.*\n-device .*virtio-rng-pci/,
  );

  const root = `/proc/${daemon.namespacePid}/root`;
  const alone = await run(process.execPath, [
    'dist/cli.cjs',
    'argv',
    'plain',
    '--read-only',
    '--root',
    root,
    '--format',
    'json',
  ]);
  const told: ArgvDocument = JSON.parse(alone.stdout);
  assert.equal(told.from, 'process');
  assert.equal(told.xml, '/run/libvirt/qemu/plain.xml');
  assert.equal(told.summary.untied, 0);
  await daemon.virsh('destroy', 'plain');
});

test('a guest of a newer host: each thing that this QEMU lacks, with its line, and libvirt’s own refusal', {
  skip,
}, async () => {
  const file = join(daemon.folder, 'newer.xml');
  await writeFile(
    file,
    `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>newer</name><memory>65536</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc-q35-99.1'>hvm</type></os>
  <cpu mode='custom' match='exact'><model>NoSuchLake</model></cpu>
  <qemu:commandline>
    <qemu:arg value='-device'/>
    <qemu:arg value='no-such-pci,id=x'/>
    <qemu:arg value='-device'/>
    <qemu:arg value='virtio-rng-pci,no-such=on'/>
    <qemu:arg value='-realtime'/>
    <qemu:arg value='mlock=off'/>
  </qemu:commandline>
</domain>`,
  );
  const done = await argv(file, '--run', '--format', 'json');
  assert.equal(done.code, 2);
  const told: ArgvDocument = JSON.parse(done.stdout);
  assert.match(told.refused?.message ?? '', /machine type 'pc-q35-99\.1'|CPU model/);
  assert.deepEqual(
    told.breaks.map(({ says, line }) => `${line} ${says.replace(/; here is.*/, '')}`),
    [
      '3 machine type pc-q35-99.1 is not offered here',
      '4 CPU model NoSuchLake is not known here',
      '10 -realtime went with QEMU 6.0',
      '7 this QEMU has no device no-such-pci',
      '9 device virtio-rng-pci of this QEMU has no property no-such',
    ],
  );
});

test('of all domains of other projects that this libvirt takes, each argument is tied or named as libvirt’s own', {
  skip: skip ?? (sharedData === undefined ? 'no shared data' : false),
}, async t => {
  const connection = await daemon.connect();
  let taken = 0;
  const sum = { arguments: 0, tied: 0, own: 0, untied: 0 };
  try {
    for (const { name, text } of domainDocuments()) {
      const isTaken = await connection.domainXmlToNative(text).then(
        () => true,
        error => {
          assert.ok(error instanceof LibvirtError, name);
          return false;
        },
      );
      if (!isTaken) continue;
      taken++;
      const file = join(daemon.folder, 'shared.xml');
      await writeFile(file, text);
      const { summary } = await report(file);
      for (const key of ['arguments', 'tied', 'own', 'untied'] as const) sum[key] += summary[key];
    }
  } finally {
    await connection.close();
  }
  t.diagnostic(`${taken} domains: ${JSON.stringify(sum)}`);
  assert.ok(taken >= 20, `${taken}`);
  assert.ok(sum.untied <= 0.05 * sum.arguments, JSON.stringify(sum));
});
