/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a QMP client that sends anything. The first byte of the
 * input chooses between the bytes as they are and requests put together from
 * the names of commands, arguments and values that exist, as the input says.
 *
 * Whatever is made is taken away after each run. File names are kept inside
 * of a scratch folder, and chardevs that reach out of the process are avoided.
 */
#include "qemu/osdep.h"
#include "qapi/qmp/dispatch.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"
#include "qemu/log.h"
#include "sysemu/runstate.h"
#include "tests/unit/monitor/monitor-harness.h"
#include "trace/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARGUMENTS_MAX 6
#define REQUESTS_MAX 16

static const char *const argument_names[] = {
    "enable", "id", "backend", "fdname", "fdset-id", "opaque", "fd", "option",
    "command-line", "cpu-index", "path", "property", "value", "typename",
    "implements", "abstract", "qom-type", "size", "merge", "dump", "share",
    "driver", "bus", "name", "ignore-unavailable", "reboot", "shutdown",
    "panic", "watchdog", "val", "host-nodes", "policy", "x",
};

static const char *const argument_values[] = {
    "null", "true", "false", "0", "1", "-1", "4096", "9223372036854775807",
    "18446744073709551615", "1.5", "\"\"", "\"a\"", "\"m0\"", "\"m1\"",
    "\"on\"", "\"off\"", "\"reset\"", "\"pause\"", "\"none\"", "\"help\"",
    "\"memory-backend-ram\"", "\"memory-backend-memfd\"", "\"device\"",
    "\"object\"", "\"container\"", "\"unimplemented-device\"", "\"type\"",
    "\"/\"", "\"/objects\"", "\"/objects/m0\"", "\"/machine\"", "\"/chardevs\"",
    "\"size\"", "\"share\"", "\"*\"", "\"qmp_*\"", "\"monitor_event_emit\"",
    "\"bind\"", "\"default\"", "[]", "[0]", "{}", "{\"type\": \"null\"}",
    "{\"type\": \"null\", \"data\": {}}",
    "{\"type\": \"ringbuf\", \"data\": {\"size\": 16}}",
    "\"info qtree\"", "\"info qom-tree\"", "\"info mtree -f -d -o\"",
    "\"info status\"", "\"help\"", "\"p 1 + (2 * 3)\"", "\"p/c $pc\"",
    "\"xp/4xb 0\"", "\"x 0\"", "\"sum 0 16\"", "\"stop\"", "\"cont\"",
    "\"object_add memory-backend-ram,id=m1,size=4k\"", "\"object_del m1\"",
    "\"device_add help\"", "\"device_add unimplemented-device,size=1\"",
    "\"qom-list\"", "\"qom-get /objects/m0 size\"", "\"chardev-add null,id=c\"",
    "\"qom-set -j /objects/m0 share true\"", "\"info trace-events\"",
};

static Client *client;

/* Takes the next byte of the input; 0 when it is used up. */
static uint8_t input_byte(const uint8_t **at, const uint8_t *end)
{
    return *at < end ? *(*at)++ : 0;
}

static void request_append(GString *out, const uint8_t **at, const uint8_t *end)
{
    size_t command = input_byte(at, end) % qapi_command_count;
    int count = input_byte(at, end) % ARGUMENTS_MAX;

    g_string_append_printf(out, "{\"execute\": \"%s\", \"arguments\": {",
                           qapi_command_table[command].name);
    for (int i = 0; i < count; i++) {
        uint8_t name = input_byte(at, end), value = input_byte(at, end);

        g_string_append_printf(
            out, "%s\"%s\": %s", i ? ", " : "",
            argument_names[name % G_N_ELEMENTS(argument_names)],
            argument_values[value % G_N_ELEMENTS(argument_values)]);
    }
    g_string_append(out, "}}\n");
}

static void requests_send(const uint8_t *at, const uint8_t *end)
{
    g_autoptr(GString) requests = g_string_new(NULL);

    for (int i = 0; i < REQUESTS_MAX && at < end; i++) {
        request_append(requests, &at, end);
    }
    client_send_bytes(client, requests->str, requests->len);
}

/* Whether raw input could touch files elsewhere, the network or the terminal. */
static bool input_reaches_out(const char *text)
{
    static const char *const words[] = {
        "/", "\\u", "..", "socket", "stdio", "pty", "pipe", "unix", "tcp",
        "telnet", "inet", "prealloc", "mon:", "serial",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(text, words[i])) {
            return true;
        }
    }
    return false;
}

static void bytes_send(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_malloc(size + 1);

    for (size_t i = 0; i < size; i++) {
        text[i] = data[i] ? data[i] : ' '; /* so that strstr() sees all */
    }
    text[size] = 0;
    if (!input_reaches_out(text)) {
        client_send_bytes(client, (const char *)data, size);
    }
}

static int chardev_collect(Chardev *chr, void *opaque)
{
    if (chr != client->chr) {
        g_ptr_array_add(opaque, g_strdup(chr->label));
    }
    return 0;
}

static void state_reset(void)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);

    client_disconnect(client);
    user_creatable_cleanup();
    qemu_chr_foreach(chardev_collect, labels);
    for (unsigned i = 0; i < labels->len; i++) {
        qemu_chr_remove(g_ptr_array_index(labels, i), NULL);
    }
    trace_event_pattern_set_state("*", false, true, &error_abort);
    qemu_log_close();
    runstate_init();
    g_free(client_take_text(client));
}

static void fuzz_init(void)
{
    g_autofree char *folder = g_dir_make_tmp("fuzz-qmp-XXXXXX", NULL);

    g_assert_nonnull(folder);
    g_assert_cmpint(chdir(folder), ==, 0);
    harness_init();
    client = client_new(CLIENT_QMP);
    state_reset();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!client) {
        fuzz_init();
    }
    if (!size) {
        return 0;
    }
    client_connect(client);
    if (data[0] & 2) {
        client_send(client, "{\"execute\": \"qmp_capabilities\"}");
    }
    if (data[0] & 1) {
        requests_send(data + 1, data + size);
    } else {
        bytes_send(data + 1, size - 1);
    }
    state_reset();
    return 0;
}
