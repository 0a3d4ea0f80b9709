/** Scripts that tests run inside the page of a report; each is an expression. */

/** Every node, core and CPU of the picture: its place in pixels, and what it says. */
export const pictureProbe = `(() => {
  const box = element => { const { left, top, right, bottom } = element.getBoundingClientRect(); return { left, top, right, bottom }; };
  const own = group => box(group.querySelector(':scope > rect'));
  return {
    packages: [...document.querySelectorAll('.pic-package')].map(group => ({ id: Number(group.dataset.package), box: own(group) })),
    nodes: [...document.querySelectorAll('.pic-node')].map(node => ({
      id: node.dataset.node,
      box: own(node),
      cores: [...node.querySelectorAll('.pic-core')].map(core => ({
        box: own(core),
        cpus: [...core.querySelectorAll('.pic-cpu')].map(cpu => ({
          cpu: Number(cpu.dataset.cpu),
          box: own(cpu),
          labels: [...cpu.querySelectorAll('.pic-seat-text, .pic-seat-off')].map(text => ({ text: text.textContent, box: box(text) })),
        })),
      })),
    })),
  };
})()`;

/**
 * Every text that is seen, with the contrast of its colour to what is painted below it (WCAG 2, relative luminance): of HTML the nearest
 * background, of SVG the uppermost filled rectangle under the middle of the text.
 */
export const contrastProbe = `(() => {
  const parse = text => { const m = /rgba?\\(([^)]+)\\)/.exec(text); if (!m) return undefined; const [r, g, b, a = 1] = m[1].split(/[ ,/]+/).map(Number); return { r, g, b, a }; };
  const channel = value => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour && colour.a === 1) return colour;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };
  const under = text => {
    const svg = text.ownerSVGElement;
    const { left, top, width, height } = text.getBoundingClientRect();
    const x = left + width / 2, y = top + height / 2;
    const rects = [...svg.querySelectorAll('rect')].filter(rect => text.compareDocumentPosition(rect) & Node.DOCUMENT_POSITION_PRECEDING);
    for (const rect of rects.reverse()) {
      const place = rect.getBoundingClientRect();
      const fill = parse(getComputedStyle(rect).fill);
      if (fill && fill.a === 1 && place.left <= x && x <= place.right && place.top <= y && y <= place.bottom) return fill;
    }
    return behind(svg.parentElement);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || ['SCRIPT', 'STYLE', 'title', 'OPTION'].includes(element.tagName)) continue;
    const isSvg = element.namespaceURI.endsWith('svg');
    const ink = parse(isSvg ? getComputedStyle(element).fill : getComputedStyle(element).color);
    found.push({ text: node.data.trim().slice(0, 40), ratio: contrast(ink, isSvg ? under(element) : behind(element)) });
  }
  for (const input of document.querySelectorAll('input')) {
    found.push({ text: 'placeholder', ratio: contrast(parse(getComputedStyle(input, '::placeholder').color), behind(input)) });
  }
  return found;
})()`;
