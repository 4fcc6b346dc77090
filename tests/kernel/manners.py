# SPDX-License-Identifier: MIT
"""--rate and --attribution on a real wire, as tcpdump captures them and tshark reads them: no second has more probes than the
cap allows, and every probe that has a place for the URI carries it, with good checksums and all its answers."""
import contextlib
import functools
import pathlib
import subprocess
import tempfile

import lab

ROUTERS = 3
BOUND_S = 60.0
CAP = 10  # probes a second
URI = 'mailto:noc@example.net'
CHECKS = ('ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum')
FIELDS = ('frame.time_epoch', 'ip.checksum.status', 'icmp.checksum.status', 'icmpv6.checksum.status', 'udp.checksum.status',
          'tcp.checksum.status', 'data.data', 'udp.payload', 'tcp.payload')
GOOD = '1'  # of tshark's statuses


@contextlib.contextmanager
def captured(chain, wanted):
    """Gives a function that returns, for each packet that left the client and fits the filter, its FIELDS."""
    with tempfile.TemporaryDirectory(prefix='sn') as folder:
        capture = pathlib.Path(folder) / 'wire.pcap'
        device = chain.interfaces(chain.client)[0]
        words = ['tcpdump', '--immediate-mode', '-B', '16384', '-s', '2000', '-U', '-Z', 'root', '-Q', 'out', '-i', device, '-w',
                 str(capture)]
        with subprocess.Popen(chain.command(chain.client, words), stderr=subprocess.PIPE, text=True) as listener:
            try:
                while 'listening on' not in listener.stderr.readline():
                    assert listener.poll() is None, 'tcpdump ended'

                def packets():
                    chain.end_capture(chain.client, device, capture)
                    listener.terminate()
                    listener.wait(BOUND_S)
                    checks = [word for check in CHECKS for word in ('-o', f'{check}:TRUE')]
                    fields = [word for field in FIELDS for word in ('-e', field)]
                    run = subprocess.run(['tshark', '-n', '-r', str(capture), '-Y', wanted, *checks, '-T', 'fields', *fields],
                                         capture_output=True, text=True, check=True, timeout=BOUND_S)
                    return [dict(zip(FIELDS, line.split('\t'))) for line in run.stdout.splitlines()]
                yield packets
            finally:
                if listener.poll() is None:
                    listener.kill()


def most_in_a_second(packets):
    times, most, first = sorted(float(packet['frame.time_epoch']) for packet in packets), 0, 0
    for end, at_s in enumerate(times):
        while times[first] <= at_s - 1:
            first += 1
        most = max(most, end - first + 1)
    return most


SENT = {4: 'ip.src == 10.0.0.1 && (icmp.type == 8 || udp.dstport >= 33434 || udp.dstport == 53 || udp.dstport == 7 || tcp.flags.syn == 1)',
        6: 'ipv6.src == fd00::1 && (icmpv6.type == 128 || udp.port >= 33434 || udp.port == 53 || tcp.flags.syn == 1)'}


def capped(context, wire, command, options):
    """More is sent than the cap lets through in a second, and takes as long as that."""
    uid = lab.NOBODY if wire == 'dgram' else None
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        run = {'trace': context.sonde.trace, 'compare': context.sonde.compare, 'mtu': context.sonde.mtu}[command]
        words = ['--wire', wire, '--rate', str(CAP), *options, chain.target(4)]
        with captured(chain, SENT[4]) as packets:
            trace = run(chain, *words, uid=uid)
            sent = packets()
    trace.expect_status(0)
    assert len(sent) > CAP, f'{len(sent)} probes, which would be no test\n{trace}'
    assert most_in_a_second(sent) <= CAP + CAP // 100 + 1, f'{most_in_a_second(sent)} in a second of {len(sent)}\n{trace}'


def carried(context, family, wire, method):
    """The bytes of RFC 9511 section 4: first, or behind a zero, and a zero behind."""
    uid = lab.NOBODY if wire == 'dgram' else None
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        words = ['--wire', wire, '-M', method, chain.target(family)]
        plain = context.sonde.trace(chain, *words, uid=uid)
        with captured(chain, SENT[family]) as packets:
            trace = context.sonde.trace(chain, '--attribution', URI, *words, uid=uid)
            sent = packets()
    trace.expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()
    assert trace.out.count('[weak]') == plain.out.count('[weak]'), f'{plain}\n{trace}'
    assert len(sent) >= 3 * ROUTERS, f'{len(sent)} probes\n{trace}'
    text = URI.encode().hex()
    for packet in sent:
        payload = packet['tcp.payload'] or packet['udp.payload'] or packet['data.data']
        first = payload.startswith(text + '00')
        assert first if method.startswith('tcp') else first or f'00{text}00' in payload, f'{payload}\n{trace}'
        statuses = {packet[field] for field in FIELDS if field.endswith('.status')} - {''}
        assert statuses == {GOOD}, f'{packet}\n{trace}'


def not_carried(context):
    """What has no place for it goes as it always does, and says so."""
    with lab.Lab(ROUTERS) as chain:
        with captured(chain, SENT[4]) as packets:
            trace = context.sonde.trace(chain, '--attribution', URI, '-M', 'udp:53', chain.target(4))
            sent = packets()
    assert 'attribution' in trace.err and len(trace.err.strip().splitlines()) == 1, trace
    assert sent and not any(URI.encode().hex() in packet['udp.payload'] for packet in sent), trace


SCENARIOS = [
    *((f'at most {CAP} probes a second: {title}, {wire} wire', functools.partial(capped, wire=wire, command=command, options=options))
      for wire in ('raw', 'dgram')
      for title, command, options in (('trace', 'trace', ('-q', '8', '-M', 'udp')), ('comparison', 'compare', ()),
                                      ('path MTU', 'mtu', ()))
      if wire == 'raw' or command == 'trace'),
    # without TCP, whose first refusal is tried again beside the cap
    ('at most that many: comparison, dgram wire',
     functools.partial(capped, wire='dgram', command='compare', options=('-M', 'icmp', '-M', 'udp:33434', '-M', 'udp:53', '-M', 'udp:7'))),
    *((f'attribution by {method} over IPv{family}, {wire} wire', functools.partial(carried, family=family, wire=wire, method=method))
      for wire, methods in (('raw', ('icmp', 'udp', 'udplite', 'tcp:443')), ('dgram', ('icmp', 'udp')))
      for method in methods if method != 'udplite' for family in (4, 6)),
    ('no attribution in a question to a name server', not_carried),
]
