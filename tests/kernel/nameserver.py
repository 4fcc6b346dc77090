# SPDX-License-Identifier: MIT
"""A name server for tests: PTR and TXT records from a table, over UDP, each answer as late as one likes. It runs in a thread of the test,
on a socket that was opened inside a namespace, so that no question leaves it."""
import ipaddress
import socket
import struct
import threading
import time

PTR, TXT, CLASS_IN = 12, 16, 1
NO_ERROR, NAME_ERROR = 0, 3
HEADER = struct.Struct('!6H')
RESPONSE, AUTHORITATIVE, RECURSION = 0x8000, 0x0400, 0x0180
TTL_S = 60


def labels(name):
    """Wire form of a name (RFC 1035 section 3.1). A list of bytes is taken label for label, so that a label may hold a dot or anything."""
    parts = name if isinstance(name, list) else [part.encode() for part in name.rstrip('.').split('.')]
    return b''.join(bytes([len(part)]) + part for part in parts) + b'\0'


def read_question(packet):
    """The question's name in lower case, its type, and its bytes."""
    at, parts = HEADER.size, []
    while packet[at]:
        parts.append(packet[at + 1:at + 1 + packet[at]].decode('latin-1'))
        at += 1 + packet[at]
    kind, = struct.unpack_from('!H', packet, at + 1)
    return '.'.join(parts).lower(), kind, packet[HEADER.size:at + 5]


def strings(text):
    """Character-strings of a TXT record (RFC 1035 section 3.3.14)."""
    data = text.encode() if isinstance(text, str) else text
    return b''.join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255))


class NameServer:
    """names: address -> name, or labels as bytes. texts: name -> TXT records. delay_s: how long each answer waits."""

    def __init__(self, opened, names=None, texts=None, delay_s=0.0):
        self.socket = opened
        self.names = {ipaddress.ip_address(address).reverse_pointer: name for address, name in (names or {}).items()}
        self.texts = {name.lower(): records for name, records in (texts or {}).items()}
        self.delay_s, self.asked, self.timers = delay_s, [], []
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        for timer in self.timers:
            timer.cancel()
        self.socket.sendto(b'', self.socket.getsockname())  # an empty packet ends the thread
        self.thread.join()
        self.socket.close()

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def _serve(self):
        while True:
            packet, asker = self.socket.recvfrom(2048)
            if not packet:
                return
            name, kind, question = read_question(packet)
            self.asked.append((time.monotonic(), name))
            answer = self._answer(packet, name, kind, question)
            if self.delay_s:
                self.timers.append(threading.Timer(self.delay_s, self._send, (answer, asker)))
                self.timers[-1].daemon = True
                self.timers[-1].start()
            else:
                self._send(answer, asker)

    def _send(self, answer, asker):
        try:
            self.socket.sendto(answer, asker)
        except OSError:
            pass  # nobody waits for it any more

    def _answer(self, packet, name, kind, question):
        number, = struct.unpack_from('!H', packet)
        if kind == PTR and name in self.names:
            data = [labels(self.names[name])]
        elif kind == TXT and name in self.texts:
            data = [strings(text) for text in self.texts[name]]
        else:
            data = []
        code = NO_ERROR if data else NAME_ERROR
        head = HEADER.pack(number, RESPONSE | AUTHORITATIVE | RECURSION | code, 1, len(data), 0, 0)
        records = b''.join(b'\xc0\x0c' + struct.pack('!HHIH', kind, CLASS_IN, TTL_S, len(record)) + record for record in data)
        return head + question + records


def opened(chain, node, address='127.0.0.1'):
    """A UDP socket inside that node, on a free port."""
    with chain.inside(node):
        server = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 0))
    return server
