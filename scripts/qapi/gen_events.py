# SPDX-License-Identifier: GPL-2.0-or-later
"""qapi-events-MODULE.h and qapi-events.c: functions that send events, and their numbers."""

from .gen_commands import modules_used
from .gen_types import declare, enum_header, enum_source
from .names import c_name
from .types import Enum, EnumValue
from .writer import CFile


def _signature(event):
    params = []
    if event.boxed:
        params.append(f'{event.arg.c} *arg')
    elif event.arg:
        for member in event.arg.members:
            if member.has:
                params.append(f'bool {member.has}')
            params.append(declare(member.type.c_param(), member.c))
    return (f'void qapi_event_send_{c_name(event.name.lower(), False)}'
            f'({", ".join(params) or "void"})')


def _visit_text(event):
    """Fills 'data' from the arguments."""
    if not event.arg or event.arg.is_empty:
        return '', ''
    variables = ''
    pointer = 'arg'
    if not event.boxed:
        fills = []
        for member in event.arg.members:
            if member.has:
                fills.append(f'        .{member.has} = {member.has},\n')
            cast = '(char *)' if member.type.name == 'str' else ''
            fills.append(f'        .{member.c} = {cast}{member.c},\n')
        variables = (f'    {event.arg.c} param = {{\n{"".join(fills)}    }};\n')
        pointer = '&param'
    return variables, f'''    v = qobject_output_visitor_new(&data);
    visit_start_struct(v, "{event.name}", NULL, 0, &error_abort);
    visit_type_{event.arg.c}_members(v, {pointer}, &error_abort);
    visit_check_struct(v, &error_abort);
    visit_end_struct(v, NULL);
    visit_complete(v, &data);
    visit_free(v);
'''


def _send_source(event):
    variables, visit = _visit_text(event)
    if visit:
        variables += '    QObject *data;\n    Visitor *v;\n'
    return f'''{_signature(event)}
{{
{variables}
    if (!qmp_event_is_wanted()) {{
        return;
    }}
{visit}    qmp_event_emit(QAPI_EVENT_{event.name}, "{event.name}", {'data' if visit else 'NULL'});
}}

'''.replace('{\n\n', '{\n')


def generate(schema, module, source):
    """The header of @module; code is added to @source."""
    header = CFile(f'qapi-events-{module}.h', f"events of qapi/{module}.json")
    header.include_generated(f'qapi-types-{module}.h')
    for header_name in ('qemu/osdep.h', 'qapi/error.h', 'qapi/qmp/event.h',
                        'qapi/qobject-output-visitor.h'):
        source.include(header_name)
    for header_name in ('qapi-emit-events.h', f'qapi-events-{module}.h',
                        f'qapi-visit-{module}.h'):
        source.include_generated(header_name)
    for event in schema.events:
        if event.module != module:
            continue
        for other in modules_used(event):
            header.include_generated(f'qapi-types-{other}.h')
        header.add(f'{_signature(event)};\n')
        source.add(_send_source(event))
    return header


def generate_enum(schema, source):
    """qapi-emit-events.h with QAPIEvent, whose names go to @source."""
    header = CFile('qapi-emit-events.h', 'the events by number')
    header.include('qapi/util.h')
    values = [EnumValue(event.name, []) for event in schema.events]
    entity = Enum('QAPIEvent', None, None, [], values, 'QAPI_EVENT')
    header.add(enum_header(entity))
    source.add(enum_source(entity))
    return header
