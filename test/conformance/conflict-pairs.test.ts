import assert from 'node:assert/strict';
import test from 'node:test';
import { contradictions } from '#check/contradictions';
import type { Outcome } from '#check/outcome';
import { conflicts } from '#rules/conflicts';
import { rules } from '#rules/index.gen';
import { judgeExample } from '../judge-example.js';
import { disk, pairs } from './conflict-pair-cases.js';

const bad = (outcomes: readonly Outcome[], ids: readonly string[]) =>
  outcomes.filter(outcome => outcome.outcome === 'bad' && ids.includes(outcome.rule.id));

for (const { pair, says, machine, between, cases, policy } of pairs) {
  for (const [intents, stands, named] of cases) {
    const whose = intents.map(words => words.join('+')).join(', ');
    test(`pair ${pair}, ${says}: ${whose}`, () => {
      const { before, after } = judgeExample(machine, intents, policy);
      const left = between.map(ids => bad(after, ids).length);
      const told = JSON.stringify({ before: between.map(ids => bad(before, ids).map(({ rule }) => rule.id)), left });
      assert.deepEqual(
        left.map(count => count > 0),
        [stands === 0, stands === 1],
        told,
      );
      assert.deepEqual(contradictions(after, conflicts), []);
      if (named === undefined || stands === 'neither') return;
      // the finding that stands, or the setting of the host that is as it should be, names what was given up and why
      const losers = between[1 - stands] ?? [];
      const isNamed = after.some(
        one =>
          (one.outcome === 'bad' &&
            one.tradeOffs?.some(({ rules: given }) => given.some(id => losers.includes(id))) === true) ||
          (one.outcome === 'bad' && one.tradeOffs !== undefined && between[stands]?.includes(one.rule.id) === true) ||
          (one.decided !== undefined && between[stands]?.includes(one.rule.id) === true),
      );
      assert.ok(isNamed, told);
    });
  }
}

/** Pairs of which both sides can never be findings on one machine, and why. What is settled inside a rule is shown above, or by that rule's own examples. */
const apart: Readonly<Record<number, string>> = {
  7: 'no rule asks for weights of disk time; host-io/scheduler-host has examples with bfq for density and for others',
  12: 'image/qcow2-preallocation waits for the readers of images',
  13: 'image/format waits for the readers of images; tests of the resolver show that raw on a block device covers tuning of qcow2',
  14: 'image/qcow2-l2-cache asks for a larger cache whatever the size of clusters',
  15: 'image/compression-with-encryption waits for the readers of images',
  16: 'no rule asks for async or soft, whatever the intent',
  21: 'the two emulators are judged for guests of different types',
  23: 'an order, not a choice: shown below',
  24: 'rules of images do not judge a LUN',
  26: 'an order, not a choice: shown below',
};

test('all 26 pairs have a test or a reason', () => {
  const tested = new Set(pairs.map(({ pair }) => pair));
  for (let pair = 1; pair <= 26; pair++) {
    assert.ok(tested.has(pair) !== pair in apart, `pair ${pair}`);
    assert.ok(
      conflicts.some(conflict => conflict.pair === pair),
      `no data of pair ${pair}`,
    );
  }
});

test('an order is told on the later finding', () => {
  const { after } = judgeExample(
    {
      guest: `${disk("cache='none'", '/srv/g.raw', "dev='hda' bus='ide'")}<os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><kernel>/boot/vmlinuz</kernel><cmdline>root=/dev/hda1</cmdline></os><qemu:commandline><qemu:arg value='-cpu'/><qemu:arg value='host'/></qemu:commandline>`,
    },
    [['general']],
  );
  const bus = after.find(({ rule }) => rule.id === 'guest-disk/virtio-bus');
  assert.ok(bus?.outcome === 'bad');
  const first = bus.after?.map(({ rule }) => rule) ?? [];
  assert.ok(first.includes('guest-disk/root-device-name'), first.join());
  assert.ok(first.includes('guest-cpu/no-cpu-commandline'), first.join());
});

test('every pair names rules that there are, or that the catalogue still waits for, and says what each side gains', () => {
  const ids = new Set(rules.map(({ id }) => id));
  for (const { pair, kind, between, settled, by } of conflicts) {
    for (const practice of between) {
      assert.ok(practice.is.length > 5, `pair ${pair}`);
      if (kind === 'excludes') assert.ok(practice.gains.length > 10, `pair ${pair}: ${practice.is}`);
      for (const id of practice.rules) assert.match(id, /^[a-z-]+\/[a-z0-9-]+$/);
    }
    const isThere = between.every(practice => practice.rules.some(id => ids.has(id)));
    assert.ok(
      isThere || settled !== undefined || pair in apart,
      `pair ${pair} (${between.map(({ is }) => is).join(' / ')})`,
    );
    assert.equal(new Set((by ?? []).map(([intent]) => intent)).size, by?.length ?? 0);
  }
});
