import type { ByteSource } from '#units/byte-source';

/** A stretch of a guest's disk that can hold a file system: the whole disk, a partition, a logical volume. */
export interface GuestVolume {
  /** What a person calls it: `disk`, `1` (a partition), `vg0/root`. */
  readonly name: string;
  readonly source: ByteSource;
  readonly partition?: {
    readonly number: number;
    readonly uuid?: string | undefined;
    readonly label?: string | undefined;
  };
  readonly logical?: { readonly group: string; readonly name: string };
  /** Counts the disks of a guest from 0. */
  readonly disk: number;
}

/** A volume with what its file system says of itself. */
interface LabelledVolume extends GuestVolume {
  readonly label: string | undefined;
  readonly uuid: string;
}

/** Gives the volume that a guest means by a name in its fstab or on its kernel's command line. */
export function volumeNamed<V extends LabelledVolume>(volumes: readonly V[], name: string): V | undefined {
  const tagged = /^(UUID|LABEL|PARTUUID|PARTLABEL)="?([^"]*)"?$/.exec(name) ?? byLink(name);
  if (tagged !== undefined) {
    const [, tag = '', value = ''] = tagged;
    const same = (other: string | undefined): boolean => other?.toLowerCase() === value.toLowerCase();
    if (tag === 'UUID') return volumes.find(each => same(each.uuid));
    if (tag === 'LABEL') return volumes.find(each => each.label === value);
    if (tag === 'PARTUUID') return volumes.find(each => same(each.partition?.uuid));
    return volumes.find(each => each.partition?.label === value);
  }
  const mapped = /^\/dev\/mapper\/(.+)$/.exec(name)?.[1];
  if (mapped !== undefined)
    return volumes.find(({ logical }) => logical !== undefined && mapperName(logical) === mapped);
  const node = /^\/dev\/(?:sd|hd|vd|xvd)([a-z])([0-9]*)$/.exec(name);
  if (node !== null) {
    const [, letter = 'a', number = ''] = node;
    const disk = letter.charCodeAt(0) - 'a'.charCodeAt(0);
    return volumes.find(
      each => each.logical === undefined && each.disk === disk && String(each.partition?.number ?? '') === number,
    );
  }
  const [, group, logical] = /^\/dev\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
  return volumes.find(each => group !== undefined && each.logical?.group === group && each.logical.name === logical);
}

const tags: Readonly<Record<string, string>> = {
  'by-uuid': 'UUID',
  'by-label': 'LABEL',
  'by-partuuid': 'PARTUUID',
  'by-partlabel': 'PARTLABEL',
};

/** udev writes characters that it does not like as \x and two digits. */
function byLink(name: string): readonly string[] | undefined {
  const [, folder = '', value = ''] = /^\/dev\/disk\/(by-[a-z]+)\/(.+)$/.exec(name) ?? [];
  const tag = tags[folder];
  if (tag === undefined) return undefined;
  return [
    '',
    tag,
    value.replaceAll(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  ];
}

/** device-mapper doubles the dashes within names. */
const mapperName = ({ group, name }: { readonly group: string; readonly name: string }): string =>
  `${group.replaceAll('-', '--')}-${name.replaceAll('-', '--')}`;
