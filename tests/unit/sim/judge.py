# SPDX-License-Identifier: MIT
"""Debian's tshark reads the extensions that simulated routers send, and must see in them, field by field, what the .net file says and what
our own decoder sees: judge.py ANSWERS. Exit status 77: no tshark."""
import ipaddress
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'support'))
import capture  # noqa: E402

SKIPPED = 77
NETS, HOPS = 12, 20
ROLES = ['in', 'sub-in', 'out', 'next-hop']
# Names that a tool may stumble over; in a .net file other bytes are written %41.
NAMES = ['eth0', 'a', 'ab', 'abc', 'xe-0/0/1.100', 'Kern%201', 'n' * 63, 'n' * 60, '']


def some_address(dice):
    if dice.random() < 0.5:
        return str(ipaddress.IPv4Address(dice.getrandbits(32)))
    return str(ipaddress.IPv6Address(dice.getrandbits(128)))


def name_hex(name):
    return name.replace('%20', ' ').encode().hex()


def mpls(dice):
    entries = [(dice.getrandbits(20), dice.getrandbits(3), dice.getrandbits(8)) for _ in range(dice.choice([1, 1, 2, 3, 8, 9, 20]))]
    truth = [f'{label}/{tc}/{int(at == len(entries) - 1)}/{ttl}' for at, (label, tc, ttl) in enumerate(entries)]
    return 'mpls=' + ','.join('/'.join(map(str, entry)) for entry in entries), 1, 1, truth


def parts(dice, names):
    """The words of a .net file, and what they are, in the order of the wire."""
    all_parts = {'index': lambda: str(dice.getrandbits(32)), 'address': lambda: some_address(dice), 'name': lambda: dice.choice(NAMES),
                 'mtu': lambda: str(dice.getrandbits(32))}
    chosen = {name: all_parts[name]() for name in names if dice.random() < 0.6}
    truth = [f'{name}={name_hex(value) if name == "name" else value}' for name, value in chosen.items()]
    return [f'{name}={value}' for name, value in chosen.items()], truth


def bits(words):
    return sum(bit for name, bit in (('index', 8), ('address', 4), ('name', 2), ('mtu', 1)) if any(w.startswith(f'{name}=') for w in words))


def interface(dice):
    role = dice.randrange(4)
    words, truth = parts(dice, ['index', 'address', 'name', 'mtu'])
    return 'interface-info=' + ','.join([ROLES[role], *words]), 2, role << 6 | bits(words), [f'role={role}', *truth]


def interface_id(dice):
    kind = dice.choice(['name', 'index', 'address'])
    values = {'name': lambda: dice.choice(NAMES[:-1]), 'index': lambda: str(dice.getrandbits(32)), 'address': lambda: some_address(dice)}
    value, c_type = values[kind](), {'name': 1, 'index': 2, 'address': 3}[kind]
    return f'interface-id={kind}={value}', 3, c_type, [f'{kind}={name_hex(value) if kind == "name" else value}']


def pointer(dice):
    value = dice.getrandbits(32)
    return f'pointer={value}', 4, 1, [f'pointer={value}']


def node(dice):
    words, truth = [], []
    while not words:
        words, truth = parts(dice, ['address', 'name'])
    return 'node-id=' + ','.join(words), 5, bits(words), truth


def raw(dice):
    payload = dice.randbytes(4 * dice.randrange(1, 16))
    class_num, c_type = dice.randrange(6, 256), dice.randrange(256)
    whole = struct.pack('!HBB', 4 + len(payload), class_num, c_type) + payload
    return f'ext-raw={whole.hex()}', class_num, c_type, [f'bytes={payload.hex()}']


def network(dice):
    """The text of a chain, and of each router its objects and whether it sends a length attribute."""
    lines, truth = ['observer me'], []
    for hop in range(1, HOPS + 1):
        objects = [dice.choice([mpls, interface, interface_id, pointer, node, raw])(dice) for _ in range(dice.randrange(1, 5))]
        length = dice.random() < 0.7
        words = [word for word, *_ in objects] + [f'quote={dice.choice([8, 20, 60, "linux"])}', f'ext-length={"on" if length else "off"}']
        words += ['ext-fault=no-checksum'] if dice.random() < 0.1 else []
        lines.append(f'router r{hop} ' + ' '.join(words))
        truth.append(([(class_num, c_type, fields) for _, class_num, c_type, fields in objects], length))
    lines.append('host web')
    names = ['me', *(f'r{hop}' for hop in range(1, HOPS + 1)), 'web']
    for at, (near, far) in enumerate(zip(names, names[1:])):
        lines.append(f'link {near} {far} 10.0.{at}.1/24 10.0.{at}.2/24 2001:db8:{at:x}::1/64 2001:db8:{at:x}::2/64')
    return '\n'.join(lines) + '\n', truth


def ours(answers, net, target):
    """[(packet, [(class, C-Type, fields)])] by the program under test; long stacks come in pieces and are put together."""
    run = subprocess.run([answers, net, target, str(HOPS)], capture_output=True, text=True, check=True)
    found = []
    for line in run.stdout.splitlines():
        words = line.split()
        if words[0] == 'packet':
            found.append((bytes.fromhex(words[2]), []))
            continue
        number, class_num, c_type = int(words[1]), int(words[2].split('=')[1]), int(words[3].split('=')[1])
        assert 'malformed' not in words, line
        objects = found[-1][1]
        if len(objects) == number:
            objects[-1][2].extend(words[5:])
        else:
            objects.append((class_num, c_type, words[5:]))
    return found


def fields_of(packet):
    return [(field.get('name'), field.get('show'), field.get('value') or '')
            for ext in packet.iter('field') if ext.get('name') == 'icmp.ext' for field in ext.iter('field')]


def tshark_object(class_num, c_type, payload, fields):
    """What tshark shows of one object, in the words above. What it does not take apart it shows as data."""
    words, entry = [], []
    for name, show, value in fields:
        if name in ('icmp.mpls.label', 'icmp.mpls.exp', 'icmp.mpls.s', 'icmp.mpls.ttl'):
            entry.append(str(int(show, 0)) if show not in ('True', 'False') else str(int(show == 'True')))
            if len(entry) == 4:
                words.append('/'.join(entry))
                entry = []
        elif name == 'icmp.int_info.role':
            words.append(f'role={int(show, 0)}')
        elif name in ('icmp.int_info.index', 'icmp.int_ident.index'):
            words.append(f'index={int(show, 0)}')
        elif name in ('icmp.int_info.ipv4', 'icmp.int_info.ipv6', 'icmp.int_ident.ipv4', 'icmp.int_ident.ipv6'):
            words.append(f'address={ipaddress.ip_address(show)}')
        elif name == 'icmp.int_info.name_length':
            length = int(show, 0)
            words.append(f'name length={length}')
        elif name == 'icmp.int_info.name':
            words[-1] = 'name=' + bytes.fromhex(value)[:length - 1].rstrip(b'\0').hex()
        elif name == 'icmp.int_ident.name':
            words.append('name=' + bytes.fromhex(value).rstrip(b'\0').hex())
        elif name == 'icmp.int_info.mtu':
            words.append(f'mtu={int(show, 0)}')
        elif name == 'icmp.ext.data':
            payload = value
    return class_num, c_type, words or ['data=' + payload]


def tshark(program, packets, folder):
    """Of each packet: None without an extension, or its version, whether the checksum is right, and the objects."""
    (folder / 'all.pcap').write_bytes(capture.pcap(packets))
    run = subprocess.run([program, '-r', folder / 'all.pcap', '-T', 'pdml'], capture_output=True, check=True)
    found = []
    for packet in xml.etree.ElementTree.fromstring(run.stdout).iter('packet'):
        fields = fields_of(packet)
        head = {name: show for name, show, _ in fields}
        if 'icmp.ext.version' not in head:
            found.append(None)
            continue
        good = head.get('icmp.ext.checksum.status') == '1' or int(head['icmp.ext.checksum'], 0) == 0
        starts = [at for at, (name, *_) in enumerate(fields) if name == 'icmp.ext.length']
        objects = []
        for start, end in zip(starts, starts[1:] + [len(fields)]):
            numbers = {name: show for name, show, _ in fields[start:end]}
            objects.append(tshark_object(int(numbers['icmp.ext.class'], 0), int(numbers['icmp.ext.ctype'], 0), '', fields[start:end]))
        found.append((head['icmp.ext.version'], good, objects))
    return found


def shown_by_tshark(class_num, c_type, fields):
    """What it makes of an object: it knows the classes 1 to 3, and of a name that ends its object it shows the length alone (it wants
    one byte more behind it than the length, which counts itself, says)."""
    if class_num > 3:
        return class_num, c_type, ['data=' + payload_hex(fields)]
    if class_num == 2 and fields[-1].startswith('name='):
        length = (1 + len(fields[-1][len('name='):]) // 2 + 3) // 4 * 4
        return class_num, c_type, [*fields[:-1], f'name length={length}']
    return class_num, c_type, fields


def payload_hex(fields):
    """The bytes behind the header of an object, from the truth."""
    out = b''
    for field in fields:
        name, value = field.split('=', 1)
        if name == 'bytes':
            out += bytes.fromhex(value)
        elif name == 'pointer':
            out += struct.pack('!I', int(value))
        elif name == 'address':
            address = ipaddress.ip_address(value)
            out += struct.pack('!HH', 1 if address.version == 4 else 2, 0) + address.packed
        elif name == 'name':
            length = (1 + len(value) // 2 + 3) // 4 * 4
            out += bytes([length]) + bytes.fromhex(value).ljust(length - 1, b'\0')
    return out.hex()


def main(answers):
    program = shutil.which('tshark')
    if not program:
        print('skipped: tshark is not installed (apt-get install tshark)')
        return SKIPPED
    cases, compared, wrong = [], 0, 0  # a case: where, the file's objects, whether with a length, the packet, our objects
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for seed in range(NETS):
            text, truth = network(random.Random(seed))
            (folder / 'chain.net').write_text(text, encoding='utf-8')
            for target in (f'10.0.{HOPS}.2', f'2001:db8:{HOPS:x}::2'):
                mine = ours(answers, folder / 'chain.net', target)
                assert len(mine) == HOPS, f'{len(mine)} answers'
                cases += [(f'net {seed}, {target}, hop {hop}', *of_file, *of_us)
                          for hop, (of_file, of_us) in enumerate(zip(truth, mine), 1)]
        judgement = tshark(program, [packet for _, _, _, packet, _ in cases], folder)
    assert len(judgement) == len(cases), f'{len(cases)} packets, {len(judgement)} read by tshark'
    for (where, wanted, length, packet, seen), judged in zip(cases, judgement):
        compared += len(wanted)
        if seen != wanted:
            wrong += 1
            print(f'{where}: ours:   {seen}\n  file: {wanted}')
        if judged is None and not length and packet[0] >> 4 == 6:
            continue  # tshark has no compatibility rule (RFC 4884 section 5.5) for ICMPv6
        shown = [shown_by_tshark(*each) for each in wanted]
        if judged != ('2', True, shown):
            wrong += 1
            print(f'{where}: tshark: {judged}\n  file: {shown}')
    print(f'{compared} objects compared, {wrong} differences')
    return 1 if wrong or compared < 500 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
