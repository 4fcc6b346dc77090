# SPDX-License-Identifier: MIT
"""The paths of the benchmark, as text for the simulator: chains whose last hop is the target."""
import dataclasses
import random

TARGET = {4: '198.51.100.1', 6: '2001:db8:ffff::1'}
ROUND_TRIP_MS = 75.0
HOPS = 15
SEED = 20240229


@dataclasses.dataclass
class Path:
    title: str
    delays_ms: list  # of each link, one way
    silent: tuple = ()  # hops that never answer
    filtered: bool = False  # the target answers nothing
    more: tuple = ()  # further lines

    @property
    def hops(self):
        return len(self.delays_ms)

    @property
    def round_trip_ms(self):
        return 2 * sum(self.delays_ms)

    def text(self):
        answers = 'echo=off tcp-filtered=all udp-filtered=all' if self.filtered else 'tcp-open=443'
        nodes = ['me', *(f'r{hop}' for hop in range(1, self.hops)), 'target']
        lines = ['observer me kernel=off', f'host target {answers}']
        lines += [f'router {name}' + (' silent' if hop in self.silent else '') for hop, name in enumerate(nodes) if 0 < hop < self.hops]
        for link, delay_ms in enumerate(self.delays_ms):
            last = link == self.hops - 1
            near4, far4 = ('198.51.100.2/24', '198.51.100.1/24') if last else (f'10.0.{link}.1/24', f'10.0.{link}.2/24')
            near6, far6 = (f'2001:db8:ffff::{end}/64' if last else f'2001:db8:{link:x}::{end}/64' for end in (2, 1))
            lines.append(f'link {nodes[link]} {nodes[link + 1]} {near4} {far4} {near6} {far6} delay={round(delay_ms * 1000)}us')
        return '\n'.join([*lines, *self.more]) + '\n'


def even(**how):
    return Path(delays_ms=[ROUND_TRIP_MS / 2 / HOPS] * HOPS, **how)


ANSWERING = even(title='all hops answer')
SILENT = even(title='three silent hops', silent=(6, 7, 8))
FILTERED = even(title='filtered destination', filtered=True)
UDP_FILTERED = even(title='UDP dropped behind hop 7', more=('filter r7 drop proto=udp',))


def at_random(count):
    """Lengths 2-30 and unequal delays: most links short, a few long. The same ones each time."""
    draw = random.Random(SEED)
    for number in range(1, count + 1):
        delays_ms = [draw.choice((0.1, 0.3, 0.5, 1, 2, 8)) * draw.uniform(0.5, 1.5) for _ in range(draw.randint(2, 30))]
        yield Path(title=f'random path {number}', delays_ms=delays_ms)
