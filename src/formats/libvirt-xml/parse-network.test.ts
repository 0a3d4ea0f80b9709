import assert from 'node:assert/strict';
import test from 'node:test';
import { parseNetwork } from '#formats/libvirt-xml/parse-network';
import { parseXml } from '#formats/xml/parse-xml';
import { children } from '#formats/xml/xml-tree';
import { xmlFiles } from '../../../test/xml-files.js';

const parse = (source: string) => parseNetwork(parseXml(source, { file: 'net.xml' }).root);
const host = xmlFiles('virt-manager/testdriver', /^testdriver\.xml$/)[0];
const skip = host === undefined ? 'no shared data' : false;

test('every network of a whole host is read', { skip }, () => {
  const root = parseXml(host?.text ?? '', { file: 'host' }).root;
  const networks = new Map(
    children(root, 'network').map(network => [parseNetwork(network).name, parseNetwork(network)]),
  );
  assert.ok(networks.size > 8);
  const standard = networks.get('default');
  assert.deepEqual(standard, {
    name: 'default',
    uuid: '715666b7-dbd4-6c78-fa55-94863da09f2d',
    forwardMode: 'nat',
    forwardDevices: [],
    physicalFunction: undefined,
    bridge: 'virbr0',
    stp: 'on',
    macTableManager: undefined,
    mtu: undefined,
    trustsGuestFilters: undefined,
    virtualPort: undefined,
    isIsolated: undefined,
    vlans: [],
    addresses: [{ family: 'ipv4', address: '192.168.122.1', prefix: 24, hasDhcp: true }],
    portGroups: [],
    hasBandwidth: false,
  });
  assert.equal(networks.get('isolated_net')?.forwardMode, 'none');
  assert.equal(networks.get('isolated_net')?.hasBandwidth, true);
  assert.deepEqual(networks.get('ipv4_prefix')?.forwardDevices, ['eth1']);
  assert.deepEqual(networks.get('plainbridge-portgroups')?.portGroups[0], {
    name: 'engineering',
    isDefault: true,
    virtualPort: '802.1Qbh',
    hasBandwidth: true,
  });
  assert.deepEqual(networks.get('ipv6_2ranges')?.addresses[1], {
    family: 'ipv6',
    address: 'fd00:beef:10:6::1',
    prefix: 64,
    hasDhcp: true,
  });
});

test('bridges, virtual functions, Open vSwitch, VLANs and MTU are read', () => {
  const network = parse(`<network trustGuestRxFilters='yes'><name>n</name><mtu size='9000'/><port isolated='yes'/>
    <forward mode='hostdev' managed='yes'><pf dev='eth3'/></forward><bridge name='b' macTableManager='libvirt'/>
    <virtualport type='openvswitch'/><vlan trunk='yes'><tag id='42'/><tag id='47'/></vlan></network>`);
  assert.deepEqual(
    [network.mtu, network.isIsolated, network.physicalFunction, network.vlans],
    [9000, true, 'eth3', [42, 47]],
  );
  assert.deepEqual(
    [network.virtualPort, network.macTableManager, network.trustsGuestFilters],
    ['openvswitch', 'libvirt', true],
  );
  assert.equal(parse('<network><name>n</name><forward/></network>').forwardMode, 'nat');
});

test('an odd netmask gives no prefix, and nonsense is named', () => {
  assert.equal(parse("<network><name>n</name><ip netmask='255.0.255.0'/></network>").addresses[0]?.prefix, undefined);
  assert.throws(() => parse('<network/>'), { name: 'XmlValueError' });
  assert.throws(() => parse("<network><name>n</name><mtu size='big'/></network>"), {
    name: 'XmlValueError',
    message: /net\.xml:1:24: @size of \/network\/mtu/,
  });
});
