import { fieldOf } from '#formats/qemu-argv/argument-fields';
import { pathTie } from '#formats/qemu-argv/tie-option';
import type { Knot } from '#formats/qemu-argv/tied-argument';
import type { XmlElement } from '#formats/xml/xml-document';
import { child } from '#formats/xml/xml-tree';

/** No chain of images is longer; libvirt stops at 200. */
const longestChain = 256;

/**
 * Ties nodes of block devices: from the device that uses one (`drive`) down its chain, `file` and throttle nodes belong to the same
 * image, `backing` to the next `backingStore`. Firmware hangs on the machine (`pflash0`, `pflash1`).
 */
export function tieBlockdevs(knots: readonly Knot[], domain: XmlElement): void {
  const nodes = new Map<string, Knot>();
  for (const knot of knots) {
    const name = knot.argument.option === 'blockdev' ? fieldOf(knot.fields, 'node-name') : undefined;
    if (name !== undefined) nodes.set(name, knot);
  }
  for (const knot of knots) {
    const drive = knot.argument.option === 'device' ? fieldOf(knot.fields, 'drive') : undefined;
    const disk = knot.ties[0]?.element;
    if (drive !== undefined && disk?.name === 'disk') tieChain(nodes, drive, disk);
    if (knot.argument.option !== 'machine') continue;
    for (const [field, path] of [
      ['pflash0', 'os/loader'],
      ['pflash1', 'os/nvram'],
    ] as const) {
      const place = pathTie(domain, [path, 'os@firmware'])?.element;
      const node = fieldOf(knot.fields, field);
      if (place !== undefined && node !== undefined) tieChain(nodes, node, place);
    }
  }
}

/** What says how an image is read, and where it lies. */
const partNames: Readonly<Record<string, readonly [format: string, storage: string]>> = {
  disk: ['driver', 'source'],
  backingStore: ['format', 'source'],
};

function tieChain(nodes: ReadonlyMap<string, Knot>, first: string, disk: XmlElement): void {
  const todo: { readonly node: string; readonly image: XmlElement }[] = [{ node: first, image: disk }];
  const seen = new Set<string>();
  for (let at = 0; at < todo.length && at < longestChain; at++) {
    const { node, image } = todo[at] ?? { node: '', image: disk };
    const knot = nodes.get(node);
    if (knot === undefined || seen.has(node)) continue;
    seen.add(node);
    knot.ties.length = 0;
    const isFormat = knot.fields.some(([name]) => name === 'file' || name === 'backing');
    // storage is where the image lies; a format node reads it as the driver element says
    const [format, storage] = partNames[image.name] ?? [];
    const part = child(image, (isFormat ? format : storage) ?? '') ?? image;
    knot.ties.push({ element: part });
    for (const [name, value] of knot.fields) {
      if (name === 'file' || name === 'data-file' || name === 'filter') todo.push({ node: value, image });
      if (name === 'backing') todo.push({ node: value, image: child(image, 'backingStore') ?? image });
    }
  }
}
