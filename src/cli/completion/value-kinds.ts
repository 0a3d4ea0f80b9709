import type { ArgumentNode, CommandNode, OptionNode } from '#cli/command-tree';

/**
 * What can stand in a place of the command line: `rules` also areas and sections; `sources` files and folders; `guest-or-file` and
 * `intents`, `[guest=]file` as they say; `free` nothing that could be told before.
 */
export type ValueKind =
  | 'rules'
  | 'guests'
  | 'intents'
  | 'intent-words'
  | 'files'
  | 'folders'
  | 'sources'
  | 'guest-or-file'
  | 'guest-files'
  | 'uris'
  | 'times'
  | 'free';

/** By the name of the value in the help: `--rule <id|area|section>`. Every value without choices has its line here. */
const kinds: Readonly<Record<string, ValueKind>> = {
  name: 'guests',
  guest: 'guests',
  'id|area|section': 'rules',
  'rule|section': 'rules',
  '[guest=]intent': 'intents',
  intent: 'intent-words',
  file: 'files',
  dir: 'folders',
  folder: 'folders',
  source: 'sources',
  uri: 'uris',
  time: 'times',
  'guest|file': 'guest-or-file',
  '[guest=]file': 'guest-files',
  plan: 'files',
  'name...': 'guests',
  run: 'free',
  number: 'free',
  days: 'free',
  copy: 'free',
  place: 'free',
  image: 'files',
  format: 'free',
  'image:path': 'files',
  'image...': 'files',
  volume: 'free',
  bytes: 'free',
  size: 'free',
};

/** What stands in the value of an option or in an argument: its choices, or a kind. Undefined where nobody has said it yet. */
export function fittingIn(node: OptionNode | ArgumentNode): readonly string[] | ValueKind | undefined {
  if (node.choices !== undefined) return node.choices;
  const name = 'long' in node ? node.value : node.name;
  return name === undefined ? undefined : kinds[name];
}

/** What stands where in the whole command line: for each place that takes a value its command, its name and what fits. */
export function placesOf(
  node: CommandNode,
): readonly { readonly place: string; readonly value: ReturnType<typeof fittingIn> }[] {
  return [
    ...node.options
      .filter(option => option.value !== undefined)
      .map(option => ({ place: `${node.path.join(' ')} ${option.long}`, value: fittingIn(option) })),
    ...node.arguments.map(one => ({ place: `${node.path.join(' ')} <${one.name}>`, value: fittingIn(one) })),
    ...node.commands.flatMap(placesOf),
  ];
}
