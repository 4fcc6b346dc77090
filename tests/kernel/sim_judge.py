#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The simulated internet judged by a program that knows nothing of it: Debian's traceroute, run by `sonde sim`, has to print exactly what
the example networks say. Prints TAP; skips as a whole, with the reason, where no namespace or TUN device can be had.
  sim_judge.py SONDE [FILTER]"""
import functools
import pathlib
import re
import shutil
import subprocess
import sys

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / 'docs/examples'
BOUND_S = 60
ROW = re.compile(r'^\s*(\d+)\s+(\S+)(.*)$')
METHODS = {'icmp': ('-I',), 'udp': ('-U',), 'tcp': ('-T', '-p', '443')}

HOME = {
    4: ['192.168.1.1', '10.64.3.1', '10.65.0.2', '198.51.100.2', '198.51.100.6', '203.0.113.2', '203.0.113.6', '192.0.2.80'],
    6: ['2001:db8:100::1', '2001:db8:101::1', '2001:db8:102::2', '2001:db8:103::2', '2001:db8:104::2', '2001:db8:105::2',
        '2001:db8:106::2', '2001:db8:80::80'],
}
# Between the first two rows and the last one. Where the ways meet again, the router answers IPv4 from its way back: the same for all.
WAYS = [['10.1.0.2', '10.5.0.2'], ['10.2.0.2', '10.5.0.2'], ['10.3.0.2', '10.4.0.2', '10.5.0.2']]


def inside(sonde, net, *command, options=()):
    """Runs a command on the observer's place of an example network."""
    return subprocess.run([sonde, 'sim', *options, str(EXAMPLES / f'{net}.net'), '--', *command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=BOUND_S, check=False)


def traceroute(sonde, net, *options):
    """[(first word behind the hop's number, the rest)] of each row."""
    run = inside(sonde, net, 'traceroute', '-q', '1', '-w', '2', *options)
    assert run.returncode == 0, f'traceroute: {run.stdout}{run.stderr}'
    return [(match[2], match[3]) for match in map(ROW.match, run.stdout.splitlines()[1:]) if match]


def expect(seen, wanted):
    assert seen == wanted, f'wanted {wanted}\nseen   {seen}'


def home(family, method, sonde):
    rows = traceroute(sonde, 'home', '-n', f'-{family}', *METHODS[method], HOME[family][-1])
    expect([address for address, _ in rows], HOME[family])


def names(sonde):
    rows = traceroute(sonde, 'home', '-4', '-I', 'www.example.org')
    expect([name for name, _ in rows][:2] + [rows[-1][0]], ['home.example.net', 'access-17.isp.example.net', 'www.example.org'])


def silent(sonde):
    rows = traceroute(sonde, 'silent', '-n', '-I', '192.0.2.80')
    expect([address for address, _ in rows],
           ['192.168.1.1', '10.0.0.2', '*', '*', '*', '203.0.113.2', '203.0.113.6', '192.0.2.80'])


def firewall(sonde):
    expect([address for address, _ in traceroute(sonde, 'firewall', '-n', '-U', '-m', '5', '192.0.2.80')],
           ['192.168.1.1', '10.0.0.2', '198.51.100.2', '*', '*'])
    refused = traceroute(sonde, 'firewall', '-n', '-T', '-p', '22', '192.0.2.80')[-1]
    assert refused[0] == '198.51.100.2' and refused[1].endswith('!X'), f'!X of the firewall wanted\nseen {refused}'
    # The reset comes in the server's name, one hop before the server.
    expect([address for address, _ in traceroute(sonde, 'firewall', '-n', '-T', '-p', '23', '192.0.2.80')],
           ['192.168.1.1', '10.0.0.2', '198.51.100.2', '192.0.2.80'])
    expect(traceroute(sonde, 'firewall', '-n', '-T', '-p', '80', '192.0.2.80')[-1][0], '192.0.2.80')


def balanced(sonde):
    used = set()
    for port in range(40000, 40016):
        # -U with fixed ports on both sides is one flow.
        flow = ('-U', f'--sport={port}', '-N', '1', '-p', '33434')
        rows = [address for address, _ in traceroute(sonde, 'balanced', '-n', *flow, '192.0.2.80')]
        expect(rows[:2] + rows[-1:], ['192.168.1.1', '10.0.0.2', '192.0.2.80'])
        assert rows[2:-1] in WAYS, f'one whole way wanted\nseen {rows}'
        used.add(tuple(rows[2:-1]))
    expect(len(used), len(WAYS))


def limited(sonde):
    run = inside(sonde, 'ratelimit', 'traceroute', '-n', '-I', '-q', '10', '-N', '100', '-w', '1', '-f', '2', '-m', '2', '192.0.2.80')
    answers = run.stdout.splitlines()[1]
    expect((answers.count(' ms'), answers.count('*')), (6, 4))


def translated(method, sonde):
    """Through two translators, both ways."""
    rows = traceroute(sonde, 'nat', '-n', *METHODS[method], '192.0.2.80')
    expect([address for address, _ in rows], ['192.168.1.1', '10.64.3.1', '10.65.0.2', '198.51.100.2', '192.0.2.80'])
    rows = traceroute(sonde, 'nat', '-n', *METHODS[method], '203.0.113.80')
    # Behind the one that translates the destination all speak in its name.
    expect([address for address, _ in rows][4:], ['203.0.113.80'] * 3)


def remarked(sonde):
    rows = traceroute(sonde, 'remark', '-n', '-U', '-t', '184', '192.0.2.80')
    expect([address for address, _ in rows], ['192.168.1.1', '10.0.0.1', '198.51.100.2', '198.51.100.6', '203.0.113.2', '192.0.2.80'])


def clamped(sonde):
    rows = traceroute(sonde, 'clamp', '-n', '-T', '-p', '443', '192.0.2.80')
    expect([address for address, _ in rows], ['192.168.1.1', '10.0.0.1', '198.51.100.2', '203.0.113.2', '192.0.2.80'])


def hidden(sonde):
    rows = traceroute(sonde, 'hidden', '-n', '-I', '192.0.2.80')
    expect([address for address, _ in rows], ['192.168.1.1', '10.0.0.1', '198.51.100.2', '198.51.100.6', '198.51.100.10', '203.0.113.6',
                                              '203.0.113.6', '192.0.2.80'])


def status(sonde):
    expect(inside(sonde, 'home', 'sh', '-c', 'exit 42').returncode, 42)
    expect(inside(sonde, 'home', 'sh', '-c', 'kill -KILL $$').returncode, 128 + 9)
    expect(inside(sonde, 'home', '/nonexistent').returncode, 127)


def untouched(sonde):
    state = functools.partial(subprocess.run, capture_output=True, text=True, check=True)
    before = [state(['ip', *words]).stdout for words in (['-br', 'link'], ['route'], ['-6', 'route'])]
    run = inside(sonde, 'home', 'ip', '-br', 'link')
    assert 'sim0' in run.stdout and len(run.stdout.splitlines()) == 2, f'lo and sim0 wanted\nseen {run.stdout}{run.stderr}'
    expect([state(['ip', *words]).stdout for words in (['-br', 'link'], ['route'], ['-6', 'route'])], before)


def here(sonde):
    # In a namespace that has a default route already, it refuses to add another.
    run = inside(sonde, 'home', sonde, 'sim', '--here', str(EXAMPLES / 'silent.net'), '--', 'true')
    assert run.returncode == 2, f'status 2 wanted\nseen {run.returncode} {run.stdout}{run.stderr}'


SCENARIOS = [(f'traceroute sees home.net, IPv{family} {method}', functools.partial(home, family, method))
             for family in HOME for method in METHODS] + [
    ('programs inside know the names', names),
    ('traceroute sees the silent routers of silent.net', silent),
    ('traceroute sees the filters of firewall.net', firewall),
    ('traceroute sees whole ways of balanced.net', balanced),
    ('traceroute sees the limit of ratelimit.net', limited),
    *((f'traceroute passes the translators of nat.net, {method}', functools.partial(translated, method)) for method in METHODS),
    ('traceroute sees the path of remark.net', remarked),
    ('traceroute sees the path of clamp.net', clamped),
    ('traceroute sees the router of hidden.net twice', hidden),
    ("the command's exit status comes out", status),
    ('nothing outside is touched', untouched),
    ('--here keeps off a default route', here),
]


def why_not(sonde):
    """The reason why nothing can run here, or None."""
    missing = [name for name in ('traceroute', 'ip') if not shutil.which(name)]
    if missing:
        return f'not installed: {", ".join(missing)}'
    if not pathlib.Path(sonde).exists():
        return f'there is no program {sonde}'
    run = inside(sonde, 'home', 'true')
    # 3 is "not permitted", see sonde(1).
    return (run.stderr.strip().splitlines() or ['not permitted'])[-1] if run.returncode == 3 else None


def main(sonde, wanted=''):
    reason = why_not(sonde)
    if reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    scenarios = [row for row in SCENARIOS if wanted in row[0]]
    print(f'1..{len(scenarios)}', flush=True)
    failed = 0
    for number, (title, scenario) in enumerate(scenarios, 1):
        try:
            scenario(sonde)
            print(f'ok {number} - {title}', flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f'not ok {number} - {title}')
            print('\n'.join(f'# {line}' for line in str(error).splitlines()), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
