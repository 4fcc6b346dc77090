#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens pages of -o html in headless Chromium: it keeps all their rows, and has nothing to say on its console. Without Chromium it skips.
  browser.py SONDE"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from reread import Page, check_html

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
# Fewer rows than these mean that a table is not there.
PAGES = (
    ('two targets', ['-q', '6', '--sim', 'docs/examples/labels.net', 'web', 'gw'], 7),
    ('a comparison', ['compare', '--sim', 'docs/examples/firewall.net', 'web'], 6),
    ('networks and names', ['--asn-db', 'tests/databases/asn.mmdb', '--geo-db', 'tests/databases/geo.mmdb', '--sim',
                            'docs/examples/home.net', 'web'], 11),
    ('a path MTU', ['mtu', '--sim', 'docs/examples/blackhole.net', 'web'], 7),
)
BROWSERS = ('chromium', 'chromium-browser', 'google-chrome')


def browse(browser, page, folder):
    """The document as it stands after loading, and what was written to the console."""
    command = [browser, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', f'--user-data-dir={folder}/profile',
               '--enable-logging=stderr', '--dump-dom', page.as_uri()]
    home = {'HOME': str(folder), 'XDG_CONFIG_HOME': str(folder), 'XDG_CACHE_HOME': str(folder)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env={**os.environ, **home})
    return run.stdout, [line for line in run.stderr.splitlines() if ':CONSOLE' in line]


def main(sonde):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        print('1..0 # SKIP there is no chromium here: apt-get install chromium')
        return 0
    failed = 0
    print(f'1..{len(PAGES) + 1}')
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        page, told = work / 'page.html', work / 'page.json'
        for number, (title, words, least) in enumerate(PAGES, 1):
            command = [sonde, *words, '-o', f'html={page}', '-o', f'json={told}']
            subprocess.run(command, cwd=TOP, stdout=subprocess.DEVNULL, check=False)
            dom, console = browse(browser, page, work)
            wrong = [*console, *check_html(dom.strip(), json.loads(told.read_text()))]
            shown, written = Page(dom.strip()), Page(page.read_text())
            if shown.tables != written.tables or shown.boxes != written.boxes:
                wrong.append('the browser reads other tables and drawings')
            if sum(len(table) - 1 for table in shown.tables) < least:
                wrong.append(f'fewer than {least} rows')
            failed += bool(wrong)
            print(f'{"not ok" if wrong else "ok"} {number} - {title}: {sum(len(table) - 1 for table in shown.tables)} rows')
            for line in wrong[:5]:
                print(f'# {line[:300]}')
        # a page that does complain is heard
        page.write_text('<!DOCTYPE html><title>x</title><script>console.error("heard")</script>')
        heard = any('heard' in line for line in browse(browser, page, work)[1])
        failed += not heard
        print(f'{"ok" if heard else "not ok"} {len(PAGES) + 1} - an error on the console is heard')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
