import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseXml } from '#formats/xml/parse-xml';
import { redacted } from '#formats/xml/redact-xml';
import { select } from '#formats/xml/xml-path';

function shown(source: string): string {
  const document = parseXml(source, { file: 'x' });
  return redacted(document, 0, source.length);
}

const masked: readonly (readonly [string, string])[] = [
  [
    "<graphics type='vnc' passwd='hunter2' passwdValidTo='2026-12-01'/>",
    "<graphics type='vnc' passwd='‹secret›' passwdValidTo='2026-12-01'/>",
  ],
  ["<auth type='chap' login='me' passwd='hunter2'/>", "<auth type='chap' login='me' passwd='‹secret›'/>"],
  ['<cookies><cookie name="a">hunter2</cookie></cookies>', '<cookies><cookie name="a">‹secret›</cookie></cookies>'],
  ['<m:adminPassword>\n hunter2 \n</m:adminPassword>', '<m:adminPassword>\n ‹secret› \n</m:adminPassword>'],
  ['<secret>hun<![CDATA[ter]]>2</secret>', '<secret>‹secret›‹secret›‹secret›</secret>'],
  [
    "<qemu:arg value='secret,id=s0,data=hunter2,format=raw'/>",
    "<qemu:arg value='secret,id=s0,data=‹secret›,format=raw'/>",
  ],
  [
    "<qemu:arg value='secret,id=s0,data=hunter,,2,format=raw'/>",
    "<qemu:arg value='secret,id=s0,data=‹secret›,format=raw'/>",
  ],
  [
    "<qemu:arg value='{&quot;qom-type&quot;:&quot;secret&quot;,&quot;data&quot;:&quot;hunter2&quot;}'/>",
    "<qemu:arg value='‹secret›'/>",
  ],
  [
    `<qemu:arg value='{"qom-type":"secret","id":"s","data":"hun\\"ter2"}'/>`,
    `<qemu:arg value='{"qom-type":"secret","id":"s","data":"‹secret›"}'/>`,
  ],
  [
    "<qemu:arg value='driver=ssh,user=x,file.password=hunter2'/>",
    "<qemu:arg value='driver=ssh,user=x,file.password=‹secret›'/>",
  ],
  ["<qemu:env name='RBD_PASSWORD' value='hunter2'/>", "<qemu:env name='RBD_PASSWORD' value='‹secret›'/>"],
  ["<source file='https://me:hunter2@host/x.iso'/>", "<source file='https://me:‹secret›@host/x.iso'/>"],
  ['<cmdline>root=/dev/vda1 rootpw=hunter2 quiet</cmdline>', '<cmdline>root=/dev/vda1 rootpw=‹secret› quiet</cmdline>'],
  ["<a><!-- <graphics passwd='hunter2'/> --></a>", '<a><!-- <graphics passwd=‹secret› --></a>'],
  ['<key>-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----</key>', '<key>‹secret›</key>'],
];

for (const [source, expected] of masked) {
  test(`masked: ${expected}`, () => {
    assert.equal(shown(source), expected);
    const document = parseXml(source, { file: 'x' });
    fc.assert(
      fc.property(fc.nat(source.length), fc.nat(source.length), (a, b) => {
        const part = redacted(document, Math.min(a, b), Math.max(a, b));
        assert.doesNotMatch(part, /hu|un|nt|er2|ter/);
      }),
    );
  });
}

const untouched = [
  "<encryption format='luks'><secret type='passphrase' uuid='f52a81b2-424e-490c-823d-6bd4235bc572'/></encryption>",
  "<auth username='me'>\n  <secret type='ceph' usage='cephx'/>\n</auth>",
  "<qemu:arg value='driver=rbd,password-secret=sec0,key-secret=sec1'/>",
  "<qemu:env name='LANG' value='C'/>",
  "<graphics passwd=''/>",
  "<source file='http://host:80/x@y'/>",
  "<sysinfo type='fwcfg'><entry name='opt/x'>data=1,secretive</entry></sysinfo>",
  "<qemu:arg value='tcp:0:1,data=2'/>",
];

for (const source of untouched) test(`left alone: ${source}`, () => assert.equal(shown(source), source));

test('a stretch shows only what was asked for', () => {
  const document = parseXml("<d><a x='1'/><graphics passwd='hunter2' port='1'/></d>", { file: 'x' });
  const [graphics] = select(document.root, 'graphics');
  assert.ok(graphics);
  assert.equal(redacted(document, graphics.start, graphics.end), "<graphics passwd='‹secret›' port='1'/>");
});
