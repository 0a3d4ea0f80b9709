import assert from 'node:assert/strict';
import test from 'node:test';
import { commandTree } from '#cli/command-tree';
import { whatIsMeant } from '#cli/completion/what-is-meant';
import { makeProgram } from '#cli/program';

const tree = commandTree(makeProgram(() => undefined));
const meant = (line: string) => whatIsMeant(tree, line.split(' '));

test('nothing said is this machine', () => {
  assert.deepEqual(meant('check --rule numa --guest'), { uri: undefined, root: undefined, sources: [] });
});

test('a connection and a root are seen in every way of writing them', () => {
  assert.deepEqual(meant('check -c qemu:///session --root=/mnt'), {
    uri: 'qemu:///session',
    root: '/mnt',
    sources: [],
  });
  assert.equal(meant('facts --connect test:///default').uri, 'test:///default');
});

test('sources are the arguments, not the values of options', () => {
  assert.deepEqual(meant('check --rule numa a.xml --format json b.xml').sources, ['a.xml', 'b.xml']);
  assert.deepEqual(meant('check -- --odd.xml').sources, ['--odd.xml']);
  assert.deepEqual(meant('explain numa').sources, []);
});
