import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commandTree } from '#cli/command-tree';
import { type GuestPlace, whatIsMeant } from '#cli/completion/what-is-meant';
import { openPlace } from '#cli/open-place';
import { collectMachine } from '#collect/machine';
import { connect } from '#libvirt/connect';
import { valueIfKnown } from '#model/known';

/** How long a press of a key may wait for names, in milliseconds. */
const patienceMs = 1500;

/**
 * `nearmetal __guests`, which completion scripts call: prints the names of the guests that the words typed so far are about, one a
 * line; nothing where they cannot be had soon. It asks over the read-only socket, and goes over no network.
 */
export async function guests(words: readonly string[], program: Command): Promise<number> {
  const timer = setTimeout(() => process.exit(0), patienceMs);
  try {
    for (const name of await namesFor(whatIsMeant(commandTree(program), words))) process.stdout.write(`${name}\n`);
  } catch {
    // who presses a key wants no message; the command itself will say what is wrong
  } finally {
    clearTimeout(timer);
  }
  return 0;
}

async function namesFor({ uri, root, sources }: GuestPlace): Promise<readonly string[]> {
  if (sources.length > 0) {
    const { place } = await openPlace(sources, { quiet: true });
    return (valueIfKnown(collectMachine(place).guests) ?? []).map(({ name }) => name);
  }
  // another machine may ask for a password, which would stand in the middle of the line
  if (uri !== undefined && /^[a-z]+\+|^[a-z]+:\/\/[^/]/.test(uri)) return [];
  try {
    const connection = await connect({
      uri,
      readOnly: true,
      allow: 'reads',
      timeoutMs: patienceMs,
      ...(root === undefined ? {} : { root }),
    });
    const domains = await connection.domains();
    await connection.close();
    return domains.map(({ name }) => name).sort();
  } catch (error) {
    if (uri !== undefined) throw error;
    // without libvirt its files are left, where they may be read
    const files = await readdir(join(root ?? '/', 'etc/libvirt/qemu'));
    return files.filter(name => name.endsWith('.xml')).map(name => name.slice(0, -'.xml'.length));
  }
}
