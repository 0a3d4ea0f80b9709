import assert from 'node:assert/strict';
import test from 'node:test';
import { invert } from '#change/change';
import { editParts } from '#change/domain/edit-parts';
import { domainXmlKind, isParts, isSameParts, partsIn } from '#change/kinds/domain-xml';
import { domainChangesOfExamples } from '../domain-changes-of-examples.js';

const found = domainChangesOfExamples();

test('there are changes of guests to be judged', () => assert.ok(found.length > 80, String(found.length)));

for (const { rule, example, xml, change } of found) {
  test(`${rule}, ${example}: what stands in the definition is what the change says, it can be changed, and back`, () => {
    const { on, before, after } = change;
    assert.equal(domainXmlKind.fault(change), undefined);
    const there = partsIn(xml, change);
    assert.ok(isSameParts(there, before), JSON.stringify(there));
    assert.ok(!isSameParts(before, after), 'it changes something');
    const edited = editParts(xml, after, on);
    assert.ok(isSameParts(partsIn(edited, change), after), edited);
    const back = editParts(edited, invert(change).after, on);
    assert.ok(isSameParts(partsIn(back, change), before), back);
    assert.equal(editParts(edited, after, on), edited);
    assert.ok(isParts(JSON.parse(JSON.stringify(before))));
  });
}
