import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleSources } from '#cli/examples/example-sources';
import { planFormats, renderPlan } from '#cli/render-plan';
import { sightOfPlace } from '#cli/sight-of-place';
import { planId } from '#plan/plan-id';
import { terminalStyle } from '#report/human/style';
import { secretMark } from '#units/secret';
import { judgeAll, planOf } from './plan-of.js';

/** Makes a secret that no two places share, and remembers it. */
function planter(): { readonly plant: () => string; readonly all: readonly string[] } {
  const all: string[] = [];
  return {
    all,
    plant: () => {
      const secret = `Hunter${String(all.length + 1).padStart(3, '0')}x`;
      all.push(secret);
      return secret;
    },
  };
}

test('forty secrets in the files and definitions that a plan changes show in none of its forms', async () => {
  const { plant, all } = planter();
  const graphics = (type: string): string => `<graphics type='${type}' port='-1' autoport='yes' passwd='${plant()}'/>`;
  const guest = (): string => `
    <description>the root password is ${plant()}</description>
    <!-- password: ${plant()} -->
    <os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><cmdline>root=/dev/vda luks.passphrase=${plant()}</cmdline></os>
    <sysinfo type='fwcfg'><entry name='opt/x'>${plant()}</entry></sysinfo>
    <devices>
      <disk type='network' device='disk'>
        <driver name='qemu' type='raw' cache='unsafe'/>
        <source protocol='https' name='a' query='token=${plant()}'><host name='h'/><cookies><cookie name='c'>${plant()}</cookie></cookies></source>
        <target dev='vda' bus='virtio'/>
      </disk>
      <disk type='file' device='disk'>
        <driver name='qemu' type='qcow2' cache='unsafe' error_policy='ignore'/>
        <source file='/srv/a.qcow2'/><target dev='vdb' bus='sata'/>
      </disk>
      ${graphics('vnc')}${graphics('spice')}
    </devices>
    <qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
      <qemu:arg value='-object'/><qemu:arg value='secret,id=a,data=${plant()}'/><qemu:env name='API_TOKEN' value='${plant()}'/>
    </qemu:commandline>`;
  const place = {
    source: 'example',
    extent: 'host' as const,
    sources: exampleSources({
      name: 'planted',
      expect: 'bad',
      guest: { xml: guest() },
      others: [
        { name: 'b', xml: guest() },
        { name: 'c', xml: guest() },
      ],
      files: {
        '/proc/cmdline': `root=/dev/sda2 hugepages=1 hugepagesz=1G inst.password=${plant()} transparent_hugepage=never`,
        '/etc/default/grub': `# password ${plant()}\nGRUB_CMDLINE_LINUX_DEFAULT="quiet hugepages=1 hugepagesz=1G k3os.token=${plant()} autoyast=ftp://u:${plant()}@h/a"\nGRUB_CMDLINE_LINUX=""\n`,
        '/etc/fstab': `//srv/share /mnt cifs username=a,password=${plant()} 0 0\nsrv:/x /var/lib/libvirt/images nfs soft,rsize=8192 0 0\n:/ /c ceph name=a,secret=${plant()} 0 0\n`,
        '/etc/libvirt/qemu.conf': `vnc_password = "${plant()}"\n#spice_password = "${plant()}"\nmax_core = "unlimited"\n`,
        '/etc/sysctl.d/90-nearmetal.conf': `# token=${plant()}\nvm.swappiness = 60\n`,
        '/etc/tmpfiles.d/nearmetal.conf': `# secret: ${plant()}\nw /sys/kernel/mm/ksm/run - - - - 1\n`,
        '/proc/sys/vm/swappiness': '100\n',
        '/sys/kernel/mm/ksm/run': '1\n',
      },
    }),
  };
  assert.ok(all.length >= 40, String(all.length));
  const plan = planOf(judgeAll(place));
  assert.ok(plan.changes.length > 5, String(plan.changes.length));
  const texts = [JSON.stringify(plan), planId(plan)];
  for (const format of planFormats)
    for (const isVerbose of [false, true])
      texts.push(
        await renderPlan(plan, format, {
          file: undefined,
          isVerbose,
          style: terminalStyle(false, 80),
          sight: sightOfPlace(place),
        }),
      );
  for (const text of texts)
    assert.deepEqual(
      all.filter(secret => text.includes(secret)),
      [],
    );
  assert.ok(
    texts.some(text => text.includes(secretMark)),
    'a diff shows a line beside one',
  );
});
