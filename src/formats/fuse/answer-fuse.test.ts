import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { ImageFault } from '#formats/disk/image-fault';
import type { FileStat } from '#formats/filesystem/browsed-file-system';
import { answerFuse } from '#formats/fuse/answer-fuse';
import type { FileNodes } from '#formats/fuse/file-nodes';

const stat = (file: number, kind: FileStat['kind'], size = 0): FileStat => ({
  file,
  kind,
  mode: 0o640,
  uid: 7,
  gid: 8,
  links: 1,
  size,
  modified: -5,
});

const content = Buffer.from('what stands in the file');
const damage = new ImageFault('malformed', 'a damaged inode', 4096);

/** Root 1 with a file 2, a link 3, a damaged file 4, names that cannot be, and as many files more as are wanted. */
function tree(more = 0): FileNodes & { reads: number } {
  const nodes = {
    size: 10_000,
    reads: 0,
    stat(node: bigint): FileStat {
      if (node === 1n) return stat(1, 'folder');
      if (node === 3n) return stat(3, 'link', 6);
      if (node === 4n) throw damage;
      return stat(Number(node), 'file', content.length);
    },
    entries(folder: bigint) {
      assert.equal(folder, 1n);
      nodes.reads++;
      return [
        { name: 'file', node: 2n },
        { name: 'link', node: 3n },
        { name: 'damaged', node: 4n },
        ...['', '.', '..', 'a/b', 'nul\0', 'x'.repeat(1025)].map(name => ({ name, node: 5n })),
        ...Array.from({ length: more }, (_, at) => ({ name: `more-${at}`, node: BigInt(100 + at) })),
      ];
    },
    readInto: (_: bigint, target: Uint8Array, at: number): number => {
      const piece = content.subarray(at, at + target.length);
      target.set(piece);
      return piece.length;
    },
    readLink: (): string => 'whereä',
  };
  return nodes;
}

/** The kernel's side: requests in its form, answers taken apart. */
function kernelOf(nodes: FileNodes, isLittle = true, tell: (fault: ImageFault) => void = () => undefined) {
  const answer = answerFuse(nodes, { isLittle, tell });
  return (code: number, node: bigint, body: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.alloc(40);
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    view.setUint32(0, 40 + body.length, isLittle);
    view.setUint32(4, code, isLittle);
    view.setBigUint64(8, 77n, isLittle);
    view.setBigUint64(16, node, isLittle);
    const out = answer(Buffer.concat([head, body]));
    if (out === undefined) return undefined;
    const said = new DataView(out.buffer, out.byteOffset, out.length);
    assert.equal(said.getUint32(0, isLittle), out.length);
    assert.equal(said.getBigUint64(8, isLittle), 77n);
    return {
      error: 0 - said.getInt32(4, isLittle),
      bytes: out.subarray(16),
      view: new DataView(out.buffer, out.byteOffset + 16, out.length - 16),
    };
  };
}

function wanted(at: number, length: number): Buffer {
  const body = Buffer.alloc(40);
  body.writeBigUInt64LE(BigInt(at), 8);
  body.writeUInt32LE(length, 16);
  return body;
}

test('the kernel and the server agree on version 7.31 and the flags that both know, in the order of bytes of the machine', () => {
  for (const isLittle of [true, false]) {
    const body = Buffer.alloc(16);
    const view = new DataView(body.buffer, body.byteOffset, 16);
    view.setUint32(0, 7, isLittle);
    view.setUint32(4, 45, isLittle);
    view.setUint32(8, 131_072, isLittle);
    view.setUint32(12, 0x0040_2001, isLittle);
    const out = kernelOf(tree(), isLittle)(26, 0n, body);
    assert.equal(out?.error, 0);
    assert.equal(out?.bytes.length, 64);
    assert.deepEqual(
      [0, 4, 8, 12].map(at => out?.view.getUint32(at, isLittle)),
      [7, 31, 131_072, 0x0040_2001],
    );
  }
});

test('names are found, attributes told, links and files read', () => {
  const ask = kernelOf(tree());
  const found = ask(1, 1n, Buffer.from('file\0'));
  assert.equal(found?.error, 0);
  assert.equal(found?.view.getBigUint64(0, true), 2n);
  assert.equal(found?.view.getBigUint64(48, true), BigInt(content.length));
  // time before 1970, kind and rights, owner
  assert.equal(found?.view.getBigInt64(72, true), -5n);
  assert.equal(found?.view.getUint32(100, true), 0o100640);
  assert.deepEqual(
    [108, 112].map(at => found?.view.getUint32(at, true)),
    [7, 8],
  );
  assert.equal(ask(1, 1n, Buffer.from('nothing\0'))?.error, 2);
  assert.equal(ask(3, 1n)?.view.getUint32(76, true), 0o040640);
  assert.equal(ask(5, 3n)?.bytes.toString(), 'whereä');
  assert.equal(ask(5, 2n)?.error, 22);
  assert.equal(ask(15, 2n, wanted(5, 6))?.bytes.toString(), content.toString('utf8', 5, 11));
  assert.equal(ask(15, 2n, wanted(20, 4096))?.bytes.toString(), content.toString('utf8', 20));
  assert.equal(ask(15, 1n, wanted(0, 10))?.error, 22);
  assert.equal(ask(14, 1n)?.error, 21);
  assert.equal(ask(27, 2n)?.error, 20);
});

test('a folder that is asked for in pieces is given whole, once, and read once', () => {
  for (const plus of [false, true]) {
    const nodes = tree(1000);
    const ask = kernelOf(nodes);
    const names: string[] = [];
    for (let from = 0; ; ) {
      const piece = ask(plus ? 44 : 28, 1n, wanted(from, 4096));
      assert.equal(piece?.error, 0);
      if (piece === undefined || piece.bytes.length === 0) break;
      assert.ok(piece.bytes.length <= 4096);
      for (let at = 0; at < piece.bytes.length; ) {
        const start = at + (plus ? 128 : 0);
        const length = piece.view.getUint32(start + 16, true);
        from = Number(piece.view.getBigUint64(start + 8, true));
        const name = piece.bytes.toString('utf8', start + 24, start + 24 + length);
        names.push(name);
        // of one that is damaged nothing is told
        if (plus && (name === 'damaged' || name === 'file'))
          assert.equal(piece.view.getBigUint64(at, true), name === 'file' ? 2n : 0n);
        at = start + Math.ceil((24 + length) / 8) * 8;
      }
    }
    assert.deepEqual(names, [
      '.',
      '..',
      'file',
      'link',
      'damaged',
      ...Array.from({ length: 1000 }, (_, at) => `more-${at}`),
    ]);
    assert.equal(nodes.reads, 1);
  }
});

test('what is damaged is an error of input, told once; what is to be written or is not known is refused; forgetting is not answered', () => {
  const told: string[] = [];
  const ask = kernelOf(tree(), true, fault => told.push(fault.message));
  assert.equal(ask(3, 4n)?.error, 5);
  assert.equal(ask(1, 1n, Buffer.from('damaged\0'))?.error, 5);
  assert.deepEqual(told, [damage.message]);
  // SETATTR, MKNOD, WRITE, GETXATTR, one of the future
  for (const code of [4, 8, 16, 22, 999]) assert.equal(ask(code, 2n)?.error, 38);
  for (const code of [2, 36, 42]) assert.equal(ask(code, 2n), undefined);
});
