#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--rate and --attribution, read from the packets of captures and from nothing that the program says of itself: no window of one second
has more probes than the cap allows, whatever is asked, and the URI stands in every probe that has a place for it. Prints TAP."""
import pathlib
import struct
import subprocess
import sys
import tempfile

ENVIRONMENT = {'LC_ALL': 'C.UTF-8', 'XDG_CONFIG_HOME': '/nonexistent', 'SONDE_NO_SYSTEM_CONFIG': '1'}
SECOND = 10**9
MANY_RATE = 1000  # probes a second, where there are many hosts
EXPIRING_MOST = 500  # Junos polices packets whose TTL expires at so many a second
URI = 'mailto:noc@example.net'
HOSTS = 60
NETWORK = '\n'.join(
    ['observer me', 'router r1 icmp-rate=1/s icmp-burst=2', 'router r2 r3', 'link me r1 10.0.0.2/24 10.0.0.1/24 delay=1ms',
     'link r1 r2 10.0.1.1/24 10.0.1.2/24 delay=2ms', 'link r2 r3 10.0.2.1/24 10.0.2.2/24 delay=2ms mtu=1400'] +
    [line for i in range(HOSTS) for line in (f'host h{i} tcp-open=443', f'link r3 h{i} 10.1.{i}.1/24 10.1.{i}.2/24 delay=3ms')]) + '\n'


def packets(path):
    """(instant in ns, IPv4 packet) of each record; classic pcap of raw IP or Ethernet."""
    data = path.read_bytes()
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    unit = {0xa1b2c3d4: 1000, 0xa1b23c4d: 1}[struct.unpack(order + 'I', data[:4])[0]]
    skip = {1: 14, 12: 0, 101: 0, 113: 16, 276: 20}[struct.unpack(order + 'I', data[20:24])[0] & 0xffff]
    at = 24
    while at < len(data):
        seconds, part, count, _ = struct.unpack(order + '4I', data[at:at + 16])
        yield seconds * SECOND + part * unit, data[at + 16 + skip:at + 16 + count]
        at += 16 + count


class Place:
    def __init__(self, folder, sonde):
        self.sonde, self.net, self.capture, self.list = sonde, folder / 'case.net', folder / 'out.pcap', folder / 'hosts'
        self.net.write_text(NETWORK)
        self.list.write_text(''.join(f'10.1.{i}.2\n' for i in range(HOSTS)))

    def run(self, *arguments):
        arguments = [str(self.list) if word == '{list}' else word for word in arguments]
        run = subprocess.run([self.sonde, *arguments, '--sim', str(self.net)], capture_output=True, text=True, check=False,
                             env=ENVIRONMENT, timeout=100, stdin=subprocess.DEVNULL)
        return run

    def probes(self, *arguments):
        self.capture.unlink(missing_ok=True)
        run = self.run(*arguments, '--write-capture', str(self.capture))
        assert run.returncode in (0, 1), run.stderr
        self.told = run.stderr
        sent = [(at, packet) for at, packet in packets(self.capture) if packet[12:16] == bytes([10, 0, 0, 2])]
        assert sent, 'no probe in the capture'
        return sent


def most_in_a_second(sent):
    times, most, first = sorted(at for at, _ in sent), 0, 0
    for end, at in enumerate(times):
        while times[first] <= at - SECOND:
            first += 1
        most = max(most, end - first + 1)
    return most


def capped(rate, *arguments):
    def check(place):
        free, sent = place.probes(*arguments), place.probes(*arguments, '--rate', str(rate))
        assert most_in_a_second(free) > rate + 1, f'without a cap {most_in_a_second(free)} a second: the test shows nothing'
        most = most_in_a_second(sent)
        assert most <= rate + rate // 100 + 1, f'{most} probes in a second where {rate} may go'
        assert most >= rate * 9 // 10, f'{most} probes in a second where {rate} may go: it sleeps'
    return check


def capped_by_default(place):
    """A list of hosts is traced as fast as the routers before it bear."""
    free, sent = place.probes('--targets', '{list}', '--rate', '1000000'), place.probes('--targets', '{list}')
    assert most_in_a_second(free) > MANY_RATE + 1, f'without a cap {most_in_a_second(free)} a second: the test shows nothing'
    assert MANY_RATE * 9 // 10 <= most_in_a_second(sent) <= MANY_RATE + MANY_RATE // 100 + 1, most_in_a_second(sent)
    for ttl in range(1, 4):
        most = most_in_a_second([entry for entry in sent if entry[1][8] == ttl])
        assert most <= EXPIRING_MOST, f'{most} probes with TTL {ttl} in a second'


def attributed(method):
    def check(place):
        for at, packet in place.probes('-M', method, '-q', '1', '--attribution', URI, '10.1.0.2'):
            header = {1: 8, 6: packet[32] >> 2 if packet[9] == 6 else 0, 17: 8, 136: 8}.get(packet[9], 0)
            payload = packet[20 + header:]
            wanted = URI.encode() + b'\0'
            assert payload.startswith(wanted) if packet[9] == 6 else b'\0' + wanted in payload[:60], f'{at}: {payload!r}'
        assert not place.told, place.told
        assert '10.1.0.2' in place.run('-M', method, '-q', '1', '--attribution', URI, '10.1.0.2').stdout
    return check


def told_where_there_is_no_place(place):
    sent = place.probes('compare', '-M', 'udp:53', '-M', 'sctp', '--attribution', URI, '10.1.0.2')
    assert not any(URI.encode() in packet for _, packet in sent)
    for label in ('udp/53', 'sctp/'):
        assert place.told.count(f'probes by {label}') == 1, place.told


def bad_uris_are_refused(place):
    for uri in ('http://example.net/', 'noc@example.net', 'mailto:', 'mailto:a b@example.net', 'tel:\x1b[2J', 'https://' + 200 * 'x'):
        run = place.run('--attribution', uri, '10.1.0.2')
        assert run.returncode == 2 and not run.stdout and 'option --attribution' in run.stderr, f'{uri}: {run.returncode} {run.stderr}'
        assert '\x1b' not in run.stderr


TESTS = {
    'a trace keeps to its rate': capped(5, '-q', '5', '10.1.0.2'),
    'further flows to an open port count': capped(5, '-M', 'tcp:443', '-q', '6', '10.1.0.2'),
    'methods side by side share one rate': capped(10, 'compare', '10.1.0.2'),
    'hosts of a list share one rate': capped(100, '--targets', '{list}'),
    'many hosts keep to a rate by default': capped_by_default,
    'a search for the path MTU keeps to it': capped(8, 'mtu', '10.1.0.2'),
    'a burst that is meant keeps to it': capped(8, '--investigate', '-q', '8', '10.1.0.2'),
    **{f'every probe by {method} says whom to ask': attributed(method)
       for method in ('icmp', 'udp', 'udp-classic', 'udplite', 'tcp:443', 'tcp-ack', 'raw:47')},
    'what has no place for it is told': told_where_there_is_no_place,
    'what is no URI is refused': bad_uris_are_refused,
}


def main(sonde):
    failed = 0
    print(f'1..{len(TESTS)}')
    with tempfile.TemporaryDirectory() as name:
        place = Place(pathlib.Path(name), sonde)
        for number, (title, check) in enumerate(TESTS.items(), 1):
            try:
                check(place)
                print(f'ok {number} - {title}')
            except (AssertionError, subprocess.TimeoutExpired, OSError) as error:
                failed += 1
                print(f'not ok {number} - {title}')
                print('\n'.join(f'# {line}' for line in str(error).splitlines()[:20]))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
