import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { insideOfFacts } from '#collect/inside/facts-file';
import { insideOf } from '#collect/inside/guest-inside';
import { windowsQuestions } from '#collect/inside/inside-windows';
import { FactsError, isGuestFacts, parseGuestFacts } from '#formats/guest-facts/parse-guest-facts';
import { linuxGuestScript, windowsGuestScript } from '#formats/guest-facts/print-guest-script';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const inside = (text: string) =>
  insideOf({ inside: { guests: new Map([['db01', insideOfFacts(parseGuestFacts(bytes(text)), 'db01.facts')]]) } })({
    name: 'db01',
    uuid: undefined,
  });

test('the script for Linux prints a facts file of the machine it runs on', () => {
  const text = execFileSync('sh', ['-c', linuxGuestScript()], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.ok(isGuestFacts(bytes(text)));
  const facts = inside(text);
  assert.equal(facts.system.state === 'known' && facts.system.value, 'linux');
  assert.equal(facts.kernel.state, 'known');
  assert.equal(facts.cpus.state, 'known');
  assert.notEqual(facts.timers.state, 'unknown', JSON.stringify(facts.timers));
  assert.equal(facts.drivers.state, 'absent');
});

test('a facts file of Windows, line ends and UTF-16 included', () => {
  const script = windowsGuestScript(windowsQuestions);
  assert.match(script, /^@echo off\r\n/);
  const printed = [
    'nearmetal-guest-facts 1',
    'output ["ver"]',
    '|Microsoft Windows [Version 10.0.20348.2700]',
    ...windowsQuestions
      .filter(({ words }) => words[0] === 'reg')
      .flatMap(({ words }) => [
        `output ${JSON.stringify(words)}`,
        ...(words.includes('HKLM\\SYSTEM\\CurrentControlSet\\Services\\WSearch')
          ? ['|HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\WSearch', '|    Start    REG_DWORD    0x2']
          : []),
      ]),
    '',
  ].join('\r\n');
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(printed, 'utf16le')]);
  for (const file of [bytes(printed), utf16]) {
    const source = insideOfFacts(parseGuestFacts(file), 'win.facts');
    const facts = insideOf({ inside: { guests: new Map([['w', source]]) } })({ name: 'w', uuid: undefined });
    assert.equal(facts.system.state === 'known' && facts.system.value, 'windows');
    assert.equal(facts.registry.state === 'known' && facts.registry.value.get('search-indexing'), '2');
    assert.equal(facts.registry.state === 'known' && facts.registry.value.get('superfetch'), undefined);
  }
});

test('what a facts file looked for and has not is absent, what it does not tell of is unknown', () => {
  const thp = '/sys/kernel/mm/transparent_hugepage/enabled';
  const looked = inside(`nearmetal-guest-facts 1\nlooked ${thp}\n`);
  assert.equal(looked.thp.state, 'absent');
  const silent = inside('nearmetal-guest-facts 1\n');
  assert.ok(silent.thp.state === 'unknown' && /db01\.facts/.test(silent.thp.reason));
  const denied = inside(`nearmetal-guest-facts 1\nlooked ${thp}\ndenied ${thp}\n`);
  assert.equal(denied.thp.state, 'unknown');
});

test('secrets on the command line of a guest are masked', () => {
  const facts = inside('nearmetal-guest-facts 1\nread /proc/cmdline\n|quiet rd.luks.passphrase=HUNTER2\n');
  assert.equal(facts.commandLine.state, 'known');
  assert.doesNotMatch(JSON.stringify(facts), /HUNTER2/);
});

test('what is no facts file is refused with its line', () => {
  for (const [text, line] of [
    ['', 1],
    ['nearmetal-guest-facts 2\n', 1],
    ['nearmetal-guest-facts 1\n|text\n', 2],
    ['nearmetal-guest-facts 1\nwrite /etc/passwd\n', 2],
    ['nearmetal-guest-facts 1\nread cmdline\n', 2],
    ['nearmetal-guest-facts 1\noutput reg query\n', 2],
  ] as const)
    assert.throws(
      () => parseGuestFacts(bytes(text)),
      (error: unknown) => error instanceof FactsError && error.line === line,
      text,
    );
});

test('any text is either a facts file or refused', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), lines => {
      try {
        parseGuestFacts(bytes(['nearmetal-guest-facts 1', ...lines].join('\n')));
      } catch (error) {
        assert.ok(error instanceof FactsError);
      }
    }),
  );
});
