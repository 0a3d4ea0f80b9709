import assert from 'node:assert/strict';
import test from 'node:test';
import { chainMap } from '#formats/disk/chain-map';
import { openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { layerInfo } from '#formats/disk/layer-info';
import { imageCheckJson } from '#report/json/image-json';
import { sharedData } from './shared-data.js';
import { type StoredImage, type StoredRun, storedFiles, storedImages } from './stored-images.js';

const groups = ['qcow2', 'qcow2-broken', 'chain', 'qed', 'vmdk', 'other-formats', 'raw'];

/** Where our answer is another one, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'qcow2-broken/l1-past-eof.qcow2 map':
    'A table beyond the end of the file reads as zeroes in QEMU, and its data as not there; here it is a fault.',
  'vmdk/truncated.vmdk check':
    'QEMU stops at the first grain that is beyond the end of the file, and prints no counts; here they are counted.',
};

/** What differs from file system to file system, and what is ours alone. */
const withoutOwn = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (key, own) => (['actual-size', 'damages'].includes(key) ? undefined : own));

function ourAnswer({ group, name }: StoredImage, { kind, format }: StoredRun): unknown {
  const request = { formats: imageFormats, openFile: storedFiles(group), format };
  const chain = openImageChain(name, { ...request, isAlone: kind === 'info' });
  const [top] = chain.layers;
  if (kind === 'info') return layerInfo(top);
  // QEMU opens the whole chain even to examine one image
  if (chain.broken !== undefined) throw chain.broken;
  if (kind === 'info-chain') return chain.layers.map(layerInfo);
  if (kind === 'map') return [...chainMap(chain)];
  const check = top.image.check?.();
  return check && imageCheckJson(name, top.image.format, check);
}

const isIncomplete = (check: unknown): boolean =>
  typeof check === 'object' && check !== null && 'check-errors' in check && check['check-errors'] !== 0;

/** Gives in what our answer is another one; undefined: in nothing. */
function difference(image: StoredImage, run: StoredRun): string | undefined {
  try {
    const ours = withoutOwn(ourAnswer(image, run));
    // where its check gives up, ours says how far it came
    if (run.kind === 'check' && run.answer === undefined && isIncomplete(ours)) return undefined;
    if (run.exit !== 0 && run.answer === undefined) return `qemu-img refuses it (${run.stderr}), we do not`;
    const theirs = withoutOwn(run.answer);
    // images with secrets are named by their options there
    if (run.kind === 'check') for (const one of [ours, theirs]) Object.assign(one ?? {}, { filename: '' });
    assert.deepEqual(ours, theirs);
    return undefined;
  } catch (error) {
    if (error instanceof ImageFault)
      return run.answer === undefined && run.exit !== 0 ? undefined : `we refuse it: ${error.message}`;
    if (error instanceof assert.AssertionError) return error.message.replaceAll('\n', '\n    ');
    throw error;
  }
}

for (const group of groups) {
  test(`stored images ${group}: what qemu-img said of them`, {
    skip: sharedData === undefined ? 'no shared data' : false,
  }, t => {
    const images = storedImages(group);
    const differences: string[] = [];
    let commands = 0;
    for (const image of images) {
      for (const run of image.runs) {
        const place = `${image.group}/${image.name} ${run.kind}`;
        const found = difference(image, run);
        const reason = exceptions[place];
        commands++;
        if (found !== undefined && reason === undefined) differences.push(`${place}: ${found}`);
        if (found === undefined && reason !== undefined)
          differences.push(`${place}: is equal, and stands among the exceptions`);
        if (reason !== undefined) t.diagnostic(`${place}: ${reason}`);
      }
    }
    t.diagnostic(`${images.length} images, ${commands} answers, differences ${differences.length}`);
    assert.equal(differences.length, 0, differences.join('\n'));
  });
}
