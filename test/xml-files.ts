import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sharedData } from './shared-data.js';

/** A file of the shared data that holds XML. */
export interface XmlFile {
  /** Path below the data folder. */
  readonly name: string;
  readonly text: string;
}

/** All XML files below a folder of the shared data (all of it without one), sorted by name; empty where there is no shared data. */
export function xmlFiles(folder = '.', name: RegExp = /\.xml$/): readonly XmlFile[] {
  if (sharedData === undefined) return [];
  const root = sharedData;
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && name.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => ({ name: relative(root, path), text: readFileSync(path, 'utf8') }));
}
