import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { imageCommit } from '#cli/commands/image-commit';
import { type ConvertOptions, imageConvert } from '#cli/commands/image-convert';
import { imageOverlay, type OverlayOptions } from '#cli/commands/image-overlay';
import { imageRebase, type RebaseOptions } from '#cli/commands/image-rebase';
import { imageRepair } from '#cli/commands/image-repair';
import { imageResize, type ResizeOptions } from '#cli/commands/image-resize';
import { measuredBytes } from '#cli/image-plan/room-for-image';
import { timeFor } from '#cli/image-plan/run-image-plan';
import { RequestError } from '#cli/request-error';
import { simulatedTarget } from '../../../test/apply/simulated-target.js';
import { madeQcow } from '../../../test/fuzz/made-qcow2.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

let folder: string;
let out: string;
const common = { color: 'never', format: 'json', quiet: true, dryRun: true } as const;
const options = () => ({ ...common, output: out });
const at = (name: string): string => join(folder, name);
const names = (): readonly string[] => readdirSync(folder).sort();

before(() => {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-image-work-'));
  folder = join(home, 'images');
  out = join(home, 'out.json');
  mkdirSync(folder);
  process.env['NEARMETAL_STATE_DIR'] = join(home, 'state');
  writeFileSync(at('base.qcow2'), madeQcow({ data: [1, 2] }).bytes);
  writeFileSync(at('lone.qcow2'), madeQcow({ data: [1, 2] }).bytes);
  writeFileSync(at('layer.qcow2'), over('base.qcow2'));
  writeFileSync(at('moved.qcow2'), over('gone.qcow2'));
  writeFileSync(at('disk.raw'), Buffer.alloc(64 * 1024, 7));
  writeFileSync(at('a:b.raw'), Buffer.alloc(64 * 1024));
  const old = madeQcow({ version: 2, data: [1], snapshots: 1 });
  writeFileSync(at('old.qcow2'), old.bytes);
  const leaking = madeQcow({ data: [1] });
  leaking.bytes.writeUInt16BE(1, leaking.refcountBlock + 2 * (leaking.bytes.length / 512));
  writeFileSync(at('leak.qcow2'), Buffer.concat([leaking.bytes, Buffer.alloc(512)]));
  const damaged = madeQcow({ data: [1] });
  damaged.bytes.writeUInt16BE(0, damaged.refcountBlock + 2 * ((damaged.placeOf.get(1) ?? 0) / 512));
  writeFileSync(at('damaged.qcow2'), damaged.bytes);
  symlinkSync('lone.qcow2', at('link'));
});
after(() => rmSync(join(folder, '..'), { recursive: true }));

/** A layer that names an image below it, and no format. */
function over(name: string): Buffer {
  const { bytes } = madeQcow({ data: [3] });
  bytes.writeBigUInt64BE(400n, 8);
  bytes.writeUInt32BE(name.length, 16);
  bytes.write(name, 400, 'latin1');
  return bytes;
}

/** Asserts that a command is refused: its exit code and words; nothing is written. */
async function refused(work: () => Promise<number>, exitCode: number, words: RegExp): Promise<void> {
  const there = names();
  await assert.rejects(
    async () => work(),
    (error: Error) => {
      assert.ok(error instanceof RequestError, String(error));
      assert.match(`${error.message}\n${error.doThis ?? ''}`, words);
      assert.equal(error.exitCode, exitCode, error.message);
      return true;
    },
  );
  assert.deepEqual(names(), there);
}

/** Runs a command without writing; gives the change that would be made. */
async function planned(work: () => Promise<number>): Promise<string> {
  const there = names();
  assert.equal(await work(), 0);
  assert.deepEqual(names(), there, 'nothing is written');
  const { changes } = JSON.parse(readFileSync(out, 'utf8'));
  return JSON.stringify(changes);
}

const overlay = (name: string, more: Omit<OverlayOptions, keyof typeof common>) => () =>
  imageOverlay(at(name), { ...options(), ...more });
const rebase = (name: string, more: Partial<RebaseOptions>) => () => imageRebase(at(name), { ...options(), ...more });
const resize =
  (name: string, size: string, more: Partial<ResizeOptions> = {}) =>
  () =>
    imageResize(at(name), size, { ...options(), ...more });
const repair = (name: string, all?: boolean) => () =>
  imageRepair(at(name), { ...options(), ...(all !== undefined && { all }) });
const commit = (name: string) => () => imageCommit(at(name), options());
const convert =
  (name: string, to: string, more: Partial<ConvertOptions> = {}) =>
  () =>
    Promise.resolve().then(() => imageConvert(at(name), { ...options(), to, ...more }));

test('without --yes nobody can be asked, and nothing is done', async () => {
  await refused(
    () => imageCommit(at('layer.qcow2'), { color: 'never', format: 'json' }),
    64,
    /nobody can be asked here[\s\S]*--yes/,
  );
});

test('what is no image, or not what it is said to be', async () => {
  await refused(resize('none', '1M'), 66, /no such file|there is no/i);
  await refused(() => imageResize('', '1M', options()), 64, /needs a name/);
  await refused(() => imageResize('/dev/null', '1M', options()), 66, /neither a file nor a block device/);
  await refused(() => imageResize(folder, '1M', options()), 66, /neither a file|directory/);
  await refused(resize('base.qcow2', '1M', { imageFormat: 'vpc' }), 66, /at byte/);
  await refused(resize('base.qcow2', '1M', { imageFormat: 'vmdk' }), 66, /descriptor does not say/);
  await refused(resize('base.qcow2', '1M', { imageFormat: 'nonsense' }), 66, /nonsense/);
});

test('a layer is laid over an image that is named in words that QEMU takes for a path', async () => {
  const text = await planned(overlay('new.qcow2', { base: at('a:b.raw') }));
  assert.match(text, /qcow2 over \.\/a:b\.raw \(raw\)/);
  assert.match(
    await planned(overlay('new.qcow2', { base: at('link'), absolute: true })),
    /over \/.*\/lone\.qcow2 \(qcow2\)/,
  );
});

test('what no layer is made of', async () => {
  await refused(overlay('disk.raw', { base: at('base.qcow2') }), 66, /disk\.raw is there already/);
  await refused(overlay('no/such/x', { base: at('base.qcow2') }), 66, /no\/such/);
  await refused(overlay('x', { base: at('base.qcow2'), size: '12Q' }), 64, /is no size/);
  await refused(overlay('x', { base: at('disk.raw'), size: '32K' }), 66, /would hide its end/);
  await refused(overlay('x', { base: at('layer.qcow2') }), 66, /recorded nowhere[\s\S]*--moved --base .*base\.qcow2/);
  await refused(overlay('x', { base: at('moved.qcow2') }), 66, /layers below .* cannot be read[\s\S]*image rebase/);
});

test('a layer is laid over another image only where it has a format that is known for certain', async () => {
  await refused(rebase('layer.qcow2', {}), 64, /lay it over what\?/);
  await refused(rebase('layer.qcow2', { moved: true, flatten: true }), 64, /--moved/);
  await refused(rebase('layer.qcow2', { base: at('disk.raw'), flatten: true }), 64, /lay it over what/);
  await refused(rebase('disk.raw', { base: at('base.qcow2') }), 66, /raw, which has no layer below it/);
  await refused(rebase('base.qcow2', { flatten: true }), 66, /has no layer below it/);
  await refused(
    rebase('moved.qcow2', { base: at('base.qcow2'), moved: true }),
    64,
    /does not record[\s\S]*--base-format/,
  );
  await refused(
    rebase('base.qcow2', { base: at('layer.qcow2'), baseFormat: 'qcow2', moved: true }),
    66,
    /lies above .*base\.qcow2[\s\S]*circle/,
  );
  await refused(rebase('layer.qcow2', { base: at('layer.qcow2'), baseFormat: 'qcow2', moved: true }), 66, /circle/);
});

test('a base that was moved is recorded anew, and that nobody can prove it is said', async () => {
  const text = await planned(rebase('moved.qcow2', { base: at('base.qcow2'), baseFormat: 'qcow2', moved: true }));
  assert.match(text, /qcow2 over base\.qcow2 \(qcow2\), 20 KiB/);
});

test('only a layer is written into what is below it', async () => {
  await refused(commit('base.qcow2'), 66, /has no layer below it/);
  await refused(commit('layer.qcow2'), 66, /recorded nowhere/);
  await refused(commit('moved.qcow2'), 66, /cannot be read/);
});

test('what is repaired, and what is not', async () => {
  await refused(repair('disk.raw'), 66, /is raw, of which qemu-img repairs nothing/);
  await refused(repair('base.qcow2'), 66, /nothing is wrong with/);
  await refused(repair('damaged.qcow2'), 66, /faults, not only room that is lost[\s\S]*--all/);
  assert.match(await planned(repair('leak.qcow2')), /repaired/);
  assert.match(await planned(repair('damaged.qcow2', true)), /repaired/);
});

test('another size: what is refused', async () => {
  await refused(resize('base.qcow2', 'big'), 64, /“big” is no size/);
  await refused(resize('base.qcow2', '1000'), 64, /sectors of 512 bytes/);
  await refused(resize('base.qcow2', '0'), 64, /sectors of 512 bytes/);
  await refused(resize('base.qcow2', '20K'), 66, /that size already/);
  await refused(resize('base.qcow2', '10K'), 64, /would be lost[\s\S]*--shrink/);
  await refused(resize('old.qcow2', '1M'), 66, /version 2 and has internal snapshots/);
  await refused(resize('disk.raw', '1M', { preallocation: 'metadata' }), 64, /raw has no preallocation/);
  await refused(resize('disk.raw', '32K', { shrink: true, preallocation: 'full' }), 64, /takes no room/);
  await refused(resize('disk.raw', '32K', { shrink: true }), 66, /something unknown at byte 32768/);
  await refused(resize('layer.qcow2', '1M'), 66, /recorded nowhere/);
});

test('another size: more, so much more, and less where all is zero', async () => {
  assert.match(await planned(resize('base.qcow2', '1M')), /qcow2, 1 MiB/);
  assert.match(await planned(resize('base.qcow2', '+4K')), /qcow2, 24 KiB/);
  assert.match(await planned(resize('link', '10K', { shrink: true })), /lone\.qcow2.*qcow2, 10 KiB/);
  assert.match(await planned(resize('a:b.raw', '32K', { shrink: true })), /raw, 32 KiB/);
});

test('conversions that make no sense are refused before anything is read', async () => {
  const secretFile = at('disk.raw');
  await refused(convert('none', 'qcow2', { compress: true, secretFile }), 64, /compressed or encrypted, not both/);
  await refused(convert('none', 'raw', { compress: true }), 64, /raw cannot be compressed/);
  await refused(convert('none', 'vmdk', { secretFile }), 64, /vmdk cannot be encrypted/);
  await refused(convert('none', 'luks'), 64, /needs a passphrase/);
  await refused(convert('none', 'raw', { clusterSize: '64k' }), 64, /raw has no such option/);
  await refused(convert('none', 'qcow2'), 66, /no such file|there is no/i);
  await refused(convert('layer.qcow2', 'raw'), 66, /recorded nowhere/);
});

test('an image gets another time than it has, and what is kept another name than is there', () => {
  const now = Date.UTC(2026, 10, 23, 3, 45, 1);
  const time = (): readonly string[] => Object.values(timeFor(at('lone.qcow2'), now));
  assert.deepEqual(time(), ['1795405500000000000', '20261123T034500Z']);
  writeFileSync(at('lone.qcow2.before-20261123T034500Z'), '');
  assert.deepEqual(time(), ['1795405502000000000', '20261123T034502Z']);
  utimesSync(at('lone.qcow2'), now / 1000 + 1, now / 1000 + 1);
  assert.deepEqual(time(), ['1795405504000000000', '20261123T034504Z']);
  writeFileSync(at('lone.qcow2.after-20261123T034504Z'), '');
  assert.deepEqual(time(), ['1795405506000000000', '20261123T034506Z']);
});

test('the room for an image is asked of qemu-img, and what it says is handed on', async () => {
  const machine = new SimulatedMachine({ files: {} });
  let asked: readonly string[] = [];
  const measure = (code: number, output: string, more: Partial<Parameters<typeof measuredBytes>[1]> = {}) =>
    measuredBytes(
      simulatedTarget(machine, {
        isLive: false,
        run: async argv => {
          asked = argv;
          return { code, output };
        },
      }),
      { from: '/images/a,b', fromFormat: 'raw', format: 'qcow2', options: {}, ...more },
    );
  const sizes = '{"required": 1000000, "fully-allocated": 2000000}';
  assert.equal(await measure(0, sizes), 1_050_000 + 17 * 1024 * 1024);
  assert.ok(asked.includes('driver=raw,file.driver=file,file.filename=/images/a,,b'), asked.join(' '));
  assert.equal(await measure(0, sizes, { options: { preallocation: 'full' } }), 2_100_000 + 17 * 1024 * 1024);
  await measure(0, sizes, { fromSecret: '/root/pass,word' });
  assert.ok(asked.includes('secret,id=from,file=/root/pass,,word'));
  // of a format that qemu-img measures not, options are none of raw's
  await measure(0, sizes, { format: 'vmdk', options: { subformat: 'streamOptimized' } });
  assert.ok(asked.includes('raw') && !asked.includes('-o'), asked.join(' '));
  await assert.rejects(measure(127, ''), /qemu-img is not installed/);
  await assert.rejects(measure(1, 'qemu-img: Unknown option “x”\n'), /Unknown option/);
});
