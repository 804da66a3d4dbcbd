# SPDX-License-Identifier: GPL-2.0-or-later
"""qapi-types-MODULE.h and qapi-types.c: C types, their names and how to free them."""

from .names import c_enum_const, c_name
from .types import Alternate, Array, Enum, Object, features_flags
from .writer import CFile


def _value_type(member_type):
    """The C type of a branch, which lies in the union itself."""
    return member_type.c if isinstance(member_type, Object) else member_type.c_type()


def declare(ctype, name):
    return f'{ctype}{name}' if ctype.endswith('*') else f'{ctype} {name}'


def _fields(members):
    lines = []
    for member in members:
        if member.has:
            lines.append(f'    bool {member.has};\n')
        lines.append(f'    {declare(member.type.c_type(), member.c)};\n')
    return ''.join(lines)


def _object_text(entity):
    text = _fields(entity.members)
    if entity.variants:
        text += '    union {\n'
        for value, branch in entity.variants:
            if not branch.is_empty:
                text += f'        {branch.c} {c_name(value)};\n'
        text += '    } u;\n'
    elif not text:
        text = '    char unused;\n'
    return f'struct {entity.c} {{\n{text}}};\n\n'


def _alternate_text(entity):
    text = '    QType type;\n    union {\n'
    for branch in entity.branches:
        text += f'        {declare(_value_type(branch.type), branch.c)};\n'
    return f'struct {entity.c} {{\n{text}    }} u;\n}};\n\n'


def _array_text(entity):
    return (f'struct {entity.c} {{\n    {entity.c} *next;\n'
            f'    {declare(entity.element.c_type(), "value")};\n}};\n\n')


def enum_header(entity):
    names = [c_enum_const(entity.name, value.name, entity.prefix) for value in entity.values]
    last = c_enum_const(entity.name, '_MAX', entity.prefix)
    text = ''.join(f'    {name},\n' for name in names)
    return (f'typedef enum {entity.c} {{\n{text}    {last},\n}} {entity.c};\n\n'
            f'extern const QEnumLookup {entity.c}_lookup;\n'
            f'#define {entity.c}_str(val) qapi_enum_lookup(&{entity.c}_lookup, (val))\n\n')


def enum_source(entity):
    def constant(value):
        return c_enum_const(entity.name, value.name, entity.prefix)

    names = ''.join(f'        [{constant(value)}] = "{value.name}",\n'
                    for value in entity.values)
    flags = [(constant(value), features_flags(value.features)) for value in entity.values]
    special = ''.join(f'        [{name}] = {flag},\n' for name, flag in flags if flag != '0')
    text = (f'const QEnumLookup {entity.c}_lookup = {{\n'
            f'    .array = (const char *const[]) {{\n{names}    }},\n'
            f'    .size = {len(entity.values)},\n')
    if special:
        text += (f'    .special_features = (const unsigned char[{len(flags)}]) {{\n'
                 f'{special}    }},\n')
    return text + '};\n\n'


def _free_source(entity):
    return f'''void qapi_free_{entity.c}({entity.c} *obj)
{{
    if (obj) {{
        Visitor *v = qapi_dealloc_visitor_new();

        visit_type_{entity.c}(v, NULL, &obj, NULL);
        visit_free(v);
    }}
}}

'''


def _order(entities):
    """Branches before the unions that hold them."""
    done = []

    def put(entity):
        if entity in done:
            return
        inner = []
        if isinstance(entity, Object):
            inner = [branch for _, branch in entity.variants]
        elif isinstance(entity, Alternate):
            inner = [branch.type for branch in entity.branches]
        for other in inner:
            if isinstance(other, Object) and other in entities:
                put(other)
        done.append(entity)

    for entity in entities:
        put(entity)
    return done


def _modules_used(entities, module):
    used = set()

    def note(type_):
        element = type_.element if isinstance(type_, Array) else type_
        if element.module and element.module != module:
            used.add(element.module)

    for entity in entities:
        if isinstance(entity, Object):
            for member in entity.members:
                note(member.type)
            for _, branch in entity.variants:
                note(branch)
            if entity.base:
                note(entity.base)
        elif isinstance(entity, Alternate):
            for branch in entity.branches:
                note(branch.type)
    return sorted(used)


def entities_of(schema, module):
    """Types of @module, split into enumerations, objects and alternates, and lists."""
    mine = [entity for entity in schema.types.values() if entity.module == module]
    enums = [entity for entity in mine if isinstance(entity, Enum)]
    others = [entity for entity in mine if isinstance(entity, (Object, Alternate))]
    arrays = [array for array in schema.arrays() if array.module == module]
    return enums, others, arrays


def generate(schema, module, source):
    """The header of @module; code is added to @source."""
    enums, others, arrays = entities_of(schema, module)
    header = CFile(f'qapi-types-{module}.h', f"types of qapi/{module}.json")
    header.include('qapi/qapi-builtin-types.h')
    for other in _modules_used(others, module):
        header.include_generated(f'qapi-types-{other}.h')
    source.include('qemu/osdep.h')
    source.include('qapi/dealloc-visitor.h')
    source.include_generated(f'qapi-types-{module}.h')
    source.include_generated(f'qapi-visit-{module}.h')
    for entity in enums:
        header.add(enum_header(entity))
        source.add(enum_source(entity))
    visible = [entity for entity in others if not entity.is_implicit]
    for entity in others + arrays:
        header.add(f'typedef struct {entity.c} {entity.c};\n')
    header.add('\n')
    for entity in _order(others):
        text = _object_text if isinstance(entity, Object) else _alternate_text
        header.add(text(entity))
    for entity in arrays:
        header.add(_array_text(entity))
    for entity in visible:
        if isinstance(entity, Object) and entity.base and not entity.base.is_implicit:
            base = entity.base.c
            header.add(f'static inline {base} *qapi_{entity.c}_base(const {entity.c} *obj)\n'
                       f'{{\n    return ({base} *)obj;\n}}\n\n')
    for entity in visible + arrays:
        header.add(f'void qapi_free_{entity.c}({entity.c} *obj);\n'
                   f'G_DEFINE_AUTOPTR_CLEANUP_FUNC({entity.c}, qapi_free_{entity.c})\n')
        source.add(_free_source(entity))
    return header
