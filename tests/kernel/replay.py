# SPDX-License-Identifier: MIT
"""A run through real routers, on both wires, stored and replayed: the same table and findings. And Debian's tcpdump beside a run on the raw
wire: what it captured gives the same hops."""
import functools
import os
import pathlib
import subprocess
import tempfile

import lab
import mtu
import program

ROUTERS = 5
METHODS = {'icmp': ('-I',), 'udp': ('-U',), 'udp-classic': ('-M', 'udp-classic'), 'tcp open': ('-T', '-p', '443'),
           'tcp closed': ('-T', '-p', '81'), 'fragments': ('-U', '--no-df', '--size', '3000')}
BOUND_S = 20


def below_header(text):
    """The header tells of the wire, and the command to try repeats it."""
    return [line for line in text.splitlines()[1:] if not line.startswith(program.TRY)]


def replayed(sonde, capture, *options):
    run = subprocess.run([sonde, 'replay', '-n', '--findings', *options, str(capture)], stdin=subprocess.DEVNULL, capture_output=True,
                         text=True, timeout=BOUND_S, check=False)
    return below_header(run.stdout), run.returncode


def stored(context, chain, wire, family, *options, command=()):
    """Traces with --write-capture; what it printed below its first line, its status, and what a replay of the file prints."""
    uid = lab.NOBODY if wire == 'dgram' else None
    sonde = context.sonde.copy()
    with tempfile.TemporaryDirectory(prefix='sn') as folder:
        if uid is not None:
            os.chown(folder, uid, uid)
        capture = pathlib.Path(folder) / 'own.pcap'
        words = [sonde, *command, '-n', '--findings', '--wire', wire, '--write-capture', str(capture), *options, chain.target(family)]
        run = chain.run(chain.client, words, uid)
        # what little a secret is worth is not known to a file that has none
        live = [line.removesuffix('  [weak]') for line in below_header(run.stdout)]
        return live, run.returncode, *replayed(sonde, capture)


def same(context, chain, wire, family, *options, command=()):
    live, status, again, status_again = stored(context, chain, wire, family, *options, command=command)
    assert live and live == again and status == status_again, '\n'.join([f'status {status}', *live, f'replayed: {status_again}', *again])


def healthy(context, wire, family, method):
    chain = context.chain(ROUTERS)
    chain.ping_group(lab.PING_OPEN)
    same(context, chain, wire, family, *METHODS[method])


def filtered(context, wire, family):
    """The capture says until when the run listened: its silence is silence again."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.nft(3, 'forward: udp dport 33434 drop')
        same(context, chain, wire, family, '-U')


def narrowed(context, wire, family, silent):
    """A search for the path's MTU, with a link that says so and one that does not."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        mtu.narrow(chain, 2, 1400)
        if silent:
            mtu.without_messages(chain, 2)
        same(context, chain, wire, family, '-U', command=('mtu',))


def beside_tcpdump(context, family):
    chain = context.chain(ROUTERS)
    with tempfile.TemporaryDirectory(prefix='sn') as folder:
        capture = pathlib.Path(folder) / 'other.pcap'
        device = chain.interfaces(chain.client)[0]
        words = ['tcpdump', '--immediate-mode', '-B', '16384', '-s', '2000', '-U', '-Z', 'root', '-i', device, '-w', str(capture)]
        with subprocess.Popen(chain.command(chain.client, words), stderr=subprocess.PIPE, text=True) as listener:
            while 'listening on' not in listener.stderr.readline():
                assert listener.poll() is None, 'tcpdump ended'
            trace = context.sonde.trace(chain, '--wire', 'raw', '-q', '1', '-I', chain.target(family))
            chain.end_capture(chain.client, device, capture)
            listener.terminate()
            listener.wait(BOUND_S)
        rows, status = replayed(context.sonde.copy(), capture, '--columns', 'hop,address')
    trace.expect_status(0).expect_hops(chain.hops(family))
    hops = [words[1] for words in map(str.split, rows) if len(words) == 2 and words[0].isdigit()]
    assert (hops, status) == (chain.hops(family), 0), '\n'.join(rows)


def scenarios():
    for wire in ('raw', 'dgram'):
        for family in (4, 6):
            for method in METHODS:
                yield f'{method} over IPv{family}, {wire} wire', functools.partial(healthy, wire=wire, family=family, method=method)
            for silent in (False, True):
                yield (f'a narrow link{" that does not say so" if silent else ""}, over IPv{family}, {wire} wire',
                       functools.partial(narrowed, wire=wire, family=family, silent=silent))
            yield f'udp that is dropped, over IPv{family}, {wire} wire', functools.partial(filtered, wire=wire, family=family)
    for family in (4, 6):
        yield f'a capture of tcpdump over IPv{family}', functools.partial(beside_tcpdump, family=family)


SCENARIOS = list(scenarios())
