import type { Change } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import { editDomain } from '#change/kinds/domain-xml';

/** One place of one disk: what stands there, and what is to. */
export interface DiskEdit {
  /** target/@dev: `vda`. */
  readonly target: string;
  /** Path below the disk: `driver/@cache`. */
  readonly place: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Edits several disks of a stored definition in one change. */
export const editDisks = (guest: string, edits: readonly DiskEdit[]): Change<'domain-xml', readonly DomainPart[]> => {
  const part = ({ target, place }: DiskEdit, content: string | undefined): DomainPart => ({
    path: `devices/disk[target/@dev='${target}']/${place}`,
    content,
  });
  return editDomain(
    guest,
    edits.map(edit => part(edit, edit.before)),
    edits.map(edit => part(edit, edit.after)),
  );
};
