# SPDX-License-Identifier: MIT
"""The program under test: who it runs as, and what its table says. Knows the text that sonde prints on a pipe, nothing of networks."""
import contextlib
import dataclasses
import re
import shutil
import subprocess
import time

import lab

ROW = re.compile(r'^\s*(\d+)\s{2,}(\S+)\s*(.*)$')  # a sentence that begins with a number has one space behind it
LOSS = re.compile(r'(\d+(?:\.\d+)?)\s*%')
SILENT = '*'
NOTICE = 'sonde: unprivileged:'  # what the unprivileged wire cannot do: no error
ALWAYS = ('--no-config', '-n')  # no names; nobody's own configuration, which a file capability keeps the environment from choosing
TRY = 'Try: '  # a command, below the verdict
FINDING = 'finding\t'  # with --findings, below that


@dataclasses.dataclass
class Row:
    hop: int
    address: str  # SILENT where nobody answered
    rest: str

    @property
    def loss_percent(self):
        match = LOSS.search(self.rest)
        return float(match.group(1)) if match else None


@dataclasses.dataclass
class Finding:
    """A line of --findings. None where it has a dash."""
    id: str
    severity: str
    confidence: str
    exit: int
    first_hop: int
    last_hop: int
    by: str
    numbers: dict
    who: str
    method: str


def read_finding(line):
    _, rule, severity, confidence, status, *rest = line.split('\t')
    first, last, by, numbers, who, method, _ = (None if field == '-' else field for field in rest)
    return Finding(rule, severity, confidence, int(status), first and int(first), last and int(last), by,
                   {key: float(value) for key, value in (pair.split('=') for pair in (numbers or '').split())},
                   who, method)


def verdict(text):
    """The paragraph below the table: on a pipe it is the last line but for the command to try."""
    lines = [line for line in text.splitlines() if not line.startswith((TRY, FINDING))]
    return lines[-1] if lines else ''


class Trace:
    """One finished run."""

    def __init__(self, command, run, seconds):
        self.command, self.status, self.out, self.err, self.seconds = command, run.returncode, run.stdout, run.stderr, seconds
        self.rows = [Row(int(match[1]), match[2], match[3]) for match in map(ROW.match, self.out.splitlines()) if match]
        self.findings = [read_finding(line) for line in self.out.splitlines() if line.startswith(FINDING)]

    @property
    def hops(self):
        return [row.address for row in self.rows]

    def row(self, hop):
        found = [row for row in self.rows if row.hop == hop]
        assert found, f'no row {hop}\n{self}'
        return found[0]

    def __str__(self):
        return f'$ {self.command}\nstatus {self.status} after {self.seconds:.3f} s\n{self.out}{self.err}'.rstrip()

    # Each check fails with the whole run as its message.

    def expect_status(self, wanted):
        assert self.status == wanted, f'status {wanted} wanted\n{self}'
        return self

    def expect_hops(self, wanted):
        assert self.hops == wanted, f'hops wanted: {" ".join(wanted)}\n{self}'
        assert [row.hop for row in self.rows] == list(range(1, len(wanted) + 1)), f'rows not in order\n{self}'
        return self

    def expect_no_loss(self, silent=()):
        lossy = [row.hop for row in self.rows if row.hop not in silent and row.loss_percent != 0]
        assert not lossy, f'no loss wanted, but not so on hops {lossy}\n{self}'
        return self

    def expect_mark(self, hop, mark):
        assert mark in self.row(hop).rest.split(), f'{mark} wanted on hop {hop}\n{self}'
        return self

    def expect_found(self, rule, hop, by, status, also=(), of=None, **numbers):
        """With --findings: that one, about that hop and address (None: none), with these numbers, and no other finding but those that are
        named. A trace's status is the finding's own. of: only what is said of that method of a comparison, "tcp/443"."""
        told = [finding for finding in self.findings if of in (None, finding.method)]
        assert sorted(finding.id for finding in told) == sorted([rule, *also]), f'{of or ""} only {rule} wanted\n{self}'
        finding = next(finding for finding in told if finding.id == rule)
        assert (finding.first_hop, finding.by, finding.exit) == (hop, by, status), f'{rule} wanted at hop {hop} by {by}\n{self}'
        differing = {key: value for key, value in numbers.items() if finding.numbers.get(key) != value}
        assert not differing, f'{differing} wanted in {rule}\n{self}'
        return self if of else self.expect_status(status)

    def expect_within(self, bound_s):
        assert self.seconds <= bound_s, f'at most {bound_s} s wanted\n{self}'
        return self

    @property
    def errors(self):
        return [line for line in self.err.strip().splitlines() if not line.startswith(NOTICE)]

    def expect_no_error(self):
        assert not self.errors, f'nothing on standard error wanted\n{self}'
        return self

    def expect_one_line_of_error(self, *words):
        lines = self.errors
        assert len(lines) == 1, f'one line on standard error wanted\n{self}'
        for word in words:
            assert word.lower() in lines[0].lower(), f'"{word}" wanted in the error\n{self}'
        return self


class Program:
    def __init__(self, source, folder):
        self.source, self.folder, self.copies = source, folder, {}

    def copy(self, capability=None):
        """A copy that every user may run, with that file capability if one is named."""
        if capability not in self.copies:
            path = self.folder() / ('sonde' + (f'-{capability}' if capability else ''))
            shutil.copy(self.source, path)
            path.chmod(0o755)
            if capability:
                set_it = subprocess.run(['setcap', f'{capability}=p', str(path)], capture_output=True, text=True, check=False)
                if set_it.returncode != 0:
                    raise lab.Unavailable(f'no file capabilities in {path.parent}: {set_it.stderr.strip()}')
            self.copies[capability] = str(path)
        return self.copies[capability]

    @contextlib.contextmanager
    def running(self, chain, *arguments, uid=None, capability=None, numeric=True):
        """A run that has written its first row, and what it wrote up to there. It is killed at the end if it still runs."""
        command = [self.copy(capability), *[word for word in ALWAYS if numeric or word != '-n'], *arguments]
        with subprocess.Popen(chain.command(chain.client, command, uid), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, cwd='/') as process:
            try:
                begin = ''
                while not any(map(ROW.match, begin.splitlines())):
                    line = process.stdout.readline()
                    assert line, f'it ended before its first row: {begin}{process.stderr.read()}'
                    begin += line
                yield process, begin
            finally:
                process.kill()

    def trace(self, chain, *arguments, uid=None, capability=None, prefix=(), bound_s=60.0):
        """Runs in the client of a chain, with -n: names have no place here. The prefix is a command that runs ours."""
        return self._run(chain, [*prefix, self.copy(capability), *ALWAYS, *arguments], uid, bound_s)

    def trace_with_names(self, chain, *arguments, uid=None, bound_s=60.0):
        """The same without -n."""
        return self._run(chain, [self.copy(), *arguments], uid, bound_s)

    def with_names(self, chain, command, *arguments, bound_s=60.0):
        """The same of another command: "compare", "mtu", "replay"."""
        return self._run(chain, [self.copy(), command, *arguments], None, bound_s)

    def compare(self, chain, *arguments, uid=None, capability=None, bound_s=60.0):
        """The same of several methods."""
        return self._run(chain, [self.copy(capability), 'compare', *ALWAYS, *arguments], uid, bound_s)

    def mtu(self, chain, *arguments, uid=None, capability=None, bound_s=60.0):
        """The path's MTU."""
        return self._run(chain, [self.copy(capability), 'mtu', *ALWAYS, *arguments], uid, bound_s)

    def _run(self, chain, command, uid, bound_s):
        begin_s = time.monotonic()
        run = chain.run(chain.client, command, uid, bound_s)
        shown = ['sonde' if word in self.copies.values() else word for word in command]
        return Trace(' '.join(shown), run, time.monotonic() - begin_s)
