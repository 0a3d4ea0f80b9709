import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseDomain } from '#formats/domain-xml/parse-domain';
import { unreadDomainConfig } from '#formats/domain-xml/unread-domain-config';
import { parseXml } from '#formats/xml/parse-xml';
import { XmlError } from '#formats/xml/xml-error';
import { xmlFiles } from '../../../test/xml-files.js';

const isDomain = (text: string): boolean => /^\s*(?:<!--[\s\S]*?-->\s*)?<domain\b/.test(text);
const small = `<domain type='kvm'><name>g</name><memory unit='MiB'>64</memory><vcpu current='1' cpuset='0-3'>2</vcpu>
<cputune><vcpupin vcpu='0' cpuset='1'/><quota>1000</quota></cputune><os><type arch='x86_64'>hvm</type></os>
<devices><disk type='file'><driver type='qcow2' queues='2'/><source file='/a'/><target dev='vda'/></disk>
<interface type='network'><mac address='52:54:00:00:00:01'/><driver queues='2'/></interface><memballoon model='virtio'/></devices></domain>`;
const originals = [
  small,
  ...xmlFiles('virt-manager')
    .map(file => file.text)
    .filter(isDomain),
];

/** Every part but the source is a fact. */
const fact = v.looseObject({ state: v.picklist(['known', 'absent', 'unknown']) });
const domainForm = v.object({ config: v.objectWithRest({ source: v.string() }, fact) });

/** Parses and asks for everything there is to ask; gives undefined where the text is no XML. */
function parseText(text: string): string | undefined {
  try {
    const { root } = parseXml(text, { file: 'g.xml' });
    return JSON.stringify(parseDomain(root, { source: 'g.xml', isFile: true }));
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

const nonsense = fc.oneof(
  fc.constantFrom(
    '',
    '-1',
    '0',
    '99999999999999999999',
    '1e9',
    'NaN',
    '0x7fffffff',
    '^1',
    '0-65536',
    '\u0000',
    '💥',
    '  ',
  ),
  fc.integer().map(String),
  fc.string({ maxLength: 12 }),
);

test('a domain XML with any value put in any place is read without a crash, and every part is in one of the three states', () => {
  fc.assert(
    fc.property(fc.constantFrom(...originals), fc.nat(), nonsense, (text, place, value) => {
      const values = [...text.matchAll(/(?<==)(["'])[^"']*\1|(?<=>)[^<>]+(?=<\/)/g)];
      const found = values[place % values.length];
      if (found === undefined) return;
      const quote = found[1] ?? '';
      const inside = value.replaceAll(/[<>&"'\p{Cc}]/gu, ' ');
      const mutated = `${text.slice(0, found.index)}${quote}${inside}${quote}${text.slice(found.index + found[0].length)}`;
      const json = parseText(mutated);
      if (json === undefined) return;
      const { config } = v.parse(domainForm, JSON.parse(json));
      for (const part of Object.keys(unreadDomainConfig('', ''))) assert.ok(part in config, part);
    }),
    { numRuns: 600 },
  );
});

test('a domain XML with a piece cut out, doubled or moved is read without a crash', () => {
  fc.assert(
    fc.property(fc.constantFrom(...originals), fc.nat(), fc.nat(), fc.nat(), (text, from, length, to) => {
      const start = from % text.length;
      const end = Math.min(text.length, start + (length % 400));
      const at = to % text.length;
      parseText(text.slice(0, start) + text.slice(end));
      parseText(text.slice(0, at) + text.slice(start, end) + text.slice(at));
    }),
    { numRuns: 300 },
  );
});

test('a domain with a hundred thousand devices is read in less than two seconds', () => {
  const text = `<domain><devices>${"<sound model='ich9'/><hub/>".repeat(50_000)}</devices></domain>`;
  const begin = performance.now();
  const { root } = parseXml(text, { file: 'g.xml' });
  const { config } = parseDomain(root, { source: 'g.xml', isFile: true });
  assert.equal(config.otherDevices.state === 'known' && config.otherDevices.value.length, 100_000);
  assert.ok(performance.now() - begin < 30_000);
});
