import { spawnSync } from 'node:child_process';
import type { AskedQemu } from '#compat/offer';

/** QEMU answers these questions at once and ends. */
const timeoutMs = 20_000;
const mostBytes = 4 * 1024 * 1024;

/**
 * Asks an emulator which options, device drivers and properties of the drivers named it has (`-help`, `-device help`); starts no guest.
 * Undefined where it cannot be run.
 */
export function askQemu(emulator: string, drivers: readonly string[]): AskedQemu | undefined {
  const help = ask(emulator, ['-help']);
  if (help === undefined) return undefined;
  const options = new Set([...help.matchAll(/^-([A-Za-z0-9][\w-]*)/gm)].map(([, name = '']) => name));
  // help names some options together: “-h or -help”, “-fda/-fdb file”
  for (const [line] of help.matchAll(/^-[^\n]*/gm))
    for (const [, name = ''] of line.matchAll(/(?:^|[\s/])-([A-Za-z0-9][\w-]*)/g)) options.add(name);
  const listed = ask(emulator, ['-machine', 'none', '-device', 'help']);
  const names =
    listed === undefined
      ? undefined
      : new Set(
          [...listed.matchAll(/name "([^"]+)"(?:.*?alias "([^"]+)")?/g)].flatMap(([, name = '', alias]) =>
            alias === undefined ? [name] : [name, alias],
          ),
        );
  const properties = new Map<string, ReadonlySet<string>>();
  for (const driver of drivers) {
    if (!/^[A-Za-z0-9][\w.,-]*$/.test(driver) || driver.includes(',')) continue;
    const told =
      names?.has(driver) === true ? ask(emulator, ['-machine', 'none', '-device', `${driver},help`]) : undefined;
    if (told !== undefined)
      properties.set(driver, new Set([...told.matchAll(/^\s+([\w-]+)=/gm)].map(([, name = '']) => name)));
  }
  return { options: options.size > 0 ? options : undefined, drivers: names, properties };
}

function ask(emulator: string, words: readonly string[]): string | undefined {
  const done = spawnSync(emulator, ['-nodefaults', '-display', 'none', ...words], {
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: mostBytes,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  return done.error !== undefined || done.stdout === '' ? undefined : done.stdout;
}
