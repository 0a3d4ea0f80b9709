/**
 * Tells whether the parts of a definition are as they were or as they are to be, and edits them; in Python 3, which every host has that is
 * run by Ansible or Salt (they are written in it), and nearly every other with libvirt: dnf, virt-install, cloud-init and firewalld need
 * it. xsltproc, virt-xml and the XML modules of Perl are packages of their own that hosts lack. Its standard library is enough. It reads
 * the definition from standard input; parts are `GuestPart` as JSON.
 */
export const guestProgram = (orders: Readonly<Record<string, readonly string[]>>): string => `import json, re, sys
from xml.dom import minidom

KIB = {'b': 1 / 1024, 'bytes': 1 / 1024, 'KB': 1000 / 1024, 'k': 1, 'KiB': 1, 'MB': 1000 ** 2 / 1024, 'M': 1024,
       'MiB': 1024, 'GB': 1000 ** 3 / 1024, 'G': 1024 ** 2, 'GiB': 1024 ** 2, 'T': 1024 ** 3, 'TiB': 1024 ** 3}
SIZES = ('memory', 'currentMemory', 'maxMemory', 'hard_limit', 'soft_limit', 'min_guarantee', 'swap_hard_limit')
SETS = ('cpuset', 'nodeset', 'cpus')
PLACING = ('address', 'alias', 'seclabel')
# what libvirt adds to an element that was defined without it
ADDED = ('video/model@heads', 'video/model@primary', 'video/model@ram', 'video/model@vram', 'video/model@vgamem',
         'channel/source', 'channel/source@mode', 'channel/target@state', 'interface/target', 'interface/mac',
         'controller/model', 'tpm/backend@persistent_state', 'tpm/backend/active_pcr_banks', 'cpu@migratable',
         'cpu@check', 'source@index', 'rng/backend/source@mode', 'backend/source@mode', 'devices/controller')

# the order in which libvirt itself writes the children of an element
ORDERS = ${Object.entries(orders)
  .map(([name, order]) => `'${name}': '${order.join(' ')}'`)
  .join(',\n          ')
  .replace(/^/, '{')
  .replace(/$/, '}')}

def children(element, name=None):
    return [one for one in element.childNodes if one.nodeType == 1 and name in (None, one.tagName)]

def text(element):
    return ''.join(one.data for one in element.childNodes if one.nodeType in (3, 4)).strip()

def own(element, name):
    return element.getAttribute(name) if element.hasAttribute(name) else None

def meets(element, number, condition):
    if 'index' in condition:
        return number == condition['index']
    name = condition.get('attribute')
    found = walk([element], condition.get('path', []))
    return any((text(one) if name is None else own(one, name)) == condition['value'] for one in found)

def walk(elements, steps):
    for step in steps:
        named = [children(one, step['name']) for one in elements]
        elements = [one for twins in named for number, one in enumerate(twins, 1)
                    if all(meets(one, number, condition) for condition in step.get('conditions', []))]
    return elements

def kib(value, unit):
    if unit in (None, 'KiB') or unit not in KIB or not value.isdigit():
        return value
    return str(int(-(-int(value) * KIB[unit] // 1)))

def is_size(element):
    parent = getattr(element.parentNode, 'tagName', None)
    return element.tagName in SIZES or (element.tagName == 'size' and parent == 'target')

def has_kib(element, name):
    return element.tagName == 'cell' and name == 'memory'

def read(root, part):
    found = walk([root], part['steps'])
    if not found:
        return None
    if len(found) > 1:
        return '%d elements' % len(found)
    element, name = found[0], part.get('attribute')
    if part['form'] == 'element':
        return element.toxml()
    if name is None:
        return kib(text(element), own(element, 'unit')) if is_size(element) else text(element)
    value = own(element, name)
    return kib(value, own(element, 'unit')) if value and has_kib(element, name) else value

def numbers(value):
    found = set()
    for piece in value.replace(' ', '').split(','):
        match = re.match(r'(\\^?)(\\d+)(?:-(\\d+))?$', piece)
        if not match:
            return None
        some = set(range(int(match.group(2)), int(match.group(3) or match.group(2)) + 1))
        found = found - some if match.group(1) else found | some
    return found

def same_value(name, one, other):
    one, other = one.strip(), other.strip()
    return one == other or (name in SETS and numbers(one) is not None and numbers(one) == numbers(other))

def is_added(element, name):
    parent = getattr(element.parentNode, 'tagName', '')
    return element.tagName + name in ADDED or parent + '/' + element.tagName + name in ADDED

def key(element):
    if element.tagName != 'controller':
        return element.tagName
    return 'controller %s %s' % (own(element, 'type'), own(element, 'index'))

def covers(ones, others):
    counts = dict()
    for one in ones:
        at = counts.get(key(one), 0)
        counts[key(one)] = at + 1
        twins = [other for other in others if key(other) == key(one)]
        if at >= len(twins):
            if not is_added(one.parentNode, '/' + one.tagName):
                return False
        elif not same_element(one, twins[at]):
            return False
    return True

def same_attributes(one, other):
    return all(is_added(one, '@' + name) if own(other, name) is None else same_value(name, value, own(other, name))
               for name, value in one.attributes.items())

def same_element(one, other):
    if one.tagName != other.tagName or not same_attributes(one, other) or not same_attributes(other, one):
        return False
    ones, others = ([child for child in children(each) if child.tagName not in PLACING] for each in (one, other))
    if not ones and not others:
        return same_value(one.tagName, text(one), text(other))
    return covers(ones, others) and covers(others, ones)

def same(part, one, other):
    if one == other:
        return True
    if one is None or other is None:
        return bool(re.search(r'(^|/)(iothreads|stats/@period)$', part['path'])) and '0' in (one, other)
    if one.lstrip().startswith('<') != other.lstrip().startswith('<'):
        return False
    if one.lstrip().startswith('<'):
        return same_element(minidom.parseString(one).documentElement, minidom.parseString(other).documentElement)
    return same_value(part.get('attribute') or part['steps'][-1]['name'], one, other)

def add(root, part):
    at, parent = 0, root
    while at < len(part['steps']) and walk([parent], part['steps'][at:at + 1]):
        parent, at = walk([parent], part['steps'][at:at + 1])[0], at + 1
    for depth, step in enumerate(part['steps'][at:], at):
        is_last = depth == len(part['steps']) - 1
        if is_last and part['form'] == 'element':
            element = root.ownerDocument.importNode(minidom.parseString(part.get('after')).documentElement, True)
        else:
            element = root.ownerDocument.createElement(step['name'])
            for condition in step.get('conditions', []):
                if 'index' in condition:
                    if len(children(parent, step['name'])) != condition['index'] - 1:
                        sys.exit('there is no place for ' + part['path'])
                elif condition.get('path') or condition.get('attribute') is None:
                    sys.exit('there is nothing at ' + part['path'])
                else:
                    element.setAttribute(condition['attribute'], condition['value'])
        order = ORDERS.get(parent.tagName, '').split()
        rank = order.index(step['name']) if step['name'] in order else len(order)
        later = [one for one in children(parent) if one.tagName in order and order.index(one.tagName) > rank]
        parent.insertBefore(element, later[0] if later else None)
        parent = element
    return parent

def put(root, part):
    found = walk([root], part['steps'])
    element = found[0] if found else add(root, part)
    name = part.get('attribute')
    if name is not None:
        element.setAttribute(name, part.get('after'))
    elif part['form'] == 'text':
        for child in list(element.childNodes):
            element.removeChild(child)
        element.appendChild(root.ownerDocument.createTextNode(part.get('after')))
    elif found:
        fresh = root.ownerDocument.importNode(minidom.parseString(part.get('after')).documentElement, True)
        element.parentNode.replaceChild(fresh, element)
    if (is_size(element) if name is None else has_kib(element, name)) and own(element, 'unit') not in (None, 'KiB'):
        element.setAttribute('unit', 'KiB')

def drop(root, part):
    found = walk([root], part['steps'])
    if not found:
        return
    element = found[0]
    if part.get('attribute') is not None:
        if element.hasAttribute(part.get('attribute')):
            element.removeAttribute(part.get('attribute'))
        names = [one.get('attribute') for one in (part['steps'][-1].get('conditions', []) if part['steps'] else [])
                 if not one.get('path')]
        if any(name not in names for name in element.attributes.keys()) or children(element) or text(element):
            return
    # a parent that is left empty goes too, but for the domain, its devices, and a device
    while element is not root and element.tagName != 'devices':
        parent = element.parentNode
        is_whole = element is found[0] and part.get('attribute') is None
        if not is_whole and parent.tagName == 'devices':
            return
        parent.removeChild(element)
        if children(parent) or text(parent) or parent.attributes.length:
            return
        element = parent

def main(does, parts):
    document = minidom.parseString(sys.stdin.buffer.read())
    root = document.documentElement
    if does == 'edit':
        wrong = [part for part in parts if not same(part, read(root, part), part.get('after'))]
        for part in (one for one in wrong if one.get('after') is not None):
            put(root, part)
        for part in (one for one in reversed(wrong) if one.get('after') is None):
            drop(root, part)
        sys.stdout.write(root.toxml())
        return
    now = [(part, read(root, part)) for part in parts]
    for name in ('after', 'before'):
        if all(same(part, value, part.get(name)) for part, value in now):
            sys.stdout.write(name)
            return
    told = ['%s is %s, neither %s nor %s' % (part['path'], value, part.get('before'), part.get('after'))
            for part, value in now if not same(part, value, part.get('before')) and not same(part, value, part.get('after'))]
    sys.stdout.write('; '.join(told) or 'one part is changed and another is not')

main(sys.argv[1], json.loads(sys.argv[2]))
`;
