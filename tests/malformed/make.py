#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the named packets that something is wrong with: make.py FOLDER. How each is built stands here; how it is to be read is worked out
by reader.py, which shares nothing with the parsers. What is written is checked in, and a change of it is there to be looked at."""
import itertools
import pathlib
import sys

import reader
from reader import DCCP, ICMP4, ICMP6, SCTP, TCP, UDP, UDPLITE

US4, HIM4, ROUTER4 = bytes((192, 0, 2, 1)), bytes((198, 51, 100, 2)), bytes((203, 0, 113, 9))
US6, HIM6, ROUTER6 = (bytes.fromhex('20010db8') + bytes(11) + bytes((n,)) for n in (1, 2, 9))
COLUMNS = 120


def u(size, *values):
    return b''.join(value.to_bytes(size, 'big') for value in values)


def right(data):
    return u(2, 0xffff - reader.ones_sum(data))


def ip4(body, proto=UDP, options=b'', src=HIM4, dst=US4, total=None, ihl=None, bits=0, spoilt=False, ttl=61):
    size = 20 + len(options)
    head = bytes((0x40 | (size // 4 if ihl is None else ihl), 0)) + u(2, size + len(body) if total is None else total, 0x1234, bits)
    head += bytes((ttl, proto, 0, 0)) + src + dst + options
    summed = head[:10] + right(head) + head[12:]
    if spoilt:
        summed = head[:10] + u(2, reader.field(summed, 10, 2) ^ 0x0101) + head[12:]
    return summed + body


def ip6(body, proto=UDP, chain=b'', src=HIM6, dst=US6, total=None):
    """chain: extension headers, whose last one says what follows; proto: of the first of them."""
    size = len(chain) + len(body) if total is None else total
    return bytes((0x60, 0, 0, 0)) + u(2, size) + bytes((proto, 61)) + src + dst + chain + body


def ip(version, body, proto, **more):
    return ip4(body, proto, **more) if version == 4 else ip6(body, proto, **more)


def pseudo(version, size, proto, src, dst):
    return src + dst + u(4, size) + bytes((0, 0, 0, proto))


def summed(version, body, proto, at, covered=None, back=True):
    """back: an answer, else a probe."""
    us, him = (US4, HIM4) if version == 4 else (US6, HIM6)
    src, dst = (him, us) if back else (us, him)
    head = b'' if proto == ICMP4 else pseudo(version, len(body), proto, src, dst)
    check = right(head + body[:covered or len(body)])
    return body[:at] + check + body[at + 2:]


def udp(version, data=b'12345678', sport=53, dport=40000, length=None, back=True):
    return summed(version, u(2, sport, dport, 8 + len(data) if length is None else length, 0) + data, UDP, 6, back=back)


def udplite(version, data=b'12345678', covered=0, back=True):
    return summed(version, u(2, 53, 40000, covered, 0) + data, UDPLITE, 6, covered if 8 <= covered <= 8 + len(data) else None, back)


def tcp(version, options=b'', offset=None, flags=0x12, data=b'', back=True):
    size = 20 + len(options)
    body = u(2, 443, 40000) + u(4, 7, 0xdeadbef0) + bytes(((size // 4 if offset is None else offset) << 4, flags)) + u(2, 65535, 0, 0)
    return summed(version, body + options + data, TCP, 16, back=back)


def sctp(chunk, tag=0xdeadbeef):
    body = u(2, 5000, 40000) + u(4, tag, 0) + chunk
    return body[:8] + u(4, reader.crc32c(body)) + body[12:]


def dccp(version, kind, rest=b'', extended=1, offset=None, coverage=0, back=True):
    body = u(2, 5004, 40000) + bytes((0, coverage)) + u(2, 0) + bytes((kind << 1 | extended, 0)) + u(2, 1) + u(4, 0x02030405) + rest
    body = body[:4] + bytes(((len(body) + 3) // 4 if offset is None else offset,)) + body[5:]
    covered = body[4] * 4 + (coverage - 1) * 4 if coverage else None
    return summed(version, body, DCCP, 6, covered if covered and covered <= len(body) else None, back)


def icmp(version, kind, code, rest=b'\0\0\0\0', body=b''):
    """Whole, from a router."""
    message = bytes((kind, code, 0, 0)) + rest + body
    if version == 4:
        return ip4(message[:2] + right(message) + message[4:], ICMP4, src=ROUTER4)
    head = pseudo(6, len(message), ICMP6, ROUTER6, US6)
    return ip6(message[:2] + right(head + message) + message[4:], ICMP6, src=ROUTER6)


def probe(version, proto=UDP, **more):
    """What a router quotes."""
    body = {UDP: lambda: udp(version, bytes(range(0xa0, 0xc0)), 50000, 33434, back=False),
            TCP: lambda: tcp(version, bytes.fromhex('020405b40402080a00000001000000000103 0307'), flags=2, back=False),
            SCTP: lambda: sctp(bytes.fromhex('01000014deadbeef0001a000000affff01020304')),
            DCCP: lambda: dccp(version, 0, b'SOND', back=False),
            UDPLITE: lambda: udplite(version, back=False),
            ICMP4: lambda: summed(version, bytes.fromhex('0800000042420009') + b'abcdefgh', ICMP4, 2),
            ICMP6: lambda: summed(version, bytes.fromhex('8000000042420009') + b'abcdefgh', ICMP6, 2, back=False)}.get(
                proto, lambda: bytes(range(1, 17)))()
    return ip(version, body, more.pop('first', proto), src=US4 if version == 4 else US6, dst=HIM4 if version == 4 else HIM6, **more)


def exceeded(version, quote, rest=b'\0\0\0\0'):
    return icmp(version, 11 if version == 4 else 3, 0, rest, quote)


def structure(objects, version=2, check='right'):
    head = bytes((version << 4, 0))
    total = right(head + b'\0\0' + objects)
    total = {'right': total, 'zero': b'\0\0', 'wrong': bytes((total[0] ^ 0x11, total[1]))}[check]
    return head + total + objects


def extended(version, found, words=None, quote=None):
    """words: the length attribute; None: as it should be, 128 bytes."""
    quote = probe(version) if quote is None else quote
    words = (32 if version == 4 else 16) if words is None else words
    rest = bytes((0, words, 0, 0)) if version == 4 else bytes((words, 0, 0, 0))
    return exceeded(version, quote.ljust(128, b'\0') + found, rest)


def thing(class_num, c_type, body=b'', size=None):
    return u(2, 4 + len(body) if size is None else size) + bytes((class_num, c_type)) + body


# ---- the packets: each generator gives names and bytes ----

FLAWS4 = {'cut': {'total': 900}, 'behind': {'total': 30}, 'no-length': {'total': 0}, 'below-header': {'total': 19},
          'sum': {'spoilt': True}, 'options-zero': {'options': bytes((7, 0, 1, 1))},
          'options-one': {'options': bytes((1, 7, 1, 1, 1, 1, 1, 1))},
          'options-beyond': {'options': bytes((7, 5, 4, 0))}, 'options-no-length': {'options': bytes((1,) * 11 + (7,))},
          'first-piece': {'bits': 0x2000}, 'last-piece': {'bits': 0x0002}, 'middle-piece': {'bits': 0x2003}, 'far-piece': {'bits': 0x1fff},
          'swapped-df': {'bits': 0x0040}}


def outer4():
    whole = {'udp': (udp(4), UDP), 'tcp': (tcp(4), TCP), 'sctp': (sctp(bytes.fromhex('06000004')), SCTP),
             'dccp': (dccp(4, 1, bytes(8)), DCCP), 'udplite': (udplite(4), UDPLITE), 'unknown': (bytes(16), 253),
             'icmp6-over-4': (bytes.fromhex('8100000000010002'), ICMP6)}
    for (what, (body, proto)), (flaw, how) in itertools.product(whole.items(), FLAWS4.items()):
        yield f'{what}-{flaw}', ip4(body, proto, **how)
    for (one, first), (two, second) in itertools.combinations(FLAWS4.items(), 2):
        if not set(first) & set(second):
            yield f'udp-{one}-{two}', ip4(udp(4), UDP, **first, **second)
    for ihl in range(6, 16):
        yield f'ihl-{ihl}-over-upper', ip4(udp(4, bytes(48)), UDP, ihl=ihl)
        yield f'ihl-{ihl}-end-of-options', ip4(udp(4), UDP, options=bytes((0,)) + bytes((255,)) * (ihl * 4 - 21))
        yield f'ihl-{ihl}-broken-option', ip4(udp(4), UDP, options=bytes((1,)) * (ihl * 4 - 21) + bytes((68,)))
    yield 'empty', b''
    yield 'header-cut', ip4(udp(4))[:19]
    yield 'ihl-4', ip4(udp(4), ihl=4)
    yield 'upper-of-seven', ip4(udp(4)[:7])


def outer6():
    bodies = {UDP: udp(6), TCP: tcp(6), SCTP: sctp(bytes.fromhex('06000004')), DCCP: dccp(6, 1, bytes(8)), UDPLITE: udplite(6)}
    for name, proto in (('hop', 0), ('routing', 43), ('destination', 60), ('mobility', 135), ('hip', 139), ('shim', 140)):
        yield f'{name}-cut', ip6(bytes((UDP, 9)) + bytes(30), proto)
        yield f'{name}-at-the-end', ip6(bytes((UDP, 0)) + bytes(6), proto, chain=bytes((proto, 0)) + bytes(6), total=8)[:48]
        yield f'{name}-of-two-words', ip6(udp(6), proto, chain=bytes((UDP, 1)) + bytes(14))
        yield f'{name}-before-unknown', ip6(bytes(16), proto, chain=bytes((253, 0)) + bytes(6))
        yield f'{name}-before-none', ip6(bytes(16), proto, chain=bytes((59, 0)) + bytes(6))
        yield f'{name}-before-esp', ip6(bytes(16), proto, chain=bytes((50, 0)) + bytes(6))
        yield f'{name}-behind-itself', ip6(bytes((proto, 200)) + bytes(30), proto, chain=bytes((proto, 0)) + bytes(6))
    for words in (0, 1, 2, 3, 5):
        yield f'ah-of-{words}', ip6(udp(6), 51, chain=bytes((UDP, words)) + bytes((words + 2) * 4 - 2))
    yield 'ah-cut', ip6(bytes((UDP, 255)) + bytes(40), 51)
    for name, bits, proto in itertools.product(('atomic', 'first', 'middle', 'last', 'reserved-bits'), (None,), bodies):
        bits = {'atomic': 0, 'first': 1, 'middle': 0x0641, 'last': 0x0640, 'reserved-bits': 6}[name]
        yield f'fragment-{name}-of-{proto}', ip6(bodies[proto], 44, chain=bytes((proto, 0)) + u(2, bits) + u(4, 77))
    piece = bytes((44, 0, 0, 1)) + u(4, 1)
    yield 'fragment-in-a-fragment', ip6(udp(6), 44, chain=piece + bytes((UDP, 0, 0, 0)) + u(4, 2))
    yield 'fragment-later-in-a-fragment', ip6(udp(6), 44, chain=piece + bytes((UDP, 0, 0, 8)) + u(4, 2))
    yield 'fragment-hides-a-chain', ip6(udp(6), 44, chain=bytes((60, 0, 0, 8)) + u(4, 2) + bytes((UDP, 0)) + bytes(6))
    yield 'fragment-cut', ip6(bytes((UDP, 0, 0)), 44)
    for count in range(1, 11):
        yield f'chain-of-{count}', ip6(udp(6), 60, chain=(bytes((60, 0)) + bytes(6)) * (count - 1) + bytes((UDP, 0)) + bytes(6))
        yield f'chain-of-{count}-cut', ip6(bytes((UDP, 9)) + bytes(30), 60, chain=(bytes((60, 0)) + bytes(6)) * (count - 1))
        yield f'chain-of-{count}-to-icmp4', ip6(bytes.fromhex('0b00f4ff00000000') + bytes(8), 60,
                                                chain=(bytes((60, 0)) + bytes(6)) * (count - 1) + bytes((ICMP4, 0)) + bytes(6))
    for proto, body in bodies.items():
        yield f'{proto}-cut', ip6(body, proto, total=900)
        yield f'{proto}-behind', ip6(body, proto, total=len(body) - 4)
        yield f'{proto}-no-length', ip6(body, proto, total=0)
        yield f'{proto}-spoilt', ip6(body[:3] + b'\xee' + body[4:], proto)
    yield 'header-cut', ip6(udp(6))[:39]
    yield 'upper-of-seven', ip6(udp(6)[:7])
    yield 'udp-without-sum', ip6(u(2, 53, 40000, 16, 0) + b'12345678')


def icmp4():
    known = {3: 16, 5: 4, 11: 2, 12: 3, 40: 6, 43: 5}
    for kind in (*range(0, 45), 100, 253, 254, 255):
        for code in (*range(known.get(kind, 0)), 77):
            yield f'type-{kind}-code-{code}', icmp(4, kind, code, b'\x01\0\x05\xdc', probe(4)[:28])


def icmp6():
    known = {1: 10, 3: 2, 4: 11, 161: 5}
    for kind in (*range(0, 6), 100, 101, 126, *range(127, 162), 200, 201, 254, 255):
        for code in (*range(known.get(kind, 0)), 77):
            yield f'type-{kind}-code-{code}', icmp(6, kind, code, b'\0\0\x05\xdc', probe(6)[:48])


def quotes():
    for version in (4, 6):
        other = 10 - version
        yield f'{version}-around-{other}', exceeded(version, probe(other))
        yield f'{version}-nothing', exceeded(version, b'')
        yield f'{version}-one-byte', exceeded(version, bytes((version << 4,)))
        yield f'{version}-no-version', exceeded(version, bytes(64))
        yield f'{version}-seven-behind', exceeded(version, probe(version)[:(20 if version == 4 else 40) + 7])
        for proto in (TCP, SCTP, DCCP, UDPLITE, ICMP4, ICMP6, 253):
            head = 20 if version == 4 else 40
            for size in (8, 9, 12, 13, 16, 20, 24):
                yield f'{version}-of-{proto}-cut-at-{size}', exceeded(version, probe(version, proto)[:head + size])
            yield f'{version}-of-{proto}-more-behind', exceeded(version, probe(version, proto) + b'tail')
            yield f'{version}-of-{proto}-zeros-behind', exceeded(version, probe(version, proto) + bytes(9))
            yield f'{version}-of-{proto}-filled', exceeded(version, probe(version, proto)[:head + 8] + bytes(40))
        for length in (0, 7, 8, 9, 40, 41, 2000):
            body = udp(version, bytes(range(0xa0, 0xc0)), 50000, 33434, length=length, back=False)
            for total in (None, 0, 10, 0x3c00, 900):
                yield f'{version}-udp-length-{length}-total-{total}', exceeded(version, probe(version, UDP, total=total)[:-40] + body)
    for flaw, how in FLAWS4.items():
        yield f'4-{flaw}', exceeded(4, probe(4, **how))
        yield f'4-tcp-{flaw}', exceeded(4, probe(4, TCP, **how))
    for ihl in range(0, 16):
        yield f'4-ihl-{ihl}', exceeded(4, probe(4, ihl=ihl))
        yield f'4-ihl-{ihl}-short', exceeded(4, probe(4, ihl=ihl)[:32])
    for first, chain in ((0, bytes((UDP, 0)) + bytes(6)), (51, bytes((UDP, 1)) + bytes(10)), (44, bytes((UDP, 0, 0, 1)) + bytes(4)),
                         (44, bytes((UDP, 0, 0, 8)) + bytes(4)), (44, bytes((UDP, 0, 0, 0)) + bytes(4)),
                         (60, bytes((60, 0) + (0,) * 6) * 9),
                         (60, bytes((60, 0) + (0,) * 6) * 7 + bytes((UDP, 0)) + bytes(6)), (43, bytes((UDP, 50)) + bytes(6)),
                         (50, bytes(8)), (59, bytes(8))):
        name = f'6-chain-{first}-{chain[:4].hex()}-{len(chain)}'
        yield name, exceeded(6, probe(6, chain=chain, first=first))
        yield f'{name}-cut', exceeded(6, probe(6, chain=chain, first=first)[:52])


def extensions():
    mpls = thing(1, 1, bytes.fromhex('00010101'))
    for version in (4, 6):
        for words in (0, 1, 15, 16, 17, 31, 32, 33, 40, 200):
            yield f'{version}-length-{words}', extended(version, structure(mpls), words)
            yield f'{version}-length-{words}-no-structure', extended(version, b'', words)
        for number in (0, 1, 3, 15):
            yield f'{version}-version-{number}', extended(version, structure(mpls, number))
            yield f'{version}-version-{number}-no-length', extended(version, structure(mpls, number), 0)
        for check in ('zero', 'wrong'):
            yield f'{version}-checksum-{check}', extended(version, structure(mpls, 2, check))
            yield f'{version}-checksum-{check}-no-length', extended(version, structure(mpls, 2, check), 0)
        for count in range(0, 8):
            yield f'{version}-structure-of-{count}', extended(version, structure(mpls, 2, 'zero')[:count])
        yield f'{version}-of-a-short-quote', extended(version, structure(mpls), quote=probe(version)[:(20 if version == 4 else 40) + 8])
        yield f'{version}-of-no-quote', extended(version, structure(mpls), quote=bytes(128))
        kind = 12 if version == 4 else 2
        padded = probe(version).ljust(128, b'\0')
        yield f'{version}-in-{kind}', icmp(version, kind, 0, bytes((0, 32, 0, 0)), padded + structure(mpls))
    yield '4-in-redirect', icmp(4, 5, 1, bytes((0, 32, 0, 0)), probe(4).ljust(128, b'\0') + structure(mpls))
    for name, found in objects():
        yield f'object-{name}', extended(4, structure(found))


def objects():
    name8 = bytes((8,)) + b'eth0\0\0\0'
    addr4, addr6 = bytes.fromhex('00010000c0000201'), bytes.fromhex('00020000') + HIM6
    wrong = {'afi-0': bytes(8), 'afi-9': bytes.fromhex('00090000') + bytes(8), 'cut-4': addr4[:7] + b'', 'cut-6': addr6[:16]}
    for size in (0, 1, 3, 5, 6, 9, 200, 65535):
        yield f'length-{size}', thing(1, 1, bytes(4), size)
    for count in (1, 2, 3):
        yield f'tail-of-{count}', thing(1, 1, bytes.fromhex('00010101')) + bytes((9,)) * count
    for class_num in (0, 1, 2, 3, 4, 5, 6, 246, 247, 255):
        yield f'class-{class_num}-empty', thing(class_num, 1)
        yield f'class-{class_num}-type-0', thing(class_num, 0, bytes((1, 2, 3, 4)))
        yield f'class-{class_num}-type-255', thing(class_num, 255, bytes(range(64)))
    for count in (1, 7, 8, 9, 16, 17):
        yield f'labels-{count}', thing(1, 1, b'\0\1\0\1' * count)
    yield 'raw-of-two-pieces', thing(9, 9, bytes(range(65)) + bytes(3))
    for role, bits in itertools.product((0, 3), range(16)):
        parts = (8, u(4, 7)), (4, addr4), (2, name8), (1, u(4, 1500))
        body = b''.join(part for bit, part in parts if bits & bit)
        yield f'interface-{role}-{bits}', thing(2, role << 6 | bits, body)
        if bits:
            yield f'interface-{role}-{bits}-cut', thing(2, role << 6 | bits, body[:-4])
    for what, part in wrong.items():
        part = part.ljust((len(part) + 3) // 4 * 4, b'\0') if what != 'cut-4' else part[:4]
        yield f'interface-{what}', thing(2, 4, part)
        yield f'node-{what}', thing(5, 4, part)
    for size in (0, 1, 3, 5, 63, 64, 68, 255):
        yield f'interface-name-{size}', thing(2, 2, bytes((size,)) + b'x' * 71)
        yield f'node-name-{size}', thing(5, 2, bytes((size,)) + b'x' * 71)
    yield 'interface-address-6', thing(2, 4, addr6)
    yield 'node-address-6-name', thing(5, 6, addr6 + name8)
    yield 'node-address-4', thing(5, 4, addr4)
    yield 'node-nothing', thing(5, 0xf9)
    yield 'name-of-zeros', thing(2, 2, bytes((8,)) + bytes(7))
    for size in (4, 64, 68):
        yield f'asked-name-{size}', thing(3, 1, b'n' * size)
    yield 'asked-index-long', thing(3, 2, bytes(8))
    yield 'asked-index', thing(3, 2, u(4, 9))
    for afi, told, body in ((1, 4, 4), (2, 16, 16), (1, 16, 16), (2, 4, 4), (1, 5, 8), (1, 4, 8), (3, 4, 4), (1, 200, 4), (1, 0, 0)):
        yield f'asked-address-{afi}-{told}-{body}', thing(3, 3, u(2, afi) + bytes((told, 0)) + bytes((1,)) * body)
    yield 'pointer', thing(4, 1, u(4, 40))
    yield 'pointer-long', thing(4, 1, u(4, 40, 0))
    yield 'two-good-one-bad', thing(4, 1, u(4, 40)) + thing(5, 0) + thing(2, 8, u(4, 3)) + thing(1, 1, b'', 2)
    yield 'sixteen', thing(4, 1, u(4, 1)) * 16
    yield 'seventeen', thing(4, 1, u(4, 1)) * 17
    yield 'at-the-cap', thing(5, 0) * 256
    yield 'over-the-cap', thing(5, 0) * 257
    yield 'labels-over-the-cap', thing(1, 1, b'\0\1\0\1' * 8 * 257)


def asked():
    """RFC 8335 section 3: replies."""
    for version, kind in ((4, 43), (6, 161)):
        for bits in range(0, 256, 23):
            yield f'{version}-bits-{bits}', icmp(version, kind, 0, bytes((0x42, 0x42, 7, bits)))
        for code in range(1, 7):
            yield f'{version}-code-{code}-bits-255', icmp(version, kind, code, bytes((0x42, 0x42, 7, 255)))
        yield f'{version}-with-more', icmp(version, kind, 0, bytes((0x42, 0x42, 7, 0x46)), b'more')


def transports():
    for version in (4, 6):
        for offset in range(0, 16):
            yield f'{version}-tcp-offset-{offset}', ip(version, tcp(version, bytes((1,)) * 20, offset), TCP)
        for name, options in tcp_options():
            yield f'{version}-tcp-{name}', ip(version, tcp(version, options.ljust((len(options) + 3) // 4 * 4, b'\1')), TCP)
        yield f'{version}-tcp-offloaded', ip(version, offloaded(version, tcp(version), TCP, 16), TCP)
        yield f'{version}-udp-offloaded', ip(version, offloaded(version, udp(version), UDP, 6), UDP)
        yield f'{version}-udp-no-checksum', ip(version, udp(version)[:6] + b'\0\0' + udp(version)[8:], UDP)
        for cut in range(8, 21):
            yield f'{version}-tcp-cut-at-{cut}', ip(version, tcp(version)[:cut], TCP)
        for length in (0, 1, 7, 8, 15, 17, 65535):
            yield f'{version}-udp-length-{length}', ip(version, udp(version, length=length), UDP)
            yield f'{version}-udplite-covers-{length}', ip(version, udplite(version, covered=length), UDPLITE)
        for chunk in (b'', b'\1\0\0', bytes.fromhex('01000014'), bytes.fromhex('0200001401020304'), bytes.fromhex('0600000401020304'),
                      bytes.fromhex('01000014010203'), bytes.fromhex('ffff0000')):
            yield f'{version}-sctp-{chunk.hex() or "bare"}', ip(version, sctp(chunk), SCTP)
            yield f'{version}-sctp-{chunk.hex() or "bare"}-spoilt', ip(version, sctp(chunk)[:11] + b'\x5a' + chunk, SCTP)
        for cut in (8, 9, 11):
            yield f'{version}-sctp-cut-at-{cut}', ip(version, sctp(b'')[:cut], SCTP)
        for kind in range(16):
            yield f'{version}-dccp-type-{kind}', ip(version, dccp(version, kind, bytes(range(1, 13))), DCCP)
        for kind in (0, 1, 7):
            for cut in (8, 9, 15, 16, 20, 23, 24):
                yield f'{version}-dccp-type-{kind}-cut-at-{cut}', ip(version, dccp(version, kind, bytes(range(1, 13)))[:cut], DCCP)
            yield f'{version}-dccp-type-{kind}-short-numbers', ip(version, dccp(version, kind, bytes(range(1, 13)), 0), DCCP)
        for offset, coverage in itertools.product((0, 1, 2, 7, 8, 255), (0, 1, 2, 15)):
            yield f'{version}-dccp-offset-{offset}-covers-{coverage}', ip(version, dccp(version, 7, bytes(12), 1, offset, coverage), DCCP)


def offloaded(version, body, proto, at):
    us, him = (US4, HIM4) if version == 4 else (US6, HIM6)
    return body[:at] + u(2, reader.ones_sum(pseudo(version, len(body), proto, him, us))) + body[at + 2:]


def tcp_options():
    good = {2: bytes.fromhex('020405b4'), 3: bytes.fromhex('030307'), 4: bytes.fromhex('0402'), 8: bytes.fromhex('080a0000000100000002')}
    for kind, option in good.items():
        for size in (0, 1, len(option) - 1, len(option) + 1, 41, 255):
            yield f'option-{kind}-length-{size}', option[:1] + bytes((size,)) + option[2:] + b'\1\1'
        yield f'option-{kind}-twice-then-bad', option + option[:1] + bytes((len(option) + 1,)) + option[2:] + b'\1\1'
        yield f'option-{kind}-behind-the-end', b'\0' + option
    yield 'option-no-length', bytes((1,)) * 39 + bytes((2,))
    yield 'options-forty', bytes((1,)) * 40
    yield 'options-unknown', bytes((254, 4, 1, 1)) * 10
    yield 'options-all', b''.join(good.values())


def good():
    """Forty answers that nothing is wrong with: of each protocol, from routers with and without extensions, and from the target."""
    interface = thing(2, 0x0d, u(4, 7) + bytes.fromhex('00010000c0000201') + u(4, 1500))
    told = structure(thing(1, 1, bytes.fromhex('0001010140e03ffe')) + interface)
    for version in (4, 6):
        own = ICMP4 if version == 4 else ICMP6
        reply = (0, 129)[version == 6], (14, 161)[version == 6]
        unreachable = (3, 1)[version == 6]
        yield f'{version}-echo', icmp(version, reply[0], 0, bytes.fromhex('42420007'), b'abcdefghijklmnop')
        yield f'{version}-asked', icmp(version, reply[1], 0, bytes.fromhex('42420746'), bytes(range(12)))
        yield f'{version}-open', ip(version, tcp(version, bytes.fromhex('020405b40402080a00000001000000020103 0307')), TCP)
        yield f'{version}-closed', ip(version, tcp(version, flags=0x14), TCP)
        yield f'{version}-service', ip(version, udp(version, bytes(range(1, 22))), UDP)
        yield f'{version}-lite', ip(version, udplite(version), UDPLITE)
        yield f'{version}-init-ack', ip(version, sctp(bytes.fromhex('02000014deadbeef0001a000000affff01020304')), SCTP)
        yield f'{version}-abort', ip(version, sctp(bytes.fromhex('06000004')), SCTP)
        yield f'{version}-response', ip(version, dccp(version, 1, bytes(range(1, 13))), DCCP)
        yield f'{version}-reset', ip(version, dccp(version, 7, bytes(range(1, 13))), DCCP)
        for proto in (UDP, TCP, SCTP, DCCP, UDPLITE, own):
            yield f'{version}-exceeded-{proto}', exceeded(version, probe(version, proto))
        yield f'{version}-short', exceeded(version, probe(version)[:(20 if version == 4 else 40) + 8])
        yield f'{version}-port', icmp(version, unreachable, (3, 4)[version == 6], b'\0\0\0\0', probe(version))
        yield f'{version}-told', extended(version, told)
        yield f'{version}-told-without-length', extended(version, told, 0)


FILES = {'ip4': outer4, 'ip6': outer6, 'icmp4': icmp4, 'icmp6': icmp6, 'quotes': quotes, 'extensions': extensions, 'asked': asked,
         'transports': transports}


def notation(data):
    """Hex, runs of a byte as HH*N."""
    words = []
    for byte, run in itertools.groupby(data):
        count = len(list(run))
        if count >= 8:
            words.append(f'{byte:02x}*{count}')
        elif words and '*' not in words[-1] and len(words[-1]) < 32:
            words[-1] += f'{byte:02x}' * count
        else:
            words.append(f'{byte:02x}' * count)
    line, out = ' ', []
    for word in words:
        if len(line) + len(word) > COLUMNS:
            out.append(line)
            line = ' '
        line += ' ' + word
    return '\n'.join([*out, line])


def bytes_of(text):
    """The other way."""
    out = b''
    for word in text.split():
        byte, _, count = word.partition('*')
        out += bytes.fromhex(byte) * int(count or 1)
    return out


# Of what is refused nothing is told: each of these takes a branch that none of the others does (branches.py).
REFUSED = ('empty', 'header-cut', 'ihl-4', 'upper-of-seven')


def main(folder):
    taken = set()
    for file, packets in FILES.items():
        lines = ['# SPDX-License-Identifier: MIT', '# NAME, its bytes, and behind "=" how they are to be read. Written by make.py.']
        for name, data in packets():
            reading = reader.packet(data)
            shape = reader.decided(reading) if reading != 'refused' else f'refused {file} {name}'
            if shape in taken or (reading == 'refused' and name not in REFUSED):
                continue
            taken.add(shape)
            assert bytes_of(notation(data)) == data, name
            lines += [name, notation(data), f'  = {reading}']
        (folder / f'{file}.txt').write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))
