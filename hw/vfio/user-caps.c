/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VERSION message of vfio-user: version numbers and capabilities, written as JSON. What a
 * peer does not say has the protocol's value; what it says that we do not know is ignored.
 */
#include "qemu/osdep.h"
#include "qemu/json.h"
#include "user-proto.h"

#define DT_NODE "gantry.dt-node"

void vfio_user_caps_init(VFIOUserCaps *caps)
{
    *caps = (VFIOUserCaps) {
        .max_msg_fds = 1,
        .max_data_xfer_size = VFIO_USER_XFER_MAX,
        .max_dma_maps = VFIO_USER_DMA_MAPS_DEFAULT,
        .pgsizes = VFIO_USER_PGSIZES_DEFAULT,
    };
}

void vfio_user_caps_clear(VFIOUserCaps *caps)
{
    g_free(caps->dt_node);
    caps->dt_node = NULL;
    caps->dt_node_size = 0;
}

void vfio_user_caps_init_ours(VFIOUserCaps *caps)
{
    vfio_user_caps_init(caps);
    caps->major = VFIO_USER_MAJOR;
    caps->minor = VFIO_USER_MINOR;
    caps->max_msg_fds = VFIO_USER_MSG_FDS_MAX;
}

/* -- writing ----------------------------------------------------------------------------- */

static void twin_socket_write(JSONWriter *writer, const VFIOUserCaps *caps, bool is_reply)
{
    if (!caps->twin_socket) {
        return;
    }
    json_writer_start_object(writer, "twin_socket");
    json_writer_bool(writer, "supported", true);
    if (is_reply) {
        json_writer_uint64(writer, "fd_index", caps->twin_fd_index);
    }
    json_writer_end_object(writer);
}

static void dt_node_write(JSONWriter *writer, const VFIOUserCaps *caps, bool is_reply)
{
    if (!is_reply && caps->dt_node_wanted) {
        json_writer_bool(writer, DT_NODE, true);
    } else if (is_reply && caps->dt_node) {
        g_autofree char *text = g_base64_encode(caps->dt_node, caps->dt_node_size);

        json_writer_str(writer, DT_NODE, text);
    }
}

GByteArray *vfio_user_version_pack(const VFIOUserCaps *caps, bool is_reply)
{
    VFIOUserVersion version = { .major = caps->major, .minor = caps->minor };
    JSONWriter *writer = json_writer_new(false);
    GByteArray *bytes = g_byte_array_new();
    GString *text;

    json_writer_start_object(writer, NULL);
    json_writer_start_object(writer, "capabilities");
    json_writer_uint64(writer, "max_msg_fds", caps->max_msg_fds);
    json_writer_uint64(writer, "max_data_xfer_size", caps->max_data_xfer_size);
    json_writer_uint64(writer, "max_dma_maps", caps->max_dma_maps);
    json_writer_uint64(writer, "pgsizes", caps->pgsizes);
    twin_socket_write(writer, caps, is_reply);
    if (caps->write_multiple) {
        json_writer_bool(writer, "write_multiple", true);
    }
    dt_node_write(writer, caps, is_reply);
    json_writer_end_object(writer);
    json_writer_end_object(writer);
    text = json_writer_get_and_free(writer);

    g_byte_array_append(bytes, (const guint8 *)&version, sizeof(version));
    g_byte_array_append(bytes, (const guint8 *)text->str, text->len + 1);
    g_string_free(text, true);
    return bytes;
}

/* -- reading ----------------------------------------------------------------------------- */

/* Absent: *@number stays. */
static bool number_parse(const JsonValue *object, const char *key, uint64_t most, uint64_t *number,
                         Error **errp)
{
    const JsonValue *value = json_object_get_member(object, key);
    uint64_t found;

    if (!value) {
        return true;
    }
    if (json_value_get_type(value) == JSON_TYPE_UINT) {
        found = json_value_get_uint(value);
    } else if (json_value_get_type(value) == JSON_TYPE_INT && json_value_get_int(value) >= 0) {
        found = json_value_get_int(value);
    } else {
        error_setg(errp, "capability '%s' is not a whole number", key);
        return false;
    }
    if (found > most) {
        error_setg(errp, "capability '%s' is %" PRIu64 ", at most %" PRIu64 " is possible", key,
                   found, most);
        return false;
    }
    *number = found;
    return true;
}

static bool bool_parse(const JsonValue *object, const char *key, bool *flag, Error **errp)
{
    const JsonValue *value = json_object_get_member(object, key);

    if (!value) {
        return true;
    }
    if (json_value_get_type(value) != JSON_TYPE_BOOL) {
        error_setg(errp, "capability '%s' is not true or false", key);
        return false;
    }
    *flag = json_value_get_bool(value);
    return true;
}

static bool numbers_parse(const JsonValue *object, VFIOUserCaps *caps, Error **errp)
{
    uint64_t max_msg_fds = caps->max_msg_fds, max_dma_maps = caps->max_dma_maps;

    if (!number_parse(object, "max_msg_fds", UINT32_MAX, &max_msg_fds, errp) ||
        !number_parse(object, "max_data_xfer_size", UINT64_MAX, &caps->max_data_xfer_size, errp) ||
        !number_parse(object, "max_dma_maps", UINT64_MAX, &max_dma_maps, errp) ||
        !number_parse(object, "pgsizes", UINT64_MAX, &caps->pgsizes, errp)) {
        return false;
    }
    if (!caps->max_data_xfer_size || !caps->pgsizes) {
        error_setg(errp, "capability '%s' is 0",
                   caps->pgsizes ? "max_data_xfer_size" : "pgsizes");
        return false;
    }
    caps->max_msg_fds = max_msg_fds;
    caps->max_dma_maps = MIN(max_dma_maps, UINT32_MAX);
    return true;
}

static bool twin_socket_parse(const JsonValue *object, const VFIOUserMsg *msg, VFIOUserCaps *caps,
                              Error **errp)
{
    const JsonValue *twin = json_object_get_member(object, "twin_socket");
    bool is_reply = vfio_user_msg_is_reply(msg);
    uint64_t index = UINT64_MAX;

    if (!twin) {
        return true;
    }
    if (json_value_get_type(twin) != JSON_TYPE_OBJECT) {
        error_setg(errp, "capability 'twin_socket' is not an object");
        return false;
    }
    if (!bool_parse(twin, "supported", &caps->twin_socket, errp) ||
        !number_parse(twin, "fd_index", UINT64_MAX, &index, errp)) {
        return false;
    }
    if (is_reply && index != UINT64_MAX) {
        if (index >= msg->num_fds) {
            error_setg(errp, "capability 'twin_socket' names descriptor %" PRIu64 " of %u", index,
                       msg->num_fds);
            return false;
        }
        caps->twin_socket = true;
        caps->twin_fd_index = index;
    } else if (is_reply) {
        caps->twin_socket = false;
    }
    return true;
}

static bool dt_node_parse(const JsonValue *object, const VFIOUserMsg *msg, VFIOUserCaps *caps,
                          Error **errp)
{
    const JsonValue *node = json_object_get_member(object, DT_NODE);
    const char *text;
    gsize size;

    if (!node || !vfio_user_msg_is_reply(msg)) {
        return bool_parse(object, DT_NODE, &caps->dt_node_wanted, errp);
    }
    if (json_value_get_type(node) != JSON_TYPE_STRING) {
        error_setg(errp, "capability '" DT_NODE "' is not a text");
        return false;
    }
    text = json_value_get_string(node);
    if (strlen(text) > (VFIO_USER_DT_NODE_MAX + 2) / 3 * 4) {
        error_setg(errp, "capability '" DT_NODE "' is larger than %d KiB",
                   VFIO_USER_DT_NODE_MAX / 1024);
        return false;
    }
    caps->dt_node = g_base64_decode(text, &size);
    caps->dt_node_size = size;
    if (!size || size > VFIO_USER_DT_NODE_MAX) {
        error_setg(errp, "capability '" DT_NODE "' is not base64 of 1 byte to %d KiB",
                   VFIO_USER_DT_NODE_MAX / 1024);
        return false;
    }
    return true;
}

bool vfio_user_version_parse(const VFIOUserMsg *msg, VFIOUserCaps *caps, Error **errp)
{
    const VFIOUserVersion *version = msg->payload;
    const char *text = (const char *)(version + 1);
    g_autoptr(JsonValue) root = NULL;
    const JsonValue *object;

    vfio_user_caps_init(caps);
    if (msg->size < sizeof(*version)) {
        error_setg(errp, "VERSION message of %zu bytes", msg->size);
        return false;
    }
    caps->major = version->major;
    caps->minor = version->minor;
    if (msg->size == sizeof(*version)) {
        return true;
    }
    if (text[msg->size - sizeof(*version) - 1]) {
        error_setg(errp, "capabilities are not ended by a NUL byte");
        return false;
    }
    root = json_parse(text, strlen(text), errp);
    if (!root) {
        error_prepend(errp, "capabilities: ");
        return false;
    }
    object = json_value_get_type(root) == JSON_TYPE_OBJECT ?
                 json_object_get_member(root, "capabilities") : NULL;
    if (!object) {
        return true;
    }
    if (json_value_get_type(object) != JSON_TYPE_OBJECT) {
        error_setg(errp, "'capabilities' is not an object");
        return false;
    }
    return numbers_parse(object, caps, errp) && twin_socket_parse(object, msg, caps, errp) &&
           bool_parse(object, "write_multiple", &caps->write_multiple, errp) &&
           dt_node_parse(object, msg, caps, errp);
}
