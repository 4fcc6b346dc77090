# SPDX-License-Identifier: MIT
"""The checked-in JSON Schemas as validators, one for each kind of document."""
import functools
import json
import pathlib
import sys
import warnings

try:
    import jsonschema
except ImportError:  # a python3 that is not the system's: Debian's package is pure Python
    sys.path.append('/usr/lib/python3/dist-packages')
    import jsonschema

# Debian 12's release has no other way to find the schema that another one refers to; later ones only warn of it.
warnings.filterwarnings('ignore', category=DeprecationWarning, module=__name__)
FOLDER = pathlib.Path(__file__).resolve().parents[2] / 'docs/schema'


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f'a key stands twice in an object: {keys}')
    return dict(pairs)


@functools.cache
def validators():
    schemas = [json.loads(path.read_text()) for path in FOLDER.glob('*.json')]
    store = {schema['$id']: schema for schema in schemas}
    for schema in schemas:
        jsonschema.Draft202012Validator.check_schema(schema)
    return {schema['title']: jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(schema['$id'], schema, store=store))
            for schema in schemas}


def read(text):
    """A document, its schema's title, and what is wrong with it: None, or a line. ValueError: it is no JSON."""
    document = json.loads(text, object_pairs_hook=no_twins)
    title = document.get('schema', 'sonde.event/1')
    error = jsonschema.exceptions.best_match(validators()[title].iter_errors(document))
    return document, title, error and f'{error.json_path}: {error.message[:300]}'
