/**
 * Files that hold nothing but lines of ours, one for each key, below a line that says whose they are: our drop-ins of sysctl.d and
 * tmpfiles.d. What somebody else wrote into one stays as it is.
 */
const head = '# Written by nearmetal; “nearmetal undo” takes its lines back.';

/**
 * Takes the text (undefined: there is no file), which lines are the key's, and the new line; gives the text with that line in place of
 * the key's last one, or at the end. Without a new line the key's lines go, and with the last of all lines the file (undefined).
 */
export function setOwnLine(
  text: string | undefined,
  isOfKey: (line: string) => boolean,
  line: string | undefined,
): string | undefined {
  const before = (text ?? `${head}\n`).replace(/\n$/, '').split('\n');
  const last = before.findLastIndex(isOfKey);
  const kept = before.flatMap((one, at) => {
    if (!isOfKey(one)) return [one];
    return at === last && line !== undefined ? [line] : [];
  });
  const after = last < 0 && line !== undefined ? [...kept, line] : kept;
  return after.every(one => one === head || one === '') ? undefined : `${after.join('\n')}\n`;
}
