# SPDX-License-Identifier: MIT
"""A chain of real Linux routers: client, N routers and a host, each in a network namespace of its own, joined by veth pairs.

The namespaces have no names. This process holds a descriptor of each, so they are gone when it is, however it ends. To look inside
one of a lab that is held up (tests/kernel/run.py --hold N): nsenter --net=/proc/PID/fd/FD.

Node 0 is the client, 1..N are routers, N+1 is the host. Link i joins node i ("right") to node i+1 ("left"), as 10.0.i.0/24 and
fd00:0:0:i::/64 with .1 on the left end and .2 on the right one. Routers know 10.0.0.0/16 and fd00::/48 only; the client sends all to
the first router, so that an address outside is one without a route on the way."""
import contextlib
import ctypes
import os
import pathlib
import socket
import subprocess
import time

CLONE_NEWNET = 0x40000000
NOBODY = 65534
OPEN_PORT, CLOSED_PORT = 443, 9
READY_BOUND_S = 20.0
ETH_P_ALL = 3
CAPTURE_BYTES = 1 << 20
LOCAL_EXPERIMENT = 0x88B5  # the EtherType that IEEE 802 leaves to experiments: no program takes it for IP
LAST_FRAME = b'last frame of a capture'
EVERYBODY = b'\xff' * 6
BYPASS_NEAR, BYPASS_FAR = '10.0.200.1', '10.0.200.2'
BYPASS_NEAR6, BYPASS_FAR6 = 'fd00:0:0:c8::1', 'fd00:0:0:c8::2'
# Linux's own limits for ICMP errors, which the lab switches off: six at once, then one a second to each address.
DEFAULT_LIMITS = {'net/ipv4/icmp_ratelimit': '1000', 'net/ipv4/icmp_ratemask': '6168', 'net/ipv6/icmp/ratelimit': '1000',
                  'net/ipv6/icmp/ratemask': '0-1,3-127'}

LIBC = ctypes.CDLL(None, use_errno=True)

# What every node gets: nothing that delays or hides an answer, unless a scenario puts it back.
SYSCTLS = {
    'net/ipv4/icmp_ratelimit': '0',
    'net/ipv4/icmp_ratemask': '0',
    'net/ipv6/icmp/ratelimit': '0',
    'net/ipv6/icmp/ratemask': '\n',
    'net/ipv4/conf/all/rp_filter': '2',
    'net/ipv4/conf/default/rp_filter': '2',
    'net/ipv6/conf/all/accept_dad': '0',
    'net/ipv6/conf/default/accept_dad': '0',
    'net/ipv6/conf/default/accept_ra': '0',
    'net/ipv6/conf/default/router_solicitations': '0',
}
FORWARDING = {'net/ipv4/ip_forward': '1', 'net/ipv6/conf/all/forwarding': '1', 'net/ipv6/conf/default/forwarding': '1'}
PING_OPEN, PING_CLOSED = '0\t2147483647', '1\t0'


def kernel_speaks(name):
    """Whether this machine's kernel has that protocol now: by a row of /proc/net/protocols, which a module adds when it is loaded."""
    return name in {line.split()[0] for line in pathlib.Path('/proc/net/protocols').read_text(encoding='ascii').splitlines()[1:]}


class Unavailable(Exception):
    """This machine does not let us build the lab; the text says why."""


def syscall(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f'{name}: {os.strerror(number)}')


def address(family, link, end):
    return f'10.0.{link}.{end}' if family == 4 else f'fd00:0:0:{link:x}::{end}'


def in_prefix(family, link, end):
    return address(family, link, end) + ('/24' if family == 4 else '/64')


def prefix(family, link):
    return f'10.0.{link}.0/24' if family == 4 else f'fd00:0:0:{link:x}::/64'


def inside(family):
    """All links."""
    return '10.0.0.0/16' if family == 4 else 'fd00::/48'


def spelled(family, text):
    """The one spelling that programs print."""
    number = socket.AF_INET if family == 4 else socket.AF_INET6
    return socket.inet_ntop(number, socket.inet_pton(number, text))


class Lab:
    """with Lab(8) as lab: … Every method takes the number of the node that it acts on."""

    def __init__(self, routers, offload=False):
        if os.geteuid() != 0:
            raise Unavailable('network namespaces of real routers need root')
        self.routers, self.client, self.host = routers, 0, routers + 1
        self.nodes, self.services, self.silent = [], [], []
        self.home = os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._make_nodes()
            self._make_links()
            self._configure(offload)
            self.listen(OPEN_PORT)
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """The last descriptor of a namespace takes it away with all that is in it."""
        for service in self.services + self.silent:
            service.close()
        for node in self.nodes:
            os.close(node)
        if self.home >= 0:
            os.close(self.home)
        self.nodes, self.services, self.silent, self.home = [], [], [], -1

    # --- the network ---

    def hops(self, family):
        """The addresses that a right trace shows. A router answers from the address towards the client, which in a chain is also the
        one the probe came in by, so IPv4 (way back) and IPv6 (incoming interface) agree."""
        return [spelled(family, address(family, link, 2)) for link in range(self.routers + 1)]

    def target(self, family):
        return self.hops(family)[-1]

    def interfaces(self, node):
        return (['left'] if node > 0 else []) + (['right'] if node < self.host else [])

    def _make_nodes(self):
        try:
            for node in range(self.host + 1):
                syscall('unshare', CLONE_NEWNET)
                self.nodes.append(os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC))
                for name, value in (SYSCTLS | (FORWARDING if 0 < node < self.host else {})).items():
                    write_sysctl(name, value)
        except PermissionError as error:
            raise Unavailable(f'no network namespaces here: {error}') from error
        finally:
            syscall('setns', self.home, CLONE_NEWNET)

    def _make_links(self):
        # Explicit numbers: the kernel takes a device whose peer has the same number for one of its own kind and reports its carrier
        # only once a second.
        self._feed(['ip', '-batch', '-'], [
            f'link add right index {100 + i} netns {self.path(i)} type veth peer name left index {200 + i} netns {self.path(i + 1)}'
            for i in range(self.host)])

    def _configure(self, offload):
        for node in range(self.host + 1):
            self.ip(node, self._addresses(node) + self._routes(node))
            if not offload:
                # Only then are checksums complete when a router quotes the packet.
                self._feed(['sh'], [f'ethtool -K {name} tx off' for name in self.interfaces(node)], node)

    def _addresses(self, node):
        lines = ['link set lo up']
        for family in (4, 6):
            nodad = ' nodad' if family == 6 else ''
            if node > 0:
                lines.append(f'addr add {in_prefix(family, node - 1, 2)} dev left{nodad}')
            if node < self.host:
                lines.append(f'addr add {in_prefix(family, node, 1)} dev right{nodad}')
        return lines + [f'link set {name} up' for name in self.interfaces(node)]

    def _routes(self, node):
        lines = []
        for family in (4, 6):
            if node == self.client:
                lines.append(f'route add default via {address(family, 0, 2)}')
            elif node == self.host:
                lines.append(f'route add {inside(family)} via {address(family, node - 1, 1)}')
            else:
                lines.append(f'route add {inside(family)} via {address(family, node, 2)}')
                if node > 1:
                    lines.append(f'route add {prefix(family, 0)} via {address(family, node - 1, 1)}')
        return lines

    # --- acting on a node ---

    def path(self, node):
        return f'/proc/{os.getpid()}/fd/{self.nodes[node]}'

    @contextlib.contextmanager
    def inside(self, node):
        """This thread works inside the node: sockets that it opens stay there."""
        syscall('setns', self.nodes[node], CLONE_NEWNET)
        try:
            yield
        finally:
            syscall('setns', self.home, CLONE_NEWNET)

    def _feed(self, command, lines, node=None):
        """Runs a command that reads its orders from standard input, and raises with its words when it fails."""
        prefix = [] if node is None else ['nsenter', f'--net={self.path(node)}']
        run = subprocess.run(prefix + command, input='\n'.join(lines) + '\n', capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise RuntimeError(f'node {node}: {" ".join(command)}: {run.stderr.strip()}')

    def ip(self, node, lines):
        self._feed(['ip', '-batch', '-'], lines, node)

    def nft(self, node, *rules):
        """Rules "HOOK: EXPRESSION VERDICT", each in a chain of its hook, for both families."""
        lines = ['table inet lab {']
        for hook in sorted({rule.split(':', 1)[0] for rule in rules}):
            lines.append(f'chain {hook} {{ type filter hook {hook} priority 0; policy accept;')
            lines += [rule.split(':', 1)[1].strip() for rule in rules if rule.split(':', 1)[0] == hook]
            lines.append('}')
        self.feed_nft(node, *lines, '}')

    def feed_nft(self, node, *lines):
        self._feed(['nft', '-f', '-'], list(lines), node)

    def add_bypass(self, to, start=0):
        """A second link from the client, or that node, straight to router `to`, that nothing uses by itself: 10.0.200.0/24 and
        fd00:0:0:c8::/64."""
        self.ip(start, [f'link add bypass index 300 type veth peer name bypass index 301 netns {self.path(to)}',
                        f'addr add {BYPASS_NEAR}/24 dev bypass', f'addr add {BYPASS_NEAR6}/64 dev bypass nodad', 'link set bypass up'])
        self.ip(to, [f'addr add {BYPASS_FAR}/24 dev bypass', f'addr add {BYPASS_FAR6}/64 dev bypass nodad', 'link set bypass up'])
        for node in range(to + 1, self.host):
            self.ip(node, [f'route add 10.0.200.0/24 via {address(4, node - 1, 1)}'])
        ends = {4: BYPASS_FAR, 6: BYPASS_FAR6}
        self._wait_until(lambda number, target: self._reaches(start, number, target, CLOSED_PORT), ends, 'a bypass')

    def sysctl(self, node, name, value):
        with self.inside(node):
            write_sysctl(name, value)

    def limit_as_linux_does(self, *nodes, every_ms=1000):
        """These nodes ration their ICMP errors again, one in every_ms. A node that has sent none counts the last minute as saved up, six
        at most."""
        for node in nodes:
            for name, value in DEFAULT_LIMITS.items():
                self.sysctl(node, name, str(every_ms) if name.endswith('ratelimit') else value)

    def ping_group(self, value):
        self.sysctl(self.client, 'net/ipv4/ping_group_range', value)

    def listen(self, port, node=None):
        """The host, or that node, accepts TCP connections to this port, in both families; its kernel answers, accepting is for tidiness
        only."""
        with self.inside(self.host if node is None else node):
            service = socket.create_server(('::', port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
        service.setblocking(False)
        self.services.append(service)

    def take_in_silence(self, port):
        """The host has a UDP socket on this port that never answers."""
        with self.inside(self.host):
            service = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        service.bind(('::', port))
        self.silent.append(service)

    @contextlib.contextmanager
    def listening(self, node, device, way=socket.PACKET_OUTGOING):
        """Gives a function that returns the IP packets that the node has sent by a device since, as they were on the wire; with
        PACKET_HOST those that came in for it."""
        with self.inside(node):
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        with wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CAPTURE_BYTES)
            wire.bind((device, ETH_P_ALL))
            wire.setblocking(False)

            def sent():
                packets = []
                with contextlib.suppress(BlockingIOError):
                    while True:
                        packet, whence = wire.recvfrom(65536)
                        if whence[2] == way:
                            packets.append(packet)
                return packets
            yield sent

    def end_capture(self, node, device, capture):
        """Returns when another program that captures what passes a device of the node has written down, into that file, all that passed
        before: what it sees comes in order, and this sends one last frame that it can know."""
        with self.inside(node):
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
        with wire:
            wire.sendto(LAST_FRAME, (device, LOCAL_EXPERIMENT, 0, 0, EVERYBODY))
        bound_at_s = time.monotonic() + READY_BOUND_S
        while LAST_FRAME not in capture.read_bytes():
            if time.monotonic() > bound_at_s:
                raise RuntimeError(f'the last frame was not captured within {READY_BOUND_S} s')
            time.sleep(0.01)

    def hang_up(self):
        """Takes what waits in the accept queues, so that they never fill."""
        for service in self.services:
            with contextlib.suppress(BlockingIOError):
                while True:
                    service.accept()[0].close()

    def command(self, node, command, uid=None):
        """The command line that runs inside a node, as another user without capabilities if asked, and dies with this process."""
        line = ['nsenter', f'--net={self.path(node)}', 'setpriv', '--pdeathsig', 'KILL']
        if uid is not None:
            line += ['--reuid', str(uid), '--regid', str(uid), '--clear-groups']
        return line + list(command)

    def run(self, node, command, uid=None, bound_s=60.0):
        self.hang_up()
        return subprocess.run(self.command(node, command, uid), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=bound_s, check=False, cwd='/')

    def _wait_until_ready(self):
        """Until a connection through the whole chain stands in both families: every neighbour is known then."""
        targets = {family: self.target(family) for family in (4, 6)}
        self._wait_until(lambda number, target: self._reaches(self.client, number, target, OPEN_PORT), targets, f'{self.routers} routers')

    def _wait_until(self, reaches, targets, what):
        bound_at_s = time.monotonic() + READY_BOUND_S
        for family, number in ((4, socket.AF_INET), (6, socket.AF_INET6)):
            while not reaches(number, targets[family]):
                if time.monotonic() > bound_at_s:
                    raise RuntimeError(f'IPv{family} through {what} did not come up in {READY_BOUND_S} s')

    def _reaches(self, node, number, target, port):
        """Who refuses a connection to a closed port has got it, too."""
        with self.inside(node):
            probe = socket.socket(number, socket.SOCK_STREAM)
        with probe:
            probe.settimeout(0.1)
            try:
                probe.connect((target, port))
                return True
            except ConnectionRefusedError:
                return port == CLOSED_PORT
            except OSError:
                return False


def write_sysctl(name, value):
    """Of the namespace this thread is in."""
    with open(f'/proc/sys/{name}', 'w', encoding='ascii') as file:
        file.write(value)
