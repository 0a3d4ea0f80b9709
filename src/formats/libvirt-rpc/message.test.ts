import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { keepaliveMessage } from '#formats/libvirt-rpc/keepalive';
import { lengthSize, readHeader, readPayload, writeMessage } from '#formats/libvirt-rpc/message';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';

test('a call is the bytes that libvirt documents: length, program, version, procedure, type, serial, status, arguments', () => {
  const { program, number, arguments: codec } = procedures.connectOpen;
  const header = { program, version: 1, procedure: number, type: 0, serial: 2, status: 0 };
  const bytes = writeMessage(header, codec, { name: 'qemu:///system', flags: 1 });
  const expected =
    '00000038 20008086 00000001 00000001 00000000 00000002 00000000 00000001 0000000e 71656d753a2f2f2f73797374656d 0000 00000001';
  assert.equal(bytes.toString('hex'), expected.replaceAll(' ', ''));
});

test('a ping is 28 bytes of the keepalive program', () => {
  const expected = '0000001c 6b656570 00000001 00000001 00000002 00000000 00000000';
  assert.equal(keepaliveMessage('ping').toString('hex'), expected.replaceAll(' ', ''));
  assert.equal(keepaliveMessage('pong').readInt32BE(12), 2);
});

test('a header is read as it was written', () => {
  const number = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const headers = fc.record(
    {
      program: number,
      version: number,
      procedure: number,
      type: number,
      serial: number,
      status: number,
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(headers, fc.integer(), (header, value) => {
      const { result } = procedures.connectSupportsFeature;
      const from = new XdrReader(writeMessage(header, result, { supported: value !== 0 }), lengthSize);
      assert.deepEqual(readHeader(from), header);
      assert.deepEqual(readPayload(from, result), { supported: value !== 0 });
    }),
  );
});

test('bytes behind the last value are an error', () => {
  const from = new XdrReader(Buffer.alloc(8));
  assert.throws(() => readPayload(from, procedures.connectSupportsFeature.result), {
    code: 'trailing-bytes',
    offset: 4,
  });
});
