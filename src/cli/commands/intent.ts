import { ask } from '#cli/ask';
import { exitCodes } from '#cli/exit-codes';
import type { Confirm, IntentOptions, IntentRequest } from '#cli/intent-request';
import { namedGuests } from '#cli/named-guests';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { readIntent } from '#cli/read-wishes';
import { inputError, usageError } from '#cli/request-error';
import { effectiveSettings, withSettings } from '#cli/settings/effective-settings';
import { readSettingsFiles } from '#cli/settings/settings-files';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { collectMachine } from '#collect/machine';
import { shapeOfGuest } from '#model/derived/shape-of-guest';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';
import { type IntentLine, intentsJson, intentsText } from '#report/intents-report';
import { rules } from '#rules/index.gen';
import { isIntent } from '#wishes/intent';
import { guestIntents, noWishes, type Wishes } from '#wishes/wishes';

/**
 * `nearmetal intent [GUEST|FILE] [INTENT…]`: without an intent says what guests are for and who said so; with one writes it into the
 * guest's metadata through libvirt, or into a file of domain XML. Shows what it will do and asks, keeps a copy, reads back, and tells
 * how to take it back.
 */
export async function intent(
  word: string | undefined,
  words: readonly string[],
  options: IntentOptions,
): Promise<number> {
  if (options.remove === true && words.length > 0)
    throw usageError(
      '--remove takes away what was said; it goes with no intent',
      `nearmetal intent ${word ?? 'GUEST'} --remove`,
    );
  const intents = [...new Set(words.flatMap(each => each.split(',')).map(readIntent))];
  const isWriting = intents.length > 0 || options.remove === true;
  if (!isWriting) return show(word, options);
  if (word === undefined) throw usageError('whose intent?', 'nearmetal intent GUEST INTENT');
  const request: IntentRequest = { word, intents: options.remove === true ? undefined : intents };
  const confirm: Confirm = async plan => {
    process.stderr.write(plan);
    if (options.dryRun === true) return false;
    return options.yes === true || (await ask('Write it?'));
  };
  const setting = (await saidElsewhere(options)).guestIntents.get(word);
  if (setting !== undefined)
    process.stderr.write(
      `nearmetal.yaml says ${setting.join(', ')} of ${word}, which goes before what is written here\n`,
    );
  const output = openOutput(options.output, options.color);
  const { writeGuestIntents } = await import('#cli/write-guest-intents');
  const { writeFileIntents } = await import('#cli/write-file-intents');
  const done = isFile(word)
    ? await writeFileIntents(request, confirm)
    : await writeGuestIntents(request, options, confirm);
  await output.write(
    options.format === 'json'
      ? jsonText({ schema: 'nearmetal.intent-change/1', tool: { name: 'nearmetal', version }, ...done.json })
      : done.text,
  );
  return done.exitCode;
}

async function show(word: string | undefined, options: IntentOptions): Promise<number> {
  const wishes = await saidElsewhere(options);
  const output = openOutput(options.output, options.color);
  const { place, problems } = await openPlace(word !== undefined && isFile(word) ? [word] : [], options);
  const machine = collectMachine(place);
  const guests: readonly Guest[] =
    word === undefined || isFile(word) ? (valueIfKnown(machine.guests) ?? []) : namedGuests(machine, [word]);
  if (machine.guests.state === 'unknown')
    throw inputError(`the guests could not be read: ${machine.guests.reason}`, machine.guests.remedy);
  const lines: readonly IntentLine[] = guests.map(guest => intentLine(wishes, guest));
  await output.write(
    options.format === 'json' ? jsonText(intentsJson(lines, version)) : intentsText(lines, output.style),
  );
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}

/** What settings say of guests, which goes before what their metadata say. */
const saidElsewhere = async (options: IntentOptions): Promise<Wishes> =>
  withSettings(noWishes, effectiveSettings(await readSettingsFiles(options), rules, false), 'current');

/** Words that rules read beside the intents. */
const marks: ReadonlySet<string> = new Set(['cpu-hotplug', 'memory-hotplug', 'production']);

function intentLine(wishes: Wishes, guest: Guest): IntentLine {
  const said = guestIntents(wishes, guest);
  return {
    guest: guest.name,
    uuid: valueIfKnown(guest.uuid),
    said,
    strange: (valueIfKnown(guest.declaredIntents) ?? []).filter(word => !isIntent(word) && !marks.has(word)),
    shape: said.from === 'nobody' ? shapeOfGuest(guest) : undefined,
  };
}

/** A name of a guest has no slash, and hardly ever ends like a file of XML. */
const isFile = (word: string): boolean => word.includes('/') || word.endsWith('.xml');
