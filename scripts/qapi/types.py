# SPDX-License-Identifier: GPL-2.0-or-later
"""What a schema consists of, as the generators see it."""

from .names import c_name

SPECIAL_FEATURES = {'deprecated': 'QAPI_FEATURE_DEPRECATED', 'unstable': 'QAPI_FEATURE_UNSTABLE'}


class Entity:
    """Anything with a name: a type, a command, an event."""

    def __init__(self, name, place=None, module=None, features=()):
        self.name = name
        self.place = place
        self.module = module
        self.features = list(features)

    @property
    def c(self):
        return c_name(self.name, False)


def features_flags(features):
    """The special ones as a C expression, '0' if there are none."""
    flags = [SPECIAL_FEATURES[name] for name in features if name in SPECIAL_FEATURES]
    return ' | '.join(flags) or '0'


class Type(Entity):
    """Base of all types. @qtype: what JSON value starts it."""

    qtype = 'QTYPE_QDICT'
    json_type = 'object'
    is_pointer = True           # NULL can stand for "not there"
    is_implicit = False

    def c_type(self):
        return f'{self.c} *'

    def c_param(self):
        return self.c_type()


class Builtin(Type):
    def __init__(self, name, ctype, json_type, qtype):
        super().__init__(name)
        self.ctype = ctype
        self.json_type = json_type
        self.qtype = qtype
        self.is_pointer = ctype.endswith('*')

    def c_type(self):
        return self.ctype

    def c_param(self):
        return 'const char *' if self.name == 'str' else self.ctype


BUILTINS = [Builtin(*row) for row in (
    ('str', 'char *', 'string', 'QTYPE_QSTRING'),
    ('number', 'double', 'number', 'QTYPE_QNUM'),
    ('int', 'int64_t', 'int', 'QTYPE_QNUM'),
    *((f'{sign}int{bits}', f'{sign}int{bits}_t', 'int', 'QTYPE_QNUM')
      for sign in ('', 'u') for bits in (8, 16, 32, 64)),
    ('size', 'uint64_t', 'int', 'QTYPE_QNUM'),
    ('bool', 'bool', 'boolean', 'QTYPE_QBOOL'),
    ('any', 'QObject *', 'value', None),
    ('null', 'QNull *', 'null', 'QTYPE_QNULL'))]


class EnumValue:
    def __init__(self, name, features):
        self.name = name
        self.features = features


class Enum(Type):
    qtype = 'QTYPE_QSTRING'
    json_type = 'string'
    is_pointer = False

    def __init__(self, name, place, module, features, values, prefix):
        super().__init__(name, place, module, features)
        self.values = values
        self.prefix = prefix

    def c_type(self):
        return self.c


class Array(Type):
    """A list. Its module is that of its elements."""

    qtype = 'QTYPE_QLIST'
    json_type = 'array'
    is_pointer = False          # NULL is the empty list

    def __init__(self, element):
        super().__init__(element.name + 'List', element.place, element.module)
        self.element = element


class Member:
    def __init__(self, name, type_, optional, features, place):
        self.name = name
        self.type = type_
        self.optional = optional
        self.features = features
        self.place = place

    @property
    def c(self):
        return c_name(self.name)

    @property
    def has(self):
        """Name of the has_ flag that goes with it, or None."""
        if self.optional and not self.type.is_pointer:
            return f'has_{c_name(self.name, False)}'
        return None


class Object(Type):
    """A structure; with @variants a union, whose @tag is one of the members."""

    def __init__(self, name, place, module, features, implicit=False):
        super().__init__(name, place, module, features)
        self.base = None
        self.local = []
        self.tag = None
        self.variants = []      # (value of the tag, Object or None)
        self.is_implicit = implicit

    @property
    def members(self):
        """Inherited ones first."""
        return (self.base.members if self.base else []) + self.local

    @property
    def is_empty(self):
        return not self.members and not self.variants


class Alternate(Type):
    qtype = None
    json_type = 'value'

    def __init__(self, name, place, module, features):
        super().__init__(name, place, module, features)
        self.branches = []      # Member


class Command(Entity):
    def __init__(self, name, place, module, features):
        super().__init__(name, place, module, features)
        self.arg = None
        self.ret = None
        self.boxed = False
        self.gen = True
        self.flags = []


class Event(Entity):
    def __init__(self, name, place, module, features):
        super().__init__(name, place, module, features)
        self.arg = None
        self.boxed = False
