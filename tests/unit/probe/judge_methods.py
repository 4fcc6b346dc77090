# SPDX-License-Identifier: MIT
"""Debian's tshark reads the probes of every method and must find in them what was meant: judge_methods.py BUILT.

Protocol, ports, fields and, above all, that each checksum is right; of a spoiled copy that it is not. Exit status 77: no tshark."""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

SKIPPED = 77
LINKTYPE_RAW = 101
GOOD, BAD = '1', '0'

PREFERENCES = ('ip.check_checksum:TRUE', 'udp.check_checksum:TRUE', 'tcp.check_checksum:TRUE', 'udplite.check_checksum:TRUE',
               'udplite.ignore_checksum_coverage:FALSE', 'dccp.check_checksum:TRUE', 'sctp.checksum:crc-32c',
               'tcp.analyze_sequence_numbers:FALSE', 'dccp.relative_sequence_numbers:FALSE')


def key_seq(key):
    """The 32-bit number that methods make from a key."""
    return key >> 16 & 0xffffffff


# method: the field of its checksum's state (over IPv4, over IPv6), where the checksum stands, and what else must be seen, of the key too.
WANTED = {
    'icmp': (('icmp.checksum.status', 'icmpv6.checksum.status'), 2, {}),
    'udp': (('udp.checksum.status',) * 2, 6, {'udp.srcport': 40000, 'udp.dstport': 33434}),
    'udp-classic': (('udp.checksum.status',) * 2, 6, {'udp.srcport': 40000, 'udp.dstport': 33434}),
    'udplite': (('udp.checksum.status',) * 2, 6, {'udp.srcport': 40000, 'udp.dstport': 33434, 'udp.checksum_coverage': 16}),
    'tcp': (('tcp.checksum.status',) * 2, 16, {'tcp.srcport': 40000, 'tcp.dstport': 443, 'tcp.flags': 2, 'tcp.seq_raw': key_seq}),
    'tcp-ack': (('tcp.checksum.status',) * 2, 16, {'tcp.dstport': 443, 'tcp.flags': 16, 'tcp.seq_raw': key_seq, 'tcp.ack_raw': key_seq}),
    'sctp': (('sctp.checksum.status',) * 2, 8, {
        'sctp.srcport': 40000, 'sctp.dstport': 3868, 'sctp.verification_tag': 0, 'sctp.chunk_type': 1,
        'sctp.init_initiate_tag': lambda key: key_seq(key) or 1, 'sctp.init_credit': 106496,
        'sctp.init_initial_tsn': lambda key: key >> 32}),
    'dccp': (('dccp.checksum.status',) * 2, 6, {
        'dccp.srcport': 40000, 'dccp.dstport': 5004, 'dccp.type': 0, 'dccp.x': 1, 'dccp.cscov': 0, 'dccp.service_code': 0x736f6e64,
        'dccp.seq_raw': lambda key: key >> 16}),
    'icmp-timestamp': (('icmp.checksum.status',) * 2, 2, {'icmp.type': 13, 'icmp.code': 0, 'icmp.ident': 4711,
                                                         'icmp.seq': lambda key: key >> 16 & 0xffff}),
    'raw': (None, None, {}),
}
PROTOCOLS = {'icmp': (1, 58), 'tcp': (6, 6), 'tcp-ack': (6, 6), 'sctp': (132, 132), 'dccp': (33, 33), 'udplite': (136, 136),
             'udp': (17, 17), 'udp-classic': (17, 17), 'icmp-timestamp': (1, None), 'raw': (253, 253)}
KEYS = (0x0123456789abcdef, 0xfedcba9876543210, 1, 2**64 - 1)  # in this order for each size, as built.c has them


def pcap(packets):
    head = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_RAW)
    return head + b''.join(struct.pack('<IIII', 0, 0, len(p), len(p)) + p for p in packets)


def spoiled(method, family, packet):
    """The same with one bit of its checksum turned."""
    at = WANTED[method][1] + (20 if family == 4 else 40)
    return packet[:at] + bytes([packet[at] ^ 0x40]) + packet[at + 1:]


def fields():
    names = {'ip.proto', 'ipv6.nxt', '_ws.malformed', 'ip.checksum.status'}
    for states, _, others in WANTED.values():
        names.update(states or (), others)
    return sorted(names)


def read(tshark, names, packets):
    """What tshark sees of each packet, by field: the first value, '' for none."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'probes.pcap'
        path.write_bytes(pcap(packets))
        command = [tshark, '-r', path, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=f']
        command += [word for preference in PREFERENCES for word in ('-o', preference)]
        command += [word for name in names for word in ('-e', name)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [dict(zip(names, row.split('\t'))) for row in out.split('\n')[:-1]]


def number(text):
    return int(text, 0) if text else None


def judge_right(method, family, key, seen):
    """What is wrong with a packet as it was built."""
    states, _, others = WANTED[method]
    protocol = seen['ip.proto'] if family == 4 else seen['ipv6.nxt']
    if protocol != str(PROTOCOLS[method][family == 6]):
        yield f'protocol {protocol}'
    if seen['_ws.malformed']:
        yield 'malformed'
    if family == 4 and seen['ip.checksum.status'] != GOOD:
        yield 'wrong header checksum'
    if states and seen[states[family == 6]] != GOOD:
        yield f'checksum state {seen[states[family == 6]]!r}'
    for name, wanted in others.items():
        wanted = wanted(key) if callable(wanted) else wanted
        if number(seen[name]) != wanted:
            yield f'{name} is {seen[name]}, not {wanted:#x}'


def main(built):
    tshark = shutil.which('tshark')
    if not tshark:
        print('skipped: tshark is not installed (apt-get install tshark)')
        return SKIPPED
    lines = [line.split() for line in subprocess.run([built], capture_output=True, text=True, check=True).stdout.splitlines()]
    probes = [(method, int(family), KEYS[at % len(KEYS)], bytes.fromhex(packet)) for at, (method, family, packet) in enumerate(lines)]
    copies = [(method, family, spoiled(method, family, packet)) for method, family, _, packet in probes if WANTED[method][0]]
    seen = read(tshark, fields(), [packet for *_, packet in probes] + [packet for *_, packet in copies])
    wrong = 0
    for (method, family, key, packet), row in zip(probes, seen):
        for words in judge_right(method, family, key, row):
            print(f'{method} over IPv{family}, key {key:016x}, {len(packet)} bytes: {words}')
            wrong += 1
    for (method, family, packet), row in zip(copies, seen[len(probes):]):
        state = row[WANTED[method][0][family == 6]]
        if state != BAD:
            print(f'{method} over IPv{family}, {len(packet)} bytes, spoiled: checksum state {state!r}')
            wrong += 1
    print(f'{len(probes)} probes of {len({probe[0] for probe in probes})} methods read, {len(copies)} spoiled ones, {wrong} faults')
    return 1 if wrong or {probe[0] for probe in probes} != set(WANTED) or len(seen) != len(probes) + len(copies) else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
