# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads schema files: characters to expressions with their place and comment.

The language is JSON with single-quoted strings and '#' comments, and without
numbers and null. Objects remember the line of each key, so that later checks
can point at it.
"""

import os
import re


class SchemaError(Exception):
    """A mistake in the schema; the text begins with file:line."""

    def __init__(self, where, text):
        super().__init__(f'{where}: {text}')


class Place:
    """Where something was written."""

    def __init__(self, path, line):
        self.path = path
        self.line = line

    def __str__(self):
        return f'{self.path}:{self.line}'


class Doc:
    """A ## comment block: the name it documents, and the names it describes."""

    def __init__(self, place, lines):
        self.place = place
        self.name = None
        self.described = {}
        for number, line in enumerate(lines):
            found = re.match(r'@([A-Za-z0-9_.-]+):', line)
            if not found:
                continue
            if self.name is None:
                self.name = found.group(1)
            else:
                self.described.setdefault(found.group(1), place.line + 1 + number)


class Expr:
    """A top-level object of a schema file."""

    def __init__(self, value, place, doc, module):
        self.value = value
        self.place = place
        self.doc = doc
        self.module = module


_TOKEN = re.compile(r"""
    (?P<space>[ \t\r]+) | (?P<newline>\n) | (?P<comment>\#[^\n]*) |
    (?P<mark>[{}\[\]:,]) | (?P<word>[A-Za-z_][A-Za-z0-9_]*) |
    (?P<string>'(?:[^'\\\n]|\\['\\])*')
    """, re.VERBOSE)

_WORDS = {'true': True, 'false': False}


class _Reader:
    """One file. @tokens are (kind, value, line); kind is None at the end."""

    def __init__(self, path, text):
        self.path = path
        self.tokens = []
        self.docs = {}          # index of the token that follows: Doc
        self.at = 0
        self._split(text)

    def _fail(self, line, text):
        raise SchemaError(Place(self.path, line), text)

    def _split(self, text):
        line, pos, block = 1, 0, None
        while pos < len(text):
            found = _TOKEN.match(text, pos)
            if not found:
                what = "string without end" if text[pos] == "'" else f'stray {text[pos]!r}'
                self._fail(line, what)
            pos = found.end()
            kind, value = found.lastgroup, found.group()
            if kind == 'newline':
                line += 1
            elif kind == 'comment':
                block = self._take_comment(value, line, block)
            elif kind != 'space':
                if block is not None:
                    self._fail(block[0], "'##' comment without closing '##'")
                if kind == 'word':
                    if value not in _WORDS:
                        self._fail(line, f"'{value}' is no value; strings need quotes")
                    value = _WORDS[value]
                elif kind == 'string':
                    value = re.sub(r'\\(.)', r'\1', value[1:-1])
                self.tokens.append((kind, value, line))
        if block is not None:
            self._fail(block[0], "'##' comment without closing '##'")
        self.tokens.append((None, None, line))

    def _take_comment(self, text, line, block):
        if text.rstrip() == '##':
            if block is None:
                return (line, [])
            self.docs[len(self.tokens)] = Doc(Place(self.path, block[0]), block[1])
            return None
        if block is not None:
            block[1].append(text[1:].strip())
        return block

    def _next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _want(self, mark, context):
        kind, value, line = self._next()
        if kind != 'mark' or value != mark:
            self._fail(line, f"expected '{mark}' {context}")

    def _peek_mark(self, mark):
        kind, value, _ = self.tokens[self.at]
        return kind == 'mark' and value == mark

    def _value(self):
        kind, value, line = self._next()
        if kind in ('string', 'word'):
            return value
        if kind == 'mark' and value == '{':
            return self._object(line)
        if kind == 'mark' and value == '[':
            return self._list()
        self._fail(line, 'expected a value')

    def _object(self, line):
        result = Fields(Place(self.path, line))
        if self._peek_mark('}'):
            self._next()
            return result
        while True:
            kind, key, key_line = self._next()
            if kind != 'string':
                self._fail(key_line, 'expected a quoted key')
            if key in result:
                self._fail(key_line, f"key '{key}' is there twice")
            self._want(':', f"after key '{key}'")
            result[key] = self._value()
            result.places[key] = Place(self.path, key_line)
            if self._peek_mark(','):
                self._next()
                continue
            self._want('}', 'or a comma')
            return result

    def _list(self):
        result = []
        if self._peek_mark(']'):
            self._next()
            return result
        while True:
            result.append(self._value())
            if self._peek_mark(','):
                self._next()
                continue
            self._want(']', 'or a comma')
            return result

    def expressions(self):
        """Yields (value, place, doc)."""
        while self.tokens[self.at][0] is not None:
            doc = self.docs.get(self.at)
            kind, value, line = self._next()
            if kind != 'mark' or value != '{':
                self._fail(line, "expected '{'")
            yield self._object(line), Place(self.path, line), doc


class Fields(dict):
    """An object of the schema that knows where its keys are."""

    def __init__(self, place):
        super().__init__()
        self.place = place
        self.places = {}


def schema_read(path):
    """All expressions of @path and what it includes, depth first, each file once."""
    done = set()
    modules = []
    result = []

    def read(file, shown, asked_at):
        real = os.path.realpath(file)
        if real in done:
            return
        done.add(real)
        try:
            with open(file, encoding='utf-8') as stream:
                text = stream.read()
        except (OSError, UnicodeDecodeError) as err:
            reason = getattr(err, 'strerror', None) or str(err)
            raise SchemaError(asked_at, f"cannot read '{shown}': {reason}") from err
        module = os.path.splitext(os.path.basename(file))[0]
        if module in modules:
            raise SchemaError(asked_at, f"two files make module '{module}'")
        modules.append(module)
        for value, place, doc in _Reader(shown, text).expressions():
            if 'include' not in value:
                result.append(Expr(value, place, doc, module))
                continue
            target = value['include']
            if len(value) != 1 or not isinstance(target, str):
                raise SchemaError(place, "'include' takes a file name and nothing else")
            read(os.path.join(os.path.dirname(file), target),
                 os.path.join(os.path.dirname(shown), target), place)

    read(path, path, path)
    return modules, result
