import assert from 'node:assert/strict';
import test from 'node:test';
import { readSettings } from '#wishes/read-settings';
import { resolveSettings } from '#wishes/resolve-settings';
import type { SettingsFault, SettingsLevel } from '#wishes/settings';

const rules = [
  {
    id: 'host-memory/swap-present',
    params: { leastGib: { default: 2, unit: 'GiB' }, share: { default: 0.05, unit: 'of MemTotal' } },
  },
  { id: 'guest-net/virtio-model', aliases: ['guest-net/model'], params: {} },
  { id: 'guest-net/multiqueue', params: { fromVcpus: { default: 4, unit: 'vCPUs' } } },
];

const faultsOf = (text: string, level: SettingsLevel = 'named'): readonly string[] => {
  const read = readSettings(text, { file: 'n.yaml', level });
  const faults: readonly SettingsFault[] = 'written' in read ? resolveSettings([read], rules).faults : read;
  return faults.map(
    ({ place, message, doThis }) =>
      `${place.file}:${place.line}:${place.column}: ${message}${doThis === undefined ? '' : ` | ${doThis}`}`,
  );
};

const waiver = (more: string): string => `waivers:\n  - rule: guest-net\n${more}`;
const complete = '    owner: ops\n    reason: because\n    until: 2027-01-31\n';

test('what is wrong with a settings file is told with file, line and column', () => {
  const cases: readonly (readonly [text: string, says: RegExp])[] = [
    ['polcy: guide\n', /^n\.yaml:1:1: there is no setting "polcy" \| settings here are policy, failOn, intents/],
    ['policy: gide\n', /^n\.yaml:1:9: "gide" is not known as a value of policy \| known are current, guide$/],
    ['failOn: warn\n', /1:9: "warn" is not known as a value of failOn \| known are error, warning/],
    [
      'intents:\n  gests: {}\n',
      /2:3: there is no setting "gests" in intents \| settings here are default, host, guests/,
    ],
    ['intents:\n  guests:\n    db01: databse\n', /3:11: "databse" is not known as an intent \| known are general/],
    ['intents:\n  guests:\n    db01: [database, fast]\n', /3:22: "fast" is not known as an intent/],
    [
      'intents:\n  guests:\n    db01: database\n    web: general\n    db01: latency\n',
      /5:5: "db01" stands here a second time, first in line 3/,
    ],
    ['intents: [database]\n', /1:10: intents is a list, where a mapping belongs/],
    ['- a\n', /1:1: the file is a list, where a mapping belongs/],
    ['parameters:\n  host-memory/swap-presnt: {share: 10%}\n', /2:3: there is no rule "host-memory\/swap-presnt"/],
    [
      'parameters:\n  host-memory/swap-present:\n    leastGb: 2\n',
      /3:5: host-memory\/swap-present has no parameter "leastGb" \| it has leastGib, share/,
    ],
    [
      'parameters:\n  host-memory/swap-present:\n    leastGib: 2 parsecs\n',
      /3:15: .*"2 parsecs" is no value of it, which is 2 GiB, 512 MiB/,
    ],
    ['parameters:\n  host-memory/swap-present:\n    share: 20\n', /3:12: .*20 is out of its range, 0 to 1/],
    ['parameters:\n  guest-net/multiqueue:\n    fromVcpus: 2.5\n', /2\.5 is no whole number/],
    ['parameters:\n  host-memory/swap-present:\n    share: [1]\n', /3:12: .* is a list, where a number belongs/],
    [
      waiver('    reason: because\n    until: 2027-01-31\n'),
      /^n\.yaml:2:5: this waiver has no owner \| owner: who decided it/,
    ],
    [waiver('    owner:\n    reason: because\n    until: 2027-01-31\n'), /^n\.yaml:3:5: this waiver has no owner/],
    [waiver('    owner: " "\n    reason: because\n    until: 2027-01-31\n'), /^n\.yaml:3:5: this waiver has no owner/],
    [waiver('    owner: ops\n    until: 2027-01-31\n'), /this waiver has no reason/],
    [
      waiver('    owner: ops\n    reason: because\n'),
      /this waiver has no end \| until: the last day on which it holds/,
    ],
    [
      waiver('    owner: ops\n    reason: because\n    until: next week\n'),
      /5:12: "next week" is no date of the calendar/,
    ],
    [
      waiver(`${complete}    onwer: ops\n`),
      /6:5: there is no setting "onwer" in waivers\[1\] \| settings here are rule, host, guest/,
    ],
    [
      waiver('    owner: 7\n    reason: because\n    until: 2027-01-31\n'),
      /3:12: .*is a number, where a text belongs \| .*quotes: "7"/,
    ],
    [`waivers:\n  - rule: guest-nte\n${complete}`, /2:11: there is no rule or area "guest-nte"/],
    [`waivers:\n  - rule: guest-net/x*\n${complete}`, /no rule fits "guest-net\/x\*"/],
    [`waivers:\n  - rule: "*"\n${complete}`, /2:5: this waiver would hide everything/],
  ];
  for (const [text, says] of cases) assert.match(faultsOf(text)[0] ?? 'no fault', says, text);
});

test('all faults of a file are told at once', () => {
  assert.equal(faultsOf(`polcy: x\nfailOm: y\npolicy: z\n${waiver('    ownr: me\n')}`).length, 7);
});

test('a date that the calendar does not have is none', () => {
  assert.match(
    faultsOf(waiver(complete.replace('2027-01-31', '2027-02-30')))[0] ?? 'no fault',
    /no date of the calendar/,
  );
});

test('a file of waivers is a list, or a mapping with waivers alone', () => {
  const list = `- rule: guest-net\n${complete.replaceAll('    ', '  ')}`;
  assert.deepEqual(faultsOf(list, 'waivers'), []);
  assert.deepEqual(faultsOf(waiver(complete), 'waivers'), []);
  assert.deepEqual(faultsOf('', 'waivers'), []);
  assert.match(faultsOf('- rule: guest-net\n  owner: me\n', 'waivers')[0] ?? '', /1:3: this waiver has no reason/);
  assert.match(faultsOf(`policy: guide\n${waiver(complete)}`, 'waivers')[0] ?? '', /1:1: there is no setting "policy"/);
});

test('files are merged: the last that says a thing wins, and waivers add up', () => {
  const file = (name: string, text: string) => {
    const read = readSettings(text, { file: name, level: 'named' });
    assert.ok('written' in read, JSON.stringify(read));
    return read;
  };
  const site = file(
    'site.yaml',
    `policy: guide\nfailOn: error\nintents:\n  default: density\n  guests: {db01: latency, "web*": desktop}\nparameters:\n  host-memory/swap-present: {leastGib: 4 GiB, share: 10%}\n${waiver(complete)}`,
  );
  const user = file(
    'user.yaml',
    `policy: current\nintents:\n  guests: {"db*": database}\nparameters:\n  host-memory/swap-present: {leastGib: 512 MiB}\n${waiver(complete)}`,
  );
  const { settings, faults } = resolveSettings([site, user], rules);
  assert.deepEqual(faults, []);
  assert.deepEqual(settings.policy, { value: 'current', place: { file: 'user.yaml', line: 1, column: 1 } });
  assert.equal(settings.failOn?.value, 'error');
  assert.deepEqual(settings.defaultIntents?.value, ['density']);
  assert.deepEqual([...settings.guestIntents.keys()], ['db*', 'db01', 'web*']);
  const numbers = settings.parameters.get('host-memory/swap-present');
  assert.deepEqual([numbers?.get('leastGib')?.value, numbers?.get('share')?.value], [0.5, 0.1]);
  assert.equal(settings.waivers.length, 2);
  assert.deepEqual([...(settings.waivers[0]?.rules ?? [])], ['guest-net/virtio-model', 'guest-net/multiqueue']);
});
