import { copyPath, keepCopy } from '#apply/keep-copy';
import {
  bareIntents,
  intentNamespace,
  intentPrefix,
  type StatedIntents,
  statedIntents,
} from '#formats/domain-xml/intent-element';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { parseXml } from '#formats/xml/parse-xml';
import type { Connection } from '#libvirt/connection';

/** A guest whose intents are to be written, as it is now. */
export interface IntentTarget {
  readonly domain: Domain;
  /** Halves that there are: a guest that is off has no live one, a transient guest no stored one. */
  readonly halves: readonly ('config' | 'live')[];
  readonly stated: Readonly<Partial<Record<'config' | 'live', StatedIntents>>>;
}

/** What was written and how it reads now. */
export interface WrittenIntents {
  /** Copy of the definition as it was, with what is secret in it, readable by its owner alone. */
  readonly copy: string;
  /** What is stated now, read back. */
  readonly stated: IntentTarget['stated'];
  /** Halves that do not read back as they were written. */
  readonly missed: readonly ('config' | 'live')[];
}

/** Looks at a guest: which halves it has, and what they state. */
export async function findIntentTarget(connection: Connection, domain: Domain): Promise<IntentTarget> {
  const isRunning = await connection.isActive(domain);
  const isStored = await connection.isPersistent(domain);
  const halves = [...(isStored ? (['config'] as const) : []), ...(isRunning ? (['live'] as const) : [])];
  return { domain, halves, stated: await readStated(connection, domain, halves) };
}

/**
 * Writes intents into the metadata of a guest, or (undefined) takes ours away: keeps a copy of its definition, writes the stored half,
 * then the running one, and reads both back. Rejects with IntentsChanged, before anything is written, where the guest states something
 * else than it did; else as libvirt does.
 */
export async function setGuestIntents(
  connection: Connection,
  { domain, halves, stated }: IntentTarget,
  words: readonly string[] | undefined,
  { stateFolder, at }: { readonly stateFolder: string; readonly at: Date },
): Promise<WrittenIntents> {
  const now = await readStated(connection, domain, halves);
  if (JSON.stringify(now) !== JSON.stringify(stated)) throw new IntentsChanged(domain.name);
  const xml = await connection.domainXml(domain, { inactive: true, secure: true });
  const copy = keepCopy(copyPath(stateFolder, domain.name, at, '.xml'), xml);
  const value = words === undefined ? undefined : bareIntents(words);
  for (const of of halves) {
    // libvirt refuses to take away what is not there
    if (value === undefined && stated[of]?.own === undefined) continue;
    await connection.setMetadata(domain, 'element', value, { of, uri: intentNamespace, prefix: intentPrefix });
  }
  const after = await readStated(connection, domain, halves);
  const isAsWritten = (of: 'config' | 'live'): boolean => after[of]?.own?.join() === words?.join();
  return { copy, stated: after, missed: halves.filter(of => !isAsWritten(of)) };
}

async function readStated(
  connection: Connection,
  domain: Domain,
  halves: IntentTarget['halves'],
): Promise<IntentTarget['stated']> {
  const stated: Partial<Record<'config' | 'live', StatedIntents>> = {};
  for (const of of halves) {
    const xml = await connection.domainXml(domain, { inactive: of === 'config' });
    stated[of] = statedIntents(parseXml(xml, { file: domain.name }).root);
  }
  return stated;
}

/** Somebody else changed the intents of the guest in the meantime. */
export class IntentsChanged extends Error {
  override readonly name = 'IntentsChanged';
  constructor(guest: string) {
    super(`what ${guest} is for was changed by somebody else in the meantime`);
  }
}
