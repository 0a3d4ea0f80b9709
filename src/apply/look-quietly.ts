import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The names in a folder that may go away meanwhile or be another user's, as in /proc and /sys; none where it cannot be read. */
export const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** The same for a text; undefined where it cannot be read. */
export const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The same for where a link leads. */
export const linkOf = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
};
