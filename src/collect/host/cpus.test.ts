import assert from 'node:assert/strict';
import test from 'node:test';
import { cpuSets } from '#collect/host/cpu-sets';
import { cpus } from '#collect/host/cpus';
import { nodes } from '#collect/host/nodes';
import { unknown, valueIfKnown } from '#model/known';
import { sourcesFrom } from '../../../test/sources-from.js';
import { recordingTree } from '../../../test/touched-paths.js';

const cpu = '/sys/devices/system/cpu';
const node = '/sys/devices/system/node';

const core = (id: number, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${cpu}/cpu${id}/topology/${name}`, `${text}\n`]));

const two = {
  ...core(0, { core_id: '0', physical_package_id: '0', die_id: '0', core_cpus_list: '0,2', package_cpus_list: '0,2' }),
  ...core(2, { core_id: '0', physical_package_id: '0', die_id: '0', core_cpus_list: '0,2', package_cpus_list: '0,2' }),
  [`${cpu}/cpu7/online`]: '0\n',
  [`${cpu}/online`]: '0,2\n',
};

test('ids with holes, and a CPU that is offline has no topology', () => {
  const found = valueIfKnown(cpus.read(sourcesFrom({ files: two })));
  assert.deepEqual(
    found?.map(({ cpu: id, online, core: coreId, siblings }) => [id, online, coreId, siblings?.toString()]),
    [
      [0, true, 0, '0,2'],
      [2, true, 0, '0,2'],
      [7, false, undefined, undefined],
    ],
  );
});

test('an id of −1 is none, and the package is known by its CPUs all the same', () => {
  const files = core(0, {
    core_id: '8',
    physical_package_id: '-1',
    thread_siblings_list: '0',
    core_siblings_list: '0',
  });
  const [first] = valueIfKnown(cpus.read(sourcesFrom({ files }))) ?? [];
  assert.equal(first?.socket, undefined);
  assert.equal(first?.die, undefined);
  assert.equal(first?.packageCpus?.toString(), '0');
});

test('the node of a CPU that several nodes list is the lowest of them', () => {
  const files = { ...two, [`${node}/node1/cpulist`]: '0,2', [`${node}/node4/cpumap`]: '5' };
  assert.deepEqual(
    valueIfKnown(cpus.read(sourcesFrom({ files })))?.map(each => each.node),
    [1, 1, undefined],
  );
});

test('without /sys the CPUs of /proc/cpuinfo are told; without that they are unknown, never absent', () => {
  const cpuinfo = 'processor : 3\nphysical id : 1\ncore id : 2\n\nprocessor : 1\n';
  const found = valueIfKnown(cpus.read(sourcesFrom({ files: { '/proc/cpuinfo': cpuinfo }, missing: 'not-captured' })));
  assert.deepEqual(
    found?.map(each => [each.cpu, each.socket, each.core]),
    [
      [1, undefined, undefined],
      [3, 1, 2],
    ],
  );
  for (const missing of ['absent', 'not-captured'] as const)
    assert.equal(cpus.read(sourcesFrom({ missing })).state, 'unknown');
  assert.deepEqual(
    cpus.read(sourcesFrom({ files: { [cpu]: { denied: 'EACCES' } }, missing: 'not-captured' })),
    unknown(`no right to read ${cpu}: EACCES`, 'run as root'),
  );
});

const capabilities = `<capabilities><host><uuid>4c4c4544-0051-4210-8052-b4c04f4d5a31</uuid><topology><cells num='2'>
  <cell id='0'><memory unit='KiB'>1024</memory><distances><sibling id='0' value='10'/><sibling id='1' value='21'/></distances>
    <cpus num='2'><cpu id='0' socket_id='0' die_id='0' core_id='0' siblings='0,4'/><cpu id='4' socket_id='0' die_id='0' core_id='0' siblings='0,4'/></cpus></cell>
  <cell id='1'><memory unit='KiB'>2048</memory><distances><sibling id='0' value='21'/><sibling id='1' value='10'/></distances>
    <cpus num='1'><cpu id='1'/></cpus></cell>
</cells></topology></host></capabilities>`;

test('without files the cells of libvirt’s capabilities tell of CPUs and nodes', () => {
  const sources = sourcesFrom({ missing: 'not-captured', libvirt: { capabilities: { value: capabilities } } });
  assert.deepEqual(
    valueIfKnown(cpus.read(sources))?.map(each => [each.cpu, each.node, each.online, each.packageCpus?.toString()]),
    [
      [0, 0, true, '0,4'],
      [1, 1, false, undefined],
      [4, 0, true, '0,4'],
    ],
  );
  assert.deepEqual(
    valueIfKnown(nodes.read(sources))?.map(each => [each.node, each.total, `${each.cpus}`, each.distances]),
    [
      [0, 1024 * 1024, '0,4', [10, 21]],
      [1, 2048 * 1024, '1', [21, 10]],
    ],
  );
});

test('a kernel without NUMA runs all as node 0, said so by its evidence, and no CPU names a node', () => {
  const files = {
    ...two,
    '/proc/meminfo': 'MemTotal: 8 kB\nMemFree: 4 kB\nCached: 2 kB\nBuffers: 1 kB\nSwapCached: 0 kB\n',
  };
  const found = nodes.read(sourcesFrom({ files }));
  assert.equal(found.state, 'known');
  if (found.state !== 'known') return;
  assert.deepEqual(
    found.value.map(each => [each.node, `${each.cpus}`, each.total, each.free, each.filePages, each.distances]),
    [[0, '0,2', 8192, 4096, 3072, [10]]],
  );
  assert.deepEqual(found.evidence[0], { from: node, value: 'not there' });
  assert.deepEqual(valueIfKnown(cpus.read(sourcesFrom({ files })))?.[0]?.node, undefined);
});

test('in a part of a machine, missing nodes are unknown', () => {
  assert.equal(nodes.read(sourcesFrom({ files: two, missing: 'not-captured' })).state, 'unknown');
  const files = { ...two, [`${node}/online`]: '0-1\n' };
  assert.match(JSON.stringify(nodes.read(sourcesFrom({ files }))), /not in this tree/);
  assert.match(
    JSON.stringify(nodes.read(sourcesFrom({ files: { ...files, [`${node}/node0/distance`]: '10\n' } }))),
    /CPUs of node 0 were not told/,
  );
});

test('distances are those of the nodes that are there, by node/online; a line that fits neither is left out', () => {
  const files = {
    ...two,
    [`${node}/online`]: '0-1\n',
    [`${node}/node1/cpulist`]: '0,2\n',
    [`${node}/node1/distance`]: '21 10\n',
  };
  assert.deepEqual(valueIfKnown(nodes.read(sourcesFrom({ files })))?.[0]?.distances, [10]);
  const broken = { ...files, [`${node}/node1/distance`]: '21 10 30\n' };
  assert.deepEqual(valueIfKnown(nodes.read(sourcesFrom({ files: broken })))?.[0]?.distances, []);
});

test('isolated and tickless CPUs: the file, else the kernel parameter, else none', () => {
  const isolated = (files: Readonly<Record<string, string>>): string | undefined =>
    valueIfKnown(cpuSets.isolated.read(sourcesFrom({ files })))?.toString();
  assert.equal(isolated({ [`${cpu}/isolated`]: '2-3\n', '/proc/cmdline': 'isolcpus=9' }), '2-3');
  assert.equal(isolated({ '/proc/cmdline': 'quiet isolcpus=nohz,domain,managed_irq,2-3,7' }), '2-3,7');
  assert.equal(isolated({ '/proc/cmdline': 'quiet' }), '');
  assert.equal(isolated({ '/proc/cmdline': 'isolcpus=3-1' }), undefined);
  assert.equal(isolated({}), undefined);
  const noTick = cpuSets.noTick.read(sourcesFrom({ files: { [`${cpu}/nohz_full`]: '  (null)\n' } }));
  assert.equal(valueIfKnown(noTick)?.size, 0);
  assert.equal(
    cpuSets.isolated.read(sourcesFrom({ files: { '/proc/cmdline': 'quiet' }, missing: 'not-captured' })).state,
    'unknown',
  );
});

test('whether threads share cores: smt/active, else the siblings', () => {
  const active = (files: Readonly<Record<string, string>>): boolean | undefined =>
    valueIfKnown(cpuSets.smtActive.read(sourcesFrom({ files })));
  assert.equal(active({ ...two, [`${cpu}/smt/active`]: '0\n' }), false);
  assert.equal(active(two), true);
  assert.equal(active(core(0, { core_id: '0', core_cpus_list: '0' })), false);
  assert.equal(active({ [`${cpu}/cpu0/online`]: '1' }), undefined);
});

test('a machine of 256 CPUs is read with few looks: four a CPU, and one list a package', () => {
  const all = Array.from({ length: 256 }, (_, id) => id);
  const list = (belongs: (id: number) => boolean): string => all.filter(belongs).join(',');
  const files: Record<string, string> = { [`${cpu}/online`]: '0-255\n' };
  for (const id of all)
    Object.assign(
      files,
      core(id, {
        core_id: `${id % 32}`,
        physical_package_id: `${(id >> 5) % 4}`,
        die_id: '0',
        core_cpus_list: `${id % 128},${(id % 128) + 128}`,
        package_cpus_list: list(other => (other >> 5) % 4 === (id >> 5) % 4),
      }),
    );
  for (const id of [0, 1, 2, 3])
    files[`${node}/node${id}/cpulist`] = `${id * 32}-${id * 32 + 31},${id * 32 + 128}-${id * 32 + 159}\n`;
  const sources = sourcesFrom({ files });
  const { tree, touched } = recordingTree(sources.files);
  const found = valueIfKnown(cpus.read({ ...sources, files: tree }));
  assert.equal(found?.length, 256);
  assert.deepEqual(new Set(found?.map(each => each.packageCpus?.size)), new Set([64]));
  assert.ok(touched.length < 256 * 4 + 20, `${touched.length} looks`);
  const before = performance.now();
  cpus.read(sources);
  assert.ok(performance.now() - before < 30_000);
});
