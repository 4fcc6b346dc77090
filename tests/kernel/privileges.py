# SPDX-License-Identifier: MIT
"""What the program may do, looked at from outside: /proc/PID/status after its first row, which is after the first packet that it received;
its system calls in their order, by strace; what happens where one of the steps fails; and what somebody can do who has taken it over."""
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import faults
import lab

SETS = ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')
SECCOMP_FILTER = '2'
FAILED = 3  # "missing privilege, ..."
BOUND_S = 60


def status_of(pid):
    with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def gave_up(context, uid, capability, wire, method='udp'):
    with lab.Lab(faults.ROUTERS) as chain:
        chain.nft(chain.host, *faults.HOST_SILENT)
        arguments = ('--wire', wire, '-M', method, chain.target(4))
        with context.sonde.running(chain, *arguments, uid=uid, capability=capability) as (process, _):
            status = status_of(process.pid)
            limits = pathlib.Path(f'/proc/{process.pid}/limits').read_text(encoding='ascii')
            owner = os.stat(f'/proc/{process.pid}/mem').st_uid
    held = {name: int(status[name], 16) for name in SETS}
    assert status['Name'].strip().startswith('sonde'), f'not our program: {status["Name"]}'
    assert not any(held.values()), f'capabilities are left: {held}'
    assert status['NoNewPrivs'].strip() == '1', 'it could get new privileges'
    assert status['Seccomp'].strip() == SECCOMP_FILTER, 'all system calls are left'
    assert re.search(r'^Max core file size +0 +0 ', limits, re.M), limits
    assert owner == 0, 'its memory is open to who runs it'
    if uid is not None:
        assert set(status['Uid'].split()) == {str(uid)}, f'another user: {status["Uid"]}'


# --- its system calls ---

class Calls:
    """Of one run, in their order: [pid, text]."""

    def __init__(self, lines):
        self.lines, begun = [], {}
        for line in lines:
            pid, text = line.split(maxsplit=1)
            if text.endswith('<unfinished ...>'):
                begun[pid] = len(self.lines)
                self.lines.append([pid, text.removesuffix('<unfinished ...>').rstrip()])
            elif match := re.match(r'<\.\.\. \w+ resumed>(.*)', text):
                self.lines[begun.pop(pid)][1] += match.group(1)
            else:
                self.lines.append([pid, text])
        self.program = self.lines[0][0]

    def find(self, pattern, after=-1, pid=None):
        """Of the program, or of that process."""
        wanted = re.compile(pattern)
        for index, (own, text) in enumerate(self.lines):
            if index > after and own == (pid or self.program) and wanted.match(text):
                return index
        raise AssertionError(f'no call {pattern} behind that of line {after}')

    def all(self, pattern, pid=None):
        wanted = re.compile(pattern)
        return [index for index, (own, text) in enumerate(self.lines) if own == (pid or self.program) and wanted.match(text)]

    def ordinal(self, index):
        """The how many-th call of its name that is, and the name."""
        name = self.lines[index][1].split('(')[0]
        return name, 1 + sum(1 for pid, text in self.lines[:index] if pid == self.program and text.startswith(name + '('))


def traced(context, chain, folder, command, *options, uid=None):
    """The calls of a run and its exit status."""
    log = folder / 'calls'
    log.unlink(missing_ok=True)
    strace = ['strace', *options, '-s', '256', '-o', str(log)]
    if uid is not None:
        strace += ['-u', 'nobody']
    run = chain.run(chain.client, strace + command, None, BOUND_S)
    return Calls(log.read_text(encoding='utf-8', errors='replace').splitlines()), run


def folder_of(context):
    folder = pathlib.Path(tempfile.mkdtemp(prefix='privileges', dir=pathlib.Path(context.sonde.copy()).parent))
    folder.chmod(0o777)
    return folder


RAISED = r'capset\(.*effective=[^0,][^,]*CAP_NET_RAW|capset\(.*effective=1<<CAP_NET_RAW'
LOWERED = r'capset\(.*effective=0'
GONE = r'capset\(.*effective=0, permitted=0, inheritable=0'


def in_order(context, wire, method):
    """Steps of a run with everything that can be opened, each behind the one before."""
    folder = folder_of(context)
    (folder / 'config').write_text('queries = 2\n', encoding='ascii')
    database = pathlib.Path(__file__).parent.parent / 'databases' / 'asn.mmdb'
    shutil.copy(database, folder / 'asn.mmdb')
    capability = 'cap_net_raw' if wire == 'raw' else None
    with lab.Lab(faults.ROUTERS) as chain:
        (folder / 'list').write_text('localhost\n', encoding='ascii')
        command = [context.sonde.copy(capability), '--config', str(folder / 'config'), '--wire', wire, '-M', method, '--targets',
                   str(folder / 'list'), '--asn-db', str(folder / 'asn.mmdb'), '-o', f'json={folder / "out.json"}',
                   '--resolve-wait', '0', chain.target(4)]
        calls, run = traced(context, chain, folder, command, '-f', uid=lab.NOBODY)
    assert chain.target(4) in run.stdout, run.stdout + run.stderr
    find = calls.find
    program_start = find(r'execve')
    lowered = find(LOWERED, program_start)
    config = find(r'openat\(.*/config"', lowered)
    targets = find(r'openat\(.*/list"', config)
    find(r'openat\(.*/asn\.mmdb"', config)
    output = find(r'openat\(.*/out\.json\.', config)
    files = max(find(r'openat\(.*/asn\.mmdb"', config), output, targets)
    sockets = files
    if wire == 'raw':
        sockets = find(RAISED, files)
        for pattern in (r'socket\(AF_INET, SOCK_RAW', r'setsockopt\(\d+, SOL_SOCKET, SO_RCVBUF', r'setsockopt\(\d+, SOL_IP, IP_RECVERR'):
            find(pattern, sockets)
        locked = [index for index in calls.all(r'setsockopt\(\d+, SOL_SOCKET, SO_LOCK_FILTER') if index > sockets]
        raw = [index for index in calls.all(r'socket\(AF_(INET6?|PACKET), SOCK_(RAW|DGRAM).*') if 'IPPROTO_RAW' in calls.lines[index][1] or
               'IPPROTO_ICMP' in calls.lines[index][1] or 'AF_PACKET' in calls.lines[index][1]]
        assert len(locked) >= len(raw) > 0, f'{len(raw)} sockets, {len(locked)} locked filters'
        sockets = find(LOWERED, max(index for index in raw))
    forks = [index for index in calls.all(r'clone3?\(') if index > sockets]
    assert forks, 'who asks name servers is not started'
    gone = find(GONE, max(forks))
    find(r'prctl\(PR_SET_NO_NEW_PRIVS, 1', max(forks))
    core = find(r'(prlimit64|setrlimit)\(.*RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}', gone)
    find(r'prctl\(PR_SET_DUMPABLE, SUID_DUMP_DISABLE', gone)
    landlock = find(r'landlock_restrict_self', core)
    seccomp = find(r'seccomp\(SECCOMP_SET_MODE_FILTER.* = 0', landlock)
    route = find(r'sendto\(\d+, .*AF_NETLINK', seccomp)
    first = find(r'sendmsg\(\d+, \{.*sin_addr=inet_addr|connect\(\d+, .*AF_INET|sendto\(\d+, .*sin_addr=inet_addr', route)
    heard = [index for index in calls.all(r'recv(from|msg|mmsg)\((?!.*AF_UNIX)') if index < seccomp]
    assert not heard, calls.lines[heard[0]]
    assert first > seccomp and not [index for index in calls.all(r'openat|socket\(AF_(PACKET|NETLINK)') if index > seccomp]
    if wire == 'raw':
        assert not [index for index in calls.all(r'(socket|bind|connect|setsockopt)\(') if index > seccomp]
    helpers = {pid for pid, text in calls.lines if 'SECCOMP_SET_MODE_FILTER' in text} - {calls.program}
    assert helpers, 'no process but the program has a filter'
    for pid in helpers:
        filtered = calls.find(r'seccomp\(SECCOMP_SET_MODE_FILTER.* = 0', calls.find(GONE, pid=pid), pid)
        calls.find(r'recvfrom|poll|wait4|clone', filtered, pid)
    shutil.rmtree(folder)


STEPS = (
    ('effective capabilities lowered', LOWERED), ('the capability raised', RAISED), ('all capabilities given up', GONE),
    ('no new privileges', r'prctl\(PR_SET_NO_NEW_PRIVS, 1'), ('no core', r'(prlimit64|setrlimit)\(.*RLIMIT_CORE, \{'),
    ('not dumpable', r'prctl\(PR_SET_DUMPABLE'), ('locked filters', r'setsockopt\(\d+, SOL_SOCKET, SO_LOCK_FILTER'),
    ('a Landlock ruleset', r'landlock_create_ruleset\(\{'), ('Landlock', r'landlock_restrict_self'),
    ('seccomp', r'seccomp\(SECCOMP_SET_MODE_FILTER, [^,]*, [^N]'),
)
# … and what a program with a file capability is from the start: nothing effective, and not dumpable.
NOT_READ_BACK = ('a Landlock ruleset', 'effective capabilities lowered', 'not dumpable')


def ends_where(context, pattern, fault, last=False):
    """The step fails, or is found not to have been done: it ends with its status, and no packet has left."""
    folder = folder_of(context)
    with lab.Lab(1) as chain:
        command = [context.sonde.copy('cap_net_raw'), '--no-config', '-n', '--wire', 'raw', '-M', 'udp', chain.target(4)]
        good, run = traced(context, chain, folder, command, '-f', uid=lab.NOBODY)
        assert run.returncode == 0, run.stdout + run.stderr
        found = good.all(pattern)
        name, ordinal = good.ordinal(found[-1 if last else 0])
        bad, run = traced(context, chain, folder, command, '-f', '-e', f'inject={name}:{fault}:when={ordinal}', uid=lab.NOBODY)
    assert run.returncode == FAILED, f'status {run.returncode}: {run.stdout}{run.stderr}'
    assert len(run.stderr.strip().splitlines()) == 1 and run.stderr.startswith('sonde: '), run.stderr
    assert not run.stdout, run.stdout
    left = bad.all(r'send(msg|to|mmsg)\(\d+, .*sin6?_addr')
    assert good.all(r'send(msg|to|mmsg)\(\d+, .*sin6?_addr') and not left, bad.lines[left[0]]
    shutil.rmtree(folder)


# --- taken over ---

def taken_over(context, attempt, wire):
    """What works before the last step ends the program behind it."""
    folder = pathlib.Path(context.sonde.copy()).parent
    source = pathlib.Path(context.sonde.source).resolve().parent / 'tests' / 'kernel' / 'sonde-pwned'
    capability = 'cap_net_raw' if wire == 'raw' else None
    with lab.Lab(1) as chain:
        for when in ('early', 'pwned'):
            path = folder / f'{when}-{attempt}'
            shutil.copy(source, path)
            path.chmod(0o755)
            if capability:
                subprocess.run(['setcap', f'{capability}=p', str(path)], check=True)
            # root, so that nothing but the steps themselves keeps it from anything
            run = chain.run(chain.client, [str(path), '--no-config', '-n', '--wire', wire, '-M', 'udp', chain.target(4)], None, BOUND_S)
            if when == 'pwned':
                assert run.returncode == -signal.SIGSYS and not run.stdout, f'status {run.returncode}: {run.stdout}{run.stderr}'
            else:
                could = attempt == 'execve' or run.stdout == 'it could\n' or (attempt == 'raw' and run.stdout == 'it could not\n')
                assert run.returncode == 0 and could, f'status {run.returncode}: {run.stdout}{run.stderr}'
            path.unlink()


# --- the environment, and files ---

HOSTILE = ('LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_DEBUG_OUTPUT LD_PROFILE LD_ORIGIN_PATH LOCPATH NLSPATH LANGUAGE GCONV_PATH TERMINFO '
           'TERMINFO_DIRS TERMCAP HOSTALIASES RES_OPTIONS LOCALDOMAIN RESOLV_HOST_CONF TMPDIR TEMP TZ TZDIR MALLOC_TRACE GETCONF_DIR '
           'NIS_PATH CARES_HOSTS RES_CONF OPENSSL_CONF SSL_CERT_FILE IDN_ALLOW_UNASSIGNED PATH SHELL HOME MTR_PACKET SONDE_CONFIG '
           'SONDE_NO_SYSTEM_CONFIG GLIBC_TUNABLES ASAN_OPTIONS GCOV_PREFIX LANG LC_ALL').split()


def environment(context, capability):
    """With a file capability nothing of it is opened, and no program is run."""
    folder = folder_of(context)
    hostile = folder / 'hostile'
    hostile.mkdir()
    with lab.Lab(1) as chain:
        settings = [f'{name}={hostile}/{name.lower()}' for name in HOSTILE if name != 'HOME'] + [f'HOME={hostile}/..']
        command = ['env', '-i', *settings, context.sonde.copy(capability), '--no-config', '-M', 'udp', '--resolve-wait', '0',
                   chain.target(4)]
        calls, run = traced(context, chain, folder, command, '-f', uid=lab.NOBODY)
    started = max(index for index, (_, text) in enumerate(calls.lines) if text.startswith('execve(') and text.endswith('= 0'))
    touched = [text for _, text in calls.lines[started + 1:] if str(hostile) in text and not text.startswith('execve')]
    assert chain.target(4) in run.stdout and run.returncode == 0, f'status {run.returncode}: {run.stdout}{run.stderr}'
    assert len(HOSTILE) >= 40 and not touched, touched
    shutil.rmtree(folder)


def own_configuration(context):
    """The user's own file is read where XDG_CONFIG_HOME says, also with a file capability; but it cannot use what only that permits."""
    folder = folder_of(context)
    (folder / 'sonde').mkdir()
    config = folder / 'sonde' / 'config'
    with lab.Lab(1) as chain:
        command = ['env', f'XDG_CONFIG_HOME={folder}', context.sonde.copy('cap_net_raw'), '-n', '-M', 'udp', '--wire', 'raw',
                   chain.target(4)]
        config.write_text('queries = 1\n', encoding='ascii')
        os.chown(config, lab.NOBODY, lab.NOBODY)
        run = chain.run(chain.client, command, lab.NOBODY, BOUND_S)
        assert run.returncode == 0 and ', 1 query\n' in run.stdout, run.stdout + run.stderr
        config.write_text('mark = 7\n', encoding='ascii')
        run = chain.run(chain.client, command, lab.NOBODY, BOUND_S)
        assert run.returncode == 2 and "'mark' cannot be set by a file where sonde has a right" in run.stderr, run.stdout + run.stderr
    shutil.rmtree(folder)


def root_writes_anywhere(context):
    """Root's files are root's to name, in the folders of others, too; and whoever reads the document may."""
    folder = folder_of(context)
    folder.chmod(0o755)
    os.chown(folder, lab.NOBODY, lab.NOBODY)
    (folder / 'list').write_text('10.0.1.2\n', encoding='ascii')
    (folder / 'list').chmod(0o600)
    os.chown(folder / 'list', lab.NOBODY, lab.NOBODY)
    with lab.Lab(1) as chain:
        command = [context.sonde.copy(), '--no-config', '-n', '--targets', str(folder / 'list'), '-o', f'json={folder / "out"}']
        run = chain.run(chain.client, command, None, BOUND_S)
    assert run.returncode == 0, f'status {run.returncode}: {run.stdout}{run.stderr}'
    assert '"sonde.trace/1"' in (folder / 'out').read_text(encoding='utf-8') and sorted(os.listdir(folder)) == ['list', 'out']
    shutil.rmtree(folder)


ATTEMPTS = ('execve', 'open', 'raw', 'ptrace', 'connect')

SCENARIOS = [
    ('with a file capability all is given up', functools.partial(gave_up, uid=lab.NOBODY, capability='cap_net_raw', wire='raw')),
    ('as root all capabilities are given up', functools.partial(gave_up, uid=None, capability=None, wire='raw')),
    ('without a privilege, too', functools.partial(gave_up, uid=lab.NOBODY, capability=None, wire='dgram')),
    *((f'the order of a run, {wire} wire, {method}', functools.partial(in_order, wire=wire, method=method))
      for wire in ('raw', 'dgram') for method in ('udp', 'tcp')),
    *((f'it ends where this fails: {name}', functools.partial(ends_where, pattern=pattern, fault='error=EPERM', last=name == 'seccomp'))
      for name, pattern in STEPS),
    *((f'it ends where this was not done, though the kernel says so: {name}',
       functools.partial(ends_where, pattern=pattern, fault='retval=0', last=name == 'seccomp'))
      for name, pattern in STEPS if name not in NOT_READ_BACK),
    *((f'taken over on the raw wire: {attempt}', functools.partial(taken_over, attempt=attempt, wire='raw'))
      for attempt in (*ATTEMPTS, 'reconnect')),
    *((f'taken over on the unprivileged wire: {attempt}', functools.partial(taken_over, attempt=attempt, wire='dgram'))
      for attempt in ('execve', 'open', 'raw', 'ptrace')),
    ('a hostile environment with a file capability', functools.partial(environment, capability='cap_net_raw')),
    ("the user's own configuration with a file capability", own_configuration),
    ('root writes where it names a file', root_writes_anywhere),
]
