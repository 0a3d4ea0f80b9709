import assert from 'node:assert/strict';
import test from 'node:test';
import type { ExampleGuest } from '#check/example';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { rules } from '#rules/index.gen';
import { notPlanted } from './planted/not-planted.js';
import { guestsOf, type Planted, type PlantedGuest, soundGuest } from './planted/planted.js';
import { table } from './planted/table.js';

const ofGuests = rules.filter(
  ({ subject, judgedBy }) => (subject === 'guest' || subject === 'disk' || subject === 'nic') && judgedBy !== 'gate',
);

test('every rule about a guest or a part of one has a planted fault, or a reason why the XML does not decide', () => {
  const planted = new Set(table.map(({ rule }) => rule));
  const lacking = ofGuests.map(({ id }) => id).filter(id => !planted.has(id) && !(id in notPlanted));
  assert.deepEqual(
    lacking,
    [],
    'give each a row (test/planted/AREA.ts, run npm run test:live -- planted) or a reason (test/planted/not-planted.ts)',
  );
  const known = new Set(ofGuests.map(({ id }) => id));
  assert.deepEqual(
    [...planted, ...Object.keys(notPlanted)].filter(id => !known.has(id)),
    [],
    'there is no such rule',
  );
  assert.deepEqual(
    Object.keys(notPlanted).filter(id => planted.has(id)),
    [],
    'it has a row, so no reason is needed',
  );
});

// what the sound host lacks for the table: machine types and CPU models of QEMU 7.2
const machines = ['pc-q35-8.2', 'pc-q35-4.2', 'pc-i440fx-8.2'].map(name => `<machine maxCpus='288'>${name}</machine>`);
const libvirt = {
  capabilities: referenceLibvirt.capabilities.replace(
    /<machine maxCpus='288'>pc-q35-8.2<\/machine>/,
    `${machines.join('')}<machine maxCpus='255' deprecated='yes'>pc-i440fx-1.7</machine>`,
  ),
  domainCapabilities: referenceLibvirt.domainCapabilities.map(text =>
    text.replace(
      "<model usable='yes' vendor='unknown'>qemu64</model>",
      "<model usable='yes' vendor='unknown'>qemu64</model><model usable='yes' vendor='unknown'>pentium3</model><model usable='no' vendor='Intel'>Broadwell</model>",
    ),
  ),
};
const off = ({ xml, autostart }: PlantedGuest): ExampleGuest => ({ xml, autostart, isRunning: false });
const sound: readonly ExampleGuest[] = [1, 2, 3].map(at => ({ xml: soundGuest(`sound${at}`, 0xff00 + at) }));

function outcomeOf(row: Planted, guest: PlantedGuest, others: readonly PlantedGuest[]) {
  const rule = rules.find(({ id }) => id === row.rule) ?? assert.fail(`no rule ${row.rule}`);
  return exampleOutcomes(rule, {
    name: guest.name,
    guest: off(guest),
    others: [...others.map(off), ...sound],
    files: row.host ?? {},
    libvirt,
    expect: 'bad',
  });
}

for (const [at, row] of table.entries()) {
  test(`planted: ${row.rule}: ${row.fault}`, () => {
    const { fail, pass, others } = guestsOf(row, at);
    const wrong = outcomeOf(row, fail, others.slice(0, 1));
    assert.equal(wrong.outcome, 'bad', JSON.stringify({ ...wrong, rule: undefined }));
    if (wrong.outcome === 'bad') assert.equal(wrong.severity, row.severity);
    const right = outcomeOf(row, pass, others.slice(1));
    assert.equal(right.outcome, 'good', JSON.stringify({ ...right, rule: undefined }));
  });
}
