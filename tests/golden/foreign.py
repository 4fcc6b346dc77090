# SPDX-License-Identifier: MIT
"""Reads mtr's, RIPE Atlas' and scamper's JSON by tables of their fields and types that know nothing of the program, and then holds each
document against sonde's own of the same run."""
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'support'))
import schemas  # pylint: disable=wrong-import-position

# Fewer documents than this, of each format, mean that the cases were not run.
LEAST = 200
WHOLE, REAL, TEXT = int, float, str


class Optional:
    """A field that need not be there."""

    def __init__(self, shape):
        self.shape = shape


# Readers written in C, Go or Python unpack these by name and type: 3 is no 3.0 there.
MTR = {'report': {
    'mtr': {'src': TEXT, 'dst': TEXT, 'tos': WHOLE, 'tests': WHOLE, 'psize': TEXT, 'bitpattern': TEXT},
    'hubs': [{'count': WHOLE, 'host': TEXT, 'ASN': Optional(TEXT), 'Loss%': REAL, 'Snt': WHOLE, 'Last': REAL, 'Avg': REAL, 'Best': REAL,
              'Wrst': REAL, 'StDev': REAL}]}}

ATLAS_LABEL = {'exp': WHOLE, 'label': WHOLE, 's': WHOLE, 'ttl': WHOLE}
ATLAS_REPLY = {
    'from': TEXT, 'rtt': Optional(REAL), 'size': Optional(WHOLE), 'ttl': Optional(WHOLE), 'err': Optional((TEXT, WHOLE)),
    'late': Optional(WHOLE), 'dup': Optional(bool), 'ittl': Optional(WHOLE), 'itos': Optional(WHOLE), 'edst': Optional(TEXT),
    'flags': Optional(TEXT), 'mtu': Optional(WHOLE),
    'icmpext': Optional({'version': WHOLE, 'rfc4884': Optional(WHOLE),
                         'obj': [{'class': WHOLE, 'type': WHOLE, 'mpls': Optional([ATLAS_LABEL])}]})}
ATLAS = {
    'fw': WHOLE, 'mver': TEXT, 'lts': WHOLE, 'endtime': WHOLE, 'dst_name': TEXT, 'dst_addr': TEXT, 'src_addr': TEXT, 'proto': TEXT,
    'af': WHOLE, 'size': WHOLE, 'paris_id': WHOLE, 'ttr': Optional(REAL), 'msm_id': WHOLE, 'prb_id': WHOLE, 'timestamp': WHOLE,
    'msm_name': TEXT, 'from': TEXT, 'type': TEXT, 'group_id': WHOLE,
    'result': [{'hop': WHOLE, 'result': [({'x': TEXT}, {'error': TEXT}, ATLAS_REPLY)]}]}

SCAMPER_LABEL = {'mpls_ttl': WHOLE, 'mpls_s': WHOLE, 'mpls_exp': WHOLE, 'mpls_label': WHOLE}
SCAMPER_HOP = {
    'addr': TEXT, 'name': Optional(TEXT), 'probe_ttl': WHOLE, 'probe_id': WHOLE, 'probe_size': WHOLE, 'tx': {'sec': WHOLE, 'usec': WHOLE},
    'rtt': Optional(REAL), 'reply_ttl': Optional(WHOLE), 'reply_tos': Optional(WHOLE), 'reply_ipid': Optional(WHOLE),
    'reply_size': Optional(WHOLE), 'icmp_type': Optional(WHOLE), 'icmp_code': Optional(WHOLE), 'icmp_q_ttl': Optional(WHOLE),
    'icmp_q_ipl': Optional(WHOLE), 'icmp_q_tos': Optional(WHOLE), 'tcp_flags': Optional(WHOLE),
    'icmpext': Optional([{'ie_cn': WHOLE, 'ie_ct': WHOLE, 'ie_dl': Optional(WHOLE), 'mpls_labels': Optional([SCAMPER_LABEL])}])}
SCAMPER = {
    'type': TEXT, 'version': TEXT, 'userid': WHOLE, 'method': TEXT, 'src': TEXT, 'dst': TEXT, 'rtr': Optional(TEXT),
    'sport': Optional(WHOLE), 'dport': Optional(WHOLE), 'icmp_sum': Optional(WHOLE), 'stop_reason': TEXT, 'stop_data': WHOLE,
    'errmsg': Optional(TEXT), 'start': {'sec': WHOLE, 'usec': WHOLE, 'ftime': TEXT}, 'hop_count': WHOLE, 'attempts': WHOLE,
    'hoplimit': WHOLE, 'firsthop': WHOLE, 'wait': WHOLE, 'wait_probe': WHOLE, 'tos': WHOLE, 'probe_size': WHOLE, 'probe_count': WHOLE,
    'monitor': Optional(TEXT), 'flags': [TEXT], 'hops': [SCAMPER_HOP]}
STOPS = {'reached': 'COMPLETED', 'unreachable': 'UNREACH', 'refused': 'UNREACH', 'gap-limit': 'GAPLIMIT', 'max-ttl': 'HOPLIMIT',
         'local-error': 'ERROR', 'deadline': 'HALTED', 'interrupted': 'HALTED'}


def misfit(value, shape, where='$'):
    """What of a value is not as its shape says; None: all is."""
    if isinstance(shape, tuple):  # one of several
        wrong = [misfit(value, one, where) for one in shape]
        return None if None in wrong else wrong[-1]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f'{where} is no list'
        return next(filter(None, (misfit(item, shape[0], f'{where}[{i}]') for i, item in enumerate(value))), None)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f'{where} is no object'
        for key in value:
            if key not in shape:
                return f'{where} has {key!r}'
        for key, one in shape.items():
            if key not in value and not isinstance(one, Optional):
                return f'{where} lacks {key!r}'
            if key in value:
                wrong = misfit(value[key], one.shape if isinstance(one, Optional) else one, f'{where}.{key}')
                if wrong:
                    return wrong
        return None
    return None if type(value) is shape else f'{where}: {value!r} is no {shape.__name__}'  # a bool is no int here


def answered(probes):
    return [probe for probe in probes if probe['state'] in ('answered', 'late')]


def times(probes):
    return [probe['answer']['rtt_ms'] for probe in answered(probes) if probe['answer']['rtt_ms'] is not None]


def second(text):
    return int(datetime.datetime.fromisoformat(f'{text[:19]}+00:00').timestamp())


def name_of(responder):
    return None if responder['name_is_address'] else responder['name']


def labels_of(probe):
    return [(label['label'], label['tc'], label['bottom'], label['ttl']) for extension in probe['answer']['extensions']
            if extension['kind'] == 'mpls' for label in extension['labels']]


def against_mtr(document, trace):
    head, hubs = document['report']['mtr'], document['report']['hubs']
    if (head['src'], head['dst']) != (trace['source']['address'], trace['target']['host']) or not head['psize'].isdigit():
        yield f'head {head}'
    if [hub['count'] for hub in hubs] != [hop['hop'] for hop in trace['hops']]:
        yield 'other hops'
    if len({'ASN' in hub for hub in hubs}) > 1:
        yield 'some have systems, others have not'
    if hubs and 'ASN' not in hubs[0] and any(responder['asn'] for hop in trace['hops'] for responder in hop['responders']):
        yield 'there are no systems'
    for hub, hop in zip(hubs, trace['hops']):
        counts, rtts = hop['counts'], times(hop['probes'])
        sent = counts['answered'] + counts['lost']
        if hub['Snt'] != sent or abs(hub['Loss%'] - (100 * counts['lost'] / sent if sent else 0)) > 0.001:
            yield f'hop {hop["hop"]}: {hub} of {counts}'
        # its name, and where it has none that can stand in the place of an address, that
        hosts = {name_of(responder) or responder['address']: responder['asn'] for responder in hop['responders']} or {'???': None}
        if hub['host'] not in hosts:
            yield f'hop {hop["hop"]}: {hub["host"]} of {hosts}'
        elif 'ASN' in hub and hub['ASN'] != f'AS{hosts[hub["host"]] or "???"}':
            yield f'hop {hop["hop"]}: {hub["ASN"]} of {hosts}'
        mean = sum(rtts) / len(rtts) if rtts else 0
        deviation = (sum((ms - mean) ** 2 for ms in rtts) / (len(rtts) - 1)) ** 0.5 if len(rtts) > 1 else 0
        wanted = (min(rtts, default=0), mean, max(rtts, default=0), deviation)
        found = (hub['Best'], hub['Avg'], hub['Wrst'], hub['StDev'])
        if any(abs(w - f) > 0.002 for w, f in zip(wanted, found)) or hub['Last'] not in (rtts or [0]):
            yield f'hop {hop["hop"]}: {found}, but {wanted} of {rtts}'


def against_atlas(document, trace):
    if (document['dst_addr'], document['src_addr']) != (trace['target']['address'], trace['source']['address']):
        yield 'other ends'
    if document['timestamp'] != second(trace['started_at']) or document['endtime'] < document['timestamp']:
        yield f'from {document["timestamp"]} to {document["endtime"]}, but {trace["started_at"]}'
    last = [probe for probe in trace['other_probes'] if probe['ttl'] == 255]
    wanted = {hop['hop']: hop['probes'] for hop in trace['hops'] if hop['probes']}
    if last and trace['stop'] and trace['stop']['ttl255_asked'] and not trace['stop']['reached']:
        wanted[255] = last
    if [hop['hop'] for hop in document['result']] != list(wanted):
        yield f'hops {[hop["hop"] for hop in document["result"]]}, but {list(wanted)}'
        return
    for hop in document['result']:
        for reply, probe in zip(hop['result'], wanted[hop['hop']], strict=True):
            state = 'x' if 'x' in reply else 'error' if 'error' in reply else 'from'
            if state != {'answered': 'from', 'late': 'from', 'local-error': 'error'}.get(probe['state'], 'x'):
                yield f'hop {hop["hop"]}: {reply} of {probe["state"]}'
            if state != 'from':
                continue
            answer = probe['answer']
            if (reply['from'], reply.get('rtt')) != (answer['address'], answer['rtt_ms']):
                yield f'hop {hop["hop"]}: {reply} of {answer}'
            told = [(mpls['label'], mpls['exp'], bool(mpls['s']), mpls['ttl']) for one in reply.get('icmpext', {}).get('obj', [])
                    for mpls in one.get('mpls', [])]
            if told != labels_of(probe):
                yield f'hop {hop["hop"]}: labels {told}'


def scamper_labels(hop):
    return [(label['mpls_label'], label['mpls_exp'], bool(label['mpls_s']), label['mpls_ttl']) for one in hop.get('icmpext', [])
            for label in one.get('mpls_labels', [])]


def against_scamper(document, trace):
    reason = STOPS.get(trace['stop']['reason'] if trace['stop'] else None, 'NONE')
    if (document['src'], document['dst'], document['stop_reason']) != (trace['source']['address'], trace['target']['address'], reason):
        yield f'ends or stop: {document["stop_reason"]} of {trace["stop"]}'
    if document['start']['sec'] != second(trace['started_at']) or document['start']['ftime'] != trace['started_at'][:19].replace('T', ' '):
        yield f'start {document["start"]}'
    own = answered([probe for hop in trace['hops'] for probe in hop['probes']] + trace['other_probes'])
    wanted = sorted((probe['ttl'], second(probe['sent_at']), int(probe['sent_at'][20:26]), probe['answer']['address'],
                     probe['answer']['rtt_ms'] or 0, labels_of(probe)) for probe in own)
    found = sorted((hop['probe_ttl'], hop['tx']['sec'], hop['tx']['usec'], hop['addr'], hop.get('rtt', 0), scamper_labels(hop))
                   for hop in document['hops'])
    names = {responder['address']: name_of(responder) for hop in trace['hops'] for responder in hop['responders']}
    wrong = [hop for hop in document['hops'] if hop['addr'] in names and hop.get('name') != names[hop['addr']]]
    if wrong:
        yield f'other names: {wrong[:3]} of {names}'
    if wanted != found:
        yield f'replies {found[:3]} …, but {wanted[:3]} …'


SUMS = {'mtr-json'}  # has traces made again and again as one
FORMATS = {'mtr-json': (MTR, against_mtr), 'atlas': (ATLAS, against_atlas), 'scamper-json': (SCAMPER, against_scamper)}


class Reader:
    formats = ('json', *FORMATS)

    def __init__(self):
        self.seen, self.wrong = dict.fromkeys(FORMATS, 0), {name: [] for name in FORMATS}

    def take(self, case):
        for run in case.runs:
            for name in FORMATS if 'traces' in (run.document or {}) else ():
                self.wrong[name] += [f'{case.name}: {what}' for what in self.look(name, run)]

    def look(self, name, run):
        shape, compare = FORMATS[name]
        lines = run.texts[name].splitlines()
        traces = run.summed['traces'] if name in SUMS else run.traces
        if len(lines) != len(traces):
            yield f'{len(lines)} lines of {len(traces)} traces'
            return
        for line, trace in zip(lines, traces):
            told = json.loads(line, object_pairs_hook=schemas.no_twins)
            error = misfit(told, shape)
            yield from [error] if error else compare(told, trace)
            self.seen[name] += 1

    def points(self):
        for name, seen in self.seen.items():
            yield f'{name}: {seen} documents, at least {LEAST}', self.wrong[name] + ([] if seen >= LEAST else ['too few']), None
