#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Debian's tshark reads what simulated networks sent and what came back, and sees in each packet, field by field, what sonde tells of it:
quotes.py SONDE. Routers rewrite, cut their quotes and translate; every method asks, over both families. Exit status 77: no tshark."""
import calendar
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import capture  # noqa: E402

SKIPPED = 77
NETS, ROUTERS, HEADER_BYTES = 12, 8, 24
METHODS = ['icmp', 'udp', 'udp:53', 'udp:123', 'udp:443', 'udp-classic', 'tcp', 'tcp:81', 'tcp-ack', 'udplite', 'sctp', 'dccp',
           'raw:253', 'icmp-timestamp']
QUOTES = [8, 12, 20, 28, 40, 64, 'linux', 'full']
OPTIONS = [[], ['--tos', '10'], ['--dscp', 'ef'], ['--ecn', 'ect0'], ['--size', '200'], ['--size', '1400'], ['--no-df']]
TCP_OPTIONS = [[], ['--tcp-options', 'mss=1400,sack,ts,ws=7,tfo,mptcp'], ['--tcp-options', 'mss=536']]


# --- networks

def rewriting(dice, name, before):
    """A line of a .net file, or two."""
    from_before = f'from={before}'
    choices = [f'dscp={dice.randrange(64)}', 'ecn=not-ect', 'ecn=ce', f'tos={dice.randrange(256)}', f'flow-label={dice.getrandbits(20)}',
               'id=random', 'df=off', 'df=on', f'mss={dice.randrange(536, 1400)}', f'window={dice.randrange(65536)}',
               *(f'{how}={what}' for how in ('strip', 'remove') for what in ('ws', 'sack', 'ts', 'tfo', 'mptcp', 'all')),
               *(f'{what} {from_before}' for what in ('checksum=wrong', 'checksum=zero', f'ttl={dice.randrange(40, 255)}', 'ttl=+1'))]
    quote = dice.choice(['full', 'stale-checksum', 'ip-only', 'none'])
    choices += [f'snat=masquerade {from_before} nat-quote={quote}', f'seq=random {from_before} nat-quote={quote}']
    when = dice.choice(['', ' before-ttl'])
    line = dice.choice(choices)
    return [f'rewrite {name} {line}' + (when if 'nat-quote' not in line and not line.startswith('ttl') else '')]


def network(dice):
    narrow = dice.choice(['', ' mtu=1300'])
    lines, names = ['observer me'], ['me', *(f'r{hop}' for hop in range(1, ROUTERS + 1)), 'web']
    for name in names[1:-1]:
        words = [f'router {name}', f'quote={dice.choice(QUOTES)}']
        words += dice.sample(['quote-pad=128', 'quote-checksum=stale', 'quote-checksum=zero', 'mpls=100/2/3,200', 'node-id=name=pop1'],
                             dice.choice([0, 0, 1]))
        lines.append(' '.join(words))
    lines.append('host web tcp-open=80,443 udp-open=53,123,443 ' + dice.choice(['', 'sctp-open=all dccp-open=all udplite-open=80']))
    for at, (near, far) in enumerate(zip(names, names[1:])):
        lines.append(f'link {near} {far} 10.0.{at}.1/24 10.0.{at}.2/24 2001:db8:{at:x}::1/64 2001:db8:{at:x}::2/64 delay=1ms'
                     + narrow * (at == 4))
    for before, name in zip(names, names[1:-1]):
        if dice.random() < 0.4:
            lines += rewriting(dice, name, before)
    return '\n'.join(lines) + '\n'


# --- tshark

# What is read of each layer: our field, and tshark's.
IP = {
    'ip': {'dscp': 'ip.dsfield.dscp', 'ecn': 'ip.dsfield.ecn', 'length': 'ip.len', 'ip-id': 'ip.id', 'df': 'ip.flags.df',
           'ttl': 'ip.ttl', 'protocol': 'ip.proto', 'ip-checksum': 'ip.checksum', 'source': 'ip.src', 'destination': 'ip.dst'},
    'ipv6': {'dscp': 'ipv6.tclass.dscp', 'ecn': 'ipv6.tclass.ecn', 'flow-label': 'ipv6.flow', 'length': 'ipv6.plen',
             'ttl': 'ipv6.hlim', 'protocol': 'ipv6.nxt', 'source': 'ipv6.src', 'destination': 'ipv6.dst'},
}
PORTS = {'source-port': 'srcport', 'destination-port': 'dstport', 'checksum': 'checksum'}
TRANSPORT = {
    'udp': {**{ours: f'udp.{theirs}' for ours, theirs in PORTS.items()}, 'udp-length': 'udp.length'},
    'udplite': {ours: f'udp.{theirs}' for ours, theirs in PORTS.items()},
    'tcp': {**{ours: f'tcp.{theirs}' for ours, theirs in PORTS.items()}, 'sequence': 'tcp.seq', 'acknowledgement': 'tcp.ack_raw',
            'window': 'tcp.window_size_value', 'mss': 'tcp.options.mss_val', 'window-scale': 'tcp.options.wscale.shift',
            'timestamp': 'tcp.options.timestamp.tsval', 'sack': 'tcp.options.sack_perm', 'fast-open': 'tcp.options.tfo',
            'mptcp': 'tcp.options.mptcp.subtype'},
    'sctp': {**{ours: f'sctp.{theirs}' for ours, theirs in PORTS.items()}, 'tag': 'sctp.verification_tag'},
    'dccp': {**{ours: f'dccp.{theirs}' for ours, theirs in PORTS.items()}, 'tag': 'dccp.service_code'},
    'icmp': {'icmp-id': 'icmp.ident', 'sequence': 'icmp.seq', 'checksum': 'icmp.checksum'},
    'icmpv6': {'icmp-id': 'icmpv6.echo.identifier', 'sequence': 'icmpv6.echo.sequence_number', 'checksum': 'icmpv6.checksum'},
}
ABSENT = 'absent'
PRESENT = {'sack', 'fast-open', 'mptcp'}  # options of which it counts only that they are there
PREFERENCES = ['ip.defragment:FALSE', 'ipv6.defragment:FALSE', 'tcp.relative_sequence_numbers:FALSE',
               'tcp.analyze_sequence_numbers:FALSE', 'sctp.checksum:crc-32c',
               *(f'{name}.check_checksum:TRUE' for name in ('ip', 'udp', 'udplite', 'tcp', 'dccp'))]
# Anything else is what tshark makes of a port that happens to be some application's.
OURS = {'geninfo', 'frame', 'raw', 'ip', 'ipv6', 'icmp', 'icmpv6', 'udp', 'udplite', 'tcp', 'sctp', 'dccp', 'dns', 'ntp', 'quic', 'data',
        'fake-field-wrapper', '_ws.malformed'}
TEXT = {'source', 'destination'}
OPTIONS_OF_TCP = {'mss', 'window-scale', 'timestamp', 'sack', 'fast-open', 'mptcp'}
Layer = collections.namedtuple('Layer', 'name pos size fields')
Field = collections.namedtuple('Field', 'show whole pos')


def layers_of(packet):
    """The protocols of a packet in their order, each with its own fields by name, the first of each."""
    found = []

    def walk(node, into):
        for child in node:
            if child.tag == 'proto' and child.get('name') != 'mptcp':  # an option of TCP
                layer = Layer(child.get('name'), int(child.get('pos') or 0), int(child.get('size') or 0), {})
                found.append(layer)
                walk(child, layer.fields)
            else:
                whole = child.get('unmaskedvalue') or child.get('value') or ''
                into.setdefault(child.get('name'), Field(child.get('show'), whole, int(child.get('pos') or 0)))
                walk(child, into)

    walk(packet, {})
    return found


def number(text):
    return {'True': 1, 'False': 0}[text] if text in ('True', 'False') else int(text, 0)


def checksum_of(header):
    """RFC 791 section 3.1, of a header whose own field is left out."""
    total = sum(int.from_bytes(header[at:at + 2], 'big') for at in range(0, len(header), 2) if at != 10)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def fields_of(layers, frame, end):
    """What tshark shows of the packet whose layers these are, up to byte `end` of the frame, by our names: {field: value}."""
    ip, rest = layers[0], layers[1:]
    found = {}

    def take(layer, table):
        for ours, theirs in table.items():
            field = layer.fields.get(theirs)
            if field is not None and field.pos + len(field.whole) // 2 <= end:
                found[ours] = field.show if ours in TEXT else 1 if ours in PRESENT else number(field.show)

    take(ip, IP[ip.name])
    header = 40 if ip.name == 'ipv6' else number(ip.fields['ip.hdr_len'].show)
    at = ip.pos + header
    found['extensions'] = header - (40 if ip.name == 'ipv6' else 20)
    if ip.name == 'ip':
        found['fragment'] = number(ip.fields['ip.flags.mf'].show) << 13 | number(ip.fields['ip.frag_offset'].show)
        found['right-ip-checksum'] = checksum_of(frame[ip.pos:at])
    else:
        found['length'] += 40
        found['fragment'] = 0
    layer = rest[0] if rest and rest[0].name in TRANSPORT and rest[0].pos == at else None
    if layer:
        take(layer, TRANSPORT[layer.name])
        if layer.name.startswith('icmp') and at + 2 <= end:
            found['icmp-type'] = int.from_bytes(frame[at:at + 2], 'big')
        if layer.name == 'tcp' and 'tcp.flags' in layer.fields and at + 14 <= end:
            found['tcp-flags'] = int(layer.fields['tcp.flags'].whole, 16)
        if layer.name == 'dccp' and 'dccp.seq_raw' in layer.fields and at + 16 <= end:
            found['sequence'] = number(layer.fields['dccp.seq_raw'].show) & 0xffffffff
        size = {'sctp': 12, 'dccp': 20}.get(layer.name, 8)
        if layer.name == 'tcp':
            size = number(layer.fields['tcp.hdr_len'].show) if at + 13 <= end and 'tcp.hdr_len' in layer.fields else end
            if at + size <= end:
                found.update({name: ABSENT for name in OPTIONS_OF_TCP - found.keys()})
        at += size
    if at < end:
        found['payload'] = frame[at:end]
    return found


# --- sonde

Trace = collections.namedtuple('Trace', 'where packets events')


def pcap_read(path):
    """[(seconds and nanoseconds as tshark writes them, bytes)]"""
    whole, packets = path.read_bytes(), []
    assert whole[:4] == struct.pack('<I', 0xa1b23c4d) and struct.unpack('<I', whole[20:24])[0] == capture.LINKTYPE_RAW
    at = HEADER_BYTES
    while at < len(whole):
        seconds, nanoseconds, size, _ = struct.unpack('<IIII', whole[at:at + 16])
        packets.append((seconds * 10**9 + nanoseconds, whole[at + 16:at + 16 + size]))
        at += 16 + size
    return packets


def instant(text):
    """Nanoseconds since 1970 of an event's time."""
    whole, part = text.rstrip('Z').split('.')
    return calendar.timegm(time.strptime(whole, '%Y-%m-%dT%H:%M:%S')) * 10**9 + int(part)


def traced(sonde, folder, seed, method):
    dice = random.Random(f'{seed} {method}')
    net = folder / f'{seed}-{method}.net'
    net.write_text(network(dice))
    target = '10.0.8.2' if dice.random() < 0.5 or method == 'icmp-timestamp' else '2001:db8:8::2'
    options = dice.choice(OPTIONS) + (dice.choice(TCP_OPTIONS) if method in ('tcp', 'tcp:81') else [])
    if method in ('udp:53', 'udp:123', 'udp:443', 'icmp-timestamp', 'sctp', 'dccp', 'tcp-ack') and '--size' in options:
        options = []  # these have the length of what they ask
    cap, events = net.with_suffix('.pcap'), net.with_suffix('.ndjson')
    command = [sonde, '--sim', net, '--seed', str(seed), '-n', '-q', '1', '-M', method, *options, '--write-capture', cap,
               '-o', f'ndjson={events}', target]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), (command, run.stderr)
    return Trace(f'net {seed}, {method} {" ".join(options)}, {target}', pcap_read(cap),
                 [json.loads(line) for line in events.read_text().splitlines()])


def judged(program, packets, folder):
    """What tshark makes of each packet: its layers."""
    (folder / 'all.pcap').write_bytes(capture.pcap(packets))
    run = subprocess.run([program, '-n', '-r', folder / 'all.pcap', '-T', 'pdml', *(word for each in PREFERENCES for word in ('-o', each))],
                         capture_output=True, check=True)
    return [layers_of(packet) for packet in xml.etree.ElementTree.fromstring(run.stdout).iter('packet')]


# --- both

# Of a transport header that the quote cuts, tshark shows the ports and, of TCP over IPv4, the sequence number; of SCTP and DCCP nothing.
CUT = {6: (20, {'sequence', 'acknowledgement', 'tcp-flags', 'window'}), 132: (12, {'source-port', 'destination-port', 'tag'}),
       33: (20, {'source-port', 'destination-port', 'checksum', 'sequence'})}


def unread_by_tshark(seen, quoted_bytes, visible):
    """The fields that we may see and tshark does not, and the other way round: what it calls payload there."""
    least, fields = CUT.get(seen['protocol'], (0, set()))
    cut = quoted_bytes - (40 if 'flow-label' in seen else 20) - seen['extensions'] < least
    return (fields & visible - seen.keys(), {'payload'} - visible) if cut else (set(), set())


def wanted_changes(sent, seen, visible):
    """[(field, sent, seen)] of the fields that sonde says that it saw, by tshark's values."""
    changes = {}
    for name in visible:
        if name == 'ttl' or name not in seen:
            continue
        was, now = sent.get(name), seen[name]
        if name == 'ip-checksum':
            was = seen['right-ip-checksum']
        if name == 'payload':
            shorter = min(len(was), len(now))
            if was[:shorter] != now[:shorter]:
                changes[name] = next(at for at in range(shorter) if was[at] != now[at])
        elif was != now:
            changes[name] = (was, now)
    return changes


def told_changes(quote):
    return {change['field']: change['first_byte'] if 'first_byte' in change else (change['sent'], change['seen'])
            for change in quote['changed'] if change['field'] != 'ttl'}


def bad_in(layers, source):
    """What is wrong with a probe, by tshark."""
    ip = next((layer for layer in layers if layer.name in IP), None)
    if not ip or ip.fields[IP[ip.name]['source']].show != source:
        return []
    names = [layer.name for layer in layers if layer.name == '_ws.malformed' and OURS.issuperset(each.name for each in layers)]
    return names + [f'{name} {field.show}' for layer in layers for name, field in layer.fields.items()
                    if name.endswith('checksum.status') and field.show != '1']


def compare(trace, layers, counts):
    """The differences between what sonde tells of one trace and what tshark reads in it, as lines."""
    at = {}
    for (when, frame), each in zip(trace.packets, layers):
        ip = next((layer for layer in each if layer.name in IP), None)
        if ip:
            source = ip.fields['ip.src' if ip.name == 'ip' else 'ipv6.src'].show
            at.setdefault((when, source), []).append((frame, each[each.index(ip):]))
    source = next(event for event in trace.events if event['event'] == 'start')['source']['address']
    wrong = [f'{trace.where}: a probe that tshark calls {bad}' for each in layers for bad in bad_in(each, source)]
    for event in trace.events:
        if event['event'] != 'reply' or not event['answer']['quote']:
            continue
        answer, quote = event['answer'], event['answer']['quote']
        where = f'{trace.where}, TTL {event["probe"]["ttl"]}, {answer["address"]}'
        ours = at[instant(event['probe']['sent_at']), source]
        theirs = [(frame, stack, cut) for frame, stack in at[instant(answer['at']), answer['address']]
                  for cut in range(1, len(stack)) if stack[cut].name in IP]
        if len(ours) != 1 or len(theirs) != 1:
            continue  # in one instant several; they are few
        frame, stack, cut = theirs[0]
        end = stack[cut].pos + quote['bytes']
        sent, seen = fields_of(ours[0][1], ours[0][0], len(ours[0][0])), fields_of(stack[cut:], frame, end)
        visible, shown = set(quote['visible']), set(seen) - {'right-ip-checksum'}
        counts['quotes'] += 1
        counts['fields read by both'] += len(visible & shown)
        counts['changes'] += len(quote['changed'])
        unread, payload = unread_by_tshark(seen, quote['bytes'], visible)
        if visible - unread != (shown - payload) & set(sent):
            wrong.append(f'{where}: visible to us only {sorted(visible - shown)}, to tshark only {sorted(shown & set(sent) - visible)}')
        wanted, told = wanted_changes(sent, seen, visible), told_changes(quote)
        if wanted != told:
            wrong.append(f'{where}: sonde says {told}, tshark {wanted}')
        icmp = 'icmp' if stack[0].name == 'ip' else 'icmpv6'
        outer, said = stack[cut - 1].fields, answer['icmp']
        if (number(outer[f'{icmp}.type'].show), number(outer[f'{icmp}.code'].show)) != (said['type'], said['code']):
            wrong.append(f'{where}: type or code')
        if answer['mtu_bytes'] is not None and answer['mtu_bytes'] != number(outer[f'{icmp}.mtu'].show):
            wrong.append(f'{where}: MTU {answer["mtu_bytes"]}')
        counts['MTUs'] += answer['mtu_bytes'] is not None
        if quote['ttl'] != seen['ttl'] or answer['reply_ttl'] != number(stack[0].fields[IP[stack[0].name]['ttl']].show):
            wrong.append(f'{where}: TTL {quote["ttl"]} and {answer["reply_ttl"]}')
    return wrong


def main(sonde):
    program = shutil.which('tshark')
    if not program:
        print('skipped: tshark is not installed (apt-get install tshark)')
        return SKIPPED
    counts, wrong = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = pathlib.Path(folder)
        traces = list(pool.map(lambda job: traced(sonde, folder, *job), [(seed, method) for seed in range(NETS) for method in METHODS]))
        layers = judged(program, [frame for trace in traces for _, frame in trace.packets], folder)
    for trace in traces:
        mine, layers = layers[:len(trace.packets)], layers[len(trace.packets):]
        wrong += compare(trace, mine, counts)
    for line in wrong:
        print(line)
    print(f'{len(traces)} traces:', ', '.join(f'{count} {what}' for what, count in counts.items()) + f'; {len(wrong)} differences')
    return 1 if wrong or counts['changes'] < 500 else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
