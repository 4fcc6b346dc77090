#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the small databases that tests look addresses up in, in MaxMind's format 2.0: a tree of bits, the data its leaves point at, and a
map that describes both.  make.py writes asn.mmdb and geo.mmdb beside itself;  make.py --check  says whether they are what it writes, and
whether Debian's mmdblookup reads them so."""
import ipaddress
import pathlib
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MARKER = b'\xab\xcd\xefMaxMind.com'
SEPARATOR_BYTES, RECORD_BITS, TREE_BITS = 16, 24, 128
BUILT_AT_S = 1767225600  # 2026-01-01, so that the same script writes the same bytes
POINTER_FREE = {'string': 2, 'uint16': 5, 'uint32': 6, 'map': 7, 'uint64': 9, 'array': 11}


class Sized(int):
    """A number that is written in a type of its own; others are uint32."""
    kind = 'uint16'


class Long(int):
    kind = 'uint64'


def head(kind, size):
    """Control byte: three bits of type, five of size; types above 7 have a byte more."""
    number = POINTER_FREE[kind]
    size, more = (size, b'') if size < 29 else (29, bytes([size - 29])) if size < 285 else (30, struct.pack('!H', size - 285))
    return (bytes([number << 5 | size]) if number < 8 else bytes([size, number - 7])) + more


def encode(value):
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        return head('string', len(data)) + data
    if isinstance(value, int):
        data = int(value).to_bytes(8, 'big').lstrip(b'\0')
        return head(getattr(value, 'kind', 'uint32'), len(data)) + data
    if isinstance(value, list):
        return head('array', len(value)) + b''.join(map(encode, value))
    return head('map', len(value)) + b''.join(encode(key) + encode(item) for key, item in value.items())


def bits_of(network):
    """From the root: an IPv4 network stands below ::/96."""
    network = ipaddress.ip_network(network)
    value, length = int(network.network_address), network.prefixlen
    if network.version == 4:
        length += 96
    return [value >> (TREE_BITS - 1 - i) & 1 for i in range(length)]


def tree_of(records):
    """Nodes as pairs of another node's number, None, or a record."""
    nodes = [[None, None]]
    for network, record in records:
        bits, at = bits_of(network), 0
        for bit in bits[:-1]:
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
        nodes[at][bits[-1]] = record
    return nodes


def database(kind, records):
    nodes, data, places = tree_of(records), b'', {}

    def entry(child):
        nonlocal data
        if child is None:
            return len(nodes)
        if isinstance(child, int):
            return child
        written = encode(child)
        if written not in places:
            places[written] = len(data)
            data += written
        return len(nodes) + SEPARATOR_BYTES + places[written]

    tree = b''.join(entry(child).to_bytes(RECORD_BITS // 8, 'big') for node in nodes for child in node)
    about = {'node_count': len(nodes), 'record_size': Sized(RECORD_BITS), 'ip_version': Sized(6), 'database_type': kind,
             'languages': ['en'], 'binary_format_major_version': Sized(2), 'binary_format_minor_version': Sized(0),
             'build_epoch': Long(BUILT_AT_S), 'description': {'en': 'made for tests'}}
    return tree + bytes(SEPARATOR_BYTES) + data + MARKER + encode(about)


def system(number, name):
    return {'autonomous_system_number': number, 'autonomous_system_organization': name}


# Of the networks in docs/examples and tests/golden. The last ones are as other makers have them, or as nobody should.
ASN = [
    ('198.51.100.0/24', system(64501, 'ISP Example')),
    ('203.0.113.0/24', system(64502, 'Transit Example')),
    ('192.0.2.0/24', system(64503, 'Hosting Example')),
    ('2001:db8:100::/46', system(64501, 'ISP Example')),
    ('2001:db8:104::/47', system(64502, 'Transit Example')),
    ('2001:db8:80::/48', system(64503, 'Hosting Example')),
    ('10.0.0.0/24', {'asn': 'AS64504', 'as_name': 'Other Maker', 'country': 'FR'}),
    ('10.0.1.0/24', system(64505, 'Evil\x1b[2J\u202e <b>"Net"\n')),
    ('10.0.2.0/24', system(64506, b'\xff\xfe')),
    ('10.0.3.0/24', {'autonomous_system_number': 'many', 'autonomous_system_organization': 17}),
    ('10.0.4.0/24', system(64507, 'x' * 400)),
]
GEO = [
    ('198.51.100.0/24', {'country': {'iso_code': 'DE', 'names': {'en': 'Germany'}}}),
    ('203.0.113.0/24', {'registered_country': {'iso_code': 'FR'}}),
    ('192.0.2.0/24', {'country': {'iso_code': 'NL'}}),
    ('2001:db8::/32', {'country': {'iso_code': 'DE'}}),
    ('10.0.1.0/24', {'country': {'iso_code': '<b'}}),
    ('10.0.2.0/24', {'country_code': 'IT'}),
]
FILES = {'asn.mmdb': database('Test-ASN', ASN), 'geo.mmdb': database('Test-Country', GEO)}


def check():
    stale = [name for name, data in FILES.items() if (HERE / name).read_bytes() != data]
    assert not stale, f'{stale}: run tests/databases/make.py'
    if not shutil.which('mmdblookup'):
        return
    for file, records in (('asn.mmdb', ASN), ('geo.mmdb', GEO)):
        for network, record in records:
            address = str(ipaddress.ip_network(network).network_address)
            run = subprocess.run(['mmdblookup', '--file', str(HERE / file), '--ip', address], capture_output=True, check=False)
            words = [word for word in record.values() if isinstance(word, (str, int))]
            assert run.returncode == 0 and all(str(word).split('\x1b')[0].encode() in run.stdout for word in words), f'{network}: {run}'


if __name__ == '__main__':
    if sys.argv[1:] == ['--check']:
        check()
    else:
        for file_name, content in FILES.items():
            (HERE / file_name).write_bytes(content)
