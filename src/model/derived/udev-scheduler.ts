import type { BlockDevice } from '#model/block-device';
import type { KernelParameter } from '#model/kernel';
import type { UdevPart, UdevRule, UdevRuleFile } from '#model/udev-rule';
import { matchesGlob } from '#units/glob';

/** What the udev rules do to a device's scheduler when it appears at boot. */
export interface UdevChoice {
  /** Undefined where a match could not be judged from here. */
  readonly value: string | undefined;
  readonly file: string;
  readonly line: number;
}

/** Yes, no, or not to be told. */
type Answer = boolean | undefined;

/**
 * Follows the rule files as udev does (udev(7)) for a whole disk that is added (a device-mapper device: changed) at boot; gives the last
 * rule that chooses its scheduler, undefined where none does. A match on something that was not read is neither yes nor no: a
 * choice behind it is one without a value.
 */
export function udevScheduler(
  files: readonly UdevRuleFile[],
  device: BlockDevice,
  commandLine: readonly KernelParameter[] | undefined,
): UdevChoice | undefined {
  let choice: UdevChoice | undefined;
  const environment = new Map<string, string | undefined>();
  for (const { file, rules } of files) {
    /** Jump under way: nothing counts up to this label. */
    let skipTo: string | undefined;
    /** Jumps that may or may not have been taken: nothing is certain up to these labels. */
    const doubts = new Set<string>();
    for (const rule of rules) {
      const label = assigned(rule, 'LABEL');
      if (label !== undefined) {
        doubts.delete(label);
        if (skipTo === label) skipTo = undefined;
      }
      if (skipTo !== undefined) continue;
      const holds = ruleHolds(rule, device, environment, commandLine);
      if (holds === false) continue;
      const isCertain = holds === true && doubts.size === 0;
      for (const { key, attribute, operator, value } of rule.parts) {
        if (operator === '==' || operator === '!=') continue;
        if (key === 'ENV' && attribute !== undefined) environment.set(attribute, isCertain ? value : undefined);
        if (key === 'ATTR' && attribute === 'queue/scheduler') {
          choice = { value: isCertain && !/[%$]/.test(value) ? value : undefined, file, line: rule.line };
        }
      }
      const jump = assigned(rule, 'GOTO');
      if (jump === undefined) continue;
      if (isCertain) skipTo = jump;
      else doubts.add(jump);
    }
  }
  return choice;
}

const assigned = (rule: UdevRule, key: string): string | undefined => rule.parts.find(part => part.key === key)?.value;

function ruleHolds(
  rule: UdevRule,
  device: BlockDevice,
  environment: Map<string, string | undefined>,
  commandLine: readonly KernelParameter[] | undefined,
): Answer {
  let all: Answer = true;
  for (const part of rule.parts) {
    if (part.key === 'IMPORT') {
      const found = importCommandLine(part, environment, commandLine);
      if (part.operator === '=' || found === true) continue;
      if (found === false) return false;
      all = undefined;
    } else if (part.operator === '==' || part.operator === '!=') {
      const answer = partHolds(part, device, environment);
      if (answer === false) return false;
      if (answer === undefined) all = undefined;
    } else if (part.key === 'PROGRAM') all = undefined;
  }
  return all;
}

/** `IMPORT{cmdline}="elevator"` makes a variable of a kernel parameter; other imports may set anything, but nothing that a scheduler rule of this file is known to need. */
function importCommandLine(
  { attribute, value }: UdevPart,
  environment: Map<string, string | undefined>,
  commandLine: readonly KernelParameter[] | undefined,
): Answer {
  if (attribute !== 'cmdline' || commandLine === undefined) return undefined;
  const parameter = commandLine.find(({ name }) => name === value);
  environment.set(value, parameter === undefined ? '' : (parameter.value ?? '1'));
  return parameter !== undefined;
}

function partHolds(part: UdevPart, device: BlockDevice, environment: Map<string, string | undefined>): Answer {
  const answer = part.key === 'TEST' ? fileIsThere(part.value, device) : matches(part, device, environment);
  return answer === undefined || part.operator === '==' ? answer : !answer;
}

function matches(part: UdevPart, device: BlockDevice, environment: Map<string, string | undefined>): Answer {
  if (part.key === 'SUBSYSTEMS') return busMatches(part.value, device);
  // a value with substitutions
  if (/[%$]/.test(part.value)) return undefined;
  const text = textOf(part, device, environment);
  if (text === undefined) return undefined;
  const found = text.some(each =>
    part.value.split('|').some(pattern => matchesGlob(pattern, each, { slash: 'is-like-any' })),
  );
  // the parents of a disk have other names; but no queue of their own
  const isOpen = part.key === 'KERNELS' || (part.key === 'ATTRS' && !part.attribute?.startsWith('queue/'));
  return found || !isOpen ? found : undefined;
}

/** SUBSYSTEMS looks at the device and its parents: its bus is one of them, the others are not known. */
function busMatches(value: string, device: BlockDevice): Answer {
  const buses = ['block', ...(['nvme', 'scsi', 'virtio', 'xen', 'mmc'].includes(device.kind) ? [device.kind] : [])];
  return buses.some(each => value.split('|').some(pattern => matchesGlob(pattern, each))) || undefined;
}

/** Texts of which one has to match; undefined where they were not read. */
function textOf(
  { key, attribute = '' }: UdevPart,
  device: BlockDevice,
  environment: Map<string, string | undefined>,
): readonly string[] | undefined {
  switch (key) {
    case 'ACTION':
      return [device.name.startsWith('dm-') ? 'change' : 'add'];
    case 'SUBSYSTEM':
      return ['block'];
    case 'KERNEL':
    case 'KERNELS':
      return [device.name];
    case 'ATTR':
    case 'ATTRS':
      return attributeText(attribute, device);
    case 'ENV': {
      const text = environment.has(attribute) ? environment.get(attribute) : environmentText(attribute, device);
      return text === undefined ? undefined : [text];
    }
    default:
      return undefined;
  }
}

function environmentText(name: string, device: BlockDevice): string | undefined {
  const own: Readonly<Record<string, string>> = {
    DEVTYPE: 'disk',
    DEVNAME: `/dev/${device.name}`,
    SUBSYSTEM: 'block',
    ACTION: device.name.startsWith('dm-') ? 'change' : 'add',
  };
  const known = own[name] ?? device.properties.get(name);
  if (known !== undefined) return known;
  // a name with a dot is private to the rules: nobody set it
  return name.startsWith('.') || device.properties.size > 0 ? '' : undefined;
}

function attributeText(name: string, device: BlockDevice): readonly string[] | undefined {
  const flag = (value: boolean | undefined): readonly string[] | undefined =>
    value === undefined ? undefined : [value ? '1' : '0'];
  switch (name) {
    case 'queue/rotational':
      return flag(device.isRotational);
    case 'removable':
      return flag(device.isRemovable);
    case 'queue/zoned':
      return device.zoned === undefined ? undefined : [device.zoned];
    case 'size':
      return [String(device.size / 512)];
    case 'dm/name':
      return [device.mapName ?? ''];
    case 'dm/uuid':
      return [device.mapUuid ?? ''];
    case 'queue/scheduler':
      // any of the offered may be the one in brackets when the rule runs
      return device.schedulers.length === 0
        ? ['none']
        : device.schedulers.map(chosen =>
            device.schedulers.map(each => (each === chosen ? `[${each}]` : each)).join(' '),
          );
    default:
      return undefined;
  }
}

/** `TEST=="queue/rotational"`, `TEST!="%S%p/mq/1"`: whether a file of the device is there. */
function fileIsThere(path: string, device: BlockDevice): Answer {
  const name = path.replace(/^(?:%S%p|\$sys\$devpath|\/sys\$devpath)\//, '');
  const queue = /^mq\/(\d{1,4})$/.exec(name);
  if (queue?.[1] !== undefined) return device.queues === undefined ? undefined : Number(queue[1]) < device.queues;
  switch (name) {
    case 'queue/scheduler':
      return device.isRequestBased;
    case 'queue/rotational':
      return device.isRotational === undefined ? undefined : true;
    case 'mq':
      return device.isRequestBased;
    case 'dm':
      return device.name.startsWith('dm-');
    case 'partition':
      return false;
    default:
      return undefined;
  }
}
