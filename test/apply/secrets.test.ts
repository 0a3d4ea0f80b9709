import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { applyPlan } from '#apply/apply-plan';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import { standings } from '#apply/standings';
import { undoRun } from '#apply/undo-run';
import { setConfigKey } from '#change/kinds/config-key';
import { setMountEntryOptions } from '#change/kinds/fstab';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setSysctl } from '#change/kinds/sysctl';
import { storyViews } from '#cli/run-view';
import { copiesOf, savedWords } from '#cli/saved-words';
import { standingViews } from '#cli/standing-views';
import { SimulatedMachine } from '../simulated-machine/simulated-machine.js';
import { requestFor } from './kill/requests.js';
import { planOf } from './plan-of.js';
import { simulatedTarget } from './simulated-target.js';

/** Forty secrets, as they stand in files that are changed. */
const secrets = Array.from({ length: 40 }, (_, at) => `s3cr3t-${at}-x`);
const files = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  '/etc/fstab': [
    'nas:/vm /var/lib/libvirt/images nfs4 soft 0 0',
    ...secrets.slice(0, 10).map((secret, at) => `//nas/${at} /mnt/${at} cifs username=vm,password=${secret} 0 0`),
    ...secrets.slice(10, 15).map((secret, at) => `mon:/ /ceph/${at} ceph name=admin,secret=${secret} 0 0`),
    '',
  ].join('\n'),
  '/etc/libvirt/qemu.conf': [
    'user = "root"',
    ...secrets.slice(15, 20).map(secret => `#vnc_password = "${secret}"`),
    `vnc_password = "${secrets[20]}"`,
    `spice_password = "${secrets[21]}"`,
    '',
  ].join('\n'),
  '/etc/default/grub': `GRUB_CMDLINE_LINUX_DEFAULT="quiet ${secrets
    .slice(22, 30)
    .map((secret, at) => `iscsi${at}=user:${secret}@host netroot=iscsi:u:${secret}@10.0.0.${at}::`)
    .join(' ')}"\nGRUB_CMDLINE_LINUX=""\n`,
  '/etc/sysctl.d/90-nearmetal.conf': `# Written by nearmetal; “nearmetal undo” takes its lines back.\n${secrets
    .slice(30)
    .map((secret, at) => `# https://user:${secret}@host/${at}\n`)
    .join('')}`,
  '/proc/sys/vm/swappiness': '60\n',
};

const changes = [
  ...setSysctl('vm.swappiness', '60', '1'),
  setMountEntryOptions('/var/lib/libvirt/images', ['soft'], ['hard']),
  setConfigKey('/etc/libvirt/qemu.conf', 'lock_manager', undefined, 'lockd'),
  setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['intel_iommu=on']),
];

test('forty secrets in files that are changed stand in the copies of the ledger alone, which only their owner may read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-secrets-'));
  try {
    const machine = new SimulatedMachine({ files, programs: { 'update-grub': () => undefined } });
    const target = simulatedTarget(machine);
    for (const secret of secrets)
      assert.ok(
        Object.values(files).some(text => text.includes(secret)),
        secret,
      );
    const told: string[] = [];
    const tell = (event: unknown): void => {
      told.push(JSON.stringify(event));
    };
    const request = { ...requestFor(target, folder, planOf(changes)), tell };
    const applied = await applyPlan(request);
    assert.ok(applied.story !== undefined);
    assert.deepEqual(new Set(applied.story.changes.map(({ state }) => state)), new Set(['held']));
    // somebody writes another secret where ours was, so that all three values are told
    machine.files.write(
      '/etc/fstab',
      (machine.text('/etc/fstab') ?? '').replace('nfs4 hard', 'nfs4 soft,password=s3cr3t-0-x'),
    );
    const ledger = openLedger(folder);
    const runs = readRuns(ledger);
    const found = await standings(target, runs);
    told.push(JSON.stringify(standingViews(found)), JSON.stringify(await storyViews(target, applied.story)));
    told.push(JSON.stringify(copiesOf(applied.story).map(({ saved }) => [saved, savedWords(saved)])));
    const undone = await undoRun({
      target,
      ledger,
      story: applied.story,
      changes: runs.inPlace(applied.story),
      takesUp: [],
      attempts: [],
      tool: 'nearmetal 0.0.0',
      by: 'tester',
      abort: new AbortController().signal,
      decide: async third => {
        told.push(JSON.stringify(third));
        return 'put-back';
      },
      tell,
    });
    told.push(JSON.stringify(undone));

    let copies = 0;
    const waiting = [folder];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      for (const name of readdirSync(at)) {
        const path = join(at, name);
        const stat = lstatSync(path);
        assert.equal(stat.mode & 0o077, 0, `${path} is nobody else’s`);
        if (stat.isDirectory()) waiting.push(path);
        else if (at.endsWith('/objects')) copies++;
        else told.push(readFileSync(path, 'latin1'));
      }
    assert.ok(copies >= 4);
    const everything = told.join('\n');
    for (const secret of secrets) assert.ok(!everything.includes(secret), `${secret} is told`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
