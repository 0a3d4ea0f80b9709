import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { runRules } from '#check/run-rules';
import { openDocuments } from '#cli/open-documents';
import { collectMachine } from '#collect/machine';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { editXml } from '#formats/xml/edit-xml';
import { parseXmlSequence } from '#formats/xml/parse-xml';
import { openRelaxNgValidator } from '#formats/xml/validate-relaxng';
import type { XmlDocument } from '#formats/xml/xml-document';
import { child } from '#formats/xml/xml-tree';
import { rules } from '#rules/index.gen';
import { noWishes } from '#wishes/wishes';
import { libvirtSchemas } from './libvirt-schemas.js';
import { sharedData } from './shared-data.js';
import { xmlFiles } from './xml-files.js';

const skip = sharedData === undefined ? 'no shared data' : false;

/** Files that hold a domain; a file that is no XML (diffs have the same ending) is none. */
function domainFiles(): readonly { readonly name: string; readonly documents: readonly XmlDocument[] }[] {
  return xmlFiles().flatMap(({ name, text }) => {
    try {
      const documents = parseXmlSequence(text, { file: name }).filter(document => recognizeXml(document) === 'domain');
      return documents.length > 0 ? [{ name, documents }] : [];
    } catch {
      return [];
    }
  });
}

test('every domain goes through all rules, and no rule crashes', { skip }, async t => {
  const files = domainFiles();
  assert.ok(files.length > 100, `${files.length} files`);
  const { place, problems } = await openDocuments(files.map(({ name }) => ({ path: join(sharedData ?? '', name) })));
  // one guest stands in several of these files, which is said and keeps none from being judged
  assert.deepEqual(
    problems.filter(({ doThis }) => doThis?.startsWith('libvirt knows each name and UUID once') !== true),
    [],
  );
  const machine = collectMachine(place);
  const outcomes = runRules(machine, rules, noWishes, new Date(0));
  assert.deepEqual(
    outcomes.flatMap(one =>
      one.outcome === 'crashed' ? [`${one.rule.id} ${one.subject.source}: ${one.error.stack}`] : [],
    ),
    [],
  );
  const bads = outcomes.filter(({ outcome }) => outcome === 'bad');
  assert.ok(bads.length > 20, `${bads.length} findings`);
  for (const one of bads) {
    if (one.outcome === 'bad' && one.subject.kind === 'nic')
      assert.ok(
        one.evidence.some(({ place: at }) => at !== undefined && at.line > 0),
        one.subject.source,
      );
  }
  const judged = machine.guests.state === 'known' ? machine.guests.value.length : 0;
  t.diagnostic(`${judged} domains of ${files.length} files, ${outcomes.length} outcomes, ${bads.length} findings`);
});

test('an edit of one element leaves every other byte of each domain alone', { skip }, t => {
  let edited = 0;
  for (const { documents } of domainFiles()) {
    for (const document of documents) {
      const memory = child(document.root, 'memory');
      if (memory === undefined || memory.openEnd === memory.end) continue;
      const after = editXml(document, [{ do: 'set-text', at: memory, text: '123456789' }]);
      const before = document.text;
      assert.equal(after.slice(0, memory.openEnd), before.slice(0, memory.openEnd));
      assert.equal(after.slice(memory.openEnd, memory.openEnd + 9), '123456789');
      assert.equal(after.slice(memory.openEnd + 9), before.slice(memory.closeStart));
      edited++;
    }
  }
  assert.ok(edited > 100);
  t.diagnostic(`${edited} domains edited`);
});

test("what libvirt's schema refuses is said, with file, line and column", {
  skip: skip || (libvirtSchemas() === undefined ? 'no libvirt schemas' : false),
}, async t => {
  const validator = await openRelaxNgValidator(libvirtSchemas() ?? new Map());
  try {
    let refused = 0;
    let all = 0;
    for (const { documents } of domainFiles()) {
      for (const document of documents) {
        all++;
        const faults = validator.validate(document) ?? assert.fail('no schema for a domain');
        if (faults.length > 0) refused++;
        for (const { line, column, message } of faults) assert.ok(line >= 1 && column >= 1 && message.length > 5);
      }
    }
    assert.ok(refused > 0 && refused < all / 2, `${refused} of ${all}`);
    t.diagnostic(`${refused} of ${all} domains are refused by the schema`);
  } finally {
    validator.dispose();
  }
});
