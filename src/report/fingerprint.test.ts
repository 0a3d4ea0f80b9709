import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fingerprintOf, partFingerprint } from '#report/fingerprint';
import { alikeOf } from '#report/fold';
import { faultyGuest, reportOfXml } from '../../test/report-of.js';

const uuid = fc.uuid();
const name = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'ab1-. é<&') })
  .filter(text => text.trim() === text);
const targets = fc.uniqueArray(fc.constantFrom('hda', 'hdb', 'hdc', 'sda'), { minLength: 1 });

const fingerprints = (file: string, guest: Parameters<typeof faultyGuest>[0]): ReadonlyMap<string, string> =>
  new Map(
    reportOfXml({ [file]: faultyGuest(guest) }).outcomes.flatMap(one => [
      [`${one.rule.id} ${one.subject.kind} ${one.subject.name}`, fingerprintOf(one)] as const,
      ...(one.outcome === 'bad'
        ? (one.finding.parts ?? []).map(
            part => [`${one.rule.id} ${one.subject.name} ${part.key}`, partFingerprint(one, part)] as const,
          )
        : []),
    ]),
  );

test('another value, another line, another file, one disk more: what is still there keeps its fingerprint', () => {
  fc.assert(
    fc.property(
      name,
      fc.option(uuid, { nil: undefined }),
      fc.record({
        memory: fc.integer({ min: 1, max: 64 }),
        disks: targets,
        blankLines: fc.nat(9),
        cache: fc.constantFrom('unsafe', 'writeback'),
      }),
      fc.record({
        memory: fc.integer({ min: 1, max: 64 }),
        disks: targets,
        blankLines: fc.nat(9),
        cache: fc.constantFrom('unsafe', 'writeback'),
      }),
      (guest, id, first, second) => {
        const before = fingerprints('a.xml', { name: guest, uuid: id, ...first });
        const after = fingerprints('sub/b.xml', { name: guest, uuid: id, ...second });
        for (const [key, fingerprint] of before) if (after.has(key)) assert.equal(after.get(key), fingerprint, key);
        assert.ok(before.size > 20);
      },
    ),
    { numRuns: 25 },
  );
});

test('with a uuid a guest may be renamed, and the letters of the uuid written in either case', () => {
  const id = '6e6d0000-0000-4000-8000-00000000000b';
  const one = [...fingerprints('a.xml', { name: 'old', uuid: id })].filter(
    ([key]) => !key.includes(' nic ') && !key.includes(' disk '),
  );
  const two = new Set(fingerprints('a.xml', { name: 'new', uuid: id.toUpperCase() }).values());
  for (const [key, fingerprint] of one) assert.ok(two.has(fingerprint), key);
});

test('two subjects never share a fingerprint, be it that they have the same name, or the same uuid in two files', () => {
  const guests = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'a b'),
      uuid: fc.option(fc.constantFrom('6e6d0000-0000-4000-8000-000000000001', '6e6d0000-0000-4000-8000-000000000002'), {
        nil: undefined,
      }),
      disks: fc.constantFrom(['hda'], ['hda', 'hdb'], ['hda', 'hda']),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(guests, fc.boolean(), (all, isOneFile) => {
      const texts = all.map(faultyGuest);
      const files = isOneFile
        ? { 'all.xml': texts.join('') }
        : Object.fromEntries(texts.map((text, at) => [`${at}.xml`, text]));
      const { outcomes } = reportOfXml(files);
      const told = outcomes.flatMap(one => [
        fingerprintOf(one),
        ...(one.outcome === 'bad'
          ? [...new Set((one.finding.parts ?? []).map(part => partFingerprint(one, part)))]
          : []),
      ]);
      assert.equal(new Set(told).size, told.length);
    }),
    { numRuns: 25 },
  );
});

test('findings that differ in numbers and names are alike, those of another kind are not', () => {
  const { outcomes } = reportOfXml({
    'a.xml': faultyGuest({ name: 'web01', disks: ['hda'] }),
    'b.xml': faultyGuest({ name: 'db02', disks: ['sda'], memory: 9 }),
  });
  const keys = new Map<string, Set<string>>();
  for (const one of outcomes)
    if (one.outcome === 'bad') keys.set(one.rule.id, (keys.get(one.rule.id) ?? new Set()).add(alikeOf(one)));
  assert.ok(keys.size >= 5);
  for (const [rule, of] of keys) assert.equal(of.size, 1, rule);
  assert.equal(new Set([...keys.values()].flatMap(of => [...of])).size, keys.size);
});
