import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Codec } from '#formats/libvirt-rpc/codec';
import { cpuMap } from '#formats/libvirt-rpc/cpu-map';
import { errorDomainName, errorName } from '#formats/libvirt-rpc/error-codes';
import { domainStateName, domainStateReason, lifecycleDetail, lifecycleName } from '#formats/libvirt-rpc/names';
import { remoteError } from '#formats/libvirt-rpc/remote-error';
import { byName, type TypedParameter, typedParameters } from '#formats/libvirt-rpc/typed-parameter';
import { uuid } from '#formats/libvirt-rpc/uuid';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { XdrWriter } from '#formats/libvirt-rpc/xdr-writer';
import { CpuSet } from '#units/cpu-set';

/** Objects as the program has them, with a prototype. */
const plain = { noNullPrototype: true } as const;

const written = <T>(codec: Codec<T>, value: T): Buffer => {
  const to = new XdrWriter(1_000_000);
  codec.write(to, value);
  return to.finish();
};
const reread = <T>(codec: Codec<T>, value: T): T => codec.read(new XdrReader(written(codec, value)));
const name = fc.string({ maxLength: 20 });

test('typed parameters of all seven types are read back', () => {
  const parameter: fc.Arbitrary<TypedParameter> = fc.oneof(
    fc.record({ name, type: fc.constant('int' as const), value: fc.integer() }, plain),
    fc.record({ name, type: fc.constant('uint' as const), value: fc.nat() }, plain),
    fc.record(
      {
        name,
        type: fc.constant('llong' as const),
        value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      },
      plain,
    ),
    fc.record(
      { name, type: fc.constant('ullong' as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
      plain,
    ),
    fc.record({ name, type: fc.constant('double' as const), value: fc.double({ noNaN: true }) }, plain),
    fc.record({ name, type: fc.constant('boolean' as const), value: fc.boolean() }, plain),
    fc.record({ name, type: fc.constant('string' as const), value: fc.string() }, plain),
  );
  fc.assert(fc.property(fc.array(parameter), list => assert.deepEqual(reread(typedParameters, list), list)));
});

test('a parameter of a type that does not exist is refused', () => {
  const bytes = written(typedParameters, [{ name: 'a', type: 'int', value: 1 }]);
  bytes.writeInt32BE(8, 12);
  assert.throws(() => typedParameters.read(new XdrReader(bytes)), { code: 'bad-value', offset: 12 });
});

test('parameters are found by name', () => {
  const found = byName([{ name: 'cpu.time', type: 'ullong', value: 5n }]);
  assert.equal(found.get('cpu.time'), 5n);
});

test('a UUID is 16 bytes there and text here', () => {
  fc.assert(fc.property(fc.uuid(), text => assert.equal(reread(uuid, text), text)));
  assert.equal(
    written(uuid, '4dea22b3-1d52-d8f3-2516-782e98ab3fa0').toString('hex'),
    '4dea22b31d52d8f32516782e98ab3fa0',
  );
  assert.equal(reread(uuid, '4DEA22B31D52D8F32516782E98AB3FA0'), '4dea22b3-1d52-d8f3-2516-782e98ab3fa0');
  for (const wrong of ['', 'x', '4dea22b3-1d52-d8f3-2516-782e98ab3fa'])
    assert.throws(() => written(uuid, wrong), { code: 'out-of-range' });
});

test('bit 0 of byte 0 is CPU 0', () => {
  assert.equal(String(cpuMap.read(new XdrReader(Buffer.from('000000020301' + '0000', 'hex')))), '0-1,8');
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(65_535), { maxLength: 50 }), ids =>
      assert.ok(reread(cpuMap, CpuSet.of(ids)).equals(CpuSet.of(ids))),
    ),
  );
});

test('a map of more CPUs than any host has is refused', () => {
  const bytes = Buffer.alloc(4 + 16_384);
  bytes.writeUInt32BE(16_384);
  assert.throws(() => cpuMap.read(new XdrReader(bytes)), { code: 'too-long', offset: 0 });
});

test('an error of the daemon is read in full, whatever the encoding of its message', () => {
  const error = {
    code: 42,
    domain: 10,
    message: 'Domain not found',
    level: 2,
    about: { name: 'a', uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0', id: -1 },
    text1: 'one',
    text2: undefined,
    text3: undefined,
    number1: -1,
    number2: 0,
    network: undefined,
  };
  assert.deepEqual(reread(remoteError, error), error);
  const latin1 = written(remoteError, { ...error, message: 'Dom??ne' });
  latin1.set([0xe4, 0xf6], 4 + 4 + 4 + 4 + 3);
  assert.equal(remoteError.read(new XdrReader(latin1)).message, 'Dom\ufffd\ufffdne');
});

test('numbers have the names of libvirt’s headers, and numbers of later releases stay readable', () => {
  assert.equal(errorName(42), 'VIR_ERR_NO_DOMAIN');
  assert.equal(errorName(41), 'VIR_WAR_NO_NETWORK');
  assert.equal(errorName(92), 'VIR_ERR_XML_INVALID_SCHEMA');
  assert.equal(errorName(110), 'VIR_ERR_MULTIPLE_DOMAINS');
  assert.equal(errorName(999), 'VIR_ERR_999');
  assert.equal(errorName(-1), 'VIR_ERR_-1');
  assert.equal(errorDomainName(10), 'VIR_FROM_QEMU');
  assert.equal(errorDomainName(72), 'VIR_FROM_CH');
  assert.equal(errorDomainName(99), 'VIR_FROM_99');
  assert.equal(domainStateName(5), 'shutoff');
  assert.equal(domainStateReason(5, 2), 'destroyed');
  assert.equal(domainStateName(9), 'unknown-9');
  assert.equal(lifecycleName(5), 'stopped');
  assert.equal(lifecycleDetail(5, 1), 'destroyed');
  assert.equal(lifecycleDetail(99, 1), 'unknown-1');
});
