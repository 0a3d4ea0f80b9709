import assert from 'node:assert/strict';
import test from 'node:test';
import { isSameContent } from '#change/domain/same-part';

test('what libvirt writes anew is the same', () => {
  const same = (path: string, one: string, other: string): void => {
    assert.ok(isSameContent(path, one, other), `${one} = ${other}`);
    assert.ok(isSameContent(path, other, one), `${other} = ${one}`);
  };
  same('cputune/emulatorpin/@cpuset', '0-1,4', '0,1,4');
  same(
    'devices/rng',
    "<rng model='virtio'><rate period='1000' bytes='1024'/><backend model='random'>/dev/urandom</backend></rng>",
    `<rng model="virtio">
      <rate bytes='1024' period='1000'/>
      <backend model='random'>/dev/urandom</backend>
      <alias name='rng0'/>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
    </rng>`,
  );
  same(
    'devices/video',
    "<video><model type='virtio'/></video>",
    "<video><model type='virtio' heads='1' primary='yes'/></video>",
  );
  assert.ok(isSameContent('iothreads', '0', undefined));
  assert.ok(isSameContent('devices/memballoon/stats/@period', undefined, '0'));
});

test('what means something else is not', () => {
  const differ = (path: string, one: string | undefined, other: string | undefined): void =>
    assert.ok(!isSameContent(path, one, other), `${one} ≠ ${other}`);
  differ('vcpu', '2', '3');
  differ('vcpu', undefined, '0');
  differ('cputune/emulatorpin/@cpuset', '0-1', '0-2');
  differ(
    'features/hyperv',
    "<hyperv><relaxed state='on'/></hyperv>",
    "<hyperv><relaxed state='on'/><vapic state='on'/></hyperv>",
  );
  differ('devices/rng', "<rng model='virtio'/>", "<rng model='virtio-transitional'/>");
  differ('cpu/model', '<model>qemu64</model>', '<model>Haswell</model>');
  differ('cpu/model', '<model>qemu64</model>', 'qemu64');
});
