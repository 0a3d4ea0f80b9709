import type { ChainRemark } from '#formats/disk/chain-remarks';
import type { LayerInfo } from '#formats/disk/layer-info';
import type { Style } from '#report/human/style';
import { printable } from '#report/printable';
import { bytes, printBytes } from '#units/bytes';

/** Gives the layers of an image, the topmost first, what will surprise about each, and what breaks the chain. */
export function imageChainText(
  layers: readonly LayerInfo[],
  remarks: readonly ChainRemark[],
  broken: string | undefined,
  style: Style,
): string {
  const lines: string[] = [];
  for (const [depth, layer] of layers.entries()) {
    const sizes = `${printBytes(bytes(layer['virtual-size']))}, ${printBytes(bytes(layer['actual-size']))} taken`;
    lines.push(
      `${depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `}${style.bold(printable(layer.filename))}  ${layer.format}  ${style.dim(sizes)}`,
    );
    for (const remark of remarks.filter(one => one.depth === depth)) {
      const margin = '  '.repeat(depth + 1);
      lines.push(
        `${margin}${style.severity('warning', printable(remark.says))}`,
        `${margin}${style.dim(remark.because)}`,
      );
    }
  }
  if (broken !== undefined)
    lines.push(`${'  '.repeat(layers.length - 1)}└ ${style.severity('error', `broken: ${printable(broken)}`)}`);
  return `${lines.join('\n')}\n`;
}
