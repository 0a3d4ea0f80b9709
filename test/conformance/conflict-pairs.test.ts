import assert from 'node:assert/strict';
import test from 'node:test';
import { contradictions } from '#check/contradictions';
import type { Example, ExampleGuest } from '#check/example';
import type { Outcome } from '#check/outcome';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { judgeExample } from '../judge-example.js';
import { pairs } from './conflict-pair-cases.js';
import { storagePairs } from './storage-pair-cases.js';

const bad = (outcomes: readonly Outcome[], ids: readonly string[]) =>
  outcomes.filter(outcome => outcome.outcome === 'bad' && ids.includes(outcome.rule.id));

const words = ({ finding, rule, after = [], tradeOffs = [] }: Extract<Outcome, { outcome: 'bad' }>): string =>
  JSON.stringify([finding, rule.costs, after, tradeOffs]);

for (const { pair, says, machine, between, cases, policy, tells } of [...pairs, ...storagePairs]) {
  for (const [intents, stands, named] of cases) {
    const whose = intents.map(all => all.join('+')).join(', ');
    test(`pair ${pair}, ${says}: ${whose}`, () => {
      const { before, after } = judgeExample(machine, intents, policy);
      const left = between.map(ids => bad(after, ids).length);
      const told = JSON.stringify({ before: between.map(ids => bad(before, ids).map(({ rule }) => rule.id)), left });
      assert.deepEqual(
        left.map(count => count > 0),
        [stands === 0 || stands === 'both', stands === 1 || stands === 'both'],
        told,
      );
      assert.deepEqual(contradictions(after, conflicts), []);
      const standing = after.filter(one => one.outcome === 'bad');
      const own = standing.filter(({ rule }) => between.some(ids => ids.includes(rule.id)));
      if (tells !== undefined && own.length > 0) assert.match(own.map(words).join('\n'), tells);
      if (named === undefined || stands === 'neither') return;
      // the finding that stands, or the setting of the host that is as it should be, names what was given up and why
      const [first, second] = between;
      const losers = stands === 'both' ? first : (between[1 - stands] ?? []);
      const winners = stands === 'both' ? second : (between[stands] ?? []);
      const isNamed = after.some(
        one =>
          (one.outcome === 'bad' &&
            (one.tradeOffs?.some(({ rules: given }) => given.some(id => losers.includes(id))) === true ||
              (winners.includes(one.rule.id) &&
                (one.tradeOffs !== undefined || one.after?.some(({ rule }) => losers.includes(rule)) === true)))) ||
          (one.decided !== undefined && winners.includes(one.rule.id)),
      );
      assert.ok(isNamed, told);
    });
  }
}

/** Pairs of which one side is a gate: check never finds it, the command that makes the change refuses. */
const gates: Readonly<Record<number, string>> = { 15: 'image/compression-with-encryption' };

test('all 26 pairs have a test, or one side is a gate', () => {
  const tested = new Set([...pairs, ...storagePairs, { pair: 26 }].map(({ pair }) => pair));
  for (let pair = 1; pair <= 26; pair++) {
    assert.ok(tested.has(pair) !== pair in gates, `pair ${pair}`);
    assert.ok(
      conflicts.some(conflict => conflict.pair === pair),
      `no data of pair ${pair}`,
    );
  }
  for (const id of Object.values(gates)) assert.equal(rules.find(rule => rule.id === id)?.judgedBy, 'gate', id);
});

/** Arguments of QEMU that each of the first rules of pair 26 finds. */
const behind =
  "<qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host'/><qemu:arg value='-device'/><qemu:arg value='virtio-rng-pci'/><qemu:arg value='-no-hpet'/></qemu:commandline>";
const strips = conflicts.filter(({ pair, kind }) => pair === 26 && kind === 'precedes');

for (const { between } of strips) {
  for (const id of between[1].rules) {
    test(`pair 26, arguments of QEMU are taken out before ${id} is followed`, () => {
      const example = rules
        .find(rule => rule.id === id)
        ?.examples.find(({ expect, guest }) => expect === 'bad' && !hasArguments(guest));
      assert.ok(example !== undefined, `${id} has no bad example on a guest`);
      const { guest = '', intents = ['general'], policy } = example;
      const withArguments = typeof guest === 'string' ? `${guest}${behind}` : { ...guest, ...added(guest) };
      const { after } = judgeExample({ ...example, guest: withArguments }, [intents], policy);
      // what another finding covers is followed with that one
      const own = after.find(({ rule, outcome }) => rule.id === id && outcome !== 'good');
      const covering = own?.outcome === 'not-applicable' ? /^(\S+) sees to it$/.exec(own.reason)?.[1] : id;
      assert.ok(covering !== undefined && between[1].rules.includes(covering), `${id}: ${JSON.stringify(own)}`);
      const [found] = bad(after, [covering]);
      assert.ok(found?.outcome === 'bad', id);
      const first = found.after?.map(({ rule }) => rule) ?? [];
      for (const strip of between[0].rules) assert.equal(first.includes(strip), bad(after, [strip]).length > 0, strip);
      assert.ok(first.includes('libvirt-hygiene/no-qemu-commandline'), first.join());
      assert.deepEqual(contradictions(after, conflicts), []);
    });
  }
}

function hasArguments(guest: Example['guest']): boolean {
  const xml = typeof guest === 'string' ? guest : (guest?.xml ?? '');
  return guest === null || xml.includes('qemu:commandline') || xml.includes('<domain');
}

const added = (guest: ExampleGuest | null): { readonly xml: string } => ({ xml: `${guest?.xml ?? ''}${behind}` });

test('every pair names rules that there are, or a gate, and says what each side gains', () => {
  const ids = new Set(rules.map(({ id }) => id));
  for (const { pair, kind, between, settled, by } of conflicts) {
    for (const practice of between) {
      assert.ok(practice.is.length > 5, `pair ${pair}`);
      if (kind === 'excludes') assert.ok(practice.gains.length > 10, `pair ${pair}: ${practice.is}`);
      for (const id of practice.rules) assert.match(id, /^[a-z-]+\/[a-z0-9-]+$/);
    }
    const isThere = between.every(practice => practice.rules.some(id => ids.has(id)));
    assert.ok(
      isThere || settled !== undefined || pair in gates,
      `pair ${pair} (${between.map(({ is }) => is).join(' / ')})`,
    );
    assert.equal(new Set((by ?? []).map(([intent]) => intent)).size, by?.length ?? 0);
  }
});
