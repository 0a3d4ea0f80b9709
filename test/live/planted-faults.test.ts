import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { CheckDocument } from '#report/check-schema';
import { writeHostTree } from '../planted/host-tree.js';
import { guestsOf, type Planted, type PlantedGuest, type Refusal, soundGuest } from '../planted/planted.js';
import { table } from '../planted/table.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
const run = promisify(execFile);
const rows = table.map((row, at) => ({ row, ...guestsOf(row, at) }));
const hosts = [...new Map(rows.map(({ row }) => [keyOf(row), row.host ?? {}])).entries()];

let daemon: PrivateLibvirtd;
let connection: Connection;
/** What libvirt said of the guests that it refused, by name. */
const refusals = new Map<string, LibvirtError>();
/** What is found: with each of the hosts, and in files of what was refused. */
const reports = new Map<string, CheckDocument>();

function keyOf({ host = {} }: Planted): string {
  return JSON.stringify(host);
}

before(async () => {
  if (skip !== undefined) return;
  daemon = await startPrivateLibvirtd();
  connection = await daemon.connect();
  const guests = rows.flatMap(({ pass, fail, others }) => [pass, fail, ...others]);
  await Promise.all([{ name: 'sound', xml: soundGuest('sound', 0xffff), autostart: false }, ...guests].map(define));
  for (const [at, [key, differs]] of hosts.entries()) {
    const tree = join(daemon.folder, `host-${at}`);
    await writeHostTree(tree, differs);
    const uri = `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`;
    reports.set(key, await check('--connect', uri, '--root', tree));
  }
  const folder = join(daemon.folder, 'refused');
  await mkdir(folder);
  for (const { name, xml } of guests.filter(guest => refusals.has(guest.name)))
    await writeFile(join(folder, `${name}.xml`), xml);
  reports.set('files', await check(...[...refusals.keys()].map(name => join(folder, `${name}.xml`))));
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

async function define({ name, xml, autostart }: PlantedGuest): Promise<void> {
  try {
    const domain = await connection.defineDomain(xml, { validate: true });
    if (autostart) await connection.setAutostart(domain, 'on');
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    refusals.set(name, error);
  }
}

/** Runs nearmetal as a user would. */
async function check(...words: readonly string[]): Promise<CheckDocument> {
  const { stdout } = await run(process.execPath, ['dist/cli.cjs', 'check', '--format', 'json', ...words], {
    maxBuffer: 256 * 1024 ** 2,
  }).catch((error: { readonly stdout: string }) => error);
  return JSON.parse(stdout);
}

type Outcome = CheckDocument['outcomes'][number];

/** What was found of a guest of the table, its disks and interfaces: on the host of its row, or in its file where libvirt refused it. */
function outcomesOf(row: Planted, { name }: PlantedGuest): readonly Outcome[] {
  const report = reports.get(refusals.has(name) ? 'files' : keyOf(row)) ?? assert.fail('no report');
  return report.outcomes.filter(({ subject }) => (subject.guest ?? subject.name) === name && subject.kind !== 'host');
}

const tell = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.map(({ rule, outcome, severity, saw, reason }) => `${rule}: ${outcome} ${severity} ${saw ?? reason ?? ''}`);

const findings = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ outcome }) => outcome === 'bad');

test('in a sound guest nothing is found, on no host', { skip }, () => {
  const [everyday] = hosts.filter(([key]) => key === '{}');
  const report = reports.get(everyday?.[0] ?? '') ?? assert.fail('no report');
  const ofSound = report.outcomes.filter(({ subject }) => (subject.guest ?? subject.name) === 'sound');
  assert.ok(ofSound.length > 50);
  assert.deepEqual(tell(findings(ofSound)), []);
});

test('no rule crashes', { skip }, () => {
  const crashed = [...reports.values()].flatMap(({ outcomes }) =>
    outcomes.filter(({ outcome }) => outcome === 'crashed'),
  );
  assert.deepEqual(tell(crashed), []);
});

for (const { row, fail, pass } of rows) {
  test(`${row.rule}: ${row.fault}`, { skip }, () => {
    for (const [guest, refusal] of [
      [fail, row.refused],
      [pass, row.passRefused],
    ] as const)
      judgeRefusal(refusals.get(guest.name), refusal);

    const wrong = outcomesOf(row, fail);
    const found = wrong.filter(({ rule, outcome }) => rule === (row.leftTo ?? row.rule) && outcome === 'bad');
    assert.ok(found.length > 0, `not found: ${tell(wrong.filter(({ rule }) => rule === row.rule)).join('; ')}`);
    if (row.leftTo === undefined)
      assert.ok(
        found.some(({ severity }) => severity === row.severity),
        tell(found).join('; '),
      );
    else
      assert.deepEqual(
        wrong.filter(({ rule }) => rule === row.rule).map(({ reason }) => reason),
        [`${row.leftTo} sees to it`],
      );

    const right = outcomesOf(row, pass);
    const judged = right.filter(({ rule }) => rule === row.rule);
    assert.ok(judged.length > 0, 'the guest without the fault was not judged');
    assert.deepEqual(tell(judged.filter(({ outcome }) => outcome !== 'good')), []);

    // what the fault adds to the findings is the fault, and what the row tells of
    const before = new Set(findings(right).map(({ rule }) => rule));
    const expected = new Set([row.leftTo ?? row.rule, ...(row.beside ?? []), ...(row.mayBeside ?? [])]);
    const added = findings(wrong).filter(({ rule }) => !before.has(rule));
    assert.deepEqual(tell(added.filter(({ rule }) => !expected.has(rule))), [], 'found beside the fault');
    assert.deepEqual(
      (row.beside ?? []).filter(rule => !added.some(one => one.rule === rule)),
      [],
      'expected beside the fault',
    );
  });
}

/** libvirt refuses what the table says, as it says, and nothing else. */
function judgeRefusal(error: LibvirtError | undefined, expected: Refusal | undefined): void {
  if (expected === undefined) {
    assert.equal(error, undefined, `libvirt refuses the guest: ${error?.code} ${error?.message}`);
    return;
  }
  assert.equal(error?.code, expected.code);
  assert.match(error?.message ?? '', expected.says);
}
