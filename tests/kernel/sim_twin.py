#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The simulator's nodes beside real Linux ones: the same packets go to a real router and host and to simulated ones of the same addresses,
and what comes back must be the same. Prints TAP; skips as a whole, with the reason, where namespaces cannot be had.
  sim_twin.py SONDE               both, compared
  sim_twin.py --inside FAMILY     sends the packets, prints what came back"""
import json
import pathlib
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

import lab

BASE = 1000
PATIENCE_S = 0.06  # round trips are below a millisecond in both worlds
FIN, SYN, RST, ACK = 1, 2, 4, 16
WORDS = {1: 'FIN', 2: 'SYN', 4: 'RST', 8: 'PSH', 16: 'ACK'}
OPEN, CLOSED = lab.OPEN_PORT, 81
OURS = 7
UNKNOWN = 253  # a protocol that nobody serves (RFC 3692)
UDPLITE = 136
# What this kernel knows only by a module, and has not: (its name among those it has, number)
MODULES = [number for name, number in (('SCTP', 132), ('DCCP', 33)) if not lab.kernel_speaks(name)]
# The client's own kernel would reset every SYN-ACK: only what we send ourselves may leave.
MUTE = f'''table inet twin {{
chain out {{ type filter hook output priority 0; policy accept; meta l4proto tcp meta mark != {OURS} drop; }}
}}'''


def net(routers, *more):
    """The text of a chain with a lab's addresses."""
    names = ['me', *(f'r{number}' for number in range(1, routers + 1)), 'host']
    links = [f'link {near} {far} ' + ' '.join(lab.in_prefix(family, link, end) for family in (4, 6) for end in (1, 2))
             for link, (near, far) in enumerate(zip(names, names[1:]))]
    host = f'host host tcp-open={lab.OPEN_PORT}' + (' udplite-open=7' if lab.kernel_speaks('UDP-Lite') else '')
    return '\n'.join(['observer me', f'router {" ".join(names[1:-1])}', host, *links, *more]) + '\n'


def checksum(data):
    total = sum(struct.unpack(f'!{(len(data) + 1) // 2}H', data + b'\0' * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Wire:
    """Raw sockets of one family. Knows packets, not what they are for."""

    def __init__(self, family, routers=1):
        self.family, self.number = family, socket.AF_INET if family == 4 else socket.AF_INET6
        self.icmp = socket.IPPROTO_ICMP if family == 4 else socket.IPPROTO_ICMPV6
        self.source, self.target = (lab.spelled(family, lab.address(family, *at)) for at in ((0, 1), (routers, 2)))
        self.known = {lab.spelled(family, lab.address(family, link, 2)) for link in range(routers + 1)}
        self.sockets = {protocol: socket.socket(self.number, socket.SOCK_RAW, protocol)
                        for protocol in (self.icmp, socket.IPPROTO_TCP, socket.IPPROTO_UDP, UNKNOWN, UDPLITE, *MODULES)}
        for protocol, opened in self.sockets.items():
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, OURS)
            if family == 6:
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, 1)
                if protocol in (socket.IPPROTO_TCP, socket.IPPROTO_UDP, UDPLITE):  # of ICMPv6 the kernel does it alone
                    opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 16 if protocol == socket.IPPROTO_TCP else 6)

    def pseudo(self, protocol, length, to):
        ends = socket.inet_pton(self.number, self.source) + socket.inet_pton(self.number, to)
        return ends + struct.pack('!HH', protocol, length)

    def send(self, protocol, upper, at, ttl=64, tos=0, to=None):
        """The checksum stands at byte `at` of the upper layer; None: it has none."""
        opened = self.sockets[protocol]
        if self.family == 4:
            if at is not None:
                total = checksum((b'' if protocol == self.icmp else self.pseudo(protocol, len(upper), to or self.target)) + upper)
                upper = upper[:at] + struct.pack('!H', total) + upper[at + 2:]
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
            opened.setsockopt(socket.IPPROTO_IP, 10, 3)  # IP_MTU_DISCOVER, IP_PMTUDISC_PROBE: DF set
        else:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, tos)
        opened.sendto(upper, (to or self.target, 0))

    def receive(self, opened):
        """(source, TTL, TOS, DF, upper layer)."""
        data, ancillary, _, address = opened.recvmsg(65535, 1024)
        if self.family == 4:
            return address[0], data[8], data[1], bool(data[6] & 0x40), data[(data[0] & 15) * 4:]
        values = {kind: struct.unpack('i', value)[0] for _, kind, value in ancillary}
        return address[0], values[socket.IPV6_HOPLIMIT], values[socket.IPV6_TCLASS], None, data

    def answers(self, patience_s=PATIENCE_S):
        """Whatever comes until nothing more does."""
        found, until_s = [], time.monotonic() + patience_s
        while (left_s := until_s - time.monotonic()) > 0:
            for opened in select.select(list(self.sockets.values()), [], [], left_s)[0]:
                protocol = next(number for number, candidate in self.sockets.items() if candidate is opened)
                source, ttl, tos, df, upper = self.receive(opened)
                if source in self.known and (text := self.describe(protocol, upper)):
                    found.append(f'{source} ttl {ttl} tos {tos} df {df} {text}')
        return found

    def describe(self, protocol, upper):
        if protocol == socket.IPPROTO_TCP:
            return self.describe_tcp(upper)
        if protocol != self.icmp or upper[0] in (8, 128, 133, 134, 135, 136, 143):  # not requests, not neighbours
            return None
        quoted = upper[8:]
        ttl = quoted[8 if self.family == 4 else 7] if upper[0] in (1, 2, 3, 4, 11) else None
        return f'icmp {upper[0]}/{upper[1]} rest {upper[4:8].hex() if ttl else ""} {len(quoted)} bytes quoted ttl {ttl}'

    def describe_tcp(self, upper):
        _, _, seq, ack, offset, flags = struct.unpack('!HHIIBB', upper[:14])
        words = '+'.join(word for bit, word in WORDS.items() if flags & bit)
        if flags & (SYN | ACK) == SYN | ACK:
            self.first = seq
        relative = seq - self.first if flags & ACK and not flags & RST else seq
        # The value of the window scale is a matter of the machine's memory, its clock starts anywhere.
        options = re.sub('080a.{8}', '080a........', re.sub('0303..', '0303..', upper[20:(offset >> 4) * 4].hex()))
        return f'tcp {words} seq {relative} ack {ack} options {options}'


def segment(wire, port, flags, seq, ack=0, sport=40000, options=b'', data=b''):
    header = struct.pack('!HHIIBBHHH', sport, port, seq, ack, (5 + len(options) // 4) << 4, flags, 64240, 0, 0)
    wire.send(socket.IPPROTO_TCP, header + options + data, 16)


def stamped(value):
    """The options of a common SYN."""
    return bytes.fromhex(f'020405b4 0402080a {value:08x} 00000000 01030307')


def tcp_dialogue(wire):
    """Every kind of segment that meets a half-open connection."""
    def step(title, *arguments, patience_s=PATIENCE_S, **more):
        segment(wire, *arguments, **more)
        return [title, *wire.answers(patience_s)]
    yield step('SYN', OPEN, SYN, BASE)
    yield step('SYN beyond the window', OPEN, SYN, BASE + 900000)
    yield step('another at once', OPEN, SYN, BASE + 950000)
    yield step('RST outside the window', OPEN, RST, BASE)
    yield step('RST that fits', OPEN, RST, BASE + 1)
    yield step('SYN after it', OPEN, SYN, BASE + 5000)
    yield step('SYN inside the window', OPEN, SYN, BASE + 5500)
    yield step('SYN after that', OPEN, SYN, BASE + 9000)
    yield step('ACK that does not fit', OPEN, ACK, BASE + 9001, 4711)
    yield step('the same SYN again', OPEN, SYN, BASE + 9000)
    yield step('ACK to nobody', OPEN, ACK, 5, 4711, sport=40001)
    yield step('SYN with options', OPEN, SYN, BASE, sport=40002, options=bytes.fromhex('020405b4 01010402 01030307'))
    yield step('FIN to nobody', OPEN, 1, BASE, sport=40003)
    yield step('SYN+FIN', OPEN, SYN | 1, BASE, sport=40004)
    yield step('closed port', CLOSED, SYN, BASE)
    yield step('closed port, ACK', CLOSED, ACK, BASE, 4711)
    yield step('closed port, RST', CLOSED, RST, BASE)
    yield step('closed port, data', CLOSED, SYN, BASE, data=bytes(140))
    yield step('closed port, FIN', CLOSED, FIN, BASE)
    yield step('closed port, FIN and data', CLOSED, FIN, BASE, data=bytes(8))
    yield step('closed port, FIN+ACK', CLOSED, FIN | ACK, BASE, 4711)
    yield step('FIN+ACK to nobody', OPEN, FIN | ACK, BASE, 4711, sport=40012)
    yield step('SYN+ACK to nobody', OPEN, SYN | ACK, BASE, 4711, sport=40012)
    for port in (40000, 40002):
        segment(wire, OPEN, RST, BASE + (9001 if port == 40000 else 1), sport=port)
    wire.answers()
    yield step('open port, data', OPEN, SYN, BASE, sport=40010, options=stamped(5000), data=bytes(140))
    yield step('SYN with timestamp', OPEN, SYN, BASE, sport=40007, options=stamped(5000))
    yield step('SYN beyond the window, later', OPEN, SYN, BASE + 900000, sport=40007, options=stamped(6000))
    yield step('SYN with timestamp', OPEN, SYN, BASE, sport=40008, options=stamped(5000))
    yield step('SYN inside the window, later', OPEN, SYN, BASE + 500, sport=40008, options=stamped(6000))
    yield step('SYN with timestamp', OPEN, SYN, BASE, sport=40009, options=stamped(5000))
    yield step('SYN inside the window, earlier', OPEN, SYN, BASE + 500, sport=40009, options=stamped(4000))
    yield step('SYN with timestamp', OPEN, SYN, BASE, sport=40011, options=stamped(5000))
    yield step('the same SYN, earlier', OPEN, SYN, BASE, sport=40011, options=stamped(4000))
    for port in (40007, 40009, 40010, 40011):
        segment(wire, OPEN, RST, BASE + 1, sport=port)
    wire.answers()
    # The limit of bare ACKs is half a second, and the whole is over before the SYN-ACK comes again.
    yield step('one more SYN', OPEN, SYN, BASE, sport=40006)
    yield step('SYN beyond the window', OPEN, SYN, BASE + 900000, sport=40006)
    yield ['half a second later', *wire.answers(0.5)]
    yield step('SYN before the window', OPEN, SYN, BASE - 1, sport=40006)
    segment(wire, OPEN, RST, BASE + 1, sport=40006)
    yield step('a SYN-ACK comes again', OPEN, SYN, BASE, sport=40005, patience_s=1.5)


def icmp_dialogue(wire):
    echo = struct.pack('!BBHHH', 8 if wire.family == 4 else 128, 0, 0, 7, 9)

    def udp(size, port=33434):
        return struct.pack('!HHHH', 40000, port, 8 + size, 0) + bytes(size)
    packets = [('echo', wire.icmp, echo + bytes(100), 2), ('UDP, closed', socket.IPPROTO_UDP, udp(20), 6),
               ('long UDP', socket.IPPROTO_UDP, udp(1400), 6), ('unknown protocol', UNKNOWN, bytes(40), None)]
    packets += [('UDP-Lite, closed', UDPLITE, struct.pack('!HHHH', 40000, 33434, 0, 0) + bytes(20), 6)]
    packets += [(f'protocol {number} without module', number, bytes(32), None) for number in MODULES]
    if wire.family == 4:
        packets += [('timestamp', wire.icmp, struct.pack('!BBHHHIII', 13, 0, 0, 7, 9, 0x80000001, 5, 5), 2),
                    ('timestamp, longer', wire.icmp, struct.pack('!BBHHHIII', 13, 0, 0, 7, 9, 0x80000001, 5, 5) + bytes(20), 2),
                    ('timestamp, cut', wire.icmp, struct.pack('!BBHHHII', 13, 0, 0, 7, 9, 0x80000001, 5), 2)]
    outside = '203.0.113.7' if wire.family == 4 else '2001:db8:99::7'
    packets = [(*packet, wire.target) for packet in packets] + [('no route', UNKNOWN, bytes(40), None, outside)]
    for title, protocol, upper, at, to in packets:
        for ttl, tos in ((1, 0), (1, 0xb8), (64, 0), (64, 0x12)):
            wire.send(protocol, upper, at, ttl, tos, to)
            yield [f'{title}, ttl {ttl}, tos {tos}', *wire.answers()]


def inside(family):
    wire = Wire(int(family))
    print(json.dumps([*icmp_dialogue(wire), *tcp_dialogue(wire)]))
    return 0


def heard(run):
    assert run.returncode == 0, f'status {run.returncode}\n{run.stdout}{run.stderr}'
    return json.loads(run.stdout)


def of_linux(command):
    with lab.Lab(1) as chain:
        return heard(chain.run(chain.client, command))


def of_simulator(sonde, text, command):
    with tempfile.NamedTemporaryFile('w', suffix='.net') as file:
        file.write(text)
        file.flush()
        run = subprocess.run([sonde, 'sim', file.name, '--', *command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=60, check=False)
    return heard(run)


def muted(program, *arguments):
    """The command that runs a program of ours in a client whose kernel stays out of it."""
    words = ' '.join([sys.executable, str(pathlib.Path(program).resolve()), *map(str, arguments)])
    return ['sh', '-c', f'nft -f - <<END && exec {words}\n{MUTE}\nEND']


def differences(linux, simulated):
    for real, ours in zip(linux, simulated, strict=True):
        if real != ours:
            yield from (f'{real[0]}:', f'  Linux:     {real[1:]}', f'  simulated: {ours[1:]}')


def compare(sonde, family):
    """What differs, as lines."""
    command = muted(__file__, '--inside', family)
    return differences(of_linux(command), of_simulator(sonde, net(1), command))


def main(sonde):
    try:
        lab.Lab(1).close()
    except lab.Unavailable as reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    print('1..2', flush=True)
    failed = 0
    for number, family in enumerate((4, 6), 1):
        different = list(compare(sonde, family))
        failed += bool(different)
        print(f'{"not ok" if different else "ok"} {number} - simulated nodes answer as Linux does, IPv{family}', flush=True)
        print(''.join(f'# {line}\n' for line in different), end='', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(inside(sys.argv[2]) if sys.argv[1] == '--inside' else main(sys.argv[1]))
