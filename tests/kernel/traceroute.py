# SPDX-License-Identifier: MIT
"""sonde called as traceroute beside Debian's traceroute, in the same networks of real Linux routers, with the same command lines: the same
text but for the times, and the same exit status."""
import json
import pathlib
import re
import shutil
import subprocess

import lab

ROUTERS = 4
TIME = re.compile(r'\d+\.\d{3} ms')
# Where the layout is meant to differ: docs/internals/output.md.
MEANT = ((re.compile(r'!F-\d+'), '!F'), (re.compile('!<4-1>'), '!P'), (re.compile(r' {2}\*'), ' *'),
         (re.compile(r'([0-9a-f:]*:[0-9a-f:]*) \(\1\)'), r'\1'))
# There is no name server, and while it waits for one traceroute gives up on answers: -n.
COMMON = ('-n', '-w', '2')
PLAIN = ('', '-I', '-T', '-U -p 33434', '-UL', '-P 253', '-I -q 1', '-f 2', '-I -m 3', '-I -N 1', '-t 16', '-F', '-T -p 443', '-I -z 20',
         '-M icmp', '-e', '--back', '-i right', '--fwmark=7', '--sport=4321 -T', '-U -p 443', '-p 53', '-T -O ack',
         '-T -O ack,timestamps', '-T -O syn', '-T -O mss=900', '-T -O sack,mss=900', '-T -O sack -O window_scaling', '-T -O timestamps',
         '-d', '-l 77', '-w 1,2,3', '-w 1/0', '-N 0', '-p 0', '-T -p 0')
# A question to a name server is longer than letters, which it would not answer so that they can be told apart.
OTHER_LENGTH = ('-U', '-U -p domain', '-U -p 0')
# Each answer's address, as it reads them from standard input.
PERL = '''use Net::Traceroute; my $t = Net::Traceroute->new(backend => "Parser", text => do { local $/; <STDIN> });
for my $hop (1 .. $t->hops) { print $t->hop_query_host($hop, $_), "\\n" for 1 .. $t->hop_queries($hop) }'''


def layout(text):
    """What is left when times are taken out, and what is meant to differ."""
    text = TIME.sub('T ms', text)
    for pattern, by in MEANT:
        text = pattern.sub(by, text)
    return [line.rstrip() for line in text.splitlines()]


def called_traceroute(context):
    program = pathlib.Path(context.sonde.copy())
    link = program.with_name('traceroute')
    if not link.exists():
        link.symlink_to(program)
    return link


def both(context, chain, family, arguments, target=None, lengths=True, fresh=None, uid=None):
    """One run of each; they must agree, in the length of the probes where that is asked for. fresh: a like chain for ours."""
    link = called_traceroute(context)
    target = target or chain.target(family)
    words = [*COMMON, *arguments.split(), *target.split()]
    theirs = chain.run(chain.client, ['/usr/bin/traceroute', *words], uid)
    ours = (fresh or chain).run((fresh or chain).client, [str(link), *words], uid)
    told = [f'{whose}: {run.returncode}\n{run.stdout}{run.stderr}' for whose, run in (('theirs', theirs), ('ours', ours))]
    texts = [layout(run.stdout if lengths else re.sub(r'\d+ byte packets', 'N byte packets', run.stdout)) for run in (theirs, ours)]
    same = texts[0] == texts[1] and ours.returncode == theirs.returncode and not ours.stderr
    assert same, '\n'.join([f'traceroute {" ".join(words)}', *told])
    return texts[1]


def plain(context, family, arguments):
    chain = context.chain(ROUTERS)
    rows = both(context, chain, family, arguments, lengths=arguments not in OTHER_LENGTH)
    assert len(rows) > 2, rows


def without_privilege(context, family):
    chain = context.chain(ROUTERS)
    for arguments in ('', '-U -p 33434', '-UL', '-F', '-q 1 -f 2'):
        both(context, chain, family, arguments, uid=lab.NOBODY)


def rejecting(context, family, how, mark):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, f'forward: reject with {how}')
        rows = both(context, chain, family, '-I')
        assert rows[-1].count(mark) == 3, rows


def without_route(context, family):
    # a router says so five times, and then once a second
    with lab.Lab(2) as chain, lab.Lab(2) as fresh:
        rows = both(context, chain, family, '-I', fresh=fresh, target='192.0.2.1' if family == 4 else '2001:db8::1')
        assert rows[-1].count('!N') == 3, rows


def silent(context, family):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
        rows = both(context, chain, family, '-I')
        assert rows[2] == ' 2 * * *', rows


def filtered(context, family):
    """All stars up to -m, and status 0."""
    with lab.Lab(2) as chain:
        chain.nft(2, 'forward: drop')
        rows = both(context, chain, family, '-I -m 11')
        assert rows[-1] == '11 * * *', rows


def too_big(context, family):
    with lab.Lab(ROUTERS) as chain:
        chain.ip(2, ['link set right mtu 1300'])
        chain.ip(3, ['link set left mtu 1300'])
        rows = both(context, chain, family, '-I -F', target=f'{chain.target(family)} 1400')
        assert rows[-1].count('!F') == 3 and rows[0].endswith(' 1400 byte packets'), rows


def advice(context):
    """What fails is told with traceroute's options only."""
    chain = context.chain(ROUTERS)
    link = called_traceroute(context)
    for words, uid, told in ((f'-F {chain.target(4)} 1600', None, 'give PACKET-LENGTH 1500 or less, or no -F'),
                             (f'-D {chain.target(4)}', lab.NOBODY, 'setcap'),
                             (f'-T -p 9 --sport=9 {chain.target(4)}', lab.NOBODY, '--sport')):
        run = chain.run(chain.client, [str(link), '-n', *words.split()], uid)
        alien = re.findall(r'--(?!sport)\w+', run.stderr)
        assert run.returncode == 1 and told in run.stderr and not alien, f'{words}: {alien} {run.returncode} {run.stderr}'


def unknown_host(context):
    chain = context.chain(ROUTERS)
    link = called_traceroute(context)
    for name, status in (('host.invalid', 2), ('-n -s 192.0.2.77 ' + chain.target(4), 1), ('-i nothing ' + chain.target(4), 1)):
        theirs = chain.run(chain.client, ['/usr/bin/traceroute', *name.split()])
        ours = chain.run(chain.client, [str(link), *name.split()])
        assert ours.returncode == theirs.returncode == status, f'{name}: theirs {theirs.returncode} {theirs.stderr} ours {ours}'


def read_by_parsers(context):
    """Debian's parsers read of both the same hops, but for the times."""
    if not shutil.which('jc') or subprocess.run(['perl', '-MNet::Traceroute', '-e1'], capture_output=True, check=False).returncode:
        raise lab.Unavailable('jc or Net::Traceroute is missing: apt-get install jc libnet-traceroute-perl')
    chain = context.chain(ROUTERS)
    link = called_traceroute(context)
    for family in (4, 6):
        read = []
        for program in ('/usr/bin/traceroute', str(link)):
            text = chain.run(chain.client, [program, *COMMON, '-I', chain.target(family)]).stdout
            by_jc = subprocess.run(['jc', '--traceroute'], input=text, capture_output=True, text=True, check=True).stdout
            by_perl = subprocess.run(['perl', '-e', PERL], input=text, capture_output=True, text=True, check=True).stdout
            document = json.loads(by_jc)
            read.append((document['destination_ip'],
                         [(hop['hop'], [(probe['ip'], probe['annotation']) for probe in hop['probes']]) for hop in document['hops']],
                         by_perl.split()))
        assert read[0] == read[1] and set(read[1][2]) == set(chain.hops(family)), f'theirs {read[0]}\nours {read[1]}'


def rows_of_table():
    for family in (4, 6):
        for arguments in PLAIN + OTHER_LENGTH:
            yield (f'IPv{family} traceroute {arguments}'.rstrip(),
                   lambda context, family=family, arguments=arguments: plain(context, family, arguments))
        for how, mark in (('icmpx type admin-prohibited', '!X'), ('icmpx type host-unreachable', '!H'), ('icmpx type no-route', '!N')):
            yield f'IPv{family} {how}', lambda context, family=family, how=how, mark=mark: rejecting(context, family, how, mark)
        yield f'IPv{family} without privilege', lambda context, family=family: without_privilege(context, family)
        yield f'IPv{family} no route', lambda context, family=family: without_route(context, family)
        yield f'IPv{family} silent router', lambda context, family=family: silent(context, family)
        yield f'IPv{family} filtered', lambda context, family=family: filtered(context, family)
        yield f'IPv{family} narrow link, -F', lambda context, family=family: too_big(context, family)
    yield 'jc and Net::Traceroute read both alike', read_by_parsers
    yield 'advice names options of traceroute', advice
    yield 'exit status of what cannot be done', unknown_host


SCENARIOS = list(rows_of_table())
