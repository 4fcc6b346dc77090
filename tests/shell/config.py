#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which configuration files are read: by their place, owner and mode, and by the environment. Prints TAP."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOBODY = 65534
LINE = 'queries = 7\n'


class Skip(Exception):
    """This user cannot make what the test needs."""


class Place:
    """A folder that is XDG_CONFIG_HOME, and the file in it."""

    def __init__(self, root, sonde):
        self.root, self.sonde = root, sonde
        self.folder = root / 'sonde'
        self.folder.mkdir()
        self.file = self.folder / 'config'
        self.file.write_text(LINE)
        self.file.chmod(0o644)
        root.chmod(0o755)

    def ask(self, *arguments, sonde=None, cwd='/', user=None, **environment):
        run = subprocess.run([sonde or self.sonde, '--show-config', *arguments], capture_output=True, text=True, check=False, cwd=cwd,
                             stdin=subprocess.DEVNULL, timeout=20, user=user, group=user, extra_groups=[] if user else None,
                             env={'SONDE_NO_SYSTEM_CONFIG': '1', 'XDG_CONFIG_HOME': str(self.root), **environment})
        return run.stdout, run.stderr, run.returncode

    def expect(self, read, notice='', **how):
        out, err, status = self.ask(**how)
        told = f'queries = 7                       ; {self.file}:1' in out
        assert told == read and status == 0, f'{"read" if read else "not read"} wanted\n{out}{err}'
        assert (notice in err) if notice else not err, f'"{notice}" wanted\n{err}'


def own(place):
    place.expect(True)


def in_home(place):
    home = place.root / 'home'
    (home / '.config').mkdir(parents=True)
    place.folder.rename(home / '.config/sonde')
    place.file = home / '.config/sonde/config'
    for base in ('', 'relative/path'):
        place.expect(True, XDG_CONFIG_HOME=base, HOME=str(home))


def never_of_the_current_folder(place):
    place.expect(False, cwd=place.folder, XDG_CONFIG_HOME='.', HOME='.')
    place.expect(False, cwd=place.root, XDG_CONFIG_HOME='', HOME='')


def everybody_may_write(place):
    place.file.chmod(0o666)
    place.expect(False, notice=f'sonde: {place.file} is not read: everybody may write it')


def of_another_user(place):
    if os.geteuid() != 0:
        raise Skip('needs root')
    os.chown(place.file, NOBODY, NOBODY)
    place.expect(False, notice='is not read: it belongs to another user')


def of_root(place):
    """A file that the administrator has put there for somebody."""
    if os.geteuid() != 0:
        raise Skip('needs root')
    copy = place.root / 'program'
    shutil.copy(place.sonde, copy)
    copy.chmod(0o755)
    place.expect(True, sonde=copy, user=NOBODY)


def closed_to_its_own_user(place):
    """Which is a mistake; that another user's file cannot be read is none, and stands in what --show-config says."""
    if os.geteuid() != 0:
        raise Skip('needs root')
    copy = place.root / 'program'
    shutil.copy(place.sonde, copy)
    copy.chmod(0o755)
    place.file.chmod(0)
    place.expect(False, sonde=copy, user=NOBODY)
    assert f'; {place.file}: not open to this user' in place.ask(sonde=copy, user=NOBODY)[0]
    os.chown(place.file, NOBODY, NOBODY)
    place.expect(False, notice=f'sonde: {place.file} is not read: Permission denied', sonde=copy, user=NOBODY)


def no_ordinary_file(place):
    place.file.unlink()
    os.mkfifo(place.file)
    place.expect(False, notice='it is no ordinary file')


def a_wrong_line_ends_it(place):
    place.file.write_text('queries = 7\nqueries = many\n')
    _, err, status = place.ask()
    assert status == 2 and f"{place.file}:2: option --queries (-q): 'many' is not a whole number" in err, err
    for word in ('--no-config', '--help', '--version'):
        out, err, status = place.ask(word)
        assert status == 0 and out and not err, f'{word}: {err}'


def with_more_rights_only_paths_of_the_environment_count(place):
    """AT_SECURE, as with a file capability."""
    if os.geteuid() != 0:
        raise Skip('needs root')
    copy = place.root / 'capable'
    shutil.copy(place.sonde, copy)
    copy.chmod(0o755)
    if subprocess.run(['setcap', 'cap_net_raw=p', str(copy)], check=False, capture_output=True).returncode != 0:
        raise Skip('no file capabilities here')
    os.chown(place.file, NOBODY, NOBODY)
    out, err, status = place.ask('--no-config', sonde=copy, user=NOBODY)
    assert status == 0 and 'no file is read' in out, err
    out, err, status = place.ask(sonde=copy, user=NOBODY)
    assert status == 0 and f'; {place.file}: read' in out, f'the user has a file of their own\n{out}{err}'
    assert '; /etc/sonde/config: ' in out, f'the environment has left a file out\n{out}'
    for folder in (f'{place.root}/sonde/../', place.root.name):
        out, err, status = place.ask(sonde=copy, user=NOBODY, XDG_CONFIG_HOME=folder, HOME=folder)
        assert status == 0 and place.root.name not in out, f'{folder} is no plain path\n{out}{err}'


SCENARIOS = (own, in_home, never_of_the_current_folder, everybody_may_write, of_another_user, of_root, closed_to_its_own_user,
             no_ordinary_file, a_wrong_line_ends_it, with_more_rights_only_paths_of_the_environment_count)


def main(sonde):
    print(f'1..{len(SCENARIOS)}')
    failed = 0
    for number, scenario in enumerate(SCENARIOS, 1):
        title = scenario.__name__.replace('_', ' ')
        with tempfile.TemporaryDirectory(prefix='sonde-config-') as folder:
            try:
                scenario(Place(pathlib.Path(folder), sonde))
                print(f'ok {number} - {title}')
            except Skip as reason:
                print(f'ok {number} - {title} # SKIP {reason}')
            except AssertionError as error:
                failed += 1
                print(f'not ok {number} - {title}')
                print('\n'.join(f'# {line}' for line in str(error).splitlines()))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(os.path.abspath(sys.argv[1])))
