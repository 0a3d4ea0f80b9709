import { findGuest } from '#apply/read-guest';
import { managerIn } from '#formats/domain-xml/managed-by';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { virtualDomains } from '#formats/pacemaker-cib';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { attribute, childAttribute } from '#formats/xml/xml-tree';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { FileTree } from '#transport/file-tree';

/** Why a guest is not to be touched now, neither its definition nor what runs. */
export interface GuestBlocker {
  readonly is: 'managed' | 'transient' | 'managed-save' | 'job' | 'block-job';
  /** Sentence. */
  readonly why: string;
  /** Sentence. */
  readonly doThis: string;
}

const cib = '/var/lib/pacemaker/cib/cib.xml';
const harvester = '/etc/harvester-release.yaml';

/**
 * Looks for what keeps a guest from being changed: another manager, which would overwrite it; no definition of its own; memory saved in a
 * file together with the old definition; a migration, save, dump or backup; a job on one of its disks. Snapshots and checkpoints keep it
 * from nothing: libvirt stores a new definition beside them. `files` are the host's. Rejects with GuestError (`no-such-guest`), else as
 * libvirt does.
 */
export async function guestBlockers(
  connection: Connection,
  guest: string,
  files: Pick<FileTree, 'read'>,
): Promise<readonly GuestBlocker[]> {
  const domain = await findGuest(connection, guest);
  const isRunning = await connection.isActive(domain);
  const { root } = parseXml(await connection.domainXml(domain), { file: guest });
  return [
    ...managed(root, guest, files),
    ...((await connection.isPersistent(domain)) ? [] : [transient(guest)]),
    ...((await connection.hasManagedSave(domain)) ? [saved(guest)] : []),
    ...(isRunning ? await jobs(connection, domain, root) : []),
  ];
}

function managed(root: XmlElement, guest: string, files: Pick<FileTree, 'read'>): readonly GuestBlocker[] {
  const said = managerIn(root)?.name;
  const manager =
    said === 'KubeVirt' && files.read(harvester).outcome === 'ok' ? 'Harvester' : (said ?? clusterOf(guest, files));
  return manager === undefined
    ? []
    : [
        {
          is: 'managed',
          why: `${manager} owns it and would overwrite what is changed here.`,
          doThis: `Change it in ${manager}.`,
        },
      ];
}

/** Guests of a cluster carry no mark: its own configuration tells. */
function clusterOf(guest: string, files: Pick<FileTree, 'read'>): string | undefined {
  const text = files.read(cib);
  if (text.outcome !== 'ok') return undefined;
  const resources = virtualDomains(text.value) ?? [];
  const isOurs = resources.some(({ config }) => config.replace(/^.*\//, '').replace(/\.xml$/, '') === guest);
  return isOurs ? 'Pacemaker' : undefined;
}

const transient = (guest: string): GuestBlocker => ({
  is: 'transient',
  why: 'It is transient: it has no stored definition, and is gone when it stops.',
  doThis: `Change what starts it; or keep its definition: virsh dumpxml ${guest} --migratable > ${guest}.xml; virsh define ${guest}.xml.`,
});

const saved = (guest: string): GuestBlocker => ({
  is: 'managed-save',
  why: 'Its memory is saved in a file, and it goes on with the definition in there.',
  doThis: `Start it and shut it down: virsh start ${guest}; virsh shutdown ${guest}.`,
});

async function jobs(connection: Connection, domain: Domain, root: XmlElement): Promise<readonly GuestBlocker[]> {
  const type = (await askable(connection.jobInfo(domain)))?.type;
  const found: GuestBlocker[] = [];
  if (type === 'bounded' || type === 'unbounded')
    found.push({
      is: 'job',
      why: 'A migration, a save, a dump or a backup of it is under way.',
      doThis: `Wait for its end: virsh domjobinfo ${domain.name}.`,
    });
  for (const disk of select(root, 'devices/disk')) {
    const target = childAttribute(disk, 'target', 'dev');
    if (target === undefined || attribute(disk, 'device') === 'floppy') continue;
    if ((await askable(connection.blockJob(domain, target))) === undefined) continue;
    found.push({
      is: 'block-job',
      why: `Its disk ${target} is being copied, committed or pulled.`,
      doThis: `Wait for its end: virsh blockjob ${domain.name} ${target} --info.`,
    });
  }
  return found;
}

/** What a hypervisor has no word for is not under way. */
async function askable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LibvirtError && error.code === errorCodes.noSupport) return undefined;
    throw error;
  }
}
