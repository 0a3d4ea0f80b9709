import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { afterEach, beforeEach } from 'node:test';
import { fileStamp } from '#apply/file-stamp';
import { buildFile, placeFile } from '#apply/image-steps';
import { localTarget } from '#apply/local-target';
import { StepFailed } from '#apply/perform-step';
import type { Step } from '#change/step';

const target = localTarget('/', {
  unit: () => ({ isInstalled: false, isMasked: false, isEnabled: false, isActive: false }),
  libvirt: undefined,
});
const abort = new AbortController().signal;
const modified = '1795405500000000000';
let folder: string;
let path: string;
let draft: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearmetal-steps-'));
  path = join(folder, 'disk.raw');
  draft = join(folder, '.disk.raw.nearmetal');
  kept = `${path}.before-20261123T034500Z`;
});
afterEach(() => rmSync(folder, { recursive: true }));

type Build = Extract<Step, { do: 'build-file' }>;
type Place = Extract<Step, { do: 'place-file' }>;

const building = (more: Partial<Build>): Build => ({
  do: 'build-file',
  path: draft,
  like: undefined,
  modified,
  bytes: 0,
  programs: [],
  ...more,
});
const placing = (more: Partial<Place>): Place => ({
  do: 'place-file',
  path,
  from: draft,
  keep: undefined,
  isNew: false,
  ...more,
});
const read = (file: string): string => readFileSync(file, 'utf8');

test('a file that is built has the rights of the one like it, its time, and what programs put into it', async () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  const copy = { says: 'copying', argv: ['cp', '--', path, draft] };
  const told: string[] = [];
  await buildFile({ target, abort, progress: says => told.push(says) }, building({ like: path, programs: [copy] }));
  assert.equal(read(draft), 'old');
  assert.equal(statSync(draft).mode & 0o777, 0o640);
  assert.equal(statSync(draft, { bigint: true }).mtimeNs, BigInt(modified));
  assert.deepEqual(told, ['copying']);
});

test('what a program that fails has made is taken away, and what it says is told', async () => {
  const failing = { says: 'x', argv: ['cp', '--', join(folder, 'none'), draft] };
  await assert.rejects(
    buildFile({ target, abort }, building({ programs: [failing] })),
    (error: Error) => error instanceof StepFailed && error.message.startsWith('cp ended with 1: cp: cannot stat'),
  );
  await assert.rejects(
    buildFile({ target, abort }, building({ programs: [{ says: 'x', argv: ['no-such-program'] }] })),
    /no-such-program is not installed/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('an exit code that is fine is one', async () => {
  await buildFile({ target, abort }, building({ programs: [{ says: 'x', argv: ['false'], isFine: [0, 1] }] }));
  assert.deepEqual(readdirSync(folder), ['.disk.raw.nearmetal']);
});

test('Ctrl-C ends the program, and nothing is left', async () => {
  const stop = new AbortController();
  const built = buildFile(
    { target, abort: stop.signal },
    building({ programs: [{ says: 'x', argv: ['sleep', '60'] }] }),
  );
  setTimeout(() => stop.abort(), 200);
  await assert.rejects(built, /interrupted/);
  assert.deepEqual(readdirSync(folder), []);
});

test('the new file takes the name of the old one, which gets another', async () => {
  writeFileSync(path, 'old');
  writeFileSync(draft, 'new');
  const was = fileStamp(path);
  await placeFile(target, placing({ keep: kept, ...(was && { was }) }));
  assert.deepEqual([read(path), read(kept)], ['new', 'old']);
  assert.equal(fileStamp(kept)?.inode, was?.inode);
});

test('a name that is given already is never taken from a file', async () => {
  writeFileSync(path, 'old');
  writeFileSync(draft, 'new');
  writeFileSync(kept, 'another');
  await assert.rejects(placeFile(target, placing({ keep: kept })), /before-\w+ is there already/);
  assert.deepEqual([read(path), read(kept)], ['old', 'another']);
  writeFileSync(draft, 'new');
  await assert.rejects(placeFile(target, placing({ isNew: true })), /disk\.raw is there already/);
  assert.equal(read(path), 'old');
  assert.deepEqual(readdirSync(folder).sort(), ['disk.raw', 'disk.raw.before-20261123T034500Z'], 'no draft is left');
});

test('a file that was written to while the new one was built is not replaced', async () => {
  writeFileSync(path, 'old');
  const was = fileStamp(path);
  writeFileSync(draft, 'new');
  utimesSync(path, 5, 5);
  await assert.rejects(placeFile(target, placing({ keep: kept, ...(was && { was }) })), /was written to meanwhile/);
  assert.deepEqual(readdirSync(folder), ['disk.raw']);
});

test('a file that somebody has opened while the new one was built is not replaced', async () => {
  writeFileSync(path, 'old');
  const was = fileStamp(path);
  const reader = spawn('sleep', ['60'], { stdio: [openSync(path, 'r'), 'ignore', 'ignore'] });
  await once(reader, 'spawn');
  try {
    writeFileSync(draft, 'new');
    await assert.rejects(
      placeFile(target, placing({ keep: kept, ...(was && { was }) })),
      /in use since: sleep \(process \d+\) has it open/,
    );
  } finally {
    reader.kill();
  }
  assert.equal(read(path), 'old');
});

test('what is taken back is put in the place of ours; without a file before, ours goes', async () => {
  writeFileSync(path, 'ours');
  writeFileSync(kept, 'old');
  await placeFile(target, placing({ from: kept }));
  assert.deepEqual([read(path), readdirSync(folder).length], ['old', 1]);
  await placeFile(target, placing({ from: undefined }));
  assert.deepEqual(readdirSync(folder), []);
});
