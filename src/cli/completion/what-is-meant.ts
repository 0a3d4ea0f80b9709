import type { CommandNode } from '#cli/command-tree';

/** Where the guests are that a command line is about. */
export interface GuestPlace {
  /** `--connect`. */
  readonly uri: string | undefined;
  readonly root: string | undefined;
  /** SOURCE; none: this machine. */
  readonly sources: readonly string[];
}

/** Takes the command line as data and the words typed before the one that is completed, without the program's name; gives where the guests are. */
export function whatIsMeant(tree: CommandNode, words: readonly string[]): GuestPlace {
  let command = tree;
  const given = new Map<string, string>();
  const sources: string[] = [];
  let waiting: string | undefined;
  let isOnlyArguments = false;
  for (const word of words) {
    if (waiting !== undefined) {
      given.set(waiting, word);
      waiting = undefined;
    } else if (word === '--') isOnlyArguments = true;
    else if (!isOnlyArguments && word.startsWith('-')) {
      const [name = '', value] = word.split(/=(.*)/s);
      const option = command.options.find(({ long, short }) => long === name || short === name);
      if (option?.value === undefined) continue;
      if (value === undefined) waiting = option.long;
      else given.set(option.long, value);
    } else {
      const next = command.commands.find(({ name }) => name === word);
      if (next !== undefined) command = next;
      else if (command.arguments.some(({ name }) => name === 'source') && word !== '') sources.push(word);
    }
  }
  return { uri: given.get('--connect'), root: given.get('--root'), sources };
}
