import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { changeImageFile, draftOf, type ImageFileChange } from '#change/kinds/image-file';
import type { FileStamp, ImageUse, Observed } from '#change/observed';
import type { Step } from '#change/step';

const path = '/images/disk.raw';
const kept = `${path}.before-20261123T034500Z`;
const modified = '1795405500000000000';
const old: FileStamp = { inode: '1', size: 4096, modified: '1700000000000000001' };
const how = { by: 'convert', from: path, fromFormat: 'raw', format: 'qcow2', options: {} } as const;
const made = { how, modified, bytes: 4096 };

const replacing = changeImageFile(path, { is: 'raw', stamp: old }, { is: 'qcow2', made: { ...made, kept } });
const making = changeImageFile(path, undefined, {
  is: 'qcow2',
  made: { ...made, how: { ...how, from: '/images/other.raw' } },
});

/** A folder in memory: names of files by inode, as a file system has them. */
class Folder {
  readonly names = new Map<string, FileStamp>();
  /** Whether a file may have two names. */
  readonly hasLinks: boolean;
  use: ImageUse = { users: [], writers: [], overlays: [] };
  #inode = 10;

  constructor(hasLinks = true) {
    this.hasLinks = hasLinks;
  }

  observed(): Observed {
    const never = (): never => assert.fail('not looked at');
    return {
      file: never,
      folder: never,
      unit: never,
      guest: never,
      stamp: name => this.names.get(name),
      imageUse: () => this.use,
    };
  }

  /** Every single call of the steps, in order: between any two the run may be killed. */
  calls(steps: readonly Step[]): readonly (() => void)[] {
    return steps.flatMap(step => (step.do === 'build-file' ? this.#build(step) : this.#place(step)));
  }

  #build(step: Extract<Step, { do: 'build-file' }>): readonly (() => void)[] {
    const stamp = (at: string): FileStamp => ({ inode: String(this.#inode), size: 99, modified: at });
    return [
      () => {
        this.#inode++;
        this.names.set(step.path, stamp('1'));
      },
      () => void this.names.set(step.path, stamp(step.modified)),
    ];
  }

  #place(step: Step): readonly (() => void)[] {
    assert.ok(step.do === 'place-file');
    const { path: to, from, keep, isNew } = step;
    const move = (one: string, other: string): void => {
      const stamp = this.names.get(one);
      assert.ok(stamp, `${one} is there`);
      this.names.set(other, stamp);
      this.names.delete(one);
    };
    const copy = (one: string, other: string): void => {
      const stamp = this.names.get(one);
      assert.ok(stamp && (!this.names.has(other) || this.names.get(other)?.inode === stamp.inode));
      this.names.set(other, stamp);
    };
    const away = (name: string): void => void this.names.delete(name);
    if (isNew && from !== undefined)
      return this.hasLinks ? [() => copy(from, to), () => away(from)] : [() => move(from, to)];
    const second = (name: string): void => {
      if (this.names.has(to)) (this.hasLinks ? copy : move)(to, name);
    };
    return [
      ...(keep === undefined ? [] : [() => second(keep)]),
      () => (from === undefined ? away(to) : move(from, to)),
    ];
  }
}

const kind = kindOf(replacing);
const stepsOf = (change: ImageFileChange, folder: Folder): readonly Step[] => kind.steps(change, folder.observed());
const run = (folder: Folder, change: ImageFileChange): void => {
  for (const call of folder.calls(stepsOf(change, folder))) call();
};
const is = (change: ImageFileChange, folder: Folder): 'before' | 'after' | 'neither' => {
  const state = kind.state(change, folder.observed());
  return kind.isSame(state, change.before) ? 'before' : kind.isSame(state, change.after) ? 'after' : 'neither';
};
const back = (change: ImageFileChange): ImageFileChange => ({
  ...invert(change),
  kind: 'image-file',
  ...sides(change),
});
const sides = ({ before, after }: ImageFileChange) => ({ before: after, after: before });
const folderFor = (change: ImageFileChange, hasLinks = true): Folder => {
  const folder = new Folder(hasLinks);
  if (change === replacing) folder.names.set(path, old);
  return folder;
};

test('a run that is killed at any call, in either direction, is finished and taken back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(replacing, making),
      fc.boolean(),
      fc.array(fc.tuple(fc.boolean(), fc.nat(8)), { maxLength: 6 }),
      fc.boolean(),
      (change, hasLinks, attempts, isFinished) => {
        const folder = folderFor(change, hasLinks);
        // what a run begins with: the draft of the one before is taken away
        const tidy = (): void => void folder.names.delete(draftOf(path));
        for (const [isForward, end] of attempts) {
          tidy();
          const way = isForward ? change : back(change);
          for (const call of folder.calls(stepsOf(way, folder)).slice(0, end)) call();
          const there = folder.names.get(path);
          if (hasLinks && change === replacing)
            assert.ok(there?.inode === '1' || there?.modified === modified, 'the name leads to the one or the other');
        }
        tidy();
        if (isFinished) {
          run(folder, change);
          assert.equal(is(change, folder), 'after');
          assert.deepEqual([...folder.names.keys()].sort(), change === replacing ? [path, kept] : [path]);
        }
        tidy();
        run(folder, back(change));
        assert.equal(is(change, folder), 'before');
        assert.deepEqual([...folder.names], change === replacing ? [[path, old]] : []);
      },
    ),
    { numRuns: 500 },
  );
});

test('what a guest wrote to the new file is kept when it is taken back', () => {
  const folder = folderFor(replacing);
  run(folder, replacing);
  const written = { ...(folder.names.get(path) ?? old), modified: '1795405599000000000' };
  folder.names.set(path, written);
  assert.equal(is(replacing, folder), 'after', 'a guest that works with it does no harm');
  assert.equal(is(back(replacing), folder), 'neither', 'taking it back would lose what was written');
  run(folder, back(replacing));
  assert.deepEqual(folder.names.get(path), old);
  assert.deepEqual(folder.names.get(`${path}.after-20261123T034500Z`), written);
});

test('a file that is another than was seen is nobody’s to replace', () => {
  const folder = folderFor(replacing);
  folder.names.set(path, { ...old, modified: '1700000000000000002' });
  assert.equal(is(replacing, folder), 'neither');
});

test('an image in use, its sources in use, and layers above it keep it from being replaced', () => {
  const why = (change: ImageFileChange, use: Partial<ImageUse>): string | undefined => {
    const folder = folderFor(change);
    folder.use = { users: [], writers: [], overlays: [], ...use };
    return kind.obstacle(change, folder.observed());
  };
  assert.equal(why(replacing, {}), undefined);
  assert.match(why(replacing, { users: ['guest web runs on it'] }) ?? '', /in use: guest web runs on it/);
  assert.match(why(making, { writers: ['guest web runs on it'] }) ?? '', /in use: guest web/);
  assert.match(why(replacing, { overlays: ['/images/top.qcow2'] }) ?? '', /backing file of \/images\/top\.qcow2/);
  const same = changeImageFile(path, replacing.before, { is: 'x', made: { ...made, kept, isSame: true } });
  assert.equal(why(same, { overlays: ['/images/top.qcow2'] }), undefined);
  const above = changeImageFile(path, replacing.before, { is: 'x', made: { ...made, kept, above: ['/images/top'] } });
  assert.equal(why(above, { overlays: ['/images/top'] }), undefined);
  assert.match(why(above, { overlays: ['/images/top', '/images/two'] }) ?? '', /of \/images\/two,/);
});

test('it is not taken back while it is in use, nor where the old file is gone', () => {
  const folder = folderFor(replacing);
  run(folder, replacing);
  folder.use = { users: ['guest web runs on it'], writers: [], overlays: [] };
  assert.equal(
    kind.obstacle(replacing, folder.observed()),
    undefined,
    'made already: that a guest runs is as it should be',
  );
  assert.match(kind.obstacle(back(replacing), folder.observed()) ?? '', /in use/);
  folder.use = { users: [], writers: [], overlays: [] };
  folder.names.set(kept, { ...old, size: 1 });
  assert.match(kind.obstacle(back(replacing), folder.observed()) ?? '', /is gone or was written to/);
});

test('nobody may have opened or written to the old file at the instant of the change', () => {
  const step = stepsOf(replacing, folderFor(replacing)).at(-1);
  assert.ok(step?.do === 'place-file');
  assert.deepEqual(step.was, old);
});

test('states that a plan from elsewhere cannot have', () => {
  const fault = (change: ImageFileChange): string | undefined => kind.fault(JSON.parse(JSON.stringify(change)));
  assert.equal(fault(replacing), undefined);
  assert.equal(fault(making), undefined);
  assert.match(fault({ ...replacing, on: '/images/../etc/passwd' }) ?? '', /no absolute path/);
  assert.notEqual(fault({ ...replacing, before: { is: 'raw', stamp: { ...old, inode: '1; rm' } } }), undefined);
  const keptAt = (at: string): ImageFileChange =>
    changeImageFile(path, replacing.before, { is: 'x', made: { ...made, kept: at } });
  assert.notEqual(fault(keptAt('../x')), undefined);
  assert.notEqual(fault(keptAt('/etc/cron.d/x/')), undefined);
});
