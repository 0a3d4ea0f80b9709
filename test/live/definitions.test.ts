import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { defineGuest } from '#apply/define-guest';
import { openHostSchemas } from '#apply/open-host-schemas';
import { restoreGuest } from '#apply/restore-guest';
import { isSameParts, partsIn } from '#change/kinds/domain-xml';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { SchemaValidator } from '#formats/xml/schema-validator';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import { localTree } from '#transport/local-tree';
import { type ChangeOfExample, domainChangesOfExamples } from '../domain-changes-of-examples.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd();
let daemon: PrivateLibvirtd;
let connection: Connection;
let validator: SchemaValidator | undefined;

before(async () => {
  if (skip !== undefined) return;
  daemon = await startPrivateLibvirtd();
  connection = await daemon.connect();
  validator = await openHostSchemas(localTree('/', { missing: 'absent' }));
});
after(async () => {
  validator?.dispose();
  await connection?.close();
  await daemon?.stop();
});

const storedXml = (domain: Domain): Promise<string> => connection.domainXml(domain, { inactive: true, secure: true });

/** Defines the guest of an example as this libvirt can have it; undefined where it cannot. */
async function settle(xml: string): Promise<Domain | undefined> {
  try {
    const ours = xml.replaceAll(/pc-q35-(?:8|9|rhel)[.\d]*/g, 'pc-q35-7.2');
    const domain = await connection.defineDomain(ours, { validate: false });
    // libvirt brings controllers into their order only when it reads its own text
    return await connection.defineDomain(await storedXml(domain), { validate: false });
  } catch (error) {
    if (error instanceof LibvirtError) return undefined;
    throw error;
  }
}

/** What this libvirt cannot take: its own words. */
const refusals = /does not support machine type|TPM version '2.0' is not supported/;

/** Makes a change and takes it back, knowing the hash and not knowing it. Gives what came of it. */
async function thereAndBack({ change }: ChangeOfExample, domain: Domain): Promise<'done' | 'filled in' | 'refused'> {
  const { on, before: was, after: wanted } = change;
  const original = await storedXml(domain);
  // libvirt has filled in what the example's text leaves open
  if (!isSameParts(partsIn(original, change), was)) return 'filled in';
  for (const knows of [true, false]) {
    try {
      const defined = await defineGuest(connection, on, wanted, { validator });
      assert.equal(defined.before.xml, original);
      assert.ok(isSameParts(partsIn(await storedXml(domain), change), wanted), defined.after.xml);
      const hash = knows ? defined.after.hash : undefined;
      const { is } = await restoreGuest(connection, on, { original, hash, parts: was });
      assert.equal(is, 'whole');
      assert.equal(await storedXml(domain), original);
    } catch (error) {
      if (error instanceof LibvirtError && refusals.test(error.message)) return 'refused';
      throw error;
    }
  }
  return 'done';
}

test('what rules ask for in their examples libvirt takes, gives back as asked for, and byte for byte as before once undone', {
  skip,
}, async t => {
  const counts = { done: 0, 'filled in': 0, refused: 0, 'not here': 0 };
  for (const example of domainChangesOfExamples()) {
    const domain = await settle(example.xml);
    if (domain === undefined) {
      counts['not here']++;
      continue;
    }
    await t.test(`${example.rule}: ${example.example}`, async () => {
      counts[await thereAndBack(example, domain)]++;
    });
    await connection.undefineDomain(domain);
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.done > 90, JSON.stringify(counts));
});

test('where somebody else has changed the definition too, only our parts go, and what is left is told', {
  skip,
}, async () => {
  const xml = `<domain type='qemu'><name>shared</name><memory>131072</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type></os>
    <devices><graphics type='vnc' passwd='sesame'/></devices></domain>`;
  const domain = await settle(xml);
  assert.ok(domain !== undefined);
  const original = await storedXml(domain);
  const locked = [{ path: 'memoryBacking/locked', content: '<locked/>' }];
  const { after: ours } = await defineGuest(connection, 'shared', locked, { validator });
  await connection.setMetadata(domain, 'title', 'Somebody else was here', { of: 'config' });
  const parts = [{ path: 'memoryBacking/locked', content: undefined }];
  const back = await restoreGuest(connection, 'shared', { original, hash: ours.hash, parts });
  assert.equal(back.is, 'parts');
  const now = await storedXml(domain);
  assert.ok(!now.includes('locked'));
  assert.equal(now.replace(/\s*<title>.*<\/title>/, ''), original);
  assert.ok(back.is === 'parts' && back.difference.now.includes('Somebody else was here'));
  assert.ok(now.includes('sesame') && !JSON.stringify('difference' in back && back.difference).includes('sesame'));
  await connection.undefineDomain(domain);
});

test('what the schemas of the host do not know is refused before libvirt sees it', { skip }, async () => {
  const xml = `<domain type='qemu'><name>strict</name><memory>131072</memory>
    <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;
  const domain = await settle(xml);
  assert.ok(domain !== undefined);
  const original = await storedXml(domain);
  const parts = [{ path: 'memoryBacking/of-times-to-come', content: '<of-times-to-come/>' }];
  await assert.rejects(defineGuest(connection, 'strict', parts, { validator }), {
    name: 'GuestError',
    code: 'invalid',
  });
  await assert.rejects(defineGuest(connection, 'strict', parts), { name: 'LibvirtError', code: 92 });
  assert.equal(await storedXml(domain), original);
  await connection.undefineDomain(domain);
});
