# SPDX-License-Identifier: MIT
"""What options say about a probe's bytes, held against the bytes that come in at the first router: both families, both wires."""
import dataclasses
import functools
import itertools
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

import lab

ROUTERS = 2
RAW, DGRAM = 'raw', 'dgram'
ICMP, TCP, UDP = 1, 6, 17
ICMP6, FRAGMENT = 58, 44
MTU = 1500
FIXED = b'the same bytes in every probe'
LINKTYPE_RAW = 101
# linux/in6.h
IPV6_FLOWLABEL_MGR, LABEL_GET, LABEL_EXCLUSIVE, LABEL_CREATE = 32, 0, 1, 1
SYN = 2  # RFC 9293 section 3.1, byte 13
NUMBERS = {'icmp': {4: ICMP, 6: ICMP6}, 'udp': {4: UDP, 6: UDP}, 'tcp': {4: TCP, 6: TCP}}
FURTHER = {'udplite': {4: 136, 6: 136}, 'sctp': {4: 132, 6: 132}, 'dccp': {4: 33, 6: 33}, 'tcp-ack': {4: TCP, 6: TCP},
           'icmp-timestamp': {4: ICMP}, 'raw': {4: 253, 6: 253}}
ACK = 0x10
TIMESTAMP = 13  # RFC 792


@dataclasses.dataclass
class Seen:
    """The fields of an IP header (RFC 791 section 3.1, RFC 8200 section 3) that options are about."""
    family: int
    tos: int
    length: int
    protocol: int
    label: int = 0
    df: bool = False


def read(packet):
    if packet[0] >> 4 == 4:
        return Seen(4, packet[1], struct.unpack('!H', packet[2:4])[0], packet[9], df=bool(packet[6] & 0x40))
    first, payload, protocol = struct.unpack('!IHB', packet[:7])
    return Seen(6, first >> 20 & 0xff, payload + 40, protocol, label=first & 0xfffff)


def is_probe(packet, method):
    """Beside probes there are neighbour discovery and the kernel's resets of half-open connections."""
    header = 20 if packet[0] >> 4 == 4 else 40
    mark = {'icmp': lambda: packet[header] == (8 if packet[0] >> 4 == 4 else 128), 'tcp': lambda: packet[header + 13] == SYN,
            'icmp-timestamp': lambda: packet[header] == TIMESTAMP, 'tcp-ack': lambda: packet[header + 13] == ACK}
    return mark.get(method, lambda: True)()


def healthy(context, chain, family, wire, *options, status=0):
    """A trace that is right in all its hops, and in which nothing is found but that."""
    uid = lab.NOBODY if wire == DGRAM else None
    trace = context.sonde.trace(chain, '--wire', wire, '--findings', *options, chain.target(family), uid=uid)
    trace.expect_status(status).expect_hops(chain.hops(family)).expect_no_loss()
    assert [finding.id for finding in trace.findings] == ['reached'], trace
    return trace


def probes_of(context, chain, family, method, wire, *options, status=0):
    """A trace of one query, right in all its hops, and the probes of it that came to the first router."""
    chain.ping_group(lab.PING_OPEN)
    with chain.listening(1, 'left', socket.PACKET_HOST) as came:
        trace = healthy(context, chain, family, wire, '-M', method, '-q', '1', *options, status=status)
        packets = [packet for packet in came() if packet[0] >> 4 == family]
    probes = [packet for packet in packets if read(packet).protocol == (NUMBERS | FURTHER)[method][family] and is_probe(packet, method)]
    assert len(probes) >= ROUTERS + 1, f'{len(probes)} probes came to the first router\n{trace}'
    return trace, probes


def header_as_asked(context, family, method, wire, options, **wanted):
    trace, probes = probes_of(context, context.chain(ROUTERS), family, method, wire, *options)
    for probe in map(read, probes):
        differing = {name: getattr(probe, name) for name, value in wanted.items() if getattr(probe, name) != value}
        assert not differing, f'{wanted} wanted, {differing} came\n{trace}'


def label_beside_a_reserved_one(context, method):
    """Somebody on this machine has a label for himself: from then on Linux lets none be used that is not leased."""
    with lab.Lab(ROUTERS) as chain:
        with chain.inside(chain.client):
            owner = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        with owner:  # struct in6_flowlabel_req: address and label in network order, the rest in the machine's
            request = socket.inet_pton(socket.AF_INET6, chain.target(6)) + struct.pack('!I', 0x11111)
            request += struct.pack('=BBHHHI', LABEL_GET, LABEL_EXCLUSIVE, LABEL_CREATE, 0, 0, 0)
            owner.setsockopt(socket.IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, request)
            trace, probes = probes_of(context, chain, 6, method, DGRAM, '--flow-label', '0x54321')
    assert all(read(probe).label == 0x54321 for probe in probes), f'other labels came\n{trace}'


def refused(context, family, options, words):
    """What this wire cannot do ends before anything is sent, with one line that names the wire that can."""
    chain = context.chain(ROUTERS)
    with chain.listening(1, 'left', socket.PACKET_HOST) as came:
        trace = context.sonde.trace(chain, '--wire', DGRAM, *options, chain.target(family), uid=lab.NOBODY)
        trace.expect_status(2).expect_one_line_of_error(*words)
        probes = [packet for packet in came() if packet[0] >> 4 == family and read(packet).protocol == TCP]
    assert not probes, f'{len(probes)} packets left all the same\n{trace}'


def header_rows():
    """TCP of the unprivileged wire has no ECN: its kernel keeps these bits to itself."""
    for family, method, wire in itertools.product((4, 6), NUMBERS, (RAW, DGRAM)):
        where = f'IPv{family} {method}, {wire}'
        plain_tcp = method == 'tcp' and wire == DGRAM
        case = functools.partial(header_as_asked, family=family, method=method, wire=wire)
        yield f'{where}: --dscp ef', functools.partial(case, options=('--dscp', 'ef'), tos=0xb8)
        if not plain_tcp:
            yield f'{where}: --tos 0xff', functools.partial(case, options=('--tos', '0xff'), tos=0xff)
            yield f'{where}: --dscp le --ecn ce', functools.partial(case, options=('--dscp', 'le', '--ecn', 'ce'), tos=7)
        if family == 6:
            yield f'{where}: --flow-label', functools.partial(case, options=('--flow-label', '0xabcde'), label=0xabcde)
            yield f'{where}: --flow-label 0', functools.partial(case, options=('--flow-label', '0'), label=0)
        else:
            yield f'{where}: DF', functools.partial(case, options=(), df=True, tos=0)
            yield f'{where}: --no-df', functools.partial(case, options=('--no-df',), df=False)
    for method, numbers in FURTHER.items():
        for family in numbers:
            case = functools.partial(header_as_asked, family=family, method=method, wire=RAW)
            more, wanted = (('--no-df',), {'df': False}) if family == 4 else (('--flow-label', '0xabcde'), {'label': 0xabcde})
            size = 200 if method != 'icmp-timestamp' else 40
            yield (f'IPv{family} {method}: --tos 0xb9 --size {size} {" ".join(more)}',
                   functools.partial(case, options=('--tos', '0xb9', '--size', str(size), *more), tos=0xb9, length=size, **wanted))


def fragments_of(packet):
    """Protocol, id, offset in bytes, whether more follow, the bytes carried (RFC 791 section 3.1, RFC 8200 section 4.5). None: whole."""
    if packet[0] >> 4 == 4:
        number, field = struct.unpack('!HH', packet[4:8])
        return (packet[9], number, (field & 0x1fff) * 8, bool(field & 0x2000), packet[20:]) if field & 0x3fff else None
    if packet[6] != FRAGMENT:
        return None
    protocol, _, field, number = struct.unpack('!BBHI', packet[40:48])
    return protocol, number, field & 0xfff8, bool(field & 1), packet[48:]


def cut_by_us(context, family, method, wire, size):
    """A size above the link's MTU leaves in pieces that are the probe when put together, and every hop still knows the first by its id."""
    chain = context.chain(ROUTERS)
    chain.ping_group(lab.PING_OPEN)
    with chain.listening(1, 'left', socket.PACKET_HOST) as came:
        trace = healthy(context, chain, family, wire, '-M', method, '-q', '2', '--no-df', '--size', str(size))
        packets = came()
    probes = {}
    for packet in packets:
        piece = fragments_of(packet) if packet[0] >> 4 == family else None
        if piece and piece[0] == NUMBERS[method][family]:
            assert len(packet) <= MTU, f'{len(packet)} bytes came\n{trace}'
            probes.setdefault(piece[1], []).append(piece)
    assert len(probes) >= 2 * ROUTERS, f'{len(probes)} probes in pieces\n{trace}'
    for number, pieces in probes.items():
        at = 0
        for _, _, offset, more, carried in sorted(pieces, key=lambda piece: piece[2]):
            assert offset == at and (len(carried) % 8 == 0 or not more), f'probe {number}: a piece at {offset}, not {at}\n{trace}'
            at += len(carried)
        assert not more and at == size - (20 if family == 4 else 40), f'probe {number} has {at} bytes\n{trace}'


def too_long(context, family, method, wire):
    """Without --no-df that size ends with a line that names the link, and not a byte leaves."""
    chain = context.chain(ROUTERS)
    chain.ping_group(lab.PING_OPEN)
    with chain.listening(1, 'left', socket.PACKET_HOST) as came:
        trace = context.sonde.trace(chain, '--wire', wire, '-M', method, '--size', str(MTU + 1), chain.target(family),
                                    uid=lab.NOBODY if wire == DGRAM else None)
        trace.expect_status(2).expect_one_line_of_error(f'right takes {MTU} bytes', '--no-df')
        left = [packet for packet in came() if packet[0] >> 4 == family and len(packet) > 1000]
    assert not left, f'{len(left)} packets left all the same\n{trace}'


def tcp_options_as_asked(context, family, words, wanted):
    """Byte for byte; real hosts answer such a SYN."""
    trace, probes = probes_of(context, context.chain(ROUTERS), family, 'tcp', RAW, '--tcp-options', words)
    for probe in probes:
        header = 20 if family == 4 else 40
        came = probe[header + 20:header + (probe[header + 12] >> 4) * 4]
        assert came == bytes.fromhex(wanted), f'{wanted} wanted, {came.hex()} came\n{trace}'


def tcp_rows():
    for family, mss in ((4, '05b4'), (6, '05a0')):
        for words, wanted in (('none', ''), ('mss=536,tfo,mptcp', '02040218 2202 1e040101 0101'),
                              ('mss,sack,ws=3', f'0204{mss} 0402 01030303 0101')):
            yield f'IPv{family}: --tcp-options {words}', functools.partial(tcp_options_as_asked, family=family, words=words, wanted=wanted)
        yield (f'IPv{family}: options of a SYN take the raw wire',
               functools.partial(refused, family=family, options=('-T', '--tcp-options', 'mptcp'), words=('options', '--wire raw')))


def fixed_payload(context, family, wire):
    """Bytes of a file, as they are in each probe: every hop is found all the same, if weakly, and the service's port is said closed."""
    chain = context.chain(ROUTERS)
    with tempfile.NamedTemporaryFile() as file:
        file.write(FIXED)
        file.flush()
        os.chmod(file.name, 0o644)
        trace, probes = probes_of(context, chain, family, 'udp', wire, '-p', '9999', '--payload', file.name)
    for probe in probes:
        payload = probe[(20 if family == 4 else 40) + 8:]
        assert payload == FIXED, f'{payload!r} came\n{trace}'
    if wire == RAW:  # the kernel's own ids, and one label for a socket, on the other
        numbers = [probe[4:6] if family == 4 else probe[1:4] for probe in probes]
        assert len(set(numbers)) == len(numbers), f'probes cannot be told apart\n{trace}'


def client_hello(context, family):
    """Real hosts answer a SYN with data; tshark reads what the first router got."""
    if not shutil.which('tshark'):
        raise lab.Unavailable('tshark is not installed')
    _, probes = probes_of(context, context.chain(ROUTERS), family, 'tcp', RAW, '--payload', 'tls', '--tcp-options', 'mss,tfo')
    lines = read_by_tshark(probes, 'tls.handshake.type', 'tls.handshake.random', 'tcp.flags.syn', 'tcp.checksum.status')
    assert all(line[0] == '1' and line[2:] == ['1', '1'] for line in lines), lines
    randoms = [line[1] for line in lines]
    assert len(set(randoms)) == len(randoms), f'one random twice: {randoms}'


def quic(context, family, wire):
    """UDP to 443 is QUIC to who looks; a host without a server says that the port is closed."""
    if not shutil.which('tshark'):
        raise lab.Unavailable('tshark is not installed')
    _, probes = probes_of(context, context.chain(ROUTERS), family, 'udp', wire, '-p', '443')
    lines = read_by_tshark(probes, 'quic.version', 'quic.dcid', 'udp.length', 'udp.checksum.status')
    assert all(line[0] == '0x1a2a3a4a' and line[2:] == ['1208', '1'] for line in lines), lines
    ids = [line[1] for line in lines]
    assert len(set(ids)) == len(ids), f'one id twice: {ids}'


def read_by_tshark(packets, *fields):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'probes.pcap'
        head = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_RAW)
        path.write_bytes(head + b''.join(struct.pack('<IIII', 0, 0, len(p), len(p)) + p for p in packets))
        command = ['tshark', '-r', str(path), '-T', 'fields', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']
        for field in fields:
            command += ['-e', field]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split('\t') for line in run.stdout.splitlines()]


def payload_rows():
    for family in (4, 6):
        yield f'IPv{family} tcp: --payload tls', functools.partial(client_hello, family=family)
        for wire in (RAW, DGRAM):
            yield f'IPv{family} udp, {wire}: --payload FILE', functools.partial(fixed_payload, family=family, wire=wire)
            yield f'IPv{family} udp, {wire}: QUIC to port 443', functools.partial(quic, family=family, wire=wire)
        yield (f'IPv{family}: data of a SYN takes the raw wire',
               functools.partial(refused, family=family, options=('-T', '--payload', 'tls'), words=('data', '--wire raw')))


def fragment_rows():
    for family, method, wire in itertools.product((4, 6), NUMBERS, (RAW, DGRAM)):
        where = f'IPv{family} {method}, {wire}'
        if method == 'tcp' and wire == DGRAM:
            continue  # a SYN has no size there, which is refused: faults.py
        yield f'{where}: longer than the link is refused', functools.partial(too_long, family=family, method=method, wire=wire)
        for size in (MTU + 1, 4000):
            yield (f'{where}: {size} bytes leave in pieces with --no-df',
                   functools.partial(cut_by_us, family=family, method=method, wire=wire, size=size))


def rows():
    yield from fragment_rows()
    yield from tcp_rows()
    for method in NUMBERS:
        yield (f'IPv6 {method}, dgram: --flow-label beside one that is reserved',
               functools.partial(label_beside_a_reserved_one, method=method))
    yield from payload_rows()
    yield from header_rows()
    for family in (4, 6):
        yield (f'IPv{family}: ECN in a SYN takes the raw wire',
               functools.partial(refused, family=family, options=('-T', '--ecn', 'ect0'), words=('ECN', '--wire raw')))


SCENARIOS = list(rows())
