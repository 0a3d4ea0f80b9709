import assert from 'node:assert/strict';
import test from 'node:test';
import { parseAgentAnswer, parseAgentInfo, parseFilePiece, parseHandle } from '#formats/guest-agent/agent-answer';
import { type AgentQuestion, printAgentQuestion } from '#formats/guest-agent/agent-question';
import { isReadablePath } from '#formats/guest-agent/readable-paths';

/** A question that the types forbid, as a fault of this program could make it. */
const forbidden = (question: object): AgentQuestion => question as AgentQuestion;

test('only what is on the closed list is written', () => {
  assert.equal(printAgentQuestion({ ask: 'guest-info' }), '{"execute":"guest-info"}');
  assert.equal(
    printAgentQuestion({ ask: 'guest-file-open', path: '/proc/cmdline' }),
    '{"execute":"guest-file-open","arguments":{"path":"/proc/cmdline","mode":"r"}}',
  );
  for (const question of [
    { ask: 'guest-exec', path: '/bin/sh' },
    { ask: 'guest-shutdown' },
    { ask: 'guest-file-open', path: '/etc/shadow' },
    { ask: 'guest-file-open', path: '/sys/block/../../etc/shadow/queue/scheduler' },
    { ask: 'guest-file-open', path: '/sys/block/a/b/queue/scheduler' },
    { ask: 'guest-file-open', path: '/sys/block/a"b/queue/scheduler' },
    { ask: 'guest-file-read', handle: 1, count: 1e9 },
    { ask: 'guest-file-read', handle: -1, count: 1 },
    { ask: 'guest-file-close', handle: 0.5 },
  ])
    assert.equal(printAgentQuestion(forbidden(question)), undefined, JSON.stringify(question));
});

test('a mode that somebody slips in is not taken over', () => {
  const question = forbidden({ ask: 'guest-file-open', path: '/proc/cmdline', mode: 'w' });
  assert.match(printAgentQuestion(question) ?? '', /"mode":"r"/);
});

test('paths that could mean another place are not readable', () => {
  for (const path of ['/sys/block/vda/queue/scheduler', '/etc/systemd/system/fstrim.timer.d/override.conf'])
    assert.ok(isReadablePath(path), path);
  for (const path of ['/sys/block/./queue/scheduler', '/proc/self/environ', 'proc/cmdline', '', '/proc/cmdline\n'])
    assert.ok(!isReadablePath(path), path);
});

test('answers that are none are not understood', () => {
  for (const text of ['', '{', 'null', '[]', '"x"', '{"error":{}}', `{"return":"${'x'.repeat(3e6)}"}`, '['.repeat(1e5)])
    assert.equal(parseAgentAnswer(text), undefined, text.slice(0, 20));
  assert.deepEqual(parseAgentAnswer('{"return":{}}'), { value: {} });
  for (const value of [null, {}, { version: 1 }, { version: 'x', supported_commands: [{ name: 'a' }] }])
    assert.equal(parseAgentInfo(value), undefined);
  for (const value of ['1', -1, 1.5, Number.NaN, null, {}]) assert.equal(parseHandle(value), undefined);
});

test('a piece of a file holds what it says, and no more than was asked for', () => {
  const piece = (text: string, count = text.length): unknown => ({
    count,
    'buf-b64': Buffer.from(text).toString('base64'),
    eof: true,
  });
  assert.deepEqual(parseFilePiece(piece('abc'))?.bytes, Buffer.from('abc'));
  assert.equal(parseFilePiece(piece('abc', 2)), undefined);
  assert.equal(parseFilePiece(piece('x'.repeat(70_000))), undefined);
  assert.equal(parseFilePiece({ count: 0, 'buf-b64': '', eof: false })?.isLast, true);
});
