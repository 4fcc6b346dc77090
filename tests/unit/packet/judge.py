# SPDX-License-Identifier: MIT
"""Debian's tshark reads the packets of the fuzz corpus and must see in them what the parser sees: judge.py DESCRIBE CORPUS.

Beside each packet go two spoiled copies, one with another checksum and one with another last byte. Exit status 77: no tshark."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'support'))
import capture  # noqa: E402

SKIPPED = 77

FIELDS = ['ip.src', 'ip.dst', 'ip.ttl', 'ipv6.src', 'ipv6.dst', 'ipv6.hlim', 'icmp.type', 'icmp.code', 'icmpv6.type', 'icmpv6.code',
          'udp.srcport', 'udp.dstport', 'tcp.srcport', 'tcp.dstport', 'icmp.checksum.status', 'icmpv6.checksum.status',
          'udp.checksum.status', 'tcp.checksum.status', 'icmp.ident', 'icmp.seq', 'icmpv6.echo.identifier',
          'icmpv6.echo.sequence_number', 'icmp.ext.version', 'icmp.ext.checksum',
          'icmp.ext.checksum.status', 'ip.proto', *(f'{name}.{field}' for name in ('sctp', 'dccp')
                                                   for field in ('srcport', 'dstport', 'checksum.status'))]

# Where we and tshark read the RFCs differently: packet (and its spoiled copies), field, why.
KNOWN = {
    ('chain9_echo6', 'type'): 'we stop at eight extension headers',
    ('chain9_echo6', 'code'): 'we stop at eight extension headers',
    ('chain9_echo6', 'checksum'): 'we stop at eight extension headers',
    ('exceeded4_init_28', 'sport'): 'tshark reads no port of SCTP without its whole header of 12 bytes',
    ('exceeded4_init_28', 'dport'): 'tshark reads no port of SCTP without its whole header of 12 bytes',
    ('exceeded6_frame_absent', 'extension'): 'tshark has no compatibility rule (RFC 4884 section 5.5) for ICMPv6',
    ('exceeded4_frame_below', 'extension'): 'tshark looks at a length below 128, where only padding can be (RFC 4884 section 5)',
    ('unreachable6_frame_below', 'extension'): 'tshark looks at a length below 128, where only padding can be (RFC 4884 section 5)',
}

STATES = {'0': 'bad', '1': 'good', '2': 'none', '3': 'none', '-': 'none'}


def upper_at(packet):
    """Where the upper layer of a packet without extension headers starts."""
    return (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40


def spoiled(packet):
    """The packet with another checksum, and with another last byte. Nothing where an extension header hides the checksum."""
    protocol = packet[9] if packet[0] >> 4 == 4 else packet[6]
    checksum_at = {1: 2, 58: 2, 17: 6, 6: 16, 136: 6, 33: 6, 132: 8}.get(protocol)
    if checksum_at is None:
        return []
    at = upper_at(packet) + checksum_at
    return [packet[:at] + bytes([packet[at] ^ 0x40]) + packet[at + 1:], packet[:-1] + bytes([packet[-1] ^ 1])]


def number(text):
    return text if text == '-' else str(int(text, 0))


def seen_by_tshark(row):
    """One row of tshark's fields in the words of describe."""
    values = {name: text.split(',') if text else [] for name, text in zip(FIELDS, row)}

    def nth(name, at):
        return values[name][at] if at < len(values[name]) else '-'

    outer, other = ('ip', 'ipv6') if values['ip.src'] and values['ip.proto'] else ('ipv6', 'ip')
    if values['ip.src'] and values['ipv6.src']:  # a quote of the other family
        inner, at = other, 0
    else:
        inner, at = outer, 1
    ttl = {'ip': 'ip.ttl', 'ipv6': 'ipv6.hlim'}
    icmp = 'icmp' if outer == 'ip' else 'icmpv6'
    echo = [name for name in ('icmp.ident', 'icmpv6.echo.identifier') if values[name]]
    seq = {'icmp.ident': 'icmp.seq', 'icmpv6.echo.identifier': 'icmpv6.echo.sequence_number'}
    quoted_echo = echo if nth(inner + '.src', at) != '-' else []
    transport = next((name for name in ('udp', 'sctp', 'dccp') if values[name + '.srcport']), 'tcp')
    layer = icmp if values[icmp + '.type'] else transport
    # tshark shows a frame that fails its checksum, too; for us that is none.
    frame_fits = nth('icmp.ext.checksum.status', 0) == '1' or number(nth('icmp.ext.checksum', 0)) == '0'
    return {
        'src': nth(outer + '.src', 0), 'dst': nth(outer + '.dst', 0), 'ttl': nth(ttl[outer], 0),
        'type': nth(icmp + '.type', 0), 'code': nth(icmp + '.code', 0),
        'checksum': STATES[nth(layer + '.checksum.status', 0)],
        'inner_src': nth(inner + '.src', at), 'inner_dst': nth(inner + '.dst', at), 'inner_ttl': nth(ttl[inner], at),
        'sport': nth(transport + '.srcport', 0), 'dport': nth(transport + '.dstport', 0),
        'inner_id': number(nth(quoted_echo[0], 0)) if quoted_echo else '-',
        'inner_seq': number(nth(seq[quoted_echo[0]], 0)) if quoted_echo else '-',
        'extension': str(int(nth('icmp.ext.version', 0) == '2' and frame_fits)),
    }


def seen_by_parser(line):
    words = line.split()
    return dict(word.split('=', 1) for word in words[1:]) if words[1:] != ['refused'] else None


def main(describe, corpus):
    tshark = shutil.which('tshark')
    if not tshark:
        print('skipped: tshark is not installed (apt-get install tshark)')
        return SKIPPED
    names, packets = [], []
    for path in sorted(pathlib.Path(corpus).iterdir()):
        packet = path.read_bytes()
        for suffix, each in zip(('', '+checksum', '+last'), [packet] + spoiled(packet)):
            names.append(path.name + suffix)
            packets.append(each)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, packet in zip(names, packets):
            (folder / name).write_bytes(packet)
        ours = subprocess.run([describe, *(folder / name for name in names)], capture_output=True, text=True, check=True).stdout
        (folder / 'all.pcap').write_bytes(capture.pcap(packets))
        command = [tshark, '-r', folder / 'all.pcap', '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a',
                   '-o', 'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE',
                   '-o', 'udplite.check_checksum:TRUE', '-o', 'dccp.check_checksum:TRUE', '-o', 'sctp.checksum:crc-32c']
        for field in FIELDS:
            command += ['-e', field]
        theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wrong, known = 0, set()
    rows = theirs.split('\n')[:-1]
    assert len(rows) == len(names), f'{len(rows)} rows for {len(names)} packets'
    for name, row, line in zip(names, rows, ours.splitlines()):
        mine, judged = seen_by_parser(line), seen_by_tshark(row.split('\t'))
        if mine is None:
            mine = {}
        for key in judged:
            if mine.get(key) == judged[key]:
                continue
            if (name.split('+')[0], key) in KNOWN:
                known.add((name.split('+')[0], key))
            else:
                print(f'{name}: {key}: parser {mine.get(key)}, tshark {judged[key]}')
                wrong += 1
    for name, key in KNOWN.keys() - known:
        print(f'{name}: {key}: no longer differs, strike it from KNOWN')
        wrong += 1
    print(f'{len(names)} packets compared, {wrong} differences, {len(known)} known ones')
    return 1 if wrong or len(names) < 100 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
