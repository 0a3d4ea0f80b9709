import type { Command, Option } from 'commander';

/** A command as data: what the manual page and the completion of shells are made of. */
export interface CommandNode {
  /** `check`; of the program itself `nearmetal`. */
  readonly name: string;
  /** Words from the program on: `nearmetal rules test`. */
  readonly path: readonly string[];
  readonly description: string;
  /** In the order of the help. */
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
}

/** An option of a command. */
export interface OptionNode {
  /** `--format`. */
  readonly long: string;
  /** `-o`. */
  readonly short?: string | undefined;
  readonly description: string;
  /** What its value is called, undefined where it takes none: `file`, `[guest=]intent`. */
  readonly value?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  /** The default, where there is one worth telling. */
  readonly default?: string | undefined;
  readonly isRepeatable: boolean;
}

/** An argument of a command. */
export interface ArgumentNode {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  readonly choices?: readonly string[] | undefined;
}

/** Takes the command line as commander has it; gives it as data, without what is hidden. */
export function commandTree(command: Command, above: readonly string[] = []): CommandNode {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    name: command.name(),
    path,
    description: command.description(),
    options: help.visibleOptions(command).map(optionNode),
    arguments: command.registeredArguments.map(one => ({
      name: one.name(),
      description: one.description,
      isRequired: one.required,
      isVariadic: one.variadic,
      choices: one.argChoices,
    })),
    commands: help
      .visibleCommands(command)
      .filter(one => one.name() !== 'help')
      .map(one => commandTree(one, path)),
  };
}

function optionNode(option: Option): OptionNode {
  const fallback: unknown = option.defaultValue;
  return {
    long: option.long ?? option.short ?? option.flags,
    short: option.long === undefined ? undefined : option.short,
    description: option.description,
    value: option.required || option.optional ? option.flags.replace(/^.*?[<[]/, '').replace(/[>\]]$/, '') : undefined,
    choices: option.argChoices,
    default: typeof fallback === 'string' ? fallback : undefined,
    isRepeatable: Array.isArray(fallback),
  };
}
