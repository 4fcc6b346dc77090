#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Debian packages: built, looked at by lintian, and installed into a clean system made from the package mirror, in which the program,
the shells' completions, the manual page and the library are used. Prints TAP. Argument: the top of the source tree."""
import os
import pathlib
import pty
import re
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import time

NEEDED = ('dpkg-buildpackage', 'dh', 'fakeroot', 'lintian', 'mmdebstrap')
PACKAGES = ('sonde', 'libsonde0', 'libsonde-dev')
BESIDE = ('bash-completion', 'fish', 'gcc', 'libc6-dev', 'man-db', 'pkgconf', 'traceroute', 'zsh')
LINK = '/usr/share/sonde/traceroute/link'
# Made with the library by whoever has only the -dev package: all headers, and a name from each of its halves.
USER = '''#include <stdio.h>
{headers}
int main(void)
{{
	printf("%s %s\\n", sonde_method_info(0)->name, sonde_rule(0)->id);
	return 0;
}}
'''
NOBODY = 65534
BOUND_S, TAB_BOUND_S = 900, 20


class Skip(Exception):
    """This machine lacks what the test needs."""


def run(*command, **how):
    """Standard output; a failure is this command's last words."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=BOUND_S, **how)
    assert done.returncode == 0, f'{" ".join(map(str, command))}: status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}'
    return done.stdout


class Packages:
    def __init__(self, top, folder):
        self.top, self.folder, self.root = top, folder, folder / 'root'

    def leaves_nothing_out(self):
        """What meson would leave out silently where a library is missing is asked for by name."""
        options = (self.top / 'meson_options.txt').read_text()
        features = set(re.findall(r"^option\('(\w+)', type: 'feature'", options, re.M)) - {'tests'}
        enabled = set(re.findall(r'-D(\w+)=enabled', (self.top / 'debian/rules').read_text()))
        assert len(features) > 4 and features == enabled, f'debian/rules: {sorted(features ^ enabled)}'

    def built(self):
        """From a copy of what a release would have: nothing of a build of ours."""
        tree = self.folder / 'sonde'
        tree.mkdir()
        names = run('git', 'ls-files', '-z', cwd=self.top).split('\0')
        for name in filter(None, names):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.top / name, tree / name, follow_symlinks=False)
        run('dpkg-buildpackage', '-us', '-uc', '-b', cwd=tree, env=os.environ | {'DEB_BUILD_OPTIONS': 'parallel=2'})
        for name in PACKAGES:
            assert self.deb(name), f'{name} was not built'

    def deb(self, name):
        found = [path for path in self.folder.glob(f'{name}_*.deb')]
        return found[0] if len(found) == 1 else None

    def clean_for_lintian(self):
        changes = list(self.folder.glob('*.changes'))
        assert len(changes) == 1, changes
        run('lintian', '--allow-root', '--fail-on', 'error,warning', changes[0])

    def installed(self):
        if os.geteuid() != 0:
            raise Skip('a clean system is made by root')
        lines = run('apt-get', 'indextargets', '--format', '$(SITE) $(RELEASE)', 'Created-By: Packages').splitlines()
        mirror, release = next((line.split() for line in lines if re.fullmatch(r'\S+ [a-z]+', line)), (None, None))
        if not mirror:
            raise Skip('no package mirror is set up')
        debs = ' '.join(f'"{self.deb(name)}"' for name in PACKAGES)
        # The apt of the outside, as the clean system needs no network of its own; it sees the packages where they are.
        run('mmdebstrap', '--quiet', '--variant=apt', f'--include={",".join(BESIDE)}', '--customize-hook=mkdir "$1/debs"',
            f'--customize-hook=cp {debs} "$1/debs"', '--customize-hook=chroot "$1" sh -c "apt-get install -y /debs/*.deb"',
            release, self.root, mirror)

    def inside(self, *command):
        assert self.root.exists(), 'the clean system was not made'
        return run('chroot', self.root, *command)

    def runs_and_says_its_version(self):
        said, wanted = self.inside('sonde', '--version').split(), self.inside('dpkg-query', '-W', '-f', '${Version}', 'sonde')
        assert said == ['sonde', wanted], f'{said}, but the package is {wanted}'

    def traces_its_examples(self):
        assert 'Reached 192.0.2.80' in self.inside('sonde', '--sim', '/usr/share/doc/sonde/examples/home.net', 'web')

    def has_its_capability_and_no_more(self):
        program = self.root / 'usr/bin/sonde'
        assert run('getcap', program).split()[-1] == 'cap_net_raw=p', run('getcap', program)
        assert not os.stat(program).st_mode & (stat.S_ISUID | stat.S_ISGID), 'it is setuid'
        # whoever may ask: 1 is another thing to mend of this machine
        told = subprocess.run(['chroot', f'--userspec={NOBODY}:{NOBODY}', str(self.root), 'sonde', 'doctor'], capture_output=True,
                              text=True, check=False, timeout=BOUND_S)
        assert re.search(r'^fine  capability +cap_net_raw is permitted', told.stdout, re.M), told.stdout + told.stderr

    def completes(self):
        self.tab('sonde --que', '--queries')

    def tab(self, typed, wanted, unwanted='none such'):
        """bash with what a login has, on a terminal, and TAB pressed twice. What it writes then has the one word, and not the other."""
        text, pid, fd = '', *pty.fork()
        if pid == 0:
            # a shell's <( ) needs /dev/fd, which is a link into /proc
            enter = 'mount -t proc proc "$1/proc" && exec chroot "$1" bash --norc --noprofile -i'
            os.execvpe('unshare', ['unshare', '--mount', 'sh', '-c', enter, 'sh', str(self.root)],
                       {'TERM': 'dumb', 'PATH': '/usr/bin:/bin:/usr/sbin:/sbin', 'PS1': '$ '})
        try:
            os.write(fd, b". /usr/share/bash-completion/bash_completion; echo rea''dy\n")
            bound_at_s, asked = time.monotonic() + TAB_BOUND_S, False
            while not asked or '\nasked' not in text:
                left_s = bound_at_s - time.monotonic()
                assert left_s > 0 and select.select([fd], [], [], left_s)[0], f'no completion: {text!r}'
                text += os.read(fd, 4096).decode().replace('\r', '')
                if not asked and '\nready\n$ ' in text:  # before the prompt it is not readline that reads
                    asked, text = True, ''
                    os.write(fd, f"{typed}\t\t\x15echo as''ked\n".encode())
            assert wanted in text and unwanted not in text, text
        finally:
            os.close(fd)
            os.waitpid(pid, 0)

    def is_found_by_zsh_and_fish(self):
        loaded = self.inside('zsh', '-f', '-c', 'autoload -Uz compinit && compinit -u -D && print $_comps[sonde]')
        assert loaded.strip() == '_sonde', f'zsh: {loaded!r}'
        offered = self.inside('env', 'HOME=/root', 'fish', '--command', 'complete -C "sonde --que"')
        assert offered.startswith('--queries\t'), f'fish: {offered!r}'

    def has_its_manual(self):
        assert self.inside('man', '-w', 'sonde').strip() == '/usr/share/man/man1/sonde.1.gz'

    def library_is_found(self):
        assert 'libsonde.so.0' in self.inside('ldconfig', '-p'), 'the loader does not know the library'

    def library_is_used_by_another_program(self):
        headers = sorted(path.name for path in (self.root / 'usr/include/sonde').glob('*.h'))
        assert headers, 'no headers'
        (self.root / 'user.c').write_text(USER.format(headers='\n'.join(f'#include <sonde/{name}>' for name in headers)))
        self.inside('sh', '-c', 'gcc -std=c17 -Wall -Wextra -Werror /user.c -o /user $(pkg-config --cflags --libs libsonde)')
        said = self.inside('/user').split()
        assert len(said) == 2 and said[0] == 'icmp', said

    def may_be_the_traceroute_and_may_not(self):
        """By the script that the documents name, beside Debian's traceroute, whose own links and completions come back."""
        documents = [self.top / 'README.md', self.top / 'docs/man/sonde.1']
        assert all(LINK in path.read_text() for path in documents), f'{LINK} is in no document'
        pages = self.root / 'usr/share/man/man1/traceroute.1.gz'
        theirs = pages.resolve().name
        for _ in range(2):
            self.inside(LINK, 'on')
            assert 'called as traceroute' in self.inside('traceroute', '--version')
            assert os.readlink(self.root / 'etc/alternatives/traceroute.1.gz').endswith('/sonde.1.gz'), 'its manual page'
            self.tab('traceroute --mo', '--module')
            self.tab('traceroute --que', '--queries')
            offered = self.inside('env', 'HOME=/root', 'fish', '--command', 'complete -C "traceroute --s"')
            assert '--sport\t' in offered and '--sim\t' in offered, offered
            loaded = self.inside('zsh', '-f', '-c', 'autoload -Uz compinit && compinit -u -D && print $_comps[traceroute]')
            assert loaded.strip() == '_traceroute', loaded
            self.inside(LINK, 'off')
            assert 'Modern traceroute' in self.inside('sh', '-c', 'traceroute --version 2>&1')
            assert os.readlink(self.root / 'etc/alternatives/traceroute.1.gz').endswith(theirs), 'the manual page of the other'
            self.tab('traceroute --mo', '', unwanted='--module')
            assert '--sim\t' not in self.inside('env', 'HOME=/root', 'fish', '--command', 'complete -C "traceroute --s"')
            loaded = self.inside('zsh', '-f', '-c', 'autoload -Uz compinit && compinit -u -D && print $_comps[traceroute]')
            assert loaded.strip() == '_hosts', loaded

    def can_be_removed(self):
        self.inside(LINK, 'on')
        self.inside('dpkg', '--purge', *PACKAGES)
        assert 'Modern traceroute' in self.inside('sh', '-c', 'traceroute --version 2>&1'), 'the link is left behind'
        left = [str(path) for path in self.root.rglob('*sonde*') if 'var/lib/dpkg' not in str(path) and '/debs' not in str(path)
                and 'var/log' not in str(path) and 'var/cache' not in str(path)]
        assert not left, left


PARTS = (Packages.leaves_nothing_out, Packages.built, Packages.clean_for_lintian, Packages.installed,
         Packages.runs_and_says_its_version, Packages.traces_its_examples, Packages.has_its_capability_and_no_more,
         Packages.completes, Packages.is_found_by_zsh_and_fish, Packages.has_its_manual, Packages.library_is_found,
         Packages.library_is_used_by_another_program, Packages.may_be_the_traceroute_and_may_not, Packages.can_be_removed)


def main(top):
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing or not (top / '.git').exists():
        print(f'1..0 # SKIP not installed: {", ".join(missing)}' if missing else '1..0 # SKIP no git checkout')
        return 0
    print(f'1..{len(PARTS)}')
    failed = 0
    with tempfile.TemporaryDirectory(prefix='sonde-package-') as folder:
        packages = Packages(top, pathlib.Path(folder))
        for number, part in enumerate(PARTS, 1):
            title = f'the package {part.__name__.replace("_", " ")}'
            try:
                part(packages)
                print(f'ok {number} - {title}', flush=True)
            except Skip as reason:
                print(f'ok {number} - {title} # SKIP {reason}', flush=True)
                break
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f'not ok {number} - {title}')
                print('\n'.join(f'# {line}' for line in str(error).splitlines()), flush=True)
                if part in (Packages.built, Packages.installed):
                    print('Bail out! there is nothing to use')
                    break
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
