import { type Stats, statSync } from 'node:fs';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { attribute, child, childAttribute } from '#formats/xml/xml-tree';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';

/** A guest that works with an image, or will go on with it. */
export interface GuestOnImage {
  readonly guest: string;
  /** It does not run, but its memory is saved in a file. */
  readonly isSaved: boolean;
  readonly isWriting: boolean;
}

/** Gives the guests that run on an image, as a disk or as a layer below one, and those whose memory is saved. Rejects as libvirt does. */
export async function guestsOnImage(libvirt: Connection, file: Stats): Promise<readonly GuestOnImage[]> {
  const found = await Promise.all(
    (await libvirt.domains()).map(async (domain): Promise<readonly GuestOnImage[]> => {
      try {
        const isActive = await libvirt.isActive(domain);
        const isSaved = !isActive && (await libvirt.hasManagedSave(domain));
        if (!isActive && !isSaved) return [];
        const use = useIn(await libvirt.domainXml(domain), domain.name, file);
        return use === undefined ? [] : [{ guest: domain.name, isSaved, isWriting: use === 'top' }];
      } catch (error) {
        // gone meanwhile
        if (error instanceof LibvirtError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

/** A disk of a stored definition that is an image. */
export interface DiskOfGuest {
  readonly guest: string;
  readonly domain: Domain;
  /** target/@dev. */
  readonly target: string;
  /** driver/@type. */
  readonly format: string | undefined;
  /** Whether layers below are written down there. */
  readonly hasLayers: boolean;
}

/** Gives the disks of stored definitions whose image, the topmost layer, is a file. Rejects as libvirt does. */
export async function disksOnImage(libvirt: Connection, file: Stats): Promise<readonly DiskOfGuest[]> {
  const found = await Promise.all(
    (await libvirt.domains()).map(async domain => {
      if (!(await libvirt.isPersistent(domain))) return [];
      const { root } = parseXml(await libvirt.domainXml(domain, { inactive: true }), { file: domain.name });
      return select(root, 'devices/disk').flatMap((disk): readonly DiskOfGuest[] => {
        const target = childAttribute(disk, 'target', 'dev');
        if (target === undefined || !isFile(pathOf(disk), file)) return [];
        const layer = child(disk, 'backingStore');
        const format = childAttribute(disk, 'driver', 'type');
        return [{ guest: domain.name, domain, target, format, hasLayers: layer !== undefined }];
      });
    }),
  );
  return found.flat();
}

function useIn(xml: string, name: string, file: Stats): 'top' | 'below' | undefined {
  const { root } = parseXml(xml, { file: name });
  let use: 'top' | 'below' | undefined;
  for (const disk of select(root, 'devices/disk')) {
    if (isFile(pathOf(disk), file)) use = child(disk, 'readonly') === undefined ? 'top' : (use ?? 'below');
    const mirror = child(disk, 'mirror');
    if (mirror !== undefined && isFile(pathOf(mirror), file)) use = 'top';
    let layer = child(disk, 'backingStore');
    for (let depth = 0; layer !== undefined && depth < 200; depth++) {
      if (isFile(pathOf(layer), file)) use ??= 'below';
      layer = child(layer, 'backingStore');
    }
  }
  return use;
}

function pathOf(element: XmlElement): string | undefined {
  const source = child(element, 'source');
  return source && (attribute(source, 'file') ?? attribute(source, 'dev'));
}

function isFile(path: string | undefined, file: Stats): boolean {
  if (path === undefined || !path.startsWith('/')) return false;
  try {
    const found = statSync(path);
    return found.ino === file.ino && found.dev === file.dev;
  } catch {
    return false;
  }
}
