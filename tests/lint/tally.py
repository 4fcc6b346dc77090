#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What came of the test runs: reads meson's testlog*.json of each build directory, lists what was skipped and what failed with its
reason (a TAP test's # lines under the point) and ends in one line, "N passed, N failed" (", N skipped" when any was). A meson test
counts one, a TAP test counts each of its points. A build directory without a log is a failure of its own: what did not build or run
must not look like silence. Of one that is called coverage the shares of src/ that its tests ran are said as well, and count."""
import json
import pathlib
import re
import sys

import coverage

POINT = re.compile(r'^(ok|not ok)\b\s*\d*\s*(?:- )?(.*)$')
SKIP_ALL = re.compile(r'^1\.\.0\b.*#\s*skip\S*\s*(.*)$', re.IGNORECASE)
SKIP = re.compile(r'\s*#\s*skip\S*\s*(.*)$', re.IGNORECASE)
GOOD, SKIPPED = ('OK', 'EXPECTEDFAIL'), 'SKIP'


def last_line(text):
    lines = [line.strip() for line in (text or '').splitlines() if line.strip()]
    return lines[-1] if lines else 'no reason given'


def points(name, test):
    """The (verdict, name, reason) rows of one TAP test."""
    rows, before = [], ''  # a point's comments stand behind it or, where nothing failed there, before it
    for line in (test.get('stdout') or '').splitlines():
        if line.startswith('#'):
            comment = '\n    ' + line.removeprefix('#').removeprefix(' ')
            if rows and rows[-1][0] == 'failed':
                rows[-1] = (*rows[-1][:2], rows[-1][2] + comment)
            else:
                before += comment
        everything = SKIP_ALL.match(line)
        if everything:
            return [('skipped', name, everything.group(1))]
        point = POINT.match(line)
        if not point:
            continue
        skip = SKIP.search(point.group(2))
        title = f'{name}: {point.group(2)[:skip.start()] if skip else point.group(2)}'
        verdict = 'failed' if point.group(1) == 'not ok' else 'skipped' if skip else 'passed'
        rows.append((verdict, title, skip.group(1) if skip else before if verdict == 'failed' else ''))
        before = ''
    if test['result'] not in GOOD and not any(verdict == 'failed' for verdict, _, _ in rows):
        rows.append(('failed', name, f'{test["result"]} before its end: {last_line(test.get("stderr"))}'))
    return rows


def rows_of(label, test):
    name = f'{label} {test["name"].rpartition(" / ")[2]}'  # meson writes "project:suite / name"
    output = test.get('stdout') or ''
    reason = last_line(output + '\n' + (test.get('stderr') or ''))
    if any(POINT.match(line) or SKIP_ALL.match(line) for line in output.splitlines()):
        return points(name, test)
    if test['result'] == SKIPPED:
        return [('skipped', name, reason)]
    if test['result'] in GOOD:
        return [('passed', name, '')]
    return [('failed', name, f'{test["result"].lower()}: {reason}')]


def read(argument):
    label, _, folder = argument.partition('=')
    logs = sorted(pathlib.Path(folder, 'meson-logs').glob('testlog*.json'))
    if not any(log.name == 'testlog.json' for log in logs):
        return [('failed', label, 'did not build or did not run')]
    lines = [line for log in logs for line in log.read_text(encoding='utf-8', errors='replace').splitlines()]
    rows = [row for line in lines if line.strip() for row in rows_of(label, json.loads(line))]
    return rows or [('failed', label, 'ran no test')]


def main(arguments):
    rows = [row for argument in arguments for row in read(argument)]
    shares = [row for argument in arguments if argument.startswith('coverage=') for row in coverage.rows(argument.partition('=')[2])]
    rows += shares
    for _, name, reason in (row for row in shares if row[0] == 'passed'):
        print(f'{name}: {reason}')
    count = {verdict: sum(row[0] == verdict for row in rows) for verdict in ('passed', 'failed', 'skipped')}
    for verdict in ('skipped', 'failed'):
        for _, name, reason in (row for row in rows if row[0] == verdict):
            print(f'{verdict}: {name}' + (f':{reason}' if reason.startswith('\n') else f': {reason}' if reason else ''))
    print(f'{count["passed"]} passed, {count["failed"]} failed' + (f', {count["skipped"]} skipped' if count['skipped'] else ''))
    return 1 if count['failed'] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
