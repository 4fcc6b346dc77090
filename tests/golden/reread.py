# SPDX-License-Identifier: MIT
"""Reads each format that has a second reader with a parser that is not ours, and holds it against the JSON document of the same run."""
import csv
import html.parser
import io
import re
import shutil
import subprocess

from drawing import check_drawings

# Fewer files than this mean that the cases were not run.
LEAST = 130
FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n', "'", '\uff1d', '\uff0b', '\uff0d', '\uff20')


# ---- csv ----

def probes_of(trace):
    """Each probe of a trace, with what the columns find around it."""
    for hop in trace['hops']:
        for probe in hop['probes']:
            yield {**trace, **probe, 'hop': hop['hop']}
    for probe in trace['other_probes']:
        yield {**trace, **probe, 'hop': None}


def rows_of(document):
    for index, trace in enumerate(document['traces']):
        for row in probes_of(trace):
            yield {**row, 'trace': index}
    for trial in document.get('trials', []):
        for row in probes_of(trial['asked']) if trial['asked'] else ():
            yield {**row, 'trace': trial['trace'], 'trials': trial}


def known_of(document):
    """What is known of each responder besides the packets, by its address."""
    traces = document['traces'] + [trial['asked'] for trial in document.get('trials', []) if trial['asked']]
    return {responder['address']: responder for trace in traces for hop in trace['hops'] for responder in hop['responders']}


def spelled(value, joined=False):
    if value is None:
        return 'null' if joined else ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, float):
        return f'{value:.15g}'
    return str(value)


def look(value, names):
    """All values at the end of a way; lists are walked through."""
    if isinstance(value, list):
        return [found for item in value for found in look(item, names)]
    if not names:
        return [value]
    if not isinstance(value, dict) or names[0] not in value:
        return []
    return look(value[names[0]], names[1:])


def cell(row, column):
    names = column.split('.')
    found = look(row, names)
    way, joined = row, False
    for name in names:
        way = way.get(name) if isinstance(way, dict) else None
        if isinstance(way, list):
            joined = True
            break
    text = ' '.join(spelled(value, joined) for value in found)
    if found and isinstance(found[0], str) and text.startswith(FORMULA):
        text = "'" + text
    return text


def check_csv(text, document):
    rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    header, rows = rows[0], rows[1:]
    expected, known = list(rows_of(document)), known_of(document)
    if len(set(header)) != len(header):
        yield 'a column stands twice'
    if len(rows) != len(expected):
        yield f'{len(rows)} rows for {len(expected)} probes'
    columns = header
    for number, (got, row) in enumerate(zip(rows, expected), 1):
        header = columns
        responder = known.get((row['answer'] or {}).get('address'))
        told = responder or not row['answer']  # of those who only answered elsewhere the document says nothing more
        got = [text for text, column in zip(got, header) if told or not column.startswith('responder.')]
        header = [column for column in header if told or not column.startswith('responder.')]
        wanted = [cell({**row, 'responder': responder}, column) for column in header]
        if got != wanted:
            yield f'row {number}: ' + '; '.join(f'{c}: {g!r}, not {w!r}' for c, g, w in zip(header, got, wanted) if g != w)[:300]
            break


# ---- prometheus ----

NAME = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|(?=\}))')


def series_of(text):
    """The exposition format 0.0.4, strictly: families in one piece, each with its head, no sample twice."""
    types, samples, family = {}, {}, None
    if not text.endswith('\n'):
        raise ValueError('the last line has no end')
    for line in text.split('\n')[:-1]:
        if line.startswith('# HELP '):
            family = line.split(' ', 3)[2]
            if family in types:
                raise ValueError(f'{family} in two pieces')
            types[family] = None
        elif line.startswith('# TYPE '):
            _, _, name, kind = line.split(' ')
            if name != family or types[family] or kind not in ('gauge', 'counter'):
                raise ValueError(line)
            types[family] = kind
        else:
            name = NAME.match(line).group()
            at, labels = len(name) + 1, {}
            if line[len(name)] != '{' or name != family or (types[family] == 'counter') != name.endswith('_total'):
                raise ValueError(line)
            while line[at] != '}':
                match = LABEL.match(line, at)
                if not match or match[1] in labels:
                    raise ValueError(line)
                labels[match[1]] = re.sub(r'\\(.)', lambda m: '\n' if m[1] == 'n' else m[1], match[2])
                at = match.end()
            key = (name, *sorted(labels.items()))
            if key in samples or line[at + 1] != ' ':
                raise ValueError(line)
            samples[key] = float(line[at + 2:])
    return samples


def labels_of(trace, seen):
    labels = {'target': trace['target']['host'], 'family': str(trace['target']['family']), 'method': trace['label']}
    if 'mtu' in trace:
        labels['plan'] = 'mtu'
    key = tuple(sorted(labels.items()))
    seen[key] = seen.get(key, 0) + 1
    return {**labels, **({'nth': str(seen[key])} if seen[key] > 1 else {})}


def check_prometheus(text, document):
    samples, seen, of_hops = series_of(text), {}, 0
    for trace in document['traces']:
        labels = labels_of(trace, seen)

        def sample(name, labels=labels, **more):
            return samples.get((name, *sorted({**labels, **more}.items())))
        sent = sum(probe['state'] != 'local-error' for probe in probes_of(trace))
        if sample('sonde_probes_sent_total') != sent:
            yield f'{sample("sonde_probes_sent_total")} probes, not {sent}'
        if trace['stop'] and (sample('sonde_target_reached') is None or not 0 <= sample('sonde_target_reached') <= 1):
            yield f'{sample("sonde_target_reached")} of the traces reached the target'
        if trace['stop'] and sample('sonde_stop_reason', reason=trace['stop']['reason']) != 1:
            yield f'the reason is {trace["stop"]["reason"]}'
        for finding in trace['findings']:
            count = sum(other['id'] == finding['id'] for other in trace['findings'])
            if sample('sonde_findings', id=finding['id'], severity=finding['severity']) != count:
                yield f'{finding["id"]} is not counted'
        for hop in trace['hops'] if 'mtu' not in trace else ():
            of_hops += 1
            if sample('sonde_hop_responders', hop=str(hop['hop'])) != len(hop['responders']):
                yield f'hop {hop["hop"]}: responders'
            loss = sample('sonde_hop_loss_ratio', hop=str(hop['hop']))
            times = [responder['best_ms'] for responder in hop['responders'] if responder['best_ms'] is not None]
            if (loss is None) != (hop['loss_percent'] is None) or (loss is not None and abs(loss * 100 - hop['loss_percent']) > 0.001):
                yield f'hop {hop["hop"]}: loss {loss}, not {hop["loss_percent"]} %'
            systems = [responder['asn'] for responder in hop['responders'] if responder['asn']]
            if sample('sonde_hop_asn', hop=str(hop['hop'])) != (systems or [None])[0]:
                yield f'hop {hop["hop"]}: system {sample("sonde_hop_asn", hop=str(hop["hop"]))}, not one of {systems}'
            best = sample('sonde_hop_rtt_min_seconds', hop=str(hop['hop']))
            if (best is None) != (not times) or (times and abs(best * 1000 - min(times)) > 0.001):
                yield f'hop {hop["hop"]}: {best} s, not {times} ms'
    if sum(key[0] == 'sonde_hop_responders' for key in samples) != of_hops:
        yield 'other hops than there are'


# ---- dot ----

QUOTED = r'"((?:[^"\\]|\\.)*)"'
NODE = re.compile(r'  (n\d+) \[(?:[a-z]+=(?:"[^"]*"|[a-z]+),)*label=' + QUOTED + r'\];')
CLUSTER = re.compile(r'  subgraph cluster_as(\d+) \{ style="rounded,dotted"; fontsize=10; label=' + QUOTED + r';((?: n\d+;)+) \}')
EDGE = re.compile(r'  (n\d+) -> (n\d+) \[style=(solid|dashed)[^\]]*\];')


def answers_of(hop):
    """Addresses and flows that answered at a hop; who only refuses large packets there is nearer."""
    found = {(probe['answer']['address'], probe['flow'], probe['answer']['meaning'] != 'packet-too-big')
             for probe in hop['probes'] if probe['state'] in ('answered', 'late')}
    more = {address for address, _, other in found if other}
    return {(address, flow) for address, flow, _ in found if address in more or not more}


def links_of(trace):
    """Pairs of addresses that answered one flow at neighbouring hops."""
    at = {0: {(trace['source']['address'], None)}}
    for hop in trace['hops']:
        at[hop['hop']] = answers_of(hop)
    return {(a, b) for hop, froms in at.items() for a, f in froms for b, g in at.get(hop + 1, ()) if f in (g, None)}


def check_dot(text, document):
    lines = text.split('\n')
    nodes, solid, named, clusters, known = {}, set(), {}, {}, known_of(document)
    for line in lines[4:-2]:
        node, edge = NODE.fullmatch(line), EDGE.fullmatch(line)
        if node:
            parts = node[2].split('\\n')
            nodes[node[1]] = next((part for part in parts if re.fullmatch(r'[0-9.]+|[0-9a-f:.]+:[0-9a-f:.]*(%[0-9]+)?', part)), None)
            named[nodes[node[1]]] = {re.sub(r'\\(.)', r'\1', part).replace('&amp;', '&') for part in parts}
        elif CLUSTER.fullmatch(line):
            asn, label, members = CLUSTER.fullmatch(line).groups()
            clusters[int(asn)] = {nodes[member] for member in members.strip('; ').split('; ')}
            title = re.sub(r'\\(.)', r'\1', label).replace('&amp;', '&')
            if title not in {network_of(responder) for responder in known.values()}:
                yield f'nobody is of {title}'
        elif not edge:
            yield f'cannot read {line}'
        elif edge[3] == 'solid':
            solid.add((nodes[edge[1]], nodes[edge[2]]))
    traces = document['traces']
    wanted = {address for trace in traces for hop in trace['hops'] for address, _ in answers_of(hop)}
    wanted |= {trace['source']['address'] for trace in traces}
    # a target that answers in another name stands there by that
    wanted |= {trace['target']['address'] for trace in traces if not any(hop['target'] for hop in trace['hops'])}
    if set(nodes.values()) - {None} != wanted:
        yield f'nodes {sorted(set(nodes.values()) - {None})}, not {sorted(wanted)}'
    for address, responder in known.items():
        if address in named and responder['name'] and shown_name(responder) not in named[address]:
            yield f'{address} is not called {responder["name"]}'
    groups = {}
    for address in set(nodes.values()) & set(known):
        groups.setdefault(known[address]['asn'], set()).add(address)
    groups.pop(None, None)
    if groups != clusters:
        yield f'networks {clusters}, not {groups}'
    links = set().union(*map(links_of, traces)) if traces else set()
    if solid != links:
        yield f'edges too many {sorted(solid - links)[:3]}, missing {sorted(links - solid)[:3]}'


# ---- what is known besides the packets, in words ----

def shown_name(responder):
    return f'"{responder["name"]}" (only a name)' if responder['name_is_address'] else responder['name'] or ''


def network_of(responder):
    """The line above a network, without the country that a registry's name ends with."""
    if not responder['asn']:
        return None
    words = f'AS{responder["asn"]}' + (f' {responder["as_name"]}' if responder['as_name'] else '')
    said = not responder['country'] or re.search('..*, ..$', responder['as_name'] or '')
    return words if said else f'{words}, {responder["country"]}'


def place_of(responder):
    return ', '.join(filter(None, (responder['network'], responder['country'])))


# ---- tables, in whatever they are written ----

def is_silent(hop):
    counts = hop['counts']
    return bool(counts['lost'] + counts['crowded'] + counts['overheard']) and not counts['answered'] + counts['pending'] + counts['failed']


def rows_of_trace(trace):
    hops = trace['hops']
    answering = len(hops)
    while answering and is_silent(hops[answering - 1]):
        answering -= 1
    folded = len(hops) - answering >= 3
    for hop in hops[:answering] if folded else hops:
        for number, responder in enumerate(hop['responders']):
            yield ('' if number else str(hop['hop']), responder['address'])
        if not hop['responders']:
            yield (str(hop['hop']), '*')
    if folded:
        yield (f'{hops[answering]["hop"]}–{hops[-1]["hop"]}', '*')


def rows_of_compare(traces):
    hops = {}
    for trace in traces:
        for hop in trace['hops']:
            hops.setdefault(hop['hop'], []).extend(responder['address'] for responder in hop['responders'])
    last = max((hop for hop, addresses in hops.items() if addresses), default=0)
    for hop in range(min(hops, default=1), last + 1):
        for number, address in enumerate(dict.fromkeys(hops.get(hop, [])) or ['*']):
            yield ('' if number else str(hop), address)
    yield ('', 'End')


def rows_of_mtu(trace):
    mtu = trace['mtu']
    hops = {hop['hop']: hop['address'] or '*' for hop in mtu['hops']}
    yield ('0', 'this machine')
    first = trace['asked']['first_ttl']
    for hop in range(first, (mtu['measured_to_hop'] or max((hop for hop, address in hops.items() if address != '*'), default=0)) + 1):
        yield (str(hop), hops.get(hop, '*'))


def tables_of(document):
    traces = document['traces']
    if document['schema'] == 'sonde.compare/1':
        return [list(rows_of_compare(traces))] if traces else []
    return [list(rows_of_mtu(trace) if 'mtu' in trace else rows_of_trace(trace)) for trace in traces]


def with_networks(rows, known):
    """Rows with what is known of their addresses, and above the first hop of each network a row with its name alone."""
    about = [(head, words) for head, words in (('Name', shown_name), ('Network', place_of))
             if any(words(known[address]) for _, address in rows if address in known)]
    yield ['Hop', 'Address', *(head for head, _ in about)]
    asn = None
    for number, (hop, address) in enumerate(rows):
        last = next((i for i, row in enumerate(rows) if i > number and row[0]), len(rows))
        systems = [known[other] for _, other in rows[number:last] if hop and other in known and known[other]['asn']]
        if systems and systems[0]['asn'] != asn:
            asn = systems[0]['asn']
            yield [network_of(systems[0])]
        yield [hop, address, *(words(known[address]) if address in known else '' for _, words in about)]


def check_tables(tables, document):
    wanted, known = tables_of(document), known_of(document)
    if len(tables) != len(wanted):
        yield f'{len(tables)} tables, not {len(wanted)}'
    for table, rows in zip(tables, wanted):
        rows = list(with_networks(rows, known))
        got = [row if len(row) == 1 else row[:len(rows[0])] for row in table]
        if any('-' in row[0] for row in got[1:]):  # in a locale without UTF-8
            rows = [[rows[index][0].replace('–', '-'), *rows[index][1:]] for index in range(len(rows))]
        if len({len(row) for row in table} - {1}) != 1:
            yield f'rows of {sorted({len(row) for row in table})} cells'
        if got != rows:
            yield f'rows {got[:12]}, not {rows[:12]}'


# ---- markdown ----

CELL = re.compile(r'\|((?:\\[!-/:-@\[-`{-~]|[^|])*)')


def span_of(code):
    """What stands in a code span: a space at both ends is not of it, unless there is nothing else (GFM section 6.3)."""
    fence = len(code) - len(code.lstrip('`'))
    text = code[fence:-fence]
    return text[1:-1] if text.startswith(' ') and text.endswith(' ') and text.strip(' ') else text


def cells_of(line):
    """The cells of a row, split as cmark-gfm does: a backslash takes the next punctuation along."""
    cells = [match.strip() for match in CELL.findall(line)]
    return [re.sub(r'\\([!-/:-@\[-`{-~])', r'\1', cell) if not cell.startswith('`') else span_of(cell.replace('\\|', '|'))
            for cell in cells[:-1]]


def check_markdown(text, document):
    tables, findings, fenced = [], 0, False
    for line in text.split('\n'):
        if line.startswith('```'):
            fenced = not fenced
        elif fenced and not line[:1].isalpha():
            yield f'no command: {line}'
        elif line.startswith('| Hop |'):
            tables.append([cells_of(line)])
        elif line.startswith('|') and not line.startswith('|---'):
            cells = cells_of(line)
            # a row with a network alone stands for the whole width of the table
            tables[-1].append([cells[1]] if re.match(r'AS\d', cells[1]) and not any(cells[:1] + cells[2:]) else cells)
        elif line.startswith('- ') and ' **' in line:
            findings += 1
    listed = sum(len(trace['findings']) for trace in document['traces']) + len(document.get('findings', []))
    if fenced:
        yield 'a block does not end'
    if findings != listed:
        yield f'{findings} findings, not {listed}'
    yield from check_tables(tables, document)


# ---- html ----

class Page(html.parser.HTMLParser):
    """A page, its tags balanced, with nothing that runs or is fetched."""
    VOID = {'meta'}
    KNOWN = set('html head meta title style body main header section div figure h1 h2 h3 p span ul ol li a code pre '
                'table thead tbody tr th td svg path rect circle text'.split())
    ATTRIBUTES = set('lang charset http-equiv content name class id href role width height viewbox d x y rx r cx cy text-anchor '
                     'scope colspan'.split())

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.findings, self.wrong, self.boxes, self.text = [], [], 0, [], 0, []
        self.feed(text)
        self.close()
        self.wrong += [f'<{tag}> is not closed' for tag in self.open]

    def handle_starttag(self, tag, attrs):
        if tag not in self.KNOWN or any(name not in self.ATTRIBUTES for name, _ in attrs):
            self.wrong.append(f'<{tag} {attrs}>')
        if any(name == 'href' and not value.startswith('#') for name, value in attrs):
            self.wrong.append(f'a way out: {attrs}')
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == 'table':
            self.tables.append([])
        elif tag == 'tr':
            self.tables[-1].append([])
        elif tag in ('td', 'th'):
            self.tables[-1][-1].append('')
        self.boxes += tag == 'rect' and dict(attrs)['class'].startswith('node')
        self.findings += tag == 'li' and self.open[-2] == 'ol'

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f'</{tag}> closes nothing')

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] in ('td', 'th'):
            self.tables[-1][-1][-1] += data

    def handle_comment(self, data):
        self.wrong.append('a comment')


def check_html(text, document):
    page = Page(text)
    yield from page.wrong[:3]
    yield from check_tables(page.tables, document)
    listed = sum(len(trace['findings']) for trace in document['traces']) + len(document.get('findings', []))
    if page.findings != listed:
        yield f'{page.findings} findings, not {listed}'
    if document['traces'] and not page.boxes:
        yield 'no way is drawn'
    yield from list(check_drawings(text))[:3]


CHECKS = {'html': check_html, 'csv': check_csv, 'prometheus': check_prometheus, 'dot': check_dot, 'markdown': check_markdown}
# Those that have traces made again and again as one.
SUMS = {'html', 'prometheus', 'markdown'}

# Programs that judge a format: the command that reads it from standard input, and every how many files, as they take their time.
JUDGES = {'prometheus': (['promtool', 'check', 'metrics'], 8), 'dot': (['dot', '-Tsvg', '-o', '/dev/null'], 4)}


def judge(name, text, number):
    """What a judge that is installed says of it."""
    command, every = JUDGES.get(name, (None, 0))
    if not command or number % every or not shutil.which(command[0]):
        return
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if run.returncode or run.stderr:
        yield f'{command[0]}: {run.stderr.strip()[:300]}'


class Reader:
    formats = ('json', *CHECKS)

    def __init__(self):
        self.seen = dict.fromkeys(CHECKS, 0)
        self.wrong = {name: [] for name in CHECKS}

    def take(self, case):
        for run in case.runs:
            for name in CHECKS if 'traces' in (run.document or {}) else ():
                self.seen[name] += 1
                try:
                    text = run.texts[name]
                    document = run.summed if name in SUMS else run.document
                    said = [*CHECKS[name](text, document), *judge(name, text, self.seen[name])]
                except (ValueError, LookupError, csv.Error) as error:
                    said = [repr(error)]
                self.wrong[name] += [f'{case.name}: {what}' for what in said]

    def points(self):
        for name, seen in self.seen.items():
            title = f'{name}: {seen} files, at least {LEAST}, say what the JSON beside them says'
            yield title, self.wrong[name] + ([] if seen >= LEAST else ['too few']), None
        for name, (command, _) in JUDGES.items():
            yield f'{command[0]} reads {name}', [], None if shutil.which(command[0]) else f'there is no {command[0]} here'
