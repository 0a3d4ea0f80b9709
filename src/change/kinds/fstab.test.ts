import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { kindOf } from '#change/kind-of';
import { correctFstabLine, setMountEntryOptions } from '#change/kinds/fstab';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const table = `# /etc/fstab: static file system information.
UUID=6f1c\t/\text4\terrors=remount-ro\t0\t1
# NFS
nas:/vm   /var/lib/libvirt/images  nfs4  soft,vers=4.2,_netdev   0  0
nas:/iso  /srv/with\\040blank       nfs   defaults
//nas/x   /mnt/x  cifs  username=vm,password=hunter2,soft  0 0
`;
const files = { '/etc/fstab': table };
const images = '/var/lib/libvirt/images';
const after = (target: string, before: readonly string[], wanted: readonly string[], text = table): string => {
  const machine = new SimulatedMachine({ files: { '/etc/fstab': text } });
  assert.ok(machine.make(setMountEntryOptions(target, before, wanted)));
  return machine.text('/etc/fstab') ?? '';
};
const obstacle = (target: string, text: string): string => {
  const change = setMountEntryOptions(target, ['soft'], []);
  return (
    kindOf(change).obstacle(change, new SimulatedMachine({ files: { '/etc/fstab': text } }).observe(change)) ?? 'none'
  );
};

test('options are replaced, taken out and added, and nothing else of the file changes', () => {
  assert.equal(after(images, ['soft'], ['hard']), table.replace('soft,vers', 'hard,vers'));
  assert.equal(after(images, ['soft'], []), table.replace('soft,vers', 'vers'));
  assert.equal(after(images, [], ['rsize=1048576']), table.replace('_netdev', '_netdev,rsize=1048576'));
  assert.equal(after('/srv/with blank', [], ['hard', 'bg']), table.replace('defaults', 'hard,bg'));
  assert.equal(after('/mnt/x', ['soft'], []), table.replace(',soft  0 0', '  0 0'));
  assert.equal(after('/a', ['soft'], [], 'n:/a /a nfs soft 0 0'), 'n:/a /a nfs defaults 0 0');
});

test('each change holds in every way, with systemd told where it runs', () => {
  holdsEveryWay({ files }, setMountEntryOptions(images, ['soft'], ['hard']));
  holdsEveryWay({ files }, setMountEntryOptions(images, [], ['rsize=1048576', 'wsize=1048576']));
  holdsEveryWay(
    { files: { ...files, '/run/systemd/system/x': '' } },
    setMountEntryOptions('/srv/with blank', [], ['hard']),
  );
});

test('secrets are neither in the state nor lost', () => {
  const change = setMountEntryOptions('/mnt/x', ['soft'], []);
  const machine = new SimulatedMachine({ files });
  assert.deepEqual(machine.state(change), ['soft']);
  const { fault } = kindOf(change);
  assert.match(fault(setMountEntryOptions('/mnt/x', [], ['password=x'])) ?? '', /no state/);
  assert.match(fault(setMountEntryOptions('/mnt/x', [], ['credentials=‹secret›'])) ?? '', /no state/);
});

test('a mount that stands elsewhere, or twice, is told', () => {
  assert.match(obstacle('/none', table), /does not mount \/none: mount it without soft where that is said/);
  assert.match(
    obstacle('/a', 'n:/a /a nfs soft 0 0\nn:/b /a nfs soft 0 0\n'),
    /2 lines for \/a: keep one, without soft/,
  );
  assert.match(obstacle('/a', 'n:/a /a nfs\n'), /has no options/);
});

test('a line that mount does not read as meant is corrected as a whole', () => {
  const wrong = `${table}nas:/b /b nfs3 rw,hard, rsize=8192 0 0\n`;
  const change = correctFstabLine(
    ['nas:/b', '/b', 'nfs3', 'rw,hard,', 'rsize=8192', '0', '0'],
    ['nas:/b', '/b', 'nfs', 'rw,hard,rsize=8192,vers=3', '0', '0'],
  );
  holdsEveryWay({ files: { '/etc/fstab': wrong } }, change);
  const machine = new SimulatedMachine({ files: { '/etc/fstab': wrong } });
  machine.make(change);
  assert.equal(machine.text('/etc/fstab'), `${table}nas:/b /b nfs rw,hard,rsize=8192,vers=3 0 0\n`);
});

const hasFindmnt = spawnSync('findmnt', ['--version']).status === 0;

test('findmnt reads what was wanted', { skip: !hasFindmnt && 'no findmnt here' }, () => {
  const option = fc.constantFrom('soft', 'hard', 'vers=4.2', 'rsize=8192', 'defaults', '_netdev', 'sec=sys');
  const gap = fc.constantFrom(' ', '\t', '  \t');
  const made: string[] = [];
  fc.assert(
    fc.property(fc.array(option, { minLength: 1, maxLength: 4 }), gap, fc.boolean(), (options, blank, isHard) => {
      const text = ['nas:/vm', '/vm', 'nfs', options.join(','), '0', '0'].join(blank);
      const before = options.filter(one => one === 'soft' || one === 'hard');
      const machine = new SimulatedMachine({ files: { '/etc/fstab': `# x\n${text}\n` } });
      assert.ok(machine.make(setMountEntryOptions('/vm', before, isHard ? ['hard', 'soft'] : ['soft', 'hard'])));
      made.push(
        (machine.text('/etc/fstab') ?? '')
          .replace(/^# x\n/, '')
          .replace('/vm', `/vm${made.length}`)
          .replace(`nas:/vm${made.length}`, 'nas:/vm'),
      );
    }),
    { numRuns: 60 },
  );
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-'));
  const file = join(folder, 'fstab');
  writeFileSync(file, made.join(''));
  const { stdout } = spawnSync('findmnt', ['--tab-file', file, '-n', '-l', '-o', 'OPTIONS'], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const said = stdout
    .trim()
    .split('\n')
    .map(line => line.trim());
  assert.equal(said.length, made.length);
  for (const [at, line] of made.entries()) assert.equal(said[at], line.split(/\s+/)[3]);
});
