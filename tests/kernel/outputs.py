# SPDX-License-Identifier: MIT
"""What a run is written as, over real wires: documents against the packets that came to the first router and against the table, streams
while they grow, and what is left of both when somebody interrupts the run or stops reading."""
import datetime
import functools
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import lab
import rewriting
import sent

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import schemas  # pylint: disable=wrong-import-position

ROUTERS = 3
FAMILIES = (4, 6)
AT_ONCE_S = 2.0  # nothing is waited for: far less than the silence that a trace waits for


def valid(text, run=''):
    document, _, error = schemas.read(text)
    assert not error, f'{error}\n{run}'
    return document


def nanoseconds(instant):
    """Of RFC 3339 with nine decimals, since 1970."""
    whole = datetime.datetime.strptime(instant[:19], '%Y-%m-%dT%H:%M:%S').replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(instant[20:29])


def probes(trace):
    return [probe for hop in trace['hops'] for probe in hop['probes']] + trace['other_probes']


def as_sent(context, family, method, wire):
    """Each packet that came to the first router is a probe of the document, with the header that it had."""
    chain = context.chain(ROUTERS)
    chain.ping_group(lab.PING_OPEN)
    uid = lab.NOBODY if wire == sent.DGRAM else None
    begin_ns = time.time_ns()
    with chain.listening(1, 'left', socket.PACKET_HOST) as came:
        run = context.sonde.trace(chain, '--wire', wire, '-o', 'json', '-M', method, chain.target(family), uid=uid).expect_status(0)
        packets = [packet for packet in came() if packet[0] >> 4 == family]
    end_ns = time.time_ns()
    trace, = valid(run.out, run)['traces']
    listed = probes(trace)
    assert [hop['responders'][0]['address'] for hop in trace['hops']] == chain.hops(family), run
    assert trace['stop']['reason'] == 'reached' and trace['stop']['distance'] == ROUTERS + 1, run
    wanted = [packet for packet in packets if sent.read(packet).protocol == sent.NUMBERS[method][family] and sent.is_probe(packet, method)]
    assert len(wanted) == len(listed) == trace['stop']['probes'], f'{len(wanted)} came, {len(listed)} are listed\n{run}'
    ttls = sorted(probe['ttl'] for probe in listed)
    assert sorted(rewriting.ttl(packet) for packet in wanted) == ttls, f'other TTLs came than are listed\n{run}'
    if family == 4 and wire == sent.RAW:
        ids = sorted((probe['ttl'], probe['ip_id']) for probe in listed)
        assert sorted((packet[8], rewriting.word(packet, 4)) for packet in wanted) == ids, f'other IP ids came\n{run}'
    for probe in listed:
        assert begin_ns <= nanoseconds(probe['sent_at']) <= end_ns, f'{probe["sent_at"]} is not of this run\n{run}'
        answer = probe['answer']
        if answer and answer['rtt_ms'] is not None:
            between_ms = (nanoseconds(answer['at']) - nanoseconds(probe['sent_at'])) / 1e6
            assert abs(between_ms - answer['rtt_ms']) < 0.002, f'{between_ms} ms lie between, {answer["rtt_ms"]} are told\n{run}'


def beside_the_table(context, family):
    """A document in a file, and the table where it always is: both of the same run."""
    chain = context.chain(ROUTERS)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'run.json'
        run = context.sonde.trace(chain, '-q', '1', '-o', f'json={file}', chain.target(family)).expect_status(0)
        document = valid(file.read_text(), run)
        assert [path.name for path in file.parent.iterdir()] == [file.name], 'something was left beside the file'
    run.expect_hops(chain.hops(family))
    for hop in document['traces'][0]['hops']:
        time_ms = float(run.row(hop['hop']).rest.split()[-1])
        assert abs(hop['probes'][0]['answer']['rtt_ms'] - time_ms) < 0.01, f'hop {hop["hop"]}: the table has another time\n{run}'


def rewritten(context, family):
    """A router's rule, as the copies behind it show it."""
    with lab.Lab(rewriting.ROUTERS) as chain:
        rewriting.rewrite(chain, family, rewriting.REWRITER, forward=['{ip} dscp set af11'])
        run = context.sonde.trace(chain, '-o', 'json', '-q', '1', '-M', 'udp', '--dscp', 'ef', chain.target(family))
        trace, = valid(run.out, run)['traces']
    changes = [[(change['field'], change['sent'], change['seen']) for change in probe['answer']['quote']['changed']
                if not change['consequence']] for hop in trace['hops'] for probe in hop['probes']]
    behind = [('dscp', rewriting.EF, rewriting.AF11)]
    assert changes == [[]] * rewriting.REWRITER + [behind] * (rewriting.ROUTERS + 1 - rewriting.REWRITER), f'{changes}\n{run}'
    assert 'dscp-rewritten' in [finding['id'] for finding in trace['findings']], run


def start(context, chain, *arguments):
    """A run whose output is read while it goes on."""
    command = chain.command(chain.client, [context.sonde.copy(), '-n', *arguments])
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd='/')


def swallow(chain):
    """The host behind the last router answers nothing."""
    chain.nft(chain.host, 'input: meta l4proto { icmp, ipv6-icmp } drop')


def grows(context):
    """Events come as they happen: answers are read while the trace still waits for a silent target."""
    with lab.Lab(ROUTERS) as chain:
        swallow(chain)
        with start(context, chain, '-o', 'ndjson', chain.target(4)) as process:
            try:
                begin_s = time.monotonic()
                events = []
                while sum(event['event'] == 'reply' for event in events) < ROUTERS:
                    events.append(valid(process.stdout.readline()))
                early_s, running = time.monotonic() - begin_s, process.poll() is None
                rest, errors = process.stdout.read(), process.stderr.read()
            finally:
                process.kill()
        events += [valid(line) for line in rest.splitlines()]
    assert running and early_s < AT_ONCE_S, f'answers came after {early_s} s'
    kinds = [event['event'] for event in events]
    assert kinds[0] == 'run' and kinds[1] == 'start' and kinds[-1] == 'finding' and 'end' in kinds, f'{kinds}\n{errors}'
    at = [nanoseconds(event['at']) for event in events if 'at' in event]
    assert at == sorted(at), 'events go back in time'


def interrupted(context, form):
    """What was known is written, as a whole document. It waits for a minute: it cannot end by itself before the signal comes."""
    with lab.Lab(ROUTERS) as chain:
        swallow(chain)
        with start(context, chain, '-w', '60', '-o', form, '-o', 'ndjson=/dev/stderr', chain.target(4)) as process:
            try:
                while '"reply"' not in process.stderr.readline():
                    assert process.poll() is None, 'it ended before its first answer'
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=10)
            finally:
                process.kill()
    trace, = valid(out)['traces']
    assert process.returncode == 130, f'status {process.returncode}\n{out}'
    assert trace['stop']['reason'] == 'interrupted' and any(probe['answer'] for probe in probes(trace)), out


def nobody_reads(context):
    """Who stops reading a stream ends the run."""
    with lab.Lab(ROUTERS) as chain:
        swallow(chain)
        with start(context, chain, '-o', 'ndjson', chain.target(4)) as process:
            try:
                process.stdout.readline()
                process.stdout.close()
                begin_s = time.monotonic()
                process.wait(timeout=60)
                seconds = time.monotonic() - begin_s
                errors = process.stderr.read()
            finally:
                process.kill()
    assert seconds < AT_ONCE_S and not errors, f'it went on for {seconds} s\n{errors}'


def before_it_is_whole(context):
    """Who reads a document's file while the run goes on sees the one before; after an interruption, the new one."""
    with lab.Lab(ROUTERS) as chain, tempfile.TemporaryDirectory() as folder:
        swallow(chain)
        file = pathlib.Path(folder) / 'run.json'
        file.write_text('the one before')
        with start(context, chain, '-o', f'json={file}', '-o', 'ndjson', chain.target(4)) as process:
            try:
                while '"reply"' not in process.stdout.readline():
                    assert process.poll() is None, 'it ended before its first answer'
                during = file.read_text()
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=10)
            finally:
                process.kill()
        after = file.read_text()
        names = [path.name for path in file.parent.iterdir()]
    assert during == 'the one before' and names == [file.name], f'{during}\n{names}'
    valid(after)


def in_another_users_folder(context):
    """Root has given up its privileges when the document is whole, and with them the right to put it there."""
    with lab.Lab(ROUTERS) as chain, tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chown(folder, lab.NOBODY, lab.NOBODY)
        (folder / 'old.json').write_text('the one before')
        run = context.sonde.trace(chain, '-o', f'json={folder}/old.json', '-o', f'json={folder}/new.json', chain.target(4)).expect_status(0)
        names = sorted(path.name for path in folder.iterdir())
        texts = [(folder / file).read_text() for file in names]
    assert names == ['new.json', 'old.json'], f'{names}\n{run}'
    for text in texts:
        valid(text, run)


def rows():
    for family, method, wire in itertools.product(FAMILIES, sent.NUMBERS, (sent.RAW, sent.DGRAM)):
        yield (f'document of what was sent: {method} over IPv{family}, {wire} wire',
               functools.partial(as_sent, family=family, method=method, wire=wire))
    for family in FAMILIES:
        yield f'document beside the table, IPv{family}', functools.partial(beside_the_table, family=family)
        yield f'document of a router that rewrites, IPv{family}', functools.partial(rewritten, family=family)
    yield 'a stream grows', grows
    yield 'an interrupted run is a document', functools.partial(interrupted, form='json')
    yield 'nobody reads the stream any more', nobody_reads
    yield 'a file is replaced when it is whole', before_it_is_whole
    yield "root writes into another user's folder", in_another_users_folder


SCENARIOS = list(rows())
