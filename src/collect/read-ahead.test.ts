import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { readAhead } from '#collect/read-ahead';
import { recordingTree } from '#transport/recording-tree';

const sources = exampleSources({ name: 'reference', expect: 'good' });
const collect = (from: typeof sources) => collectMachine({ source: 'test', extent: 'host', sources: from });

test('what was read ahead from files is what is read with everything else', () => {
  const steps = [...readAhead(sources.files)];
  const ahead = steps.at(-1);
  assert.ok(ahead !== undefined && ahead.size === steps.length && ahead.size > 50);
  assert.deepEqual(collect({ ...sources, ahead }), collect(sources));
});

test('files that were read ahead are not read again', () => {
  const ahead = [...readAhead(sources.files)].at(-1);
  const whole = recordingTree(sources.files);
  const rest = recordingTree(sources.files);
  collect({ ...sources, files: whole.tree });
  collect({ ...sources, files: rest.tree, ahead });
  assert.ok(rest.looks.reads.size < whole.looks.reads.size / 2);
  assert.ok(!rest.looks.reads.has('/proc/sys/vm/swappiness') && whole.looks.reads.has('/proc/sys/vm/swappiness'));
});
