import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';
import { correctFstabLine } from '#change/kinds/fstab';
import { setSysctl } from '#change/kinds/sysctl';
import { absent, known } from '#model/known';
import type { PlannedChange } from '#plan/plan';
import { makeScript } from '#plan/script/make-script';
import type { PlanScript } from '#plan/script/plan-script';
import type { Sight } from '#plan/sight';
import { ansibleText } from '#report/plan/script/ansible-text';
import { bashText } from '#report/plan/script/bash-text';
import { bashWord } from '#report/plan/script/bash-word';
import { saltText } from '#report/plan/script/salt-text';
import { planOf } from './apply/plan-of.js';

const hostile = `'"$(touch pwned)\`touch pwned\`\\ {{ 1/0 }} {% endraw %} -n\u202e ! * ~ é 😀`;
const line = `-x /mnt/${hostile.replaceAll(/[\s\\]/g, '_')} nfs hard,intr`;
const fields = line.split(' ');
const fstab = `# ${hostile}\n${line} 0 0\n`;
const files: Readonly<Record<string, string>> = {
  '/etc/fstab': fstab,
  '/proc/sys/vm/swappiness': '60\n',
};
const sight: Sight = {
  file: path => (files[path] === undefined ? absent() : known(files[path])),
  folder: () => absent(),
  unit: () => absent(),
  guest: () => absent(),
  nameOf: guest => `${guest}.xml`,
};

function scriptOf(): PlanScript {
  const changes = [
    ...setSysctl('vm.swappiness', '60', '1'),
    correctFstabLine([...fields, '0', '0'], [...fields, '0', '1']),
  ];
  const because: PlannedChange['because'] = [
    { rule: 'a/b', severity: 'warning', subject: `guest ${hostile}`, saw: `it is\nshellcheck disable=all\n${hostile}` },
  ];
  const part = { because, costs: [`${hostile}\nrm -rf /`] };
  const plan = planOf(changes, { 1: part, 2: part, 3: { ...part, waitsFor: [2] } });
  return makeScript({ ...plan, host: { name: hostile, id: undefined }, notes: [hostile] }, sight);
}

test('what is hostile in names, reasons and files stays text: the bash export writes it, and starts nothing of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-exports-'));
  try {
    const root = join(folder, 'root');
    const script = join(folder, 'plan.bash');
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/fstab'), fstab);
    writeFileSync(script, bashText(scriptOf()));
    const run = (...words: readonly string[]): string =>
      execFileSync('bash', [script, ...words], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, ROOT: root, BACKUP: join(folder, 'kept') },
      });
    assert.match(run('now'), /change 1: skipped: not live\nchange 2: made\nchanged=yes comment='done: 1 made/);
    assert.match(run('now'), /changed=no/);
    assert.equal(readFileSync(join(root, 'etc/fstab'), 'utf8'), fstab, 'what waits for a reboot is not done before it');
    run('after-reboot', '3');
    assert.equal(readFileSync(join(root, 'etc/fstab'), 'utf8'), fstab.replace(/0 0\n/, '0 1\n'));
    assert.equal(readFileSync(join(folder, 'kept/files/etc/fstab'), 'utf8'), fstab);
    assert.ok(!existsSync(join(folder, 'pwned')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('any text is one word of bash', () => {
  const texts = [hostile, '', '-n', 'a\n\nb\n', '\n', "it's", 'a\tb\u0001\u007f', '{{ x }}', '{% endraw %}', '~', '=x'];
  const script = texts.map(text => `printf '%s\\0' ${bashWord(text)}`).join('\n');
  const said = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.deepEqual(said.split('\0').slice(0, -1), texts);
});

test('the Ansible export is YAML whose data no template engine touches, and a stage that waits runs only when it is named', () => {
  const text = ansibleText(scriptOf());
  assert.ok(!text.includes('{{ 1/0'));
  const [play] = parse(text, {
    logLevel: 'error',
    customTags: [{ tag: '!unsafe', resolve: (value: string) => value }],
  });
  assert.deepEqual(play.vars.nearmetal_file_3_0.path, '/etc/fstab');
  assert.equal(play.vars.nearmetal_file_3_0.hunks[0].from, `\n${line} 0 0\n`);
  const tasks: readonly { readonly tags: readonly string[] }[] = play.tasks;
  assert.deepEqual(new Set(tasks.map(({ tags }) => tags.join(' '))), new Set(['now', 'after-reboot never']));
  assert.ok(tasks.every(task => Object.keys(task).some(key => key.startsWith('ansible.builtin.'))));
});

test('the Salt export is YAML once its templates are done, and each state requires the one before', () => {
  const text = saltText(scriptOf());
  assert.equal(text.match(/\{%- endraw %\}/g)?.length, 2);
  assert.ok(!/\{%(?!-)/.test(text));
  const rendered = text
    .replace(/\{%- if stage == 'after-reboot'[\s\S]*$/, '')
    .replaceAll(/\{%-[^%]*%\}\n?/g, '')
    .replaceAll(/\{\{ (?:root|backup) \| tojson \}\}/g, '""')
    .replace('{{ any_host }}', 'no');
  const states: Readonly<Record<string, { readonly 'cmd.run': readonly Record<string, unknown>[] }>> = parse(rendered);
  const all = Object.values(states);
  assert.equal(all.length, 3);
  assert.deepEqual(
    all.map(state => state['cmd.run'].some(one => 'require' in one)),
    [false, true, true],
  );
  assert.deepEqual(
    new Set(all.map(state => state['cmd.run'].find(one => 'stdin' in one)?.['stdin'])),
    new Set([bashText(scriptOf())]),
  );
});
