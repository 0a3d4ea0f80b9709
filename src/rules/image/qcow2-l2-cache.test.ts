import assert from 'node:assert/strict';
import test from 'node:test';
import type { Outcome } from '#check/outcome';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import rule from '#rules/image/qcow2-l2-cache';

const path = '/var/lib/libvirt/images/g.qcow2';
const sizes = { '8 GiB': 8_589_934_592, '64 GiB': 68_719_476_736, '1 TiB': 1_099_511_627_776 } as const;
const clusters = { '4K': 4096, '64K': 65_536, '2M': 2_097_152 } as const;

/** What must come of it: enough as it is; so many bytes of cache-size (tables and 4 clusters of refcounts) or of l2-cache-size (tables alone); impossible. */
type Expected = 'enough' | { readonly cache: number } | { readonly l2: number } | { readonly impossible: RegExp };

const noSuchClusters: Expected = { impossible: /extended L2 entries need clusters of 16 KiB at least/ };
const noSuchQemu: Expected = { impossible: /QEMU before 5\.2 does not open .*extended L2 entries/ };

/**
 * Worked out by hand from QEMU's docs/qcow2-cache.txt: an entry of 8 bytes (16 with extended L2) a cluster, in tables of one whole cluster each; by default
 * 1 MiB or 8 clusters, whichever is more, before 3.1, and 32 MiB since.
 *
 *     entries            4K              64K             2M
 *     8 GiB     2097152 = 16 MiB  131072 =   1 MiB    4096 =  32 KiB
 *     64 GiB   16777216 = 128 MiB 1048576 =  8 MiB   32768 = 256 KiB
 *     1 TiB   268435456 = 2 GiB  16777216 = 128 MiB 524288 =   4 MiB
 *
 * Default before 3.1: 1 MiB, 1 MiB, 16 MiB. QEMU 3.0 takes no cache-size from libvirt's element, so there the number is that of l2-cache-size.
 */
const table: readonly (readonly [
  keyof typeof sizes,
  keyof typeof clusters,
  'plain' | 'extended',
  '3.0.0' | '7.2.0',
  Expected,
])[] = [
  ['8 GiB', '4K', 'plain', '3.0.0', { l2: 16_777_216 }],
  ['8 GiB', '4K', 'plain', '7.2.0', 'enough'],
  ['8 GiB', '4K', 'extended', '3.0.0', noSuchClusters],
  ['8 GiB', '4K', 'extended', '7.2.0', noSuchClusters],
  ['8 GiB', '64K', 'plain', '3.0.0', 'enough'],
  ['8 GiB', '64K', 'plain', '7.2.0', 'enough'],
  ['8 GiB', '64K', 'extended', '3.0.0', noSuchQemu],
  ['8 GiB', '64K', 'extended', '7.2.0', 'enough'],
  ['8 GiB', '2M', 'plain', '3.0.0', 'enough'],
  ['8 GiB', '2M', 'plain', '7.2.0', 'enough'],
  ['8 GiB', '2M', 'extended', '3.0.0', noSuchQemu],
  ['8 GiB', '2M', 'extended', '7.2.0', 'enough'],

  ['64 GiB', '4K', 'plain', '3.0.0', { l2: 134_217_728 }],
  ['64 GiB', '4K', 'plain', '7.2.0', { cache: 134_234_112 }],
  ['64 GiB', '4K', 'extended', '3.0.0', noSuchClusters],
  ['64 GiB', '4K', 'extended', '7.2.0', noSuchClusters],
  ['64 GiB', '64K', 'plain', '3.0.0', { l2: 8_388_608 }],
  ['64 GiB', '64K', 'plain', '7.2.0', 'enough'],
  ['64 GiB', '64K', 'extended', '3.0.0', noSuchQemu],
  ['64 GiB', '64K', 'extended', '7.2.0', 'enough'],
  ['64 GiB', '2M', 'plain', '3.0.0', 'enough'],
  ['64 GiB', '2M', 'plain', '7.2.0', 'enough'],
  ['64 GiB', '2M', 'extended', '3.0.0', noSuchQemu],
  ['64 GiB', '2M', 'extended', '7.2.0', 'enough'],

  ['1 TiB', '4K', 'plain', '3.0.0', { l2: 2_147_483_648 }],
  ['1 TiB', '4K', 'plain', '7.2.0', { cache: 2_147_500_032 }],
  ['1 TiB', '4K', 'extended', '3.0.0', noSuchClusters],
  ['1 TiB', '4K', 'extended', '7.2.0', noSuchClusters],
  ['1 TiB', '64K', 'plain', '3.0.0', { l2: 134_217_728 }],
  ['1 TiB', '64K', 'plain', '7.2.0', { cache: 134_479_872 }],
  ['1 TiB', '64K', 'extended', '3.0.0', noSuchQemu],
  ['1 TiB', '64K', 'extended', '7.2.0', { cache: 268_697_600 }],
  ['1 TiB', '2M', 'plain', '3.0.0', 'enough'],
  ['1 TiB', '2M', 'plain', '7.2.0', 'enough'],
  ['1 TiB', '2M', 'extended', '3.0.0', noSuchQemu],
  ['1 TiB', '2M', 'extended', '7.2.0', 'enough'],
];

const disk = (driver: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'>${driver}</driver><source file='${path}'/><target dev='vdb' bus='virtio'/></disk></devices>`;

const told = (virtual: number, cluster: number, extended: boolean): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${path}`]: JSON.stringify([
    {
      filename: path,
      format: 'qcow2',
      'virtual-size': virtual,
      'cluster-size': cluster,
      'format-specific': { type: 'qcow2', data: { compat: '1.1', 'extended-l2': extended } },
    },
  ]),
});

const rowName = ([size, cluster, entries, qemu]: (typeof table)[number]): string =>
  `${size}, ${cluster}, ${entries}, ${qemu}`;

function judged(row: (typeof table)[number], driver = '', commandLine = ''): Outcome {
  const [size, cluster, entries, qemuVersion] = row;
  return exampleOutcomes(rule, {
    name: rowName(row),
    guest: `${disk(driver)}${commandLine}`,
    commands: told(sizes[size], clusters[cluster], entries === 'extended'),
    libvirt: { qemuVersion },
    expect: 'bad',
  });
}

/** The number of bytes that a finding asks for, whatever names it. */
function askedFor(outcome: Outcome): Expected {
  if (outcome.outcome === 'good') return 'enough';
  assert.ok(outcome.outcome === 'bad', outcome.outcome);
  const cache = /max_size unit='bytes'>(\d+)</.exec(JSON.stringify(outcome.finding.fix ?? []))?.[1];
  const l2 = /'drive\.drive-virtio-disk1\.l2-cache-size=(\d+)'/.exec(outcome.finding.otherwise ?? '')?.[1];
  assert.ok((cache === undefined) !== (l2 === undefined), 'one number, by one way');
  return cache === undefined ? { l2: Number(l2) } : { cache: Number(cache) };
}

test('the cache that the tables of an image need, for each size, cluster size, kind of entries and QEMU', async t => {
  assert.equal(new Set(table.map(rowName)).size, 36);
  for (const row of table) {
    await t.test(rowName(row), () => {
      const expected = row[4];
      const outcome = judged(row);
      if (typeof expected === 'object' && 'impossible' in expected) {
        assert.ok(outcome.outcome === 'not-applicable');
        assert.match(outcome.reason, expected.impossible);
      } else assert.deepEqual(askedFor(outcome), expected);
    });
  }
});

test('the number that is asked for is enough once it is set, and a byte less is not', () => {
  let seen = 0;
  for (const row of table) {
    const expected = row[4];
    if (typeof expected !== 'object' || 'impossible' in expected) continue;
    seen++;
    const withNumber = (less: number): string => {
      if ('cache' in expected)
        return judged(
          row,
          `<metadata_cache><max_size unit='bytes'>${expected.cache - less}</max_size></metadata_cache>`,
        ).outcome;
      const value = `drive.drive-virtio-disk1.l2-cache-size=${expected.l2 - less}`;
      return judged(
        row,
        '',
        `<qemu:commandline><qemu:arg value='-set'/><qemu:arg value='${value}'/></qemu:commandline>`,
      ).outcome;
    };
    assert.equal(withNumber(0), 'good', rowName(row));
    assert.equal(withNumber(1), 'bad', rowName(row));
  }
  assert.equal(seen, 9);
});
