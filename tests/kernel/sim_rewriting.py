#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The simulator's rewriting routers beside real Linux ones: the same packets, through nftables on the one side and through `rewrite` lines
on the other, and every answer must be the same to the last byte of what it quotes. Prints TAP; skips as a whole, with the reason, where
namespaces cannot be had.
  sim_rewriting.py SONDE [FILTER]           both, compared
  sim_rewriting.py --inside FAMILY NUMBER   sends the packets of one case, prints what came back
  sim_rewriting.py --inside 4 pieces        the same of packets that are cut on the way"""
import functools
import json
import select
import socket
import struct
import sys
import time

import lab
import sim_twin

ROUTERS = 2
BOUND_S = 1.0
NARROW = 1000
ASKED = {4: '10.0.77.7', 6: 'fd00:0:0:77::7'}  # nobody has it, but a translator knows whom it means
OPTIONS = bytes.fromhex('020405b4 0402080a00000001 00000000 01030307')  # as Linux sends them


def nat(hook, priority, rule):
    return f'chain {hook} {{ type nat hook {hook} priority {priority}; {rule}; }}'


def mangle(hook, rule):
    return f'chain {hook} {{ type filter hook {hook} priority 0; {rule}; }}'


# title: (rules of nftables on router 1, lines of the .net file, whether ASKED is asked). {ip}, {host} and {asked} are the family's.
CASES = {
    'nothing': ([], [], False),
    'masquerade': ([nat('postrouting', 100, 'oifname right masquerade')], ['rewrite r1 snat=masquerade from=me'], False),
    'masquerade to another port': (
        ['chain postrouting { type nat hook postrouting priority 100; oifname right udp dport 33434 masquerade to :1234; '
         'oifname right tcp dport 1-65535 masquerade to :1234; }'],
        ['rewrite r1 snat=masquerade ports=1234 from=me proto=udp', 'rewrite r1 snat=masquerade ports=1234 from=me proto=tcp'], False),
    'destination': ([nat('prerouting', -100, '{ip} daddr {asked} dnat to {host}')],
                    ['rewrite r1 dnat={host} dst={asked} before-ttl'], True),
    'DSCP': ([mangle('forward', '{ip} dscp set 10')], ['rewrite r1 dscp=10'], False),
    'DSCP before the TTL': ([mangle('prerouting', '{ip} dscp set 10')], ['rewrite r1 dscp=10 before-ttl'], False),
    'ECN bleached': ([mangle('forward', '{ip} ecn set not-ect')], ['rewrite r1 ecn=not-ect'], False),
    'MSS': ([mangle('forward', 'tcp option maxseg size set 1200')], ['rewrite r1 mss=1200'], False),
    'SACK blanked': ([mangle('forward', 'reset tcp option sack-perm')], ['rewrite r1 strip=sack'], False),
    'timestamps blanked': ([mangle('forward', 'reset tcp option timestamp')], ['rewrite r1 strip=ts'], False),
    'window': ([mangle('forward', 'tcp window set 512')], ['rewrite r1 window=512'], False),
    'TTL': ([mangle('forward', '{ttl} set 9')], ['rewrite r1 ttl=9'], False),
    'refused': ([mangle('forward', 'udp dport 33434 reject')], ['filter r1 reject=port-unreachable proto=udp'], False),
}
ONLY = {
    4: {'IP id': ([mangle('forward', 'ip id set 4711')], ['rewrite r1 id=4711'], False),
        'DF': ([mangle('forward', 'ip frag-off set 0')], ['rewrite r1 df=off'], False)},
    6: {'flow label': ([mangle('forward', 'ip6 flowlabel set 74565')], ['rewrite r1 flow-label=74565'], False)},
}


def cases(family):
    words = {'ip': 'ip' if family == 4 else 'ip6', 'ttl': 'ip ttl' if family == 4 else 'ip6 hoplimit', 'asked': ASKED[family],
             'host': lab.address(family, ROUTERS, 2)}

    def filled(lines):
        for key, value in words.items():
            lines = [line.replace(f'{{{key}}}', value) for line in lines]
        return lines
    return [(title, filled(rules), filled(lines), asks) for title, (rules, lines, asks) in (CASES | ONLY[family]).items()]


class Wire(sim_twin.Wire):
    """Answers with all that they quote."""

    def __init__(self, family):
        super().__init__(family, ROUTERS)
        self.known.add(lab.spelled(family, ASKED[family]))

    def describe(self, protocol, upper):
        if protocol == socket.IPPROTO_TCP:
            return self.describe_tcp(upper)
        if protocol != self.icmp:
            return f'{protocol} {upper.hex()}'
        if upper[0] in (0, 129):
            return f'echo {upper.hex()}'
        if self.family == 4 and upper[0] == 14:  # the answerer's clock is its own, and in the checksum
            return f'timestamp reply {upper[:2].hex()} {upper[4:12].hex()}'
        error = upper[0] in ((3, 4, 11, 12) if self.family == 4 else (1, 2, 3, 4))
        return f'icmp {upper[0]}/{upper[1]} {upper[4:8].hex()} quotes {upper[8:].hex()}' if error else None

    def first_answer(self):
        """One comes for each packet: it is waited for. What has come by then counts, too."""
        until_s = time.monotonic() + BOUND_S
        while (left_s := until_s - time.monotonic()) > 0:
            select.select(list(self.sockets.values()), [], [], left_s)
            if found := self.answers(0.002):
                return found
        return []


def dialogue(family, number):
    """Every flow is new in every case: a translator remembers the old ones."""
    wire, port = Wire(family), 40000 + number
    to = ASKED[family] if cases(family)[number][3] else wire.target
    packets = {
        'UDP': (socket.IPPROTO_UDP, struct.pack('!HHHH', port, 33434, 28, 0) + bytes(20), 6),
        'echo': (wire.icmp, struct.pack('!BBHHH', 8 if family == 4 else 128, 0, 0, port, 9) + bytes(20), 2),
        'SYN': (socket.IPPROTO_TCP,
                struct.pack('!HHIIBBHHH', port, 81, 1000, 0, (5 + len(OPTIONS) // 4) << 4, 2, 64240, 0, 0) + OPTIONS, 16)}
    if family == 4:
        packets['timestamp request'] = (wire.icmp, struct.pack('!BBHHHIII', 13, 0, 0, port, 9, 4711, 0, 0), 2)
    for title, (protocol, upper, at) in packets.items():
        for ttl in (1, 2, 3, 4, 64):
            for tos in (0, 0xb9):
                wire.send(protocol, upper, at, ttl, tos, to)
                yield [f'{title}, ttl {ttl}, tos {tos}', *wire.first_answer()]


def pieces():
    """Long packets without DF, and two halves of one. They bring their own headers: the id that a kernel gives differs from machine to
    machine."""
    wire = Wire(4)
    ends = socket.inet_aton(wire.source) + socket.inet_aton(wire.target)
    upper = struct.pack('!HHHH', 40000, 33434, 1408, 0) + bytes(value % 251 for value in range(1400))
    upper = upper[:6] + struct.pack('!H', sim_twin.checksum(ends + struct.pack('!HH', 17, len(upper)) + upper)) + upper[8:]
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, sim_twin.OURS)

    def send(ttl, number, flags, data):
        raw.sendto(struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(data), number, flags, ttl, socket.IPPROTO_UDP, 0) + ends + data,
                   (wire.target, 0))
    for number, ttl in enumerate((1, 2, 3, 4, 64), 1000):
        send(ttl, number, 0, upper)
        yield [f'whole, ttl {ttl}', *wire.first_answer()]
        # The later half first.
        send(ttl, number + 100, 600 // 8, upper[600:])
        send(ttl, number + 100, 0x2000, upper[:600])
        yield [f'in two, ttl {ttl}', *wire.first_answer()]


def pieces_compared(sonde):
    command = sim_twin.muted(__file__, '--inside', 4, 'pieces')
    text = sim_twin.net(ROUTERS, 'router r1 fragments')
    narrow = [f'{line} mtu={NARROW}' if line.startswith('link r1 r2 ') else line for line in text.splitlines()]
    with lab.Lab(ROUTERS) as chain:
        chain.ip(1, [f'link set right mtu {NARROW}'])
        chain.ip(2, [f'link set left mtu {NARROW}'])
        linux = sim_twin.heard(chain.run(chain.client, command))
    return list(sim_twin.differences(linux, sim_twin.of_simulator(sonde, '\n'.join(narrow) + '\n', command)))


def compared(sonde, chain, family, number):
    _, rules, lines, _ = cases(family)[number]
    command = sim_twin.muted(__file__, '--inside', family, number)
    if rules:
        chain.feed_nft(1, f'table {"ip" if family == 4 else "ip6"} twin {{', *rules, '}')
    linux = sim_twin.heard(chain.run(chain.client, command))
    if rules:
        chain.feed_nft(1, f'delete table {"ip" if family == 4 else "ip6"} twin')
    chain.feed_nft(chain.client, 'delete table inet twin')
    return list(sim_twin.differences(linux, sim_twin.of_simulator(sonde, sim_twin.net(ROUTERS, *lines), command)))


def main(sonde, wanted=''):
    try:
        chain = lab.Lab(ROUTERS)
    except lab.Unavailable as reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    points = [(f'{row[0]}, IPv{family}', functools.partial(compared, sonde, chain, family, number))
              for family in (4, 6) for number, row in enumerate(cases(family))]
    points.append(('fragments, IPv4', functools.partial(pieces_compared, sonde)))
    points = [point for point in points if wanted in point[0]]
    print(f'1..{len(points)}', flush=True)
    failed = 0
    with chain:
        for count, (title, compare) in enumerate(points, 1):
            different = compare()
            failed += bool(different)
            print(f'{"not ok" if different else "ok"} {count} - simulated routers rewrite as Linux does: {title}', flush=True)
            print(''.join(f'# {line}\n' for line in different), end='', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    if sys.argv[1] == '--inside':
        print(json.dumps(list(pieces() if sys.argv[3] == 'pieces' else dialogue(int(sys.argv[2]), int(sys.argv[3])))))
    else:
        sys.exit(main(*sys.argv[1:]))
