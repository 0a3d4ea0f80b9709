import assert from 'node:assert/strict';
import test from 'node:test';
import { type HugePageSupport, readHugePageWords } from '#model/derived/huge-page-words';
import { gib, mib } from '#units/bytes';

const support: HugePageSupport = { defaultSize: mib(2), sizes: new Set([mib(2), gib(1)]), hasNodeLists: true };

function read(line: string, given: HugePageSupport = support): { reserved: string; faults: string } {
  const words = line.split(' ').map(word => {
    const [name = '', value] = word.split('=');
    return { name, value };
  });
  const result = readHugePageWords(words, given);
  return {
    reserved: [...result.reserved]
      .map(([size, { total, nodes }]) => `${total}×${size / mib(1)}M${nodes ? ` ${[...nodes].join(' ')}` : ''}`)
      .join(', '),
    faults: result.faults
      .map(
        ({ words: of, kind, meant }) =>
          `${kind}(${of.map(word => word.value).join(' ')})${meant ? ` ${meant.pages.total}` : ''}`,
      )
      .join(', '),
  };
}

const reads = (line: string, reserved: string, faults = '', given = support): void =>
  assert.deepEqual(read(line, given), { reserved, faults }, line);

test('forms that the kernel documents are taken as meant', () => {
  reads('quiet hugepages=512', '512×2M');
  reads('hugepagesz=2M hugepages=512 hugepagesz=1G hugepages=4', '512×2M, 4×1024M');
  reads('default_hugepagesz=1G hugepagesz=1G hugepages=1', '1×1024M');
  reads('hugepages=256 default_hugepagesz=2M', '256×2M');
  reads('hugepages=256 default_hugepagesz=2M hugepages=512', '512×2M');
  reads('hugepagesz=2MB hugepages=512', '512×2M');
  reads('hugepagesz=1G hugepages=0:8,1:4', '12×1024M 0,8 1,4');
});

test('a count before any size beats the pair of the default size', () => {
  reads('hugepages=256 hugepagesz=2M hugepages=512', '256×2M', 'late(2M 512) 512');
  reads('hugepages=1 hugepagesz=1G hugepages=4', '4×1024M, 1×2M');
});

test('a size that the machine has not is ignored with its count', () => {
  reads('hugepagesz=5M hugepages=4', '', 'size(5M 4)');
  reads('hugepagesz=1G hugepages=4', '', 'size(1G 4)', { ...support, sizes: new Set([mib(2)]) });
});

test('a size or a count named twice is ignored the second time', () => {
  reads('hugepagesz=2M hugepages=512 hugepagesz=2M hugepages=1024', '512×2M', 'twice(2M 1024) 1024');
  reads('hugepagesz=2M hugepages=512 hugepages=1024', '512×2M', 'twice(1024) 1024');
  reads('default_hugepagesz=1G default_hugepagesz=2M hugepages=1', '', 'twice(2M 1) 1');
});

test('before Linux 5.16 a list of nodes is read as its first number', () => {
  reads('hugepagesz=1G hugepages=0:8,1:8', '0×1024M', 'nodes(0:8,1:8) 16', { ...support, hasNodeLists: false });
});

test('nonsense counts as nothing', () => {
  reads('hugepages=many', '0×2M', 'count(many)');
  reads('hugepages', '0×2M', 'count()');
  reads('quiet', '');
});
