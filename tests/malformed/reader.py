# SPDX-License-Identifier: MIT
"""A second reader of packets, written from the RFCs and from what the headers of src/packet promise; it shares nothing with the parsers,
which are judged by it. It gives the same text as read.c. NAME=VALUE says what was decided, NAME:VALUE what a field held."""
import re

ICMP4, TCP, UDP, DCCP, ICMP6, SCTP, UDPLITE = 1, 6, 17, 33, 58, 132, 136
# RFC 8200 section 4: hop-by-hop, routing, fragment, destination options; AH; mobility, HIP, Shim6.
CHAINED = {0, 43, 44, 51, 60, 135, 139, 140}
ODD = ('truncated', 'length', 'header-sum', 'sum', 'offloaded', 'options', 'chain', 'fragment', 'version')

# RFC 792, 1122, 1812: type 3 by code.
UNREACHABLE4 = ('net host protocol port too-big source-route net host net admin admin net host admin violation cutoff').split()
WORDS = {'net': 'net-unreachable', 'host': 'host-unreachable', 'protocol': 'protocol-unreachable', 'port': 'port-unreachable',
         'too-big': 'packet-too-big', 'source-route': 'source-route-failed', 'admin': 'admin-prohibited',
         'violation': 'precedence-violation', 'cutoff': 'precedence-cutoff', 'other': 'unreachable'}
# RFC 4443 section 3.1, RFC 6550, 8883, 9914: type 1 by code.
UNREACHABLE6 = 'net admin other host port admin admin source-route other source-route'.split()


def meaning(version, kind, code):
    """What a message says, whether it quotes, whether RFC 4884 lets it be extended."""
    plain = {(4, 0): 'echo-reply', (4, 8): 'echo-request', (4, 14): 'timestamp-reply', (6, 128): 'echo-request', (6, 129): 'echo-reply'}
    if (version, kind) in plain:
        return plain[version, kind], False, False
    if (version, kind) in ((4, 3), (6, 1)):
        table = UNREACHABLE4 if version == 4 else UNREACHABLE6
        return WORDS[table[code] if code < len(table) else 'other'], True, True
    if (version, kind) in ((4, 11), (6, 3)):
        return {0: 'time-exceeded', 1: 'reassembly-exceeded'}.get(code, 'other'), True, True
    if (version, kind) == (4, 12):
        return 'parameter-problem', True, True
    if (version, kind) == (6, 4):
        return 'protocol-unreachable' if code == 1 else 'parameter-problem', True, False
    if (version, kind) == (6, 2):
        return 'packet-too-big', True, False
    if version == 4:
        return ('none' if kind in (4, 5) else 'other'), kind in (4, 5, 31, 40), False
    return 'other', kind < 128, False


def number(data):
    return int.from_bytes(data, 'big')


def field(data, at, size):
    """Zero where it is not there as a whole."""
    return number(data[at:at + size]) if at + size <= len(data) else 0


def ones_sum(data):
    total = sum(number(data[i:i + 2].ljust(2, b'\0')) for i in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def crc32c(data):
    """RFC 9260 appendix A, as a 32-bit number whose bytes stand in the packet in the order of that appendix."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return number((crc ^ 0xffffffff).to_bytes(4, 'little'))


def odd_text(odd):
    return f' odd={",".join(name for name in ODD if name in odd)}' if odd else ''


class Ip:
    def __init__(self, data):
        self.ok, self.data, self.odd = False, data, set()
        self.version = data[0] >> 4 if data else 0
        self.chain = self.offset = self.mf = self.id = self.df = self.label = 0
        if self.version == 4:
            self.read4(data)
        elif self.version == 6:
            self.read6(data)
        if self.ok:
            if self.total > len(data):
                self.odd.add('truncated')
            if self.total < self.header or self.total < len(data):
                self.odd.add('length')
            if self.offset or self.mf:
                self.odd.add('fragment')

    def read4(self, data):
        wanted = (data[0] & 15) * 4
        if len(data) < 20 or wanted < 20:
            return
        self.ok = True
        self.tos, self.total, self.id, self.ttl, self.proto = data[1], field(data, 2, 2), field(data, 4, 2), data[8], data[9]
        bits = field(data, 6, 2)
        self.df, self.mf, self.offset = bits >> 14 & 1, bits >> 13 & 1, (bits & 0x1fff) * 8
        self.src, self.dst = data[12:16], data[16:20]
        self.header = min(wanted, len(data))
        if wanted > len(data):
            self.odd.add('truncated')
            return
        if ones_sum(data[:wanted]) != 0xffff:
            self.odd.add('header-sum')
        if not options_fit(data[20:wanted]):
            self.odd.add('options')

    def read6(self, data):
        if len(data) < 40:
            return
        self.ok = True
        self.tos, self.label = field(data, 0, 2) >> 4 & 0xff, field(data, 0, 4) & 0xfffff
        self.total, self.proto, self.ttl = 40 + field(data, 4, 2), data[6], data[7]
        self.src, self.dst = data[8:24], data[24:40]
        self.header = 40
        while self.proto in CHAINED and not self.offset:
            head = data[self.header:]
            if self.chain == 8 or len(head) < 2:
                self.odd.add('chain')
                break
            size = 8 if self.proto == 44 else (head[1] + 2) * 4 if self.proto == 51 else (head[1] + 1) * 8
            if len(head) < size:
                self.odd.add('chain')
                break
            if self.proto == 44:
                self.offset, self.mf = field(head, 2, 2) & 0xfff8, self.mf | head[3] & 1
            self.proto = head[0]
            self.chain += 1
            self.header += size

    def text(self):
        part = f' offset={self.offset} mf={self.mf}' if self.offset or self.mf else ''
        return (f'ip{self.version} header={self.header} chain={self.chain} proto={self.proto}{part} total:{self.total} tos:{self.tos} '
                f'ttl:{self.ttl} id:{self.id} df:{self.df} label:{self.label} src:{self.src.hex()} dst:{self.dst.hex()}'
                f'{odd_text(self.odd)}')


def options_fit(data):
    """RFC 791 section 3.1: end and no-operation are one byte, all others have a length that counts itself and its kind."""
    while data:
        if data[0] == 0:
            return True
        if data[0] == 1:
            data = data[1:]
            continue
        if len(data) < 2 or data[1] < 2 or data[1] > len(data):
            return False
        data = data[data[1]:]
    return True


class Tcp:
    """RFC 9293 section 3.1, as far as it is there."""
    LENGTHS = {2: 4, 3: 3, 4: 2, 8: 10}

    def __init__(self, data):
        self.header = data[12] >> 4 << 2 if len(data) > 12 else 0
        self.told, self.odd, self.data = {}, set(), data
        if len(data) < 20 or self.header < 20:
            self.seen = min(len(data), 20)
            if len(data) > 12 and self.header < 20:
                self.odd.add('options')
            return
        self.seen = min(len(data), self.header)
        self.options(data[20:self.seen], self.header - self.seen)

    def options(self, data, unseen):
        while data and data[0]:
            kind = data[0]
            if kind == 1:
                data = data[1:]
                continue
            if len(data) == 1:
                if not unseen:
                    self.odd.add('options')
                return
            size = data[1]
            if size < 2 or size > len(data) + unseen:
                self.odd.add('options')
                return
            if size > len(data):
                return
            if kind in self.LENGTHS:
                self.told.pop(kind, None)
                if size != self.LENGTHS[kind]:
                    self.odd.add('options')
                    return
                self.told[kind] = data[2:size]
            data = data[size:]

    def text(self):
        out = f' tcp={self.header} seen={self.seen}'
        if 2 in self.told:
            out += f' mss=yes mss:{number(self.told[2])}'
        if 3 in self.told:
            out += f' wscale=yes wscale:{number(self.told[3])}'
        if 4 in self.told:
            out += ' sack=yes'
        if 8 in self.told:
            out += f' stamps=yes stamps:{number(self.told[8][:4])}/{number(self.told[8][4:])}'
        d = self.data
        flags = d[13] if len(d) > 13 else 0
        return (out + f' ports:{field(d, 0, 2)}>{field(d, 2, 2)} seq:{field(d, 4, 4)} ack:{field(d, 8, 4)} flags:{flags} '
                f'window:{field(d, 14, 2)}{odd_text(self.odd)}')


def sctp_text(d):
    """RFC 9260 section 3."""
    out = f' sctp chunk={"yes" if len(d) >= 16 else "no"}'
    if len(d) >= 16:
        out += f' type={d[12]}'
    if len(d) >= 20 and d[12] in (1, 2):
        out += f' initiate=yes initiate:{field(d, 16, 4)}'
    return out + f' ports:{field(d, 0, 2)}>{field(d, 2, 2)} tag:{field(d, 4, 4)}'


def dccp_text(d):
    """RFC 4340 section 5."""
    kind = d[8] >> 1 & 15 if len(d) > 8 else 0
    has_seq = len(d) >= 16 and d[8] & 1
    has_ack = has_seq and kind in (1, 7) and len(d) >= 24
    out = f' dccp={d[4] * 4} type={kind} seq={"yes" if has_seq else "no"} ack={"yes" if has_ack else "no"}'
    out += f' ports:{field(d, 0, 2)}>{field(d, 2, 2)} coverage:{d[5] & 15}'
    if has_seq:
        out += f' seq:{field(d, 10, 6)}'
    if has_ack:
        out += f' ack:{field(d, 18, 6)}'
        if kind == 7 and len(d) > 24 and d[24]:
            out += f' code={d[24]}'
    if has_seq and kind == 0 and field(d, 16, 4):
        out += f' service:{field(d, 16, 4)}'
    return out


# Per protocol: where its checksum stands, whether a pseudo header belongs to it.
SUMS = {(4, ICMP4): (2, False), (6, ICMP6): (2, True), UDP: (6, True), TCP: (16, True), UDPLITE: (6, True), DCCP: (6, True)}


def covered(ip, data):
    """How much a checksum covers and what its pseudo header tells; None: it says what cannot be."""
    size = len(data)
    if ip.proto == UDP:
        told = field(data, 4, 2)
        return (told, told) if told >= 8 else None
    if ip.proto == UDPLITE:
        told = field(data, 4, 2) or size
        return (told, size) if 8 <= told <= size else None
    if ip.proto == DCCP and data[5] & 15:
        told = data[4] * 4 + ((data[5] & 15) - 1) * 4
        return (told, size) if told <= size and data[4] >= 2 else None
    return size, size


def checksum(ip, data):
    if ip.mf or ip.offset or 'truncated' in ip.odd:
        return 'none'
    if ip.proto == SCTP:
        if len(data) < 12:
            return 'bad'
        return 'good' if crc32c(data[:8] + bytes(4) + data[12:]) == field(data, 8, 4) else 'bad'
    at, pseudo = SUMS.get(ip.proto) or SUMS.get((ip.version, ip.proto)) or (None, None)
    if at is None:
        return 'none'
    # RFC 9293 section 3.1, RFC 9260 section 3.1: a whole packet has room for its checksum.
    if len(data) < at + 2:
        return 'bad'
    have = field(data, at, 2)
    if ip.proto == UDP and ip.version == 4 and not have:
        return 'none'
    scope = covered(ip, data)
    if scope is None:
        return 'bad'
    if scope[0] > len(data):
        return 'none'
    head = ip.src + ip.dst + scope[1].to_bytes(4, 'big') + bytes((0, 0, 0, ip.proto)) if pseudo else b''
    whole = ones_sum(head + data[:scope[0]])
    # RFC 768 and 3828: a zero in the field is no checksum.
    if whole == 0xffff and (have or ip.proto not in (UDP, UDPLITE)):
        return 'good'
    if ip.proto in (UDP, TCP) and have == ones_sum(head):
        return 'offloaded'
    return 'bad'


class Quote:
    def __init__(self, data):
        self.data = data
        ip = self.ip = Ip(data)
        self.ok = False
        if not ip.ok:
            return
        # A stack that swaps the total length swaps DF as well: 0x4000 becomes an offset of 512, of which nobody may speak (RFC 1122 3.2.2).
        if ip.version == 4 and field(data, 6, 2) == 0x0040:
            ip.offset, ip.df = 0, 1
            ip.odd = ip.odd - {'fragment'} | {'length'}
        self.upper = data[ip.header:]
        if ip.offset or 'chain' in ip.odd or len(self.upper) < 8:
            return
        self.ok = True
        told = field(self.upper, 4, 2)
        whole = ip.header + told if ip.proto == UDP and not ip.mf and told >= 8 else ip.total if ip.total >= ip.header + 8 else 0
        if whole != ip.total:
            ip.odd.add('length')
        self.whole = 0 < whole <= len(data)
        if self.whole:
            self.upper = data[ip.header:whole]

    def end(self):
        """Zeros at the end, more than three, fill a datagram up; eight bytes behind the header are left."""
        quoted = self.data[:self.ip.header + len(self.upper)]
        kept = max(len(quoted.rstrip(b'\0')), self.ip.header + 8)
        return len(quoted) if len(quoted) - kept < 4 else kept

    def goes_on(self):
        return self.whole and self.ip.header + len(self.upper) < len(self.data)

    def text(self):
        ip, up = self.ip, self.upper
        behind = {UDP: 8, UDPLITE: 8, SCTP: 12}.get(ip.proto, 0)
        own = ICMP4 if ip.version == 4 else ICMP6
        if ip.proto == own:
            behind = 8
        tcp = Tcp(up) if ip.proto == TCP else None
        if tcp and tcp.header >= 20 and tcp.seen >= tcp.header:
            behind = tcp.header
        if ip.proto == DCCP:
            behind = up[4] * 4
        out = f' quote={len(self.data)} {ip.text()} upper={len(up)} whole={"yes" if self.whole else "no"}'
        if behind and len(up) >= behind:
            out += f' payload={len(up) - behind}'
        if tcp:
            return out + tcp.text()
        if ip.proto == SCTP:
            return out + sctp_text(up)
        if ip.proto == DCCP:
            return out + dccp_text(up)
        if ip.proto in (UDP, UDPLITE):
            return out + f' ports:{field(up, 0, 2)}>{field(up, 2, 2)} length:{field(up, 4, 2)}'
        if ip.proto == own and (up[0] or field(up, 4, 4)):
            return out + f' echo:{up[0]}/{field(up, 4, 2)}/{field(up, 6, 2)}'
        return out


def address_part(data):
    """RFC 5837 section 4.2. What is left, the address; None for what cannot be, False for a family that is not known."""
    if len(data) < 4:
        return None
    size = {1: 4, 2: 16}.get(field(data, 0, 2))
    if size is None:
        return False
    return (data[4 + size:], data[4:4 + size]) if len(data) >= 4 + size else None


def name_part(data):
    """RFC 5837 section 4.3."""
    if not data or data[0] == 0 or data[0] % 4 or data[0] > 64 or data[0] > len(data):
        return None
    return data[data[0]:], data[1:data[0]].rstrip(b'\0')


def name_text(name):
    return f' name={len(name)} name:{name.hex()}'


def read_mpls(c_type, data):
    """RFC 4950: pieces of eight labels; what is no whole entry is left out."""
    if c_type != 1:
        return False
    entries = [number(data[i:i + 4]) for i in range(0, len(data) - 3, 4)]
    if not entries:
        return None
    pieces = [entries[i:i + 8] for i in range(0, len(entries), 8)]
    return [f' labels={len(p)} labels:' + ''.join(f'/{e >> 12}.{e >> 9 & 7}.{e >> 8 & 1}.{e & 255}' for e in p) for p in pieces]


def read_interface(c_type, data):
    """RFC 5837 section 4.1."""
    index = mtu = 0
    addr, name = b'', None
    if c_type & 8:
        if len(data) < 4:
            index, data, short = 0, b'', True
        else:
            index, data, short = number(data[:4]), data[4:], False
        if short:
            return None
    if c_type & 4:
        part = address_part(data)
        if not part:
            return part
        data, addr = part
    if c_type & 2:
        part = name_part(data)
        if not part:
            return None
        data, name = part
    if c_type & 1:
        if len(data) < 4:
            return None
        mtu = number(data[:4])
    out = f' role={c_type >> 6}{" index=yes" if c_type & 8 else ""}{" addr=yes" if addr else ""}{" mtu=yes" if c_type & 1 else ""}'
    out += f' index:{index} mtu:{mtu}' + (f' addr:{addr.hex()}' if addr else '')
    return [out + (name_text(name) if name is not None else '')]


def read_interface_id(c_type, data):
    """RFC 8335 section 2.1."""
    index, addr, name = 0, b'', b''
    if c_type == 1:
        name = data.rstrip(b'\0')
        if not data:
            return None
        if len(name) > 63:
            return False
    elif c_type == 2:
        if len(data) != 4:
            return None
        index = number(data)
    elif c_type == 3:
        if len(data) < 4 or data[2] > len(data) - 4:
            return None
        size = {1: 4, 2: 16}.get(field(data, 0, 2))
        if not size:
            return False
        if data[2] != size or len(data) != 4 + size:
            return None
        addr = data[4:]
    else:
        return False
    return [f' by={c_type} index:{index}' + (f' addr:{addr.hex()}' if addr else '') + name_text(name)]


def read_pointer(c_type, data):
    """RFC 8883 section 3.1."""
    if c_type != 1:
        return False
    return [f' pointer:{number(data)}'] if len(data) == 4 else None


def read_node(c_type, data):
    """draft-ietf-intarea-extended-icmp-nodeid section 3.1."""
    out = ''
    if c_type & 4:
        part = address_part(data)
        if not part:
            return part
        data, addr = part
        out += f' addr=yes addr:{addr.hex()}'
    if c_type & 2:
        part = name_part(data)
        if not part:
            return None
        out += name_text(part[1])
    return [out]


CLASSES = {1: ('mpls', read_mpls), 2: ('interface', read_interface), 3: ('interface-id', read_interface_id),
           4: ('pointer', read_pointer), 5: ('node', read_node)}
PIECES_MAX = 256


def objects(data):
    """RFC 4884 sections 7 and 8: [kind, class, type, object, bad, pieces] of each object."""
    data, count = data[4:], 0
    while data:
        count += 1
        size = field(data, 0, 2)
        class_num, c_type = (data[2], data[3]) if len(data) >= 4 else (0, 0)
        if len(data) < 4 or size < 4 or size % 4 or size > len(data):
            body, told, data = (data[4:] if len(data) >= 4 else data), None, b''
        else:
            body, data = data[4:size], data[size:]
            kind, read = CLASSES.get(class_num, ('raw', lambda *_: False))
            told = read(c_type, body)
        if told:
            yield kind, class_num, c_type, count, False, told
        else:
            raw = [body[i:i + 64] for i in range(0, len(body), 64)] or [b'']
            yield 'raw', class_num, c_type, count, told is None, [f' bytes={len(piece)}' for piece in raw]


def objects_text(data):
    told, out = [], ''
    for kind, class_num, c_type, count, bad, pieces in objects(data):
        for i, piece in enumerate(pieces):
            told.append((kind, class_num, c_type, count, bad, i, i + 1 < len(pieces), piece))
    for i, (kind, class_num, c_type, count, bad, at, more, piece) in enumerate(told[:PIECES_MAX]):
        cut = i + 1 == PIECES_MAX and len(told) > PIECES_MAX
        out += (f' [{kind} class={class_num}/{c_type} at={count}.{at + 1}{" bad" if bad else ""}{" more" if more else ""}'
                f'{" cut" if cut else ""}{piece}]')
    return out


def icmp_text(ip, up, odd):
    kind, code = up[0], up[1]
    word, quotes, extends = meaning(ip.version, kind, code)
    query = word in ('echo-reply', 'echo-request', 'timestamp-reply')
    out = f' icmp={kind}/{code} {word}{" error" if quotes else ""}'
    out += f' id:{field(up, 4, 2) if query else 0} seq:{field(up, 6, 2) if query else 0}'
    if word == 'packet-too-big':
        out += f' mtu:{field(up, 6, 2) if ip.version == 4 else field(up, 4, 4)}'
    pointer = up[4] if (ip.version, kind) == (4, 12) else field(up, 4, 4) if (ip.version, kind) == (6, 4) else 0
    if pointer and word != 'packet-too-big':
        out += f' pointer:{pointer}'
    behind, told, structure, by = up[8:], 0, b'', ''
    if quotes and extends and behind:
        # RFC 4884 sections 4 and 5: words of 32 bits in byte 5, of 64 bits in byte 4.
        attribute = up[5] * 4 if ip.version == 4 else up[4] * 8
        if attribute > len(behind):
            odd.add('length')
        elif attribute >= 128:
            told = attribute
        at = max(128, attribute)
        found = behind[at:]
        if len(found) >= 4 and found[0] >> 4 == 2 and (not field(found, 2, 2) or ones_sum(found) == 0xffff):
            behind, structure, by = behind[:at], found, 'length' if attribute else 'rule'
    if quotes and behind:
        out += f' behind={len(behind)}' + (f' told={told}' if told else '')
    if query:
        out += f' payload={len(behind)}'
    if kind == (43 if ip.version == 4 else 161):
        bits = up[7]
        out += f' state={bits >> 5} active={bits >> 2 & 1} ip4={bits >> 1 & 1} ip6={bits & 1} xecho:{field(up, 4, 2)}/{up[6]}'
    if quotes and behind:
        quote = Quote(behind[:told] if told else behind)
        if quote.ok:
            if structure or told or quote.goes_on():
                quote = Quote(quote.data[:quote.end()])
            if quote.ip.version != ip.version:
                odd.add('version')
            out += quote.text()
    if structure:
        out += f' extension={len(structure)} by={by}' + objects_text(structure)
    return out


def packet(data):
    ip = Ip(data)
    if not ip.ok:
        return 'refused'
    end = len(data) if ip.total < ip.header or ip.total > len(data) else ip.total
    up = data[ip.header:end]
    if len(up) < 8:
        return 'refused'
    state, odd, rest, payload = checksum(ip, up), set(ip.odd), '', None
    if state == 'bad':
        odd.add('sum')
    if state == 'offloaded':
        odd.add('offloaded')
    if ip.offset:
        pass
    elif ip.proto in (UDP, UDPLITE):
        told = field(up, 4, 2)
        if ip.proto == UDP and told < 8:
            odd.add('length')
        if ip.proto == UDP and told > len(up) and 'fragment' not in ip.odd:
            odd.add('truncated')
        payload = told - 8 if ip.proto == UDP and 8 <= told <= len(up) else len(up) - 8
        rest = f' {"udp" if ip.proto == UDP else "udplite"} ports:{field(up, 0, 2)}>{field(up, 2, 2)} length:{told}'
    elif ip.proto == TCP:
        tcp = Tcp(up)
        odd |= tcp.odd
        payload = len(up) - tcp.header if 20 <= tcp.header <= len(up) else None
        rest = tcp.text()
    elif ip.proto == SCTP:
        rest = sctp_text(up)
    elif ip.proto == DCCP:
        rest = dccp_text(up)
    elif ip.proto == (ICMP4 if ip.version == 4 else ICMP6):
        rest = icmp_text(ip, up, odd)
    out = f'{ip.text()} upper={len(up)} sum={state}' + (f' payload={payload}' if payload is not None else '')
    return out + rest + ' all' + odd_text(odd)


def read(line):
    """The reading of one line of hex as read.c takes it."""
    form = line[0] if line[:1] in ('x', 'q') else 'p'
    data = bytes.fromhex(line if form == 'p' else line[1:])
    if form == 'x':
        return objects_text(data)
    if form == 'q':
        quote = Quote(data)
        return quote.text() if quote.ok else 'refused'
    return packet(data)


# How long a part is, where that follows from where the packet ends.
SIZES = re.compile(r' (upper|behind|quote|payload|extension|bytes|name|told)=\d+')
HELD = re.compile(r'( \S+?):\S*')


def decided(reading):
    """What a reading decides: without what fields held, and without lengths that follow from where the packet ends."""
    return SIZES.sub(r' \1', HELD.sub(r'\1', reading))
