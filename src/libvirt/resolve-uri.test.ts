import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveUri } from '#libvirt/resolve-uri';
import { UriError } from '#libvirt/uri-error';

const config = (text: string) => ({ path: '/etc/libvirt/libvirt.conf', text });
const choose = (sources: Partial<Parameters<typeof resolveUri>[0]>): string | undefined => {
  const { uri, from } = resolveUri({ environment: {}, ...sources });
  return `${from}: ${uri?.text}`;
};

test('what was given comes before the environment, that before the file, and that before nothing', () => {
  const environment = { LIBVIRT_DEFAULT_URI: 'xen:///system' };
  const file = config('uri_default = "test:///default"');
  assert.equal(choose({ given: 'qemu:///session', environment, config: file }), 'given: qemu:///session');
  assert.equal(choose({ environment, config: file }), 'LIBVIRT_DEFAULT_URI: xen:///system');
  assert.equal(choose({ config: file }), 'uri_default: test:///default');
  assert.equal(choose({ config: config('') }), 'nothing: undefined');
  assert.equal(choose({}), 'nothing: undefined');
});

test('an empty text is nothing', () => {
  const environment = { LIBVIRT_DEFAULT_URI: '' };
  assert.equal(choose({ given: '', environment, config: config('uri_default = ""') }), 'nothing: undefined');
});

test('an alias stands for its URI, wherever it is named', () => {
  const aliases = 'uri_aliases = [ "mine=qemu:///system?mode=direct", "yours=xen:///system" ]\n';
  assert.equal(choose({ given: 'mine', config: config(aliases) }), 'given: qemu:///system?mode=direct');
  assert.equal(
    choose({ environment: { LIBVIRT_DEFAULT_URI: 'yours' }, config: config(aliases) }),
    'LIBVIRT_DEFAULT_URI: xen:///system',
  );
  assert.equal(choose({ config: config(`${aliases}uri_default = "mine"`) }), 'uri_default: qemu:///system?mode=direct');
  assert.equal(resolveUri({ given: 'mine', environment: {}, config: config(aliases) }).alias, 'mine');
  assert.equal(resolveUri({ given: 'xen:///system', environment: {}, config: config(aliases) }).alias, undefined);
});

test('remote_mode of the file is kept', () => {
  assert.equal(resolveUri({ environment: {}, config: config('remote_mode = "legacy"') }).mode, 'legacy');
  assert.equal(resolveUri({ environment: {} }).mode, 'auto');
});

for (const text of [
  'uri_default = 5',
  'uri_aliases = "a=b"',
  'uri_aliases = [ "a" ]',
  'uri_aliases = [ "a b=c:///" ]',
  'remote_mode = "x"',
  'what',
  '"',
]) {
  test(`a file with a fault is refused and named: ${text}`, () => {
    assert.throws(
      () => resolveUri({ environment: {}, config: config(text) }),
      error =>
        error instanceof UriError &&
        error.code === 'bad-config' &&
        error.message.startsWith('/etc/libvirt/libvirt.conf: '),
    );
  });
}

test('a URI that cannot be understood is refused without showing a password', () => {
  assert.throws(() => resolveUri({ given: 'nonsense', environment: {} }), { name: 'UriError', code: 'bad-uri' });
  assert.throws(
    () => resolveUri({ given: 'esx://root:secret@host/%zz', environment: {} }),
    error => error instanceof UriError && !`${error.message}${error.doThis}`.includes('secret'),
  );
});
