import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FrameSplitter } from '#formats/libvirt-rpc/frame-splitter';
import { messageMost } from '#formats/libvirt-rpc/message';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';

const message = (payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(28);
  head.writeUInt32BE(28 + payload.length);
  return Buffer.concat([head, payload]);
};

test('messages come out whole however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 }),
      (payloads, sizes) => {
        const messages = payloads.map(message);
        const stream = Buffer.concat(messages);
        const frames = new FrameSplitter();
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          // copied, since a message that came in one piece shares memory with its chunk
          for (const each of frames.push(stream.subarray(at, at + size))) found.push(Buffer.from(each));
          at += size;
        }
        assert.deepEqual(found, messages);
        assert.equal(frames.unfinished, 0);
      },
    ),
  );
});

test('what is held of an unfinished message is known', () => {
  const frames = new FrameSplitter();
  assert.deepEqual([...frames.push(message(Buffer.alloc(8)).subarray(0, 30))], []);
  assert.equal(frames.unfinished, 30);
});

test('a length that no message has is refused as soon as it is read', () => {
  for (const length of [0, 4, 27, messageMost + 5, 0xffff_ffff]) {
    for (const pieces of [1, 4]) {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(length);
      const frames = new FrameSplitter();
      assert.throws(() => {
        for (let at = 0; at < 4; at += 4 / pieces) for (const _ of frames.push(word.subarray(at, at + 4 / pieces)));
      }, XdrError);
    }
  }
});
