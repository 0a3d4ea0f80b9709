import type { OpenGuest } from '#formats/guest-disk/open-guest';
import type { GuestBoot } from '#model/guest-boot';
import type { Readiness, ReadinessPoint } from '#model/readiness';
import type { Style } from '#report/human/style';
import { clipped, printable } from '#report/printable';

/** The most points of a kind that are told without being asked. */
const most = 8;

/** Gives whether a guest would come up with virtio: a verdict for each device, what says so, and where. */
export function readinessText(
  images: readonly string[],
  { parts, remarks }: Pick<OpenGuest, 'parts' | 'remarks'>,
  boot: GuestBoot,
  judged: readonly Readiness[],
  { isVerbose, style }: { readonly isVerbose: boolean; readonly style: Style },
): string {
  const roots = parts
    .map(({ path, type, volume }) => `${path === '' ? '' : `${path} `}(${type}, ${volume})`)
    .join(', ');
  const next = boot.nextKernel === undefined ? 'which kernel is booted next is not known' : `boots ${boot.nextKernel}`;
  const kernels = `${printable(next)} · ${boot.kernels.length} kernel${boot.kernels.length === 1 ? '' : 's'}`;
  return [
    style.bold(images.map(printable).join(', ')),
    boot.system.kind === 'linux'
      ? `  ${printable(boot.system.name ?? 'a Linux system without a name')} · ${kernels}`
      : `  ${printable(boot.system.name ?? 'a system that is not known')}`,
    `  ${style.dim(printable(roots))}`,
    ...remarks.map(remark => `  ${printable(remark)}`),
    '',
    ...judged.flatMap(each => oneText(each, isVerbose, style)),
  ].join('\n');
}

const words: Readonly<Record<Readiness['verdict'], string>> = {
  safe: 'safe: it comes up',
  unsafe: 'unsafe: it does not come up as it is',
  unknown: 'unknown: not all could be read',
};

function oneText(one: Readiness, isVerbose: boolean, style: Style): readonly string[] {
  const colour =
    one.verdict === 'safe'
      ? style.good
      : (text: string) => style.severity(one.verdict === 'unsafe' ? 'error' : 'warning', text);
  const network =
    one.target === 'virtio-net' && one.verdict === 'unsafe'
      ? 'unsafe: it comes up without its network'
      : words[one.verdict];
  return [
    `${style.bold(one.target.padEnd(11))}  ${colour(network)}`,
    ...points('against', one.against, one.against.length, style),
    ...one.unread.map(({ what, why }) => `  ${style.dim('not read')}  ${clipped(what, 300)}: ${clipped(why, 400)}`),
    ...points(
      'proof  ',
      one.proof,
      one.verdict === 'safe' || isVerbose ? (isVerbose ? one.proof.length : most) : 0,
      style,
    ),
    ...points('also   ', one.remarks, isVerbose ? one.remarks.length : 4, style),
    ...one.conditions.map(condition => `  ${style.dim('as long as')}  ${condition}`),
    '',
  ];
}

function points(name: string, found: readonly ReadinessPoint[], shown: number, style: Style): readonly string[] {
  const lines = found
    .slice(0, shown)
    .flatMap(({ says, at, text, doThis }) => [
      `  ${style.dim(name)}  ${clipped(says, 300)}  ${style.dim(clipped(at, 300))}`,
      ...(text === undefined ? [] : [`           ${clipped(text, 160)}`]),
      ...(doThis === undefined ? [] : [`           ${style.dim('do')} ${clipped(doThis, 300)}`]),
    ]);
  const left = found.length - shown;
  return left > 0 && shown > 0 ? [...lines, `           … and ${left} more: --verbose tells all`] : lines;
}
