# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of docs/ and the program tell of the same options, types, properties and commands.

A page tells of a word that it has in backquotes. Devices, their pages and the types on each are
those of the table in docs/devices/README.md, objects those of docs/objects.md.
"""
import os
import re

from taptest import main, test

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs')
NONE = ['-M', 'none', '-nodefaults', '-display', 'none']

SHARED = 'devices/virtio-mmio.md'  # tells of what all virtio devices have

# Properties that pages leave out: of every device or machine, made by the object model.
EVERYWHERE = {'id', 'bus', 'type'}


def page(name):
    with open(os.path.join(DOCS, name), encoding='utf-8') as file:
        return file.read()


def words(text):
    """Names in backquotes, of `name`, `name=VALUE`, `name arguments` and `name=a\\|b`."""
    return {word for quoted in re.findall(r'`([^`\n]+)`', text)
            for word in re.findall(r'^[\w.-]+', quoted)}


def rows(text, first):
    """Cells of the tables whose first title begins with @first."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r'(?<!\\)\|', line)[1:-1]]
        if not cells:
            inside = False
        elif inside and not set(cells[0]) <= set('-: '):
            yield cells
        elif cells[0].startswith(first):
            inside = True


def page_of_types(name):
    """Type to page, from the table of an index page."""
    folder = os.path.dirname(name)
    found = {}
    for cells in rows(page(name), 'type'):
        target = re.findall(r'\]\(([^)#]+)', cells[1])
        for kind in words(cells[0]):
            found[kind] = os.path.normpath(os.path.join(folder, target[0])) if target else name
    return found


def help_lines(text):
    """Property to description of a TYPE,help text."""
    return dict(re.findall(r'^ +([^\s=]+)=<(?:\w+<[^>]*>|[^>]*)>(?: +- (.*))?$', text, re.M))


def described(run, option, kind):
    """The properties of a type, each of which has a description."""
    found = help_lines(run.ok(option, kind + ',help'))
    empty = [name for name, text in found.items() if not re.sub(r'\(default: .*\)$', '', text)]
    assert not empty, '%s: no description of %s' % (kind, empty)
    return set(found) - EVERYWHERE


def listed(run, *option):
    return re.findall(r'^name "([^"]+)"', run.ok(*option), re.M)


def check_types(run, option, types, index):
    pages = page_of_types(index)
    assert set(types) <= set(pages), 'not in %s: %s' % (index, set(types) - set(pages))
    for kind in types:
        lacking = described(run, option, kind) - words(page(pages[kind])) - \
            words(page(SHARED) if kind.startswith('virt') else '')
        assert not lacking, '%s does not tell of %s of %s' % (pages[kind], sorted(lacking), kind)


def user_types(run):
    """Types of -device help that a user meets: not those of the tests, which have no page."""
    return [kind for kind in listed(run, '-device', 'help') if not kind.startswith('test-')]


@test
def each_device_has_a_page_with_its_properties(run):
    check_types(run, '-device', user_types(run), 'devices/README.md')


@test
def each_object_has_a_page_with_its_properties(run):
    types = re.findall(r'^  (\S+)$', run.ok('-object', 'help'), re.M)
    check_types(run, '-object', [t for t in types if not t.startswith('test-')], 'objects.md')


@test
def pages_make_no_property_up(run):
    there = {}
    for option, index in (('-device', 'devices/README.md'), ('-object', 'objects.md')):
        for kind, name in page_of_types(index).items():
            result = run.run(option, kind + ',help')
            found = set(help_lines(result.out)) if result.status == 0 else set()
            there[name] = there.get(name, set()) | found
            if kind.startswith('virtio-'):
                there[SHARED] = there.get(SHARED, set()) | found
    for name in sorted(there):
        for cells in rows(page(name), 'property'):
            made_up = words(cells[0]) - there[name]
            assert not made_up, '%s: there is no property %s' % (name, sorted(made_up))


@test
def character_devices_have_the_kinds_and_keys_of_their_page(run):
    text = page('character-devices.md')
    kinds = re.findall(r'^  (\S+) ', run.ok('-chardev', 'help'), re.M)
    assert set(kinds) == {word for cells in rows(text, 'kind') for word in words(cells[0])}, kinds
    told = {(key, kind) for cells in rows(text, 'key') for key in words(cells[0])
            for kind in (kinds if cells[1] == 'all' else words(cells[1]))}
    there = {(key, kind) for kind in kinds
             for key in help_lines(run.ok('-chardev', kind + ',help').replace(' (on/off)', ''))}
    assert told == there, (sorted(told - there), sorted(there - told))


@test
def machines_have_the_properties_of_their_page(run):
    text = page('devices/virt.md')
    there = set(help_lines(run.ok('-M', 'virt,help'))) | {'pflash0', 'pflash1'}  # of the object
    told = {word for cells in rows(text, 'option of') for word in words(cells[0])}
    assert told <= there, 'virt.md makes up %s' % sorted(told - there)
    everywhere = words(text) | words(page('command-line.md'))
    lacking = there - everywhere - EVERYWHERE
    assert not lacking, 'no page tells of %s' % sorted(lacking)


def option_names(text):
    return set(re.findall(r'(?:^  |, )-(\w[\w-]*)', text, re.M))


@test
def each_option_of_the_help_is_on_a_page(run):
    told = set()
    for top, _, names in os.walk(DOCS):
        for name in names:
            text = page(os.path.relpath(os.path.join(top, name), DOCS))
            told |= set(re.findall(r'[`\s/]--?([A-Za-z][\w-]*)', text))
    lacking = option_names(run.ok('-h')) - told
    assert not lacking, 'no page tells of %s' % sorted('-' + name for name in lacking)


@test
def options_of_the_command_lines_page_exist(run):
    there = option_names(run.ok('-h')) | {'hdb', 'hdc', 'hdd'}
    for cells in rows(page('command-line.md'), 'option'):
        for name in re.findall(r'`-([\w-]+)', cells[0]):
            assert name in there, 'command-line.md: there is no -%s' % name


@test
def the_monitors_commands_are_those_of_the_page(run):
    process, [qmp] = run.with_qmp(*NONE)
    commands = qmp.command('human-monitor-command', command_line='help')['return']
    items = qmp.command('human-monitor-command', command_line='info')['return']
    schema = {c['name'] for c in qmp.command('query-commands')['return']}
    qmp.command('quit')
    assert run.finish(process).status == 0
    text = page('control.md')
    there = {name for names in re.findall(r'^([\w?|-]+)', commands, re.M)
             for name in names.split('|')}
    told = {word for cells in rows(text, 'command') for quoted in re.findall('`([^`]+)`', cells[0])
            for word in re.findall(r'^[\w?-]+', quoted)} - {'off'}
    assert there == told, (sorted(there - told), sorted(told - there))
    there = set(re.findall(r'^info (\S+)', items, re.M))
    told = set(re.findall(r'`info ([\w-]+)', ''.join(c[0] for c in rows(text, '`info`'))))
    assert there == told, (sorted(there - told), sorted(told - there))
    named = {word for name in ('control.md', 'disks.md', 'saved-state.md', 'tracing.md')
             for word in words(page(name)) if re.match(r'(query|human|qmp|blockdev)[-_]\w', word)}
    assert named <= schema, sorted(named - schema)


main()
