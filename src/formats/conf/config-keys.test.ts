import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { type ConfigSyntax, readConfigKey, writeConfigKey } from '#formats/conf/config-keys';

const set = (syntax: ConfigSyntax, text: string, key: string, value: string | undefined): string => {
  const after = writeConfigKey(syntax, text, key, value);
  assert.equal(readConfigKey(syntax, after, key), value);
  return after;
};

test('a new line goes below the default that is commented out, in the style of the file', () => {
  const qemu =
    '# The user.\n#\n#user = "libvirt-qemu"\n\n#seccomp_sandbox = 1\n\n#list = [\n#    "a", "b",\n#    "c"\n#]\n# end\n';
  assert.equal(set('libvirt', qemu, 'user', 'kvm'), qemu.replace('qemu"\n', 'qemu"\nuser = "kvm"\n'));
  assert.equal(set('libvirt', qemu, 'user', '107'), qemu.replace('qemu"\n', 'qemu"\nuser = "107"\n'));
  assert.equal(set('libvirt', qemu, 'seccomp_sandbox', '0'), qemu.replace('= 1\n', '= 1\nseccomp_sandbox = 0\n'));
  assert.equal(set('libvirt', qemu, 'list', '["x", "y"]'), qemu.replace('#]\n', '#]\nlist = ["x", "y"]\n'));
  assert.equal(set('libvirt', qemu, 'lock_manager', 'lockd'), `${qemu}lock_manager = "lockd"\n`);
  assert.equal(
    set('libvirt', '#autoballoon="auto"\n', 'autoballoon', 'off'),
    '#autoballoon="auto"\nautoballoon="off"\n',
  );
  assert.equal(set('shell', '#ON_BOOT=start\n', 'ON_BOOT', 'ignore'), '#ON_BOOT=start\nON_BOOT=ignore\n');
  assert.equal(set('shell', 'A=1', 'B', 'x y'), 'A=1\nB="x y"');
});

test('a value is replaced where it stands, with its quotes; a setting that goes takes its line along', () => {
  const text = 'user = "root" # why\ngroup=\'kvm\'; max = 5\nlist = [ "a",\n  "b" ]\n# end\n';
  assert.equal(set('libvirt', text, 'user', 'qemu'), text.replace('root', 'qemu'));
  assert.equal(set('libvirt', text, 'max', '7'), text.replace('5', '7'));
  assert.equal(set('libvirt', text, 'user', undefined), text.replace('user = "root" # why\n', ''));
  assert.equal(set('libvirt', text, 'list', undefined), text.replace('list = [ "a",\n  "b" ]\n', ''));
  assert.equal(set('libvirt', text, 'max', undefined), text.replace(' max = 5', ' '));
  assert.equal(set('libvirt', 'a = 1\nb = 2\na = 3\n', 'a', undefined), 'b = 2\n');
  assert.equal(set('shell', "A='x y' # z\n", 'A', 'p q'), "A='p q' # z\n");
  assert.equal(set('shell', 'A=1\nB=2', 'B', undefined), 'A=1');
});

test('a key of a section stays in its section', () => {
  const text = '[general]\npipefs=1\n[nfsd]\n# debug=0\n# threads=8\n# host=\n\n[mountd]\n# threads=1\n';
  assert.equal(set('ini', text, 'nfsd.threads', '32'), text.replace('# threads=8\n', '# threads=8\nthreads=32\n'));
  assert.equal(set('ini', text, 'general.pipefs', '2'), text.replace('pipefs=1', 'pipefs=2'));
  const added = set('ini', text, 'lockd.port', '32768');
  assert.equal(added, `${text}# Added by nearmetal\n[lockd]\nport=32768\n`);
  assert.equal(set('ini', added, 'lockd.port', undefined), text);
});

test('what only a shell can tell is no value', () => {
  assert.throws(() => readConfigKey('shell', 'A=$(id)\n', 'A'), /only a shell/);
  assert.throws(() => readConfigKey('libvirt', 'a = "x\n', 'a'));
});

/** Files of settings that packages of this machine brought. */
const installed = ['/etc/libvirt', '/etc/default'].flatMap(folder => {
  try {
    return readdirSync(folder)
      .filter(name => /\.conf$|^libvirt|^virt/.test(name))
      .map(name => `${folder}/${name}`);
  } catch {
    return [];
  }
});

test('in each file of libvirt as it is packaged each key can be set and taken out again, byte for byte', {
  skip: installed.length === 0 && 'no libvirt here',
}, () => {
  let count = 0;
  for (const path of installed) {
    const text = readFileSync(path, 'utf8');
    const syntax = path.startsWith('/etc/libvirt/') ? 'libvirt' : 'shell';
    for (const [, key = '', given = ''] of text.matchAll(/^# ?([A-Za-z_]\w*)[ \t]*=[ \t]*(\S.*)$/gm)) {
      if (readConfigKey(syntax, text, key) !== undefined) continue;
      const value = /^\d+$/.test(given) ? '7' : 'probe';
      const after = set(syntax, text, key, value);
      const before = text.split('\n');
      const added = after
        .split('\n')
        .flatMap((line, at, all) => (all.length === before.length + 1 && line !== before[at] ? [line] : []));
      assert.match(added[0] ?? '', new RegExp(`^${key} ?= ?"?${value}"?$`), `${path} ${key}`);
      assert.equal(set(syntax, after, key, undefined), text, `${path} ${key}`);
      count++;
    }
  }
  assert.ok(count > 50, `${count} keys`);
});

test('bash reads what was written', () => {
  const value = fc.string({ maxLength: 20, unit: fc.constantFrom(...'ab "\'\\$`;#=/,') });
  const start = fc.constantFrom('', 'A=1\n', "A='x'\n", 'A="y" # z\n', '#A=1\n', 'B=2', 'A=1\nA=2\n');
  const made: { text: string; value: string }[] = [];
  fc.assert(
    fc.property(start, value, (text, wanted) => {
      made.push({ text: set('shell', text, 'A', wanted), value: wanted });
    }),
    { numRuns: 200 },
  );
  const script = 'for text in "$@"; do (eval "$text"; printf "%s\\0" "$A"); done';
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...made.map(({ text }) => text)], { encoding: 'utf8' });
  assert.deepEqual(
    stdout.split('\0').slice(0, -1),
    made.map(one => one.value),
  );
});
