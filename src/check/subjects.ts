import type { Subject } from '#check/outcome';
import type { HostView, SubjectKind, Views } from '#check/views';
import type { Guest } from '#model/guest';
import { type Known, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';

/** A subject, what a selector sees of it, and the guest that it is or belongs to. */
export interface SubjectView {
  readonly view: Views[SubjectKind];
  readonly subject: Subject;
  readonly guest: Guest | undefined;
}

/** Gives a function that lists the subjects of a kind in a machine; lists are made once. Waivers and fleets have none here: those come from settings, these are several machines. */
export function subjectsOf(machine: Machine): (kind: SubjectKind) => readonly SubjectView[] {
  const made = new Map<SubjectKind, readonly SubjectView[]>();
  return kind => {
    const there = made.get(kind);
    if (there !== undefined) return there;
    const list = withTwins(listSubjects(machine, kind));
    made.set(kind, list);
    return list;
  };
}

/**
 * Tells apart subjects that have the same name and uuid, such as two versions of a guest in two files: by the file, or by number where
 * they stand in the same one. All others are left as they are.
 */
function withTwins(list: readonly SubjectView[]): readonly SubjectView[] {
  // nearly always there are none
  if (new Set(list.map(keyOf)).size === list.length) return list;
  const same = new Map<string, SubjectView[]>();
  for (const view of list) {
    const key = keyOf(view);
    const twins = same.get(key);
    if (twins === undefined) same.set(key, [view]);
    else twins.push(view);
  }
  const twin = new Map<SubjectView, string>();
  for (const twins of same.values()) {
    if (twins.length === 1) continue;
    const seen = new Map<string, number>();
    for (const view of twins) {
      const { source } = view.subject;
      const number = (seen.get(source) ?? 0) + 1;
      seen.set(source, number);
      twin.set(view, number === 1 ? source : `${source} ${number}`);
    }
  }
  return list.map(view => {
    const apart = twin.get(view);
    return apart === undefined ? view : { ...view, subject: { ...view.subject, twin: apart } };
  });
}

/** No name holds the character between. */
const keyOf = ({ subject: { name, uuid, guest, guestUuid } }: SubjectView): string =>
  `${uuid ?? name}\u0000${guestUuid ?? guest ?? ''}`.toLowerCase();

function listSubjects(machine: Machine, kind: SubjectKind): readonly SubjectView[] {
  const { host, guests, networks, pools, source } = machine;
  const around: HostView = { host, guests, networks, pools };
  const base = { host: host.id, source };
  const ofHost = (view: Views[SubjectKind], subject: { name: string; uuid?: string | undefined }): SubjectView => ({
    view,
    subject: { kind, ...base, ...subject },
    guest: undefined,
  });
  switch (kind) {
    case 'host':
      return machine.extent === 'host' ? [ofHost(around, { name: valueIfKnown(host.name) ?? source })] : [];
    case 'guest':
    case 'disk':
    case 'nic':
      return (valueIfKnown(guests) ?? []).flatMap(guest => ofGuest(kind, guest, around, base));
    case 'network':
      return (valueIfKnown(networks) ?? []).map(network => ofHost({ ...around, network }, network));
    case 'pool':
      return (valueIfKnown(pools) ?? []).map(pool => ofHost({ ...around, pool }, pool));
    case 'image': {
      const disks = (valueIfKnown(guests) ?? []).flatMap(guest => valueIfKnown(guest.config.disks) ?? []);
      const images = new Map(
        disks.flatMap(disk => (disk.image.state === 'known' ? [[disk.image.value.path, disk.image.value]] : [])),
      );
      return [...images.values()].map(image => ofHost({ ...around, image }, { name: image.path }));
    }
    case 'waiver':
    case 'fleet':
      return [];
  }
}

/** Written out part by part: of thousands of objects that are made as copies each would be of a shape of its own, which makes them slow to read. */
function ofGuest(
  kind: 'guest' | 'disk' | 'nic',
  guest: Guest,
  { host, guests, networks, pools }: HostView,
  base: { host: Known<string>; source: string },
): readonly SubjectView[] {
  const source = guest.config.source;
  const uuid = valueIfKnown(guest.uuid);
  if (kind === 'guest') {
    const subject = { kind, host: base.host, source, name: guest.name, uuid };
    return [{ view: { host, guests, networks, pools, guest }, subject, guest }];
  }
  const part = (name: string): Subject => ({
    kind,
    host: base.host,
    source,
    guest: guest.name,
    guestUuid: uuid,
    name,
  });
  return kind === 'disk'
    ? (valueIfKnown(guest.config.disks) ?? []).map(disk => ({
        view: { host, guests, networks, pools, guest, disk },
        subject: part(disk.target),
        guest,
      }))
    : (valueIfKnown(guest.config.nics) ?? []).map(nic => ({
        view: { host, guests, networks, pools, guest, nic },
        subject: part(nic.name),
        guest,
      }));
}
