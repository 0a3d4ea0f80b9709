import type { Change } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import type { Found } from '#check/conflict';

/** Takes a finding on several disks of a guest and those of which it is to go on speaking; gives it with nothing said of the others. */
export function leaveDisks(finding: Found['finding'], disks: ReadonlySet<string>): Found['finding'] {
  const parts = (finding.parts ?? []).filter(({ key }) => disks.has(key));
  const fix = finding.fix?.flatMap(change => {
    const left = leaveParts(change, disks);
    return left === undefined ? [] : [left];
  });
  return { ...finding, saw: parts.map(({ saw }) => saw).join('; '), parts, ...(fix === undefined ? {} : { fix }) };
}

/** A change of a definition without what it does to other disks; undefined: nothing is left. */
function leaveParts(change: Change, disks: ReadonlySet<string>): Change | undefined {
  if (!isOfDefinition(change)) return change;
  const isLeft = ({ path }: DomainPart): boolean => {
    const disk = /^devices\/disk\[target\/@dev='([^']*)'\]/.exec(path)?.[1];
    return disk === undefined || disks.has(disk);
  };
  const after = change.after.filter(isLeft);
  return after.length === 0 ? undefined : { ...change, before: change.before.filter(isLeft), after };
}

const isOfDefinition = (change: Change): change is Change<'domain-xml', readonly DomainPart[]> =>
  change.kind === 'domain-xml' && Array.isArray(change.before) && Array.isArray(change.after);
