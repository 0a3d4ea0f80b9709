import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { rules } from '#rules/index.gen';
import { bordersOf, compareVersions, parseVersion, type Version } from '#units/version';
import { table } from '../planted/table.js';

const judged = rules.filter(({ judgedBy }) => judgedBy !== 'gate');

/** The rule, and which of its numbers its check and scope look at. */
function watched(rule: Rule): { readonly rule: Rule; readonly params: Set<string> } {
  const params = new Set<string>();
  const { check, scope } = rule;
  const settingOf = (setting: Parameters<typeof check>[1]): typeof setting => ({
    ...setting,
    params: Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(setting.params).map(([name, value]) => [
          name,
          {
            get: () => {
              params.add(name);
              return value;
            },
          },
        ]),
      ),
    ),
  });
  return {
    params,
    rule: {
      ...rule,
      check: (found, setting) => check(found, settingOf(setting)),
      ...(scope === undefined
        ? {}
        : { scope: { says: scope.says, holds: (view, setting) => scope.holds(view, settingOf(setting)) } }),
    },
  };
}

/** Numbers for what only a running process tells, which no example has. */
const ofProcesses = new Set([
  'guest-memory/nosharepages-mixed: number rmapItems',
  'host-memory/ksm-effective: number rmapRatio',
  'host-memory/ksm-pages-to-scan: number busyShare',
  'host-memory/ksm-sleep: number busyShare',
]);

test('every number that a rule declares is used on one of its examples', () => {
  const unused: string[] = [];
  for (const rule of judged) {
    const seen = watched(rule);
    for (const example of rule.examples) exampleOutcomes(seen.rule, example);
    for (const name of Object.keys(rule.params)) if (!seen.params.has(name)) unused.push(`${rule.id}: number ${name}`);
  }
  assert.deepEqual(
    unused.filter(one => !ofProcesses.has(one)),
    [],
  );
  assert.deepEqual(
    [...ofProcesses].filter(one => !unused.includes(one)),
    [],
    'an example shows it now',
  );
});

/** The version that an example's machine has. */
const versionOf: Readonly<Record<'kernel' | 'qemu' | 'libvirt', (example: Example) => Version | undefined>> = {
  kernel: ({ files }) => parseVersion(files?.['/proc/sys/kernel/osrelease'] ?? '6.4.0'),
  qemu: ({ libvirt }) => parseVersion(libvirt?.qemuVersion ?? referenceLibvirt.qemuVersion),
  libvirt: ({ libvirt }) => parseVersion(libvirt?.version ?? referenceLibvirt.version),
};

test('at each border of a version condition an example stands on the border, and one below it', () => {
  const lacking: string[] = [];
  for (const rule of judged) {
    for (const name of ['kernel', 'qemu', 'libvirt'] as const) {
      for (const { operator, at } of bordersOf(rule.when?.[name] ?? '>=0').filter(border => border.at.text !== '0')) {
        const orders = rule.examples.map(example => {
          const version = versionOf[name](example);
          return { example, order: version === undefined ? Number.NaN : compareVersions(version, at) };
        });
        const isInside = (order: number): boolean => (operator.startsWith('>') ? order === 0 : order < 0);
        const isOutside = (order: number): boolean => (operator.startsWith('>') ? order < 0 : order >= 0);
        const inside = orders.some(one => isInside(one.order) && /^(?:good|bad)$/.test(one.example.expect));
        const outside = orders.some(one => isOutside(one.order) && one.example.expect === 'not-applicable');
        if (!inside) lacking.push(`${rule.id}: none is judged with ${name} ${at.text}`);
        if (!outside) lacking.push(`${rule.id}: none is outside ${name} ${operator}${at.text}`);
      }
    }
  }
  assert.deepEqual(lacking, []);
});

test('every rule finds something somewhere: in its examples, and most of them elsewhere too', t => {
  const planted = new Set(table.map(({ rule }) => rule));
  const captured = readFileSync('test/machines/kvm-4-nodes/expected.json', 'utf8');
  const elsewhere = (id: string): boolean => planted.has(id) || captured.includes(`"${id} `);
  const without = judged.filter(({ examples }) => !examples.some(({ expect }) => expect === 'bad'));
  assert.deepEqual(
    without.map(({ id }) => id),
    [],
  );
  const only = judged.filter(({ id }) => !elsewhere(id)).map(({ id }) => id);
  t.diagnostic(
    `${judged.length - only.length} of ${judged.length} rules find a planted fault or one of the captured host`,
  );
  t.diagnostic(`only in examples: ${only.join(', ')}`);
  assert.ok(only.length < judged.length / 2);
});
