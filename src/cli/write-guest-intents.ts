import { findIntentTarget, IntentsChanged, type IntentTarget, setGuestIntents } from '#apply/set-guest-intents';
import { exitCodes } from '#cli/exit-codes';
import type { Confirm, IntentOptions, IntentRequest } from '#cli/intent-request';
import { nearest } from '#cli/nearest';
import { inputError, RequestError, usageError } from '#cli/request-error';
import { stateFolder } from '#cli/state-folder';
import { managerIn } from '#formats/domain-xml/managed-by';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { maskOutput } from '#formats/secrets/mask-output';
import { parseXml } from '#formats/xml/parse-xml';
import { connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { UriError } from '#libvirt/uri-error';
import { type IntentChange, intentChangeJson, intentChangeText, planText } from '#report/intent-change';

/** What a change of intents came to. */
export interface IntentsWritten {
  readonly text: string;
  readonly json: object;
  readonly exitCode: number;
}

/** Writes intents into a guest's metadata through a read-write connection to libvirt. Throws RequestError, before anything is written, where that cannot be. */
export async function writeGuestIntents(
  { word, intents }: IntentRequest,
  options: IntentOptions,
  confirm: Confirm,
): Promise<IntentsWritten> {
  if (options.readOnly === true) throw usageError('--read-only and writing do not go together');
  if (options.root !== undefined)
    throw usageError('--root looks at files; intents are written through libvirt, or into a file of domain XML');
  const connection = await open(options);
  try {
    const domain = await findDomain(connection, word);
    await refuseManaged(connection, domain);
    const target = await findIntentTarget(connection, domain);
    const change: IntentChange = {
      guest: domain.name,
      where: placesOf(target),
      before: target.stated.config?.own ?? target.stated.live?.own,
      others: target.stated.config?.others ?? target.stated.live?.others ?? [],
      after: intents,
      undo: undoOf(domain.name, target, options),
      isSame: target.halves.every(half => target.stated[half]?.own?.join() === intents?.join()),
    };
    if (change.isSame) return told(change, 'nothing-to-do');
    const isWanted = await confirm(planText(change, `${stateFolder()}/backup`));
    if (!isWanted) return told(change, 'not-written');
    const written = await setGuestIntents(connection, target, intents, { stateFolder: stateFolder(), at: new Date() });
    return written.missed.length > 0
      ? { ...told(change, 'not-holding', written.copy), exitCode: exitCodes.notHolding }
      : told(change, 'written', written.copy);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    if (error instanceof IntentsChanged)
      throw new RequestError(error.message, exitCodes.notHolding, 'nothing was written; look again: nearmetal intent');
    throw new RequestError(messageOf(error), exitCodes.failure, doThisOf(error));
  } finally {
    await connection.close();
  }
}

const told = (change: IntentChange, result: Parameters<typeof intentChangeJson>[1], copy?: string): IntentsWritten => ({
  text: intentChangeText(change, result, copy),
  json: intentChangeJson(change, result, copy),
  exitCode: exitCodes.ok,
});

async function open(options: IntentOptions): Promise<Connection> {
  try {
    return await connect({ uri: options.connect, readOnly: false });
  } catch (error) {
    if (error instanceof UriError) throw usageError(error.message, error.doThis);
    throw inputError(messageOf(error), doThisOf(error));
  }
}

async function findDomain(connection: Connection, word: string): Promise<Domain> {
  const all = await connection.domains();
  const found =
    all.find(({ name }) => name === word) ?? all.find(({ uuid }) => uuid.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(
    word,
    all.map(({ name }) => name),
  );
  throw inputError(
    `there is no guest called "${word}"`,
    near === undefined
      ? 'nearmetal intent lists the guests; a file of domain XML is named with its path'
      : `did you mean ${near}?`,
  );
}

/** What a manager keeps in its own books it writes anew at the next start. */
async function refuseManaged(connection: Connection, domain: Domain): Promise<void> {
  const { root } = parseXml(await connection.domainXml(domain, { inactive: true }), { file: domain.name });
  const manager = managerIn(root);
  if (manager === undefined) return;
  throw new RequestError(
    `${domain.name} belongs to ${manager.name}, which writes its definition anew`,
    exitCodes.input,
    `say it in nearmetal.yaml instead (intents, guests), or with --intent ${domain.name}=…`,
  );
}

function placesOf({ halves }: IntentTarget): readonly string[] {
  const names = { config: 'the stored definition', live: 'the running guest' };
  const places = halves.map(half => names[half]);
  return halves.includes('config') ? places : [...places, 'until it stops: it has no stored definition'];
}

function undoOf(name: string, { stated, halves }: IntentTarget, { connect: uri }: IntentOptions): string {
  const before = halves.flatMap(half => (stated[half]?.own === undefined ? [] : [stated[half]?.own ?? []]))[0];
  const words = before === undefined || before.length === 0 ? ['--remove'] : before;
  return ['nearmetal', 'intent', quoted(name), ...words, ...(uri === undefined ? [] : ['--connect', quoted(uri)])].join(
    ' ',
  );
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const messageOf = (error: unknown): string => maskOutput(error instanceof Error ? error.message : String(error));

const doThisOf = (error: unknown): string | undefined =>
  error instanceof Error && 'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;
