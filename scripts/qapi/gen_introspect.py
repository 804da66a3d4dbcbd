# SPDX-License-Identifier: GPL-2.0-or-later
"""qapi-introspect.[ch]: the answer of query-qmp-schema, as one JSON text.

Names of types are not part of the interface, so they become numbers; only what
commands and events reach is told. The text is read-only data that nothing
touches before a client asks.
"""

import json

from .types import Alternate, Array, Builtin, Enum, Object
from .writer import CFile

_INT_LIKE = 'int'


class _Introspection:
    def __init__(self):
        self.infos = []
        self._names = {}
        self._queue = []
        self._empty = Object('q_empty', None, None, [], implicit=True)

    def _name(self, type_):
        """The masked name; queues the type when it is seen first."""
        type_ = type_ or self._empty
        if isinstance(type_, Builtin) and type_.json_type == 'int':
            return self._builtin(_INT_LIKE, type_)
        if isinstance(type_, Builtin):
            return self._builtin(type_.name, type_)
        if isinstance(type_, Array):
            name = f'[{self._name(type_.element)}]'
            # All integers are one type here, and so are arrays of them.
            if type_ not in self._names and name in self._names:
                self._names[type_] = name
            self._names[name] = name
        else:
            name = self._names.get(type_) or str(len(self._names))
        if type_ not in self._names:
            self._names[type_] = name
            self._queue.append(type_)
        return name

    def _builtin(self, name, type_):
        if name not in self._names:
            self._names[name] = name
            self._put(name, 'builtin', {'json-type': type_.json_type})
        return name

    def _put(self, name, meta, more, features=()):
        info = {'name': name, 'meta-type': meta, **more}
        if features:
            info['features'] = list(features)
        self.infos.append(info)

    def _member(self, member):
        info = {'name': member.name, 'type': self._name(member.type)}
        if member.optional:
            info['default'] = None
        if member.features:
            info['features'] = member.features
        return info

    def _type(self, type_):
        name = self._name(type_)
        if isinstance(type_, Array):
            self._put(name, 'array', {'element-type': self._name(type_.element)})
        elif isinstance(type_, Enum):
            members = []
            for value in type_.values:
                info = {'name': value.name}
                if value.features:
                    info['features'] = value.features
                members.append(info)
            self._put(name, 'enum', {'members': members,
                                     'values': [value.name for value in type_.values]},
                      type_.features)
        elif isinstance(type_, Alternate):
            members = [{'type': self._name(branch.type)} for branch in type_.branches]
            self._put(name, 'alternate', {'members': members}, type_.features)
        else:
            more = {'members': [self._member(member) for member in type_.members]}
            if type_.tag:
                branches = dict(type_.variants)
                more['tag'] = type_.tag.name
                more['variants'] = [
                    {'case': value.name, 'type': self._name(branches.get(value.name))}
                    for value in type_.tag.type.values]
            self._put(name, 'object', more, type_.features)

    def run(self, schema):
        for command in sorted(schema.commands, key=lambda command: command.name):
            more = {'arg-type': self._name(command.arg), 'ret-type': self._name(command.ret)}
            if 'QCO_ALLOW_OOB' in command.flags:
                more['allow-oob'] = True
            self._put(command.name, 'command', more, command.features)
        for event in sorted(schema.events, key=lambda event: event.name):
            self._put(event.name, 'event', {'arg-type': self._name(event.arg)}, event.features)
        while self._queue:
            self._type(self._queue.pop(0))
        return self.infos


def generate(schema):
    header = CFile('qapi-introspect.h', 'the schema for clients')
    source = CFile('qapi-introspect.c', 'the schema for clients')
    header.add('/* A JSON list of SchemaInfo; see qapi/introspect.json. */\n'
               'extern const char qapi_introspect_json[];\n')
    source.include('qemu/osdep.h')
    source.include_generated('qapi-introspect.h')
    infos = _Introspection().run(schema)
    lines = []
    for number, info in enumerate(infos):
        text = json.dumps(info, separators=(',', ':'))
        text = ('[' if number == 0 else ',') + text
        for at in range(0, len(text), 72):
            piece = text[at:at + 72].replace('\\', '\\\\').replace('"', '\\"')
            lines.append(f'    "{piece}"\n')
    lines.append('    "]"' if infos else '    "[]"')
    source.add(f'const char qapi_introspect_json[] =\n{"".join(lines)};\n')
    return [header, source]
