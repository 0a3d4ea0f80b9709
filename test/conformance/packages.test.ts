import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { repository } from '../scratch-clone.js';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

for (const folder of ['.', 'tools/node22']) {
  test(`the lock file in ${folder} is complete: npm ci accepts it on every kind of machine`, () => {
    const { packages } = JSON.parse(read(join(folder, 'package-lock.json'))) as {
      packages: Readonly<Record<string, Entry>>;
    };
    const missing: string[] = [];
    for (const [path, entry] of Object.entries(packages)) {
      for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
        if (!isFound(packages, path, name)) missing.push(`${name}, wanted by ${path === '' ? 'the root' : path}`);
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(Object.keys(packages).length > 2);
  });

  test(`the lock file in ${folder} has a checksum of every package and names no registry`, () => {
    const { packages } = JSON.parse(read(join(folder, 'package-lock.json'))) as {
      packages: Readonly<Record<string, Entry>>;
    };
    for (const [path, entry] of Object.entries(packages)) {
      if (path === '') continue;
      assert.equal(entry.resolved, undefined, path);
      assert.match(entry.integrity ?? '', /^sha512-/, path);
    }
  });
}

/** Is the package `name` found from the place of another, as Node looks for it? */
function isFound(packages: Readonly<Record<string, Entry>>, from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    if (packages[`${place === '' ? '' : `${place}/`}node_modules/${name}`] !== undefined) return true;
    if (place === '' || !place.includes('/node_modules/')) {
      return packages[`node_modules/${name}`] !== undefined;
    }
  }
}

test('every package whose code runs in the program is explained in docs/dependencies.md, and no other', () => {
  const explained = [...read('docs/dependencies.md').matchAll(/^## `(.+)`$/gm)].map(match => match[1] ?? '').sort();
  const allowed = /programPackages = \[(.+)\]/.exec(read('tools/rooms.mjs'))?.[1] ?? '';
  assert.deepEqual(explained, [...allowed.matchAll(/'([^']+)'/g)].map(match => match[1] ?? '').sort());
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  for (const name of Object.keys(dependencies)) assert.ok(explained.includes(name), name);
});
