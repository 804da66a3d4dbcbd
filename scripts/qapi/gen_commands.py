# SPDX-License-Identifier: GPL-2.0-or-later
"""qapi-commands-MODULE.h and qapi-commands.[ch]: from arguments to calls, and their table."""

from .gen_types import declare
from .names import c_name
from .types import Alternate, Array, Object, features_flags
from .writer import CFile


def _handler_declare(command):
    if not command.gen:
        return (f'void qmp_{c_name(command.name, False)}(QDict *args, QObject **ret, '
                'Error **errp);\n')
    params = ''
    if command.boxed:
        params = f'{command.arg.c} *arg, '
    elif command.arg:
        for member in command.arg.members:
            if member.has:
                params += f'bool {member.has}, '
            params += f'{declare(member.type.c_param(), member.c)}, '
    result = command.ret.c_type() if command.ret else 'void'
    return declare(result, f'qmp_{c_name(command.name, False)}({params}Error **errp);\n')


def _call_text(command):
    params = ''
    if command.boxed:
        params = '&arg, '
    elif command.arg:
        for member in command.arg.members:
            if member.has:
                params += f'arg.{member.has}, '
            params += f'arg.{member.c}, '
    return f'qmp_{c_name(command.name, False)}({params}&err)'


def _free_text(command):
    """How to release what the handler returned; '' if it is a plain value."""
    ret = command.ret
    if isinstance(ret, (Array, Object, Alternate)):
        return f'qapi_free_{ret.c}(result)'
    return {'str': 'g_free(result)', 'any': 'qobject_unref(result)',
            'null': 'qobject_unref(result)'}.get(ret.name, '')


def _result_text(command):
    free = _free_text(command)
    free = f'        {free};\n' if free else ''
    return f'''    result = {_call_text(command)};
    if (err) {{
        error_propagate(errp, err);
    }} else {{
        Visitor *out = qobject_output_visitor_new(ret);

        if (visit_type_{command.ret.c}(out, NULL, &result, errp)) {{
            visit_complete(out, ret);
        }}
        visit_free(out);
{free}    }}
'''


def _marshal_source(command):
    name = c_name(command.name, False)
    variables = ''
    members = 'true'
    if command.arg:
        variables += f'    {command.arg.c} arg = {{ 0 }};\n'
        members = f'visit_type_{command.arg.c}_members(v, &arg, errp)'
    if command.ret:
        variables += f'    {declare(command.ret.c_type(), "result")};\n'
        call = _result_text(command)
    else:
        call = f'    {_call_text(command)};\n    error_propagate(errp, err);\n'
    clear = ''
    if command.arg:
        clear = f'''    v = qapi_dealloc_visitor_new();
    visit_start_struct(v, NULL, NULL, 0, NULL);
    visit_type_{command.arg.c}_members(v, &arg, NULL);
    visit_end_struct(v, NULL);
    visit_free(v);
'''
    return f'''void qmp_marshal_{name}(QDict *args, QObject **ret, Error **errp)
{{
    Error *err = NULL;
    Visitor *v = qobject_input_visitor_new(QOBJECT(args));
    bool ok = false;
{variables}
    if (visit_start_struct(v, NULL, NULL, 0, errp)) {{
        ok = {members} && visit_check_struct(v, errp);
        visit_end_struct(v, NULL);
    }}
    visit_free(v);
    if (!ok) {{
        goto out;
    }}
{call}
out:
{clear or '    return;' + chr(10)}}}

'''


def modules_used(entity):
    """Modules whose types the declaration of a command or event needs."""
    types = [entity.arg, getattr(entity, 'ret', None)]
    if entity.arg:
        types += [member.type for member in entity.arg.members]
    owners = [type_.element if isinstance(type_, Array) else type_ for type_ in types if type_]
    return sorted({owner.module for owner in owners} - {None})


def generate(schema, module, source):
    """The header of @module; code is added to @source."""
    header = CFile(f'qapi-commands-{module}.h', f"commands of qapi/{module}.json")
    header.include('qapi/qmp/dispatch.h')
    header.include_generated(f'qapi-types-{module}.h')
    for header_name in ('qemu/osdep.h', 'qapi/dealloc-visitor.h', 'qapi/error.h',
                        'qapi/qobject-input-visitor.h', 'qapi/qobject-output-visitor.h'):
        source.include(header_name)
    for header_name in ('qapi-commands.h', f'qapi-visit-{module}.h'):
        source.include_generated(header_name)
    for command in schema.commands:
        if command.module != module:
            continue
        for other in modules_used(command):
            header.include_generated(f'qapi-types-{other}.h')
        header.add(_handler_declare(command))
        if command.gen:
            header.add(f'void qmp_marshal_{c_name(command.name, False)}(QDict *args, '
                       'QObject **ret, Error **errp);\n')
            source.add(_marshal_source(command))
    return header


def generate_table(schema, source):
    """qapi-commands.h, and the table of all commands, sorted by name, in @source."""
    header = CFile('qapi-commands.h', 'all commands')
    for module in schema.modules:
        header.include_generated(f'qapi-commands-{module}.h')
    rows = ''
    for command in sorted(schema.commands, key=lambda command: command.name):
        function = ('qmp_marshal_' if command.gen else 'qmp_') + c_name(command.name, False)
        rows += (f'    {{ "{command.name}", {function}, '
                 f'{" | ".join(command.flags) or "QCO_NO_OPTIONS"}, '
                 f'{features_flags(command.features)} }},\n')
    source.add(f'const QmpCommand qapi_command_table[] = {{\n{rows}}};\n\n'
               f'const size_t qapi_command_count = {len(schema.commands)};\n')
    return header
