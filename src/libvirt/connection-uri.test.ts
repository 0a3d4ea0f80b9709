import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parameterOf, parseConnectionUri } from '#libvirt/connection-uri';
import { UriError } from '#libvirt/uri-error';

const parts = (text: string): readonly unknown[] => {
  const { driver, transport, user, host, port, path } = parseConnectionUri(text);
  return [driver, transport, user, host, port, path];
};
const none = undefined;

test('a URI in its parts', () => {
  assert.deepEqual(parts('qemu:///system'), ['qemu', none, none, '', none, '/system']);
  assert.deepEqual(parts('qemu+ssh://root@host.example:2222/system'), [
    'qemu',
    'ssh',
    'root',
    'host.example',
    2222,
    '/system',
  ]);
  assert.deepEqual(parts('xen+tls://[2001:db8::1]:16514/'), ['xen', 'tls', none, '2001:db8::1', 16514, '/']);
  assert.deepEqual(parts('QEMU+UNIX:///session#x'), ['qemu', 'unix', none, '', none, '/session']);
  assert.deepEqual(parts('test:///with%20space'), ['test', none, none, '', none, '/with space']);
  assert.deepEqual(parts('remote+unix://'), ['remote', 'unix', none, '', none, '']);
  for (const xen of ['xen', 'Xen', 'xen://']) assert.deepEqual(parts(xen), ['xen', none, none, '', none, '/system']);
});

test('parameters are decoded, and a plus sign is no space', () => {
  const uri = parseConnectionUri('qemu:///system?socket=/run/a+b%3fc&mode=direct;mode=legacy&flag&');
  assert.deepEqual(uri.parameters, [
    ['socket', '/run/a+b?c'],
    ['mode', 'direct'],
    ['mode', 'legacy'],
    ['flag', ''],
  ]);
  assert.equal(parameterOf(uri, 'mode'), 'legacy');
  assert.equal(parameterOf(uri, 'none'), undefined);
});

test('what is no URI is refused', () => {
  for (const text of ['', 'system', '/system', 'qemu', 'qemu:/system', '://x', '5:///', 'qemu://a b:x/']) {
    assert.throws(() => parseConnectionUri(text), UriError, text);
  }
});

test('any text is taken apart or refused, and quickly', () => {
  const piece = fc.constantFrom('qemu', '+', '://', '/', '?', '&', '=', '%', '%41', '@', ':', '[', ']', '#', '1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), pieces => {
      try {
        parseConnectionUri(pieces.join(''));
      } catch (error) {
        assert.ok(error instanceof UriError, String(error));
      }
    }),
  );
});
