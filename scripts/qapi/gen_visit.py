# SPDX-License-Identifier: GPL-2.0-or-later
"""qapi-visit-MODULE.h and qapi-visit.c: walks over the generated types."""

from .gen_types import entities_of
from .names import c_enum_const, c_name
from .types import Array, Object, features_flags
from .writer import CFile


def _member_text(member):
    call = f'visit_type_{member.type.c}(v, "{member.name}", &obj->{member.c}, errp)'
    checks = ''
    flags = features_flags(member.features)
    if flags != '0':
        checks = (f'        if (visit_policy_reject(v, "{member.name}", {flags}, errp)) {{\n'
                  f'            return false;\n        }}\n')
    if not member.optional:
        condition = f'!{call}'
        return (f'    if (!visit_policy_skip(v, "{member.name}", {flags})) {{\n{checks}'
                f'        if ({condition}) {{\n            return false;\n        }}\n    }}\n'
                if checks else f'    if ({condition}) {{\n        return false;\n    }}\n')
    has = f'obj->{member.has}'
    before = ''
    if not member.has:
        has = f'has_{c_name(member.name, False)}'
        before = f'    bool {has} = obj->{member.c} != NULL;\n\n'
    inner = (f'    if (visit_optional(v, "{member.name}", &{has})) {{\n{checks}'
             f'        if (!{call}) {{\n            return false;\n        }}\n    }}\n')
    if not before:
        return inner
    shifted = ''.join(f'    {line}\n' if line else '\n' for line in (before + inner).split('\n')
                      [:-1])
    return f'    {{\n{shifted}    }}\n'


def _members_source(entity):
    text = f'''bool visit_type_{entity.c}_members(Visitor *v, {entity.c} *obj, Error **errp)
{{
'''
    if entity.base:
        text += (f'    if (!visit_type_{entity.base.c}_members(v, ({entity.base.c} *)obj, '
                 'errp)) {\n        return false;\n    }\n')
    text += ''.join(_member_text(member) for member in entity.local)
    if entity.variants:
        text += f'    switch (obj->{entity.tag.c}) {{\n'
        for value, branch in entity.variants:
            if branch.is_empty:
                continue
            constant = c_enum_const(entity.tag.type.name, value, entity.tag.type.prefix)
            text += (f'    case {constant}:\n        return visit_type_{branch.c}_members('
                     f'v, &obj->u.{c_name(value)}, errp);\n')
        text += '    default:\n        break;\n    }\n'
    return text + '    return true;\n}\n\n'


def _signature(entity, pointer):
    return (f'bool visit_type_{entity.c}(Visitor *v, const char *name, '
            f'{entity.c} {pointer}obj, Error **errp)')


def _visit_source(entity, start, walk, end):
    return f'''{_signature(entity, '**')}
{{
    bool ok = false;

    if (!visit_start_{start}, errp)) {{
        return false;
    }}
{walk}    visit_end_{end}(v, (void **)obj);
    if (!ok && visit_is_input(v)) {{
        qapi_free_{entity.c}(*obj);
        *obj = NULL;
    }}
    return ok;
}}

'''


def _object_source(entity):
    walk = f'''    if (!*obj) {{
        /* only the freeing of a value that was never completed comes here */
        g_assert(visit_is_dealloc(v));
        ok = true;
    }} else {{
        ok = visit_type_{entity.c}_members(v, *obj, errp) && visit_check_struct(v, errp);
    }}
'''
    return _visit_source(entity, f'struct(v, name, (void **)obj, sizeof({entity.c})', walk,
                         'struct')


def _array_source(entity):
    walk = f'''    ok = true;
    for ({entity.c} *tail = *obj; tail;
         tail = ({entity.c} *)visit_next_list(v, (GenericList *)tail, sizeof(*tail))) {{
        ok = visit_type_{entity.element.c}(v, NULL, &tail->value, errp);
        if (!ok) {{
            break;
        }}
    }}
    ok = ok && visit_check_list(v, errp);
'''
    return _visit_source(entity, f'list(v, name, (GenericList **)obj, sizeof(**obj)', walk,
                         'list')


_BRANCH_OBJECT = '''    case {qtype}:
        if (!visit_start_struct(v, name, NULL, 0, errp)) {{
            break;
        }}
        ok = visit_type_{type}_members(v, &(*obj)->u.{name}, errp) &&
             visit_check_struct(v, errp);
        visit_end_struct(v, NULL);
        break;
'''
_BRANCH_OTHER = '''    case {qtype}:
        ok = visit_type_{type}(v, name, &(*obj)->u.{name}, errp);
        break;
'''


def _alternate_source(entity):
    walk = '''    if (!*obj) {
        /* only the freeing of a value that was never completed comes here */
        g_assert(visit_is_dealloc(v));
        visit_end_alternate(v, (void **)obj);
        return true;
    }
    switch ((*obj)->type) {
'''
    wanted = []
    for branch in entity.branches:
        text = _BRANCH_OBJECT if isinstance(branch.type, Object) else _BRANCH_OTHER
        walk += text.format(qtype=branch.type.qtype, type=branch.type.c, name=branch.c)
        wanted.append(branch.type.json_type)
    walk += f'''    case QTYPE_NONE:
        /* input that began no branch */
        ok = visit_is_dealloc(v);
        break;
    default:
        error_setg(errp, QERR_INVALID_PARAMETER_TYPE, name ? name : "null",
                   "{' or '.join(wanted)}");
        /* nothing of a branch is there to be freed */
        (*obj)->type = QTYPE_NONE;
    }}
'''
    return _visit_source(entity, 'alternate(v, name, (GenericAlternate **)obj, '
                         f'sizeof({entity.c})', walk, 'alternate')


def generate(schema, module, source):
    """The header of @module; code is added to @source."""
    enums, others, arrays = entities_of(schema, module)
    header = CFile(f'qapi-visit-{module}.h', f"visits of qapi/{module}.json")
    header.include('qapi/qapi-builtin-visit.h')
    header.include_generated(f'qapi-types-{module}.h')
    source.include('qemu/osdep.h')
    source.include('qapi/error.h')
    source.include('qapi/qmp/qerror.h')
    source.include_generated(f'qapi-visit-{module}.h')
    for entity in enums:
        header.add(f"{_signature(entity, '*')};\n")
        source.add(_enum_source(entity))
    for entity in others:
        if isinstance(entity, Object):
            header.add(f'bool visit_type_{entity.c}_members(Visitor *v, {entity.c} *obj, '
                       'Error **errp);\n')
            source.add(_members_source(entity))
    for entity in others + arrays:
        if entity.is_implicit:
            continue
        header.add(f"{_signature(entity, '**')};\n")
        if isinstance(entity, Array):
            source.add(_array_source(entity))
        elif isinstance(entity, Object):
            source.add(_object_source(entity))
        else:
            source.add(_alternate_source(entity))
    return header


def _enum_source(entity):
    return f'''{_signature(entity, '*')}
{{
    int value = *obj;
    bool ok = visit_type_enum(v, name, &value, &{entity.c}_lookup, errp);

    *obj = value;
    return ok;
}}

'''
