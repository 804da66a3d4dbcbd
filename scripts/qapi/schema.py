# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the expressions of a schema and links them to types and commands."""

from .names import c_name, name_problem
from .source import Fields, SchemaError, schema_read
from .types import (Alternate, Array, BUILTINS, Command, Enum, EnumValue, Event, Member,
                    Object)

_KINDS = ('enum', 'struct', 'union', 'alternate', 'command', 'event', 'pragma')
_KEYS = {
    'enum': ({'data'}, {'prefix', 'features'}),
    'struct': ({'data'}, {'base', 'features'}),
    'union': ({'base', 'discriminator', 'data'}, {'features'}),
    'alternate': ({'data'}, {'features'}),
    'command': (set(), {'data', 'returns', 'boxed', 'gen', 'success-response', 'allow-oob',
                        'allow-preconfig', 'coroutine', 'features'}),
    'event': (set(), {'data', 'boxed', 'features'}),
}
_FLAGS = {'allow-oob': 'QCO_ALLOW_OOB', 'allow-preconfig': 'QCO_ALLOW_PRECONFIG',
          'coroutine': 'QCO_COROUTINE'}
_PRAGMA_LISTS = ('command-name-exceptions', 'command-returns-exceptions',
                 'documentation-exceptions', 'member-name-exceptions')


class Schema:
    """The checked schema: @types, @commands and @events in the order written."""

    def __init__(self, path):
        self.modules, self._exprs = schema_read(path)
        self.types = {builtin.name: builtin for builtin in BUILTINS}
        self._arrays = {}
        self.commands = []
        self.events = []
        self._pragma = {key: set() for key in _PRAGMA_LISTS}
        self._doc_required = False
        self._c_names = {}
        self._pending = []      # (function, entity, value): second pass
        self.types['QType'] = Enum('QType', None, None, [], [
            EnumValue(name, []) for name in
            ('none', 'qnull', 'qnum', 'qstring', 'qdict', 'qlist', 'qbool')], 'QTYPE')
        for expr in self._exprs:
            self._define(expr)
        for link, entity, value in self._pending:
            link(entity, value)
        for entity in list(self.types.values()):
            if isinstance(entity, Object):
                self._object_check(entity)

    def arrays(self):
        """All list types that something uses or could use."""
        for entity in list(self.types.values()):
            if entity.module and not entity.is_implicit:
                self._array(entity)
        return list(self._arrays.values())

    # -- first pass: what is there ------------------------------------------

    def _define(self, expr):
        value = expr.value
        kinds = [kind for kind in _KINDS if kind in value]
        if len(kinds) != 1:
            known = ', '.join(_KINDS) + ' or include'
            raise SchemaError(expr.place, f'expected one definition of {known}')
        kind = kinds[0]
        if kind == 'pragma':
            self._pragma_set(expr)
            return
        name = value[kind]
        if not isinstance(name, str):
            raise SchemaError(expr.place, f"'{kind}' needs a name")
        needed, allowed = _KEYS[kind]
        for key in value:
            if key not in needed | allowed | {kind}:
                raise SchemaError(value.places[key], f"{kind} '{name}' has no key '{key}'")
        for key in sorted(needed - set(value)):
            raise SchemaError(expr.place, f"{kind} '{name}' lacks key '{key}'")
        self._name_check('type' if kind not in ('command', 'event') else kind, name, expr.place)
        self._doc_check(expr, kind, name)
        features = self._features(value.get('features'), expr.place)
        getattr(self, f'_{kind}_define')(name, expr, features)

    def _name_check(self, kind, name, place):
        lenient = kind == 'command' and name in self._pragma['command-name-exceptions']
        problem = name_problem(kind, name, lenient)
        if problem:
            raise SchemaError(place, problem)
        taken = self._c_names.get(c_name(name, False))
        if taken:
            raise SchemaError(place, f"'{name}' is defined twice, first at {taken}")
        if name in self.types:
            raise SchemaError(place, f"'{name}' is a built-in type")
        self._c_names[c_name(name, False)] = place

    def _pragma_set(self, expr):
        pragma = expr.value['pragma']
        if not isinstance(pragma, Fields) or len(expr.value) != 1:
            raise SchemaError(expr.place, "'pragma' takes an object")
        for key, value in pragma.items():
            if key == 'doc-required' and isinstance(value, bool):
                self._doc_required = value
            elif key in _PRAGMA_LISTS and isinstance(value, list):
                self._pragma[key].update(value)
            else:
                raise SchemaError(pragma.places[key], f"bad pragma '{key}'")

    def _doc_check(self, expr, kind, name):
        doc = expr.doc
        if doc is None or doc.name is None:
            if self._doc_required and name not in self._pragma['documentation-exceptions']:
                raise SchemaError(expr.place, f"{kind} '{name}' has no comment '@{name}:'")
            return
        if doc.name != name:
            raise SchemaError(doc.place, f"comment is about '{doc.name}', not '{name}'")
        data = expr.value.get('data')
        known = {'Features'}
        if isinstance(data, (dict, list)):
            known |= {self._item_name(item).lstrip('*') for item in data}
        if isinstance(expr.value.get('base'), dict):
            known |= {key.lstrip('*') for key in expr.value['base']}
        known |= set(self._features(expr.value.get('features'), expr.place))
        for described, line in doc.described.items():
            if isinstance(data, str) or described in known:
                continue
            raise SchemaError(f'{doc.place.path}:{line}',
                              f"comment of '{name}' describes unknown '{described}'")

    @staticmethod
    def _item_name(item):
        name = item.get('name') if isinstance(item, Fields) else item
        return name if isinstance(name, str) else ''

    def _features(self, value, place):
        if value is None:
            return []
        if not isinstance(value, list):
            raise SchemaError(place, "'features' takes a list of names")
        names = [self._item_name(item) for item in value]
        for number, name in enumerate(names):
            if not name or name in names[:number]:
                raise SchemaError(place, f"feature '{name}' is empty or given twice")
        return names

    def _enum_define(self, name, expr, features):
        data = expr.value['data']
        place = expr.value.places['data']
        if not isinstance(data, list):
            raise SchemaError(place, f"data of enum '{name}' must be a list")
        lenient = name in self._pragma['member-name-exceptions']
        values, seen = [], set()
        for item in data:
            value = self._item_name(item)
            if not value:
                raise SchemaError(place, f"enum '{name}' has a value without name")
            problem = name_problem('value', value, lenient)
            if problem or c_name(value, False) in seen:
                raise SchemaError(place, problem or f"value '{value}' is there twice")
            seen.add(c_name(value, False))
            own = item.get('features') if isinstance(item, Fields) else None
            values.append(EnumValue(value, self._features(own, place)))
        prefix = expr.value.get('prefix')
        self.types[name] = Enum(name, expr.place, expr.module, features, values, prefix)

    def _struct_define(self, name, expr, features):
        entity = Object(name, expr.place, expr.module, features)
        self.types[name] = entity
        self._pending.append((self._struct_link, entity, expr.value))

    def _union_define(self, name, expr, features):
        entity = Object(name, expr.place, expr.module, features)
        self.types[name] = entity
        self._pending.append((self._union_link, entity, expr.value))

    def _alternate_define(self, name, expr, features):
        entity = Alternate(name, expr.place, expr.module, features)
        self.types[name] = entity
        self._pending.append((self._alternate_link, entity, expr.value))

    def _command_define(self, name, expr, features):
        entity = Command(name, expr.place, expr.module, features)
        self.commands.append(entity)
        self._pending.append((self._command_link, entity, expr.value))

    def _event_define(self, name, expr, features):
        entity = Event(name, expr.place, expr.module, features)
        self.events.append(entity)
        self._pending.append((self._event_link, entity, expr.value))

    # -- second pass: what refers to what -----------------------------------

    def _array(self, element):
        return self._arrays.setdefault(element.name, Array(element))

    def _type(self, value, place, what):
        if isinstance(value, list):
            if len(value) != 1 or not isinstance(value[0], str):
                raise SchemaError(place, f"{what}: a list names one element type")
            return self._array(self._type(value[0], place, what))
        if not isinstance(value, str):
            raise SchemaError(place, f'{what}: expected the name of a type')
        found = self.types.get(value)
        if not found:
            raise SchemaError(place, f"{what} uses unknown type '{value}'")
        return found

    def _members(self, fields, owner):
        if not isinstance(fields, Fields):
            raise SchemaError(owner.place, f"members of '{owner.name}' must be an object")
        lenient = owner.name in self._pragma['member-name-exceptions']
        members = []
        for key, value in fields.items():
            place = fields.places[key]
            name, optional = key.lstrip('*'), key.startswith('*')
            problem = name_problem('member', name, lenient)
            if problem:
                raise SchemaError(place, problem)
            features = []
            if isinstance(value, Fields):
                if set(value) - {'type', 'features'} or 'type' not in value:
                    raise SchemaError(place, f"member '{name}' takes 'type' and 'features'")
                features = self._features(value.get('features'), place)
                value = value['type']
            type_ = self._type(value, place, f"member '{name}' of '{owner.name}'")
            members.append(Member(name, type_, optional, features, place))
        return members

    def _object_named(self, value, place, what):
        found = self._type(value, place, what)
        if not isinstance(found, Object):
            raise SchemaError(place, f"{what}: '{value}' is no struct or union")
        return found

    def _struct_link(self, entity, value):
        entity.local = self._members(value['data'], entity)
        if 'base' in value:
            place = value.places['base']
            entity.base = self._object_named(value['base'], place, f"base of '{entity.name}'")

    def _implicit(self, suffix, owner, fields):
        entity = Object(f'q_obj_{c_name(owner.name, False)}_{suffix}', owner.place,
                        owner.module, [], implicit=True)
        entity.local = self._members(fields, entity)
        self.types[entity.name] = entity
        return entity

    def _union_link(self, entity, value):
        place = value.places['base']
        if isinstance(value['base'], Fields):
            entity.base = self._implicit('base', entity, value['base'])
        else:
            entity.base = self._object_named(value['base'], place, f"base of '{entity.name}'")
        if not isinstance(value['data'], Fields):
            raise SchemaError(value.places['data'], 'branches of a union must be an object')
        for key, branch in value['data'].items():
            where = value['data'].places[key]
            if isinstance(branch, Fields):
                branch = branch.get('type')
            what = f"branch '{key}' of '{entity.name}'"
            entity.variants.append((key, self._object_named(branch, where, what), where))
        entity.tag = value['discriminator']

    def _alternate_link(self, entity, value):
        place = value.places['data']
        if not isinstance(value['data'], Fields) or not value['data']:
            raise SchemaError(place, f"alternate '{entity.name}' needs branches")
        seen = {}
        for member in self._members(value['data'], entity):
            qtype = member.type.qtype
            if qtype is None or member.optional:
                raise SchemaError(member.place,
                                  f"'{member.name}' cannot be a branch of an alternate")
            if qtype in seen:
                raise SchemaError(member.place, f"branches '{seen[qtype]}' and "
                                  f"'{member.name}' cannot be told apart")
            seen[qtype] = member.name
            entity.branches.append(member)

    def _argument_link(self, entity, value):
        entity.boxed = value.get('boxed', False)
        data = value.get('data')
        if isinstance(data, Fields):
            entity.arg = self._implicit('arg', entity, data)
        elif data is not None:
            entity.arg = self._object_named(data, value.places['data'], f"'{entity.name}'")
            if entity.arg.variants and not entity.boxed:
                raise SchemaError(entity.place, f"union '{data}' needs 'boxed': true")
        elif entity.boxed:
            raise SchemaError(entity.place, "'boxed' needs 'data'")

    def _command_link(self, entity, value):
        self._argument_link(entity, value)
        for key in ('gen', 'success-response', 'boxed', *_FLAGS):
            if not isinstance(value.get(key, True), bool):
                raise SchemaError(value.places[key], f"'{key}' is true or false")
        entity.gen = value.get('gen', True)
        entity.flags = [flag for key, flag in _FLAGS.items() if value.get(key)]
        if not value.get('success-response', True):
            entity.flags.append('QCO_NO_SUCCESS_RESP')
        if 'returns' not in value:
            return
        place = value.places['returns']
        entity.ret = self._type(value['returns'], place, f"'{entity.name}'")
        element = entity.ret.element if isinstance(entity.ret, Array) else entity.ret
        exceptions = self._pragma['command-returns-exceptions']
        if not isinstance(element, Object) and entity.name not in exceptions:
            raise SchemaError(place, f"'{entity.name}' must return an object or a list of these")

    def _event_link(self, entity, value):
        self._argument_link(entity, value)

    # -- third pass: whole objects ------------------------------------------

    def _object_check(self, entity):
        walk, chain = entity, [entity]
        while walk.base:
            walk = walk.base
            if walk in chain:
                raise SchemaError(entity.place, f"'{entity.name}' is a base of itself")
            chain.append(walk)
        if entity.base and entity.base.variants:
            raise SchemaError(entity.place, f"base of '{entity.name}' is a union")
        common = self._clash_check(entity.members, {}, entity)
        if not entity.tag:
            return
        found = [member for member in entity.members if member.name == entity.tag]
        if not found or found[0].optional or not isinstance(found[0].type, Enum):
            raise SchemaError(entity.place, f"discriminator '{entity.tag}' of '{entity.name}' "
                              'must be an enum among its base members, not optional')
        entity.tag = found[0]
        values = {value.name for value in entity.tag.type.values}
        for name, branch, place in entity.variants:
            if name not in values:
                raise SchemaError(place, f"branch '{name}' is no value of "
                                  f"'{entity.tag.type.name}'")
            self._clash_check(branch.members, dict(common), entity)
        entity.variants = [(name, branch) for name, branch, _ in entity.variants]

    @staticmethod
    def _clash_check(members, seen, entity):
        for member in members:
            if member.c in seen:
                raise SchemaError(member.place, f"member '{member.name}' collides with "
                                  f"another of '{entity.name}'")
            seen[member.c] = member
        return seen
