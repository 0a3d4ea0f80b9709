import { build } from 'esbuild';

/** src/report/html/page-assets.gen.ts: script and style of the HTML report, of web/report/, as texts. */
export async function pageAssets() {
  const { outputFiles } = await build({
    entryPoints: ['web/report/page.ts', 'web/report/page.css'],
    outdir: 'unused',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome109', 'firefox115', 'safari16'],
    charset: 'utf8',
    logLevel: 'warning',
  });
  const text = ending => {
    const found = outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim();
    if (found === undefined || found.length === 0) throw new Error(`web/report/page${ending} came to nothing`);
    // it would end the element that holds it
    if (/<\/(script|style)/i.test(found)) throw new Error(`web/report/page${ending} holds an end tag`);
    return found;
  };
  const lines = [
    '// Generated from web/report/ by tools/gen/page-assets.mjs. Do not edit.',
    '',
    '/** The script of the HTML report, web/report/page.ts. */',
    `export const pageScript = ${JSON.stringify(text('.js'))};`,
    '',
    '/** Its style, web/report/page.css. */',
    `export const pageStyles = ${JSON.stringify(text('.css'))};`,
    '',
  ];
  return [{ path: 'src/report/html/page-assets.gen.ts', text: lines.join('\n') }];
}
