import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Ajv } from 'ajv';
import { argvReport } from '#cli/argv/argv-report';
import { readCommandLine } from '#cli/argv/read-command-line';
import { parseArgv } from '#formats/qemu-argv/parse-argv';
import { splitShellWords } from '#formats/qemu-argv/split-shell-words';
import { parseXml } from '#formats/xml/parse-xml';
import { argvText } from '#report/human/argv-text';
import { terminalStyle } from '#report/human/style';
import { richTies } from './argv/rich-ties.js';

/** What libvirt 9.0 with QEMU 7.2 made of the XML beside it. */
function richReport() {
  const domain = parseXml(readFileSync('test/argv/rich.xml', 'utf8'), { file: 'rich.xml' }).root;
  const command = parseArgv(splitShellWords(readFileSync('test/argv/rich.args', 'utf8')));
  return argvReport({
    version: '0.1.0',
    from: 'file',
    origin: 'given in rich.args',
    xml: 'rich.xml',
    domain,
    command,
    refused: undefined,
    breaks: [],
    running: undefined,
    notes: [],
  });
}

test('every argument of a guest with one of everything is tied to its element, or named as libvirt’s own', () => {
  const { arguments: all, silent, summary } = richReport();
  assert.deepEqual(summary, { arguments: 114, tied: 90, own: 24, untied: 0, errors: 0, warnings: 0 });
  assert.deepEqual(
    silent.map(({ path }) => path),
    ['/domain/devices/crypto'],
  );
  for (const [argument, ...paths] of richTies) {
    const row = all.find(({ words }) => words.join(' ').includes(argument));
    assert.deepEqual(
      row?.ties.map(
        ({ path, attribute }) => `${path.replace('/domain/', '')}${attribute === undefined ? '' : `@${attribute}`}`,
      ),
      paths,
      argument,
    );
  }
});

test('each line that is named holds the element', () => {
  const lines = readFileSync('test/argv/rich.xml', 'utf8').split('\n');
  for (const { ties } of richReport().arguments)
    for (const { path, attribute, line, column } of ties) {
      const name = path.replace(/^.*\//, '').replace(/\[.*/, '');
      const text = lines[line - 1]?.slice(column - 1) ?? '';
      assert.ok(text.startsWith(attribute === undefined ? `<${name}` : attribute), `${path} ${line}:${column} ${text}`);
    }
});

test('secrets that stand in arguments are printed nowhere', () => {
  const report = richReport();
  for (const printed of [JSON.stringify(report), argvText(report, terminalStyle(false, 100))]) {
    assert.doesNotMatch(printed, /sesame/);
    assert.match(printed, /string=‹secret›/);
  }
});

test('the shell form is one command with the same words', () => {
  const report = richReport();
  const words = splitShellWords(report.shell);
  const environment = report.environment.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(words, [...environment, report.program?.path, ...report.arguments.flatMap(one => one.words)]);
  assert.equal(report.shell.split('\n').length, environment.length + 1 + report.arguments.length);
});

test('a command line printed elsewhere: the last start of a log, a copy of cmdline, what virsh printed; nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-argv-'));
  try {
    const put = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const start = (memory: string): string =>
      `LC_ALL=C \\\nPATH=/bin \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=a \\\n-m ${memory}\n`;
    const log = `2026-11-01 starting up libvirt\n${start('1024')}char device redirected to 'x\n${start('2048')}terminating on 'signal\n`;
    const valuesOf = async (path: string) =>
      (await readCommandLine(path)).arguments.map(({ option, value }) => `${option} ${value}`);
    const expected = ['name guest=a', 'm 2048'];
    assert.deepEqual(await valuesOf(put('a.log', log)), expected);
    assert.deepEqual(await valuesOf(put('cmdline', '/usr/bin/qemu\0-name\0guest=a\0-m\x002048\0')), expected);
    assert.deepEqual(await valuesOf(put('virsh', 'LC_ALL=C /usr/bin/qemu -name guest=a -m 2048\n')), expected);
    for (const text of ['', 'hello world', "it's"])
      await assert.rejects(readCommandLine(put('no', text)), /is no command line of QEMU/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the JSON report validates against the schema that ships', () => {
  const validate = new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync('docs/schemas/argv-1.schema.json', 'utf8')),
  );
  assert.ok(validate(JSON.parse(JSON.stringify(richReport()))), JSON.stringify(validate.errors?.slice(0, 3)));
  assert.ok(!validate({ schema: 'nearmetal.argv/1' }));
});
