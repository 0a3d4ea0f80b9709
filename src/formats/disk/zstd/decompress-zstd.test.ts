import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { ImageFault } from '#formats/disk/image-fault';
import { decompressZstd } from '#formats/disk/zstd/decompress-zstd';

/** Made by zstd 1.5.4: “nearmetal ” 20 times, 300 bytes that count up, 1,400 bytes of English. */
const samples = {
  repeated: { size: 200, base64: 'KLUv/QBojQAAUG5lYXJtZXRhbCABALtSBQk=' },
  counted: {
    size: 300,
    base64:
      'KLUv/QBITQgABBAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/AQAADZhrCg==',
  },
  text: {
    size: 1400,
    base64:
      'KLUv/QBonRcApih3HyCRHuwmzvZk79R2gutgrBWeqBZMBfSoYSFCCxCKwDBuAGwAbgAafV260u2lWzijN+at2zvG9sX83fYdW+EKtjTWeqa3/kvHmnc49pttM6bcameaf8Z/efZWtp817hkF786xdWdrj3Uz+/K7n/91ufZYnLeu4MtCm475vhmcqf4V/bzna7nz76W+oAp8v1jw3mA0FLVxnm/veOPqYvhvq+kVzStv7Wv97RrbVr6vefaX8pv/xrfmHet8MZvxjf8Y2sMvi/ftFvutf+uB7fliWaWtv1VmZVxoz74Ytld1PcfOrXDX+f9bRlNsxrbf/Z1nlq7+IbRDv1jj2Mq6ekvGAU6CKIzao3Ka1PTTSRQE63TTO0WsUCGpUIIJx4Dma7xCfnNkrbABpa8y/juLCCNKgiJ8hz5Yo5tQmhrwp3xK35wi7yXRNQCAusnk6ZSVSsBZo4Q+iu5pjW/x5j9GfUnioxfBh5zTv+kgVSHpU8gIFE73gkchRD4ISosXv7YKUTcfA/KOZMooIweRjCaIEtaJmvPVCCGd0lUXvfMoRaX0CPog+JiPNhpJufhXqQorTVC08SYFBRau4aJGOR51JNM9CL2JviNBFXoTRu1JCfcSU0qSY9B/vI/w/4leAwZ/qBEhU0qhmZmRwhZmGAMgRGAMc+gDsruoIxYQjRhnf/Y7ich0NTg8R6JpngeVqsEZeGgZIkv2jTc7wMWI/a8lyfJ55UQ2Qhzmt7mIaEKMHPAPpQiZ8weAdDlkPQfdVQ4UURC4GKSEQBjjhm4x0jpT1nSnNEHLE8bR4mLUq717aQY2eYl16CxEqk3AUZU2I8umIxlyRkpVfUMhG3kkuSzZDuchiSgkMLeDwkqm/3ZfuQ0sIo+k8W/YS/CZTJzacQ9VIvSdRgYkjCcnVs1cQgM1DeBso4HSQ/CSi8T/Mi8EDBC8Ia3Nc6xW4OLqGECxhLMNQc6uaUwFcUxcjlWpKu54IamGaD/RPhNvevL6K2/MGqYC5mo=',
  },
} as const;

const whole = (name: keyof typeof samples): Buffer => Buffer.from(samples[name].base64, 'base64');

test('data that zstd compressed comes out as it went in', () => {
  assert.equal(decompressZstd(whole('repeated'), 200).toString(), 'nearmetal '.repeat(20));
  assert.deepEqual(
    [...decompressZstd(whole('counted'), 300)],
    Array.from({ length: 300 }, (_, at) => at % 256),
  );
});

test('what stands behind the data is not looked at: the rest of a sector', () => {
  const padded = Buffer.concat([whole('repeated'), Buffer.alloc(400, 0x5a)]);
  assert.equal(decompressZstd(padded, 200).toString(), 'nearmetal '.repeat(20));
});

test('data that gives too little or too much is broken', () => {
  assert.throws(() => decompressZstd(whole('repeated'), 201), ImageFault);
  assert.throws(() => decompressZstd(whole('repeated'), 199), ImageFault);
});

test('whatever is changed in it, it comes out or is refused by name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('repeated' as const, 'counted' as const, 'text' as const),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (name, changes) => {
        const bytes = whole(name);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          assert.equal(decompressZstd(bytes, samples[name].size).length, samples[name].size);
        } catch (error) {
          assert.ok(error instanceof ImageFault, String(error));
        }
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

const hasZstd = (() => {
  try {
    execFileSync('zstd', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

test('all levels of zstd, on data of all kinds', { skip: hasZstd ? false : 'zstd is not installed' }, () => {
  const random = (seed: number, length: number, of: number): Buffer => {
    let state = seed;
    return Buffer.from(
      Array.from({ length }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 16) % of;
      }),
    );
  };
  const inputs = [1, 2, 5, 20, 60, 256].flatMap((of, seed) => [
    random(seed, 65_536, of),
    random(seed, 400_000, of),
    random(seed, 700, of),
  ]);
  const words = random(9, 100_000, 50).map(value => value * 5);
  for (const input of [...inputs, Buffer.from(words), Buffer.from(JSON.stringify(samples).repeat(30))]) {
    for (const level of ['-1', '-19']) {
      const packed = execFileSync('zstd', ['-q', level, '--no-check'], { input, maxBuffer: 2 ** 24 });
      assert.deepEqual(decompressZstd(packed, input.length), input);
    }
  }
});
