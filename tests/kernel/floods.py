# SPDX-License-Identifier: MIT
"""A trace under a flood of forged answers: whoever can guess addresses and ports, but not the secret, changes no row."""
import contextlib
import functools
import random
import socket
import struct
import threading

import lab

ROUTERS = 8
SEED = 7
ICMP, TCP, UDP = 1, 6, 17
FORGED_SOURCE = '10.0.99.99'


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data[:len(data) & ~1])) + (data[-1] << 8 if len(data) & 1 else 0)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_header(protocol, source, target, upper_bytes, ttl=64, packet_id=0):
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + upper_bytes, packet_id, 0, ttl, protocol, 0, socket.inet_aton(source),
                         socket.inet_aton(target))
    return header[:10] + struct.pack('!H', checksum(header)) + header[12:]


def icmp(kind, code, body):
    message = struct.pack('!BBH', kind, code, 0) + body
    return message[:2] + struct.pack('!H', checksum(message)) + message[4:]


def forgery(draw, client, target, protocol, sport):
    """A time-exceeded, or now and then the target's own answer, that quotes a probe of this trace in all but the secret fields. The source
    port is guessed where it is not known."""
    ports = struct.pack('!HH', sport or draw.randint(32768, 65535), {UDP: 33434, TCP: 443}.get(protocol, 0))
    upper = {
        ICMP: lambda: icmp(8, 0, struct.pack('!HH', draw.getrandbits(16), draw.getrandbits(16)) + draw.randbytes(8)),
        UDP: lambda: ports + struct.pack('!HH', 20, draw.getrandbits(16)) + draw.randbytes(12),
        TCP: lambda: ports + draw.randbytes(8) + bytes((0x50, 2)) + draw.randbytes(6),
    }[protocol]()
    quote = ip_header(protocol, client, target, len(upper), ttl=1, packet_id=draw.getrandbits(16)) + upper
    if draw.random() < 0.2 and protocol == ICMP:
        message, source = icmp(0, 0, upper[4:]), target
    elif draw.random() < 0.2:
        message, source = icmp(3, 3, bytes(4) + quote), target
    else:
        message, source = icmp(11, 0, bytes(4) + quote), FORGED_SOURCE
    return ip_header(ICMP, source, client, len(message)) + message


@contextlib.contextmanager
def flooded(chain, protocol, sport=None):
    """From router 1, as fast as one thread can."""
    with chain.inside(1):
        gun = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    client, target = lab.address(4, 0, 1), chain.target(4)
    draw, enough, sent = random.Random(SEED), threading.Event(), [0]

    def shoot():
        while not enough.is_set():
            with contextlib.suppress(BlockingIOError, OSError):
                gun.sendto(forgery(draw, client, target, protocol, sport), (client, 0))
                sent[0] += 1
    thread = threading.Thread(target=shoot)
    thread.start()
    try:
        yield sent
    finally:
        enough.set()
        thread.join()
        gun.close()


def forged(context, method, protocol):
    with lab.Lab(ROUTERS) as chain:
        for _ in range(context.repetitions):
            with flooded(chain, protocol) as sent:
                trace = context.sonde.trace(chain, '-M', method, chain.target(4))
            assert sent[0] > 0, 'nothing was forged'
            trace.expect_status(0).expect_hops(chain.hops(4))


def known_port(context, method, protocol):
    """Who knows the port still knows no secret: nothing is believed, and the verdict says that somebody tries."""
    with lab.Lab(ROUTERS) as chain, flooded(chain, protocol, sport=40000) as sent:
        trace = context.sonde.trace(chain, '-M', method, '--sport', '40000', chain.target(4))
        assert sent[0] > 0, 'nothing was forged'
        trace.expect_status(0).expect_hops(chain.hops(4))
        assert 'forged, or rewritten on the way' in trace.out, f'the verdict should tell of forgeries\n{trace}'


SCENARIOS = [(f'forged answers to {method}', functools.partial(forged, method=method, protocol=protocol))
             for method, protocol in (('icmp', ICMP), ('udp', UDP), ('tcp', TCP))] + [
    (f'forged answers to {method} by one who knows the port', functools.partial(known_port, method=method, protocol=protocol))
    for method, protocol in (('udp', UDP), ('tcp', TCP))]
