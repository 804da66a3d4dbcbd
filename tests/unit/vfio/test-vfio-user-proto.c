/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in vfio-user messages: what is accepted of each command and each reply, and the
 * capabilities of VERSION. Numbers are those of the protocol's specification.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "../../../hw/vfio/user-proto.h"

typedef union Payload {
    VFIOUserDMAMap map;
    VFIOUserDMAUnmap unmap;
    VFIOUserDeviceInfo info;
    VFIOUserRegionInfo region;
    VFIOUserRegionIOFDs io_fds;
    VFIOUserIRQInfo irq;
    VFIOUserIRQSet set;
    VFIOUserRegionAccess access;
    VFIOUserDMAAccess dma;
    uint64_t count;
    uint8_t bytes[256];
    uint64_t align;
} Payload;

static int check(uint16_t command, const Payload *p, size_t size, unsigned int num_fds)
{
    VFIOUserMsg msg = { .header.command = command, .payload = p, .size = size,
                        .num_fds = num_fds };

    return vfio_user_validate_command(&msg);
}

#define ACCEPTED(command, p, size, fds) \
    g_assert_cmpint(check(VFIO_USER_##command, p, size, fds), ==, 0)
#define REFUSED(command, p, size, fds) \
    g_assert_cmpint(check(VFIO_USER_##command, p, size, fds), ==, -EINVAL)

/* -- commands -------------------------------------------------------------------------------- */

static void test_unknown_commands(void)
{
    Payload p = { 0 };

    for (int command = 0; command < 70000; command += 13) {
        if (!strcmp(vfio_user_command_name(command), "unknown")) {
            g_assert_cmpint(check(command, &p, 0, 0), ==, -EOPNOTSUPP);
        }
    }
    g_assert_cmpint(check(14, &p, 0, 0), ==, -EOPNOTSUPP);
    g_assert_cmpint(check(VFIO_USER_DEVICE_FEATURE, &p, 8, 0), ==, -EOPNOTSUPP);
}

static void test_header_flags(void)
{
    VFIOUserMsg msg = { .header = { .command = VFIO_USER_DEVICE_RESET } };

    msg.header.flags = VFIO_USER_FLAGS_NO_REPLY;
    g_assert_cmpint(vfio_user_validate_command(&msg), ==, 0);
    for (unsigned int bit = 0; bit < 32; bit++) {
        msg.header.flags = 1u << bit;
        g_assert_cmpint(vfio_user_validate_command(&msg), ==, bit == 4 ? 0 : -EINVAL);
    }
}

static void test_dma_map(void)
{
    Payload p = { .map = { 32, VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE, 0, 0x40000000,
                           0x1000 } };

    ACCEPTED(DMA_MAP, &p, 32, 0);
    ACCEPTED(DMA_MAP, &p, 32, 1);
    REFUSED(DMA_MAP, &p, 32, 2);
    REFUSED(DMA_MAP, &p, 31, 0);
    REFUSED(DMA_MAP, &p, 33, 0);
    REFUSED(DMA_MAP, &p, 0, 0);
    p.map.argsz = 31;
    REFUSED(DMA_MAP, &p, 32, 0);
}

static void test_dma_map_flags(void)
{
    Payload p = { .map = { 32, 0, 0, 0x40000000, 0x1000 } };

    REFUSED(DMA_MAP, &p, 32, 1);
    p.map.flags = VFIO_USER_DMA_READABLE;
    ACCEPTED(DMA_MAP, &p, 32, 1);
    p.map.flags |= VFIO_USER_DMA_MMAP;
    ACCEPTED(DMA_MAP, &p, 32, 1);
    REFUSED(DMA_MAP, &p, 32, 0);
    p.map.flags = VFIO_USER_DMA_READABLE | 16;
    REFUSED(DMA_MAP, &p, 32, 1);
}

static void test_dma_map_ranges(void)
{
    Payload p = { .map = { 32, VFIO_USER_DMA_READABLE, 0, 0, 0 } };

    REFUSED(DMA_MAP, &p, 32, 0);
    p.map.iova = UINT64_MAX - 0xfff;
    p.map.size = 0x1000;
    ACCEPTED(DMA_MAP, &p, 32, 0);
    p.map.size = 0x1001;
    REFUSED(DMA_MAP, &p, 32, 0);
    p.map.size = 0x1000;
    p.map.offset = 0x1000;
    REFUSED(DMA_MAP, &p, 32, 0); /* an offset into nothing */
    ACCEPTED(DMA_MAP, &p, 32, 1);
    p.map.offset = UINT64_MAX - 0xfff;
    REFUSED(DMA_MAP, &p, 32, 1);
}

static void test_dma_unmap(void)
{
    Payload p = { .unmap = { 24, 0, 0x1000, 0x1000 } };

    ACCEPTED(DMA_UNMAP, &p, 24, 0);
    REFUSED(DMA_UNMAP, &p, 24, 1);
    REFUSED(DMA_UNMAP, &p, 23, 0);
    p.unmap.size = 0;
    REFUSED(DMA_UNMAP, &p, 24, 0);
    p.unmap.flags = VFIO_USER_DMA_UNMAP_ALL;
    REFUSED(DMA_UNMAP, &p, 24, 0);
    p.unmap.iova = 0;
    ACCEPTED(DMA_UNMAP, &p, 24, 0);
    p.unmap.flags = VFIO_USER_DMA_UNMAP_DIRTY;
    p.unmap.size = 0x1000;
    REFUSED(DMA_UNMAP, &p, 24, 0);
}

static void test_infos(void)
{
    Payload p = { .region = { .argsz = 32 } };

    ACCEPTED(DEVICE_GET_REGION_INFO, &p, 32, 0);
    ACCEPTED(DEVICE_GET_INFO, &p, 16, 0);
    ACCEPTED(DEVICE_GET_IRQ_INFO, &p, 16, 0);
    ACCEPTED(DEVICE_GET_REGION_IO_FDS, &p, 16, 0);
    REFUSED(DEVICE_GET_REGION_INFO, &p, 32, 1);
    REFUSED(DEVICE_GET_REGION_INFO, &p, 31, 0);
    REFUSED(DEVICE_GET_INFO, &p, 17, 0);
    REFUSED(DEVICE_GET_IRQ_INFO, &p, 0, 0);
    p.info.argsz = 15;
    REFUSED(DEVICE_GET_INFO, &p, 16, 0);
    REFUSED(DEVICE_GET_IRQ_INFO, &p, 16, 0);
    REFUSED(DEVICE_GET_REGION_IO_FDS, &p, 16, 0);
    p.io_fds = (VFIOUserRegionIOFDs) { 16, 0, 0, 1 };
    REFUSED(DEVICE_GET_REGION_IO_FDS, &p, 16, 0);
}

static void test_set_irqs_eventfds(void)
{
    Payload p = { .set = { 20, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0, 2 } };

    ACCEPTED(DEVICE_SET_IRQS, &p, 20, 2);
    ACCEPTED(DEVICE_SET_IRQS, &p, 20, 0); /* detach */
    REFUSED(DEVICE_SET_IRQS, &p, 20, 1);
    REFUSED(DEVICE_SET_IRQS, &p, 20, 3);
    p.set.count = 0;
    REFUSED(DEVICE_SET_IRQS, &p, 20, 0);
    p.set.count = 2;
    p.set.argsz = 28; /* as the ioctl would have it */
    REFUSED(DEVICE_SET_IRQS, &p, 28, 2);
}

static void test_set_irqs_bools(void)
{
    Payload p = { .set = { 23, VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_MASK, 0, 0, 3 } };

    ACCEPTED(DEVICE_SET_IRQS, &p, 23, 0);
    REFUSED(DEVICE_SET_IRQS, &p, 22, 0);
    REFUSED(DEVICE_SET_IRQS, &p, 23, 3);
    p.set.argsz = 22;
    REFUSED(DEVICE_SET_IRQS, &p, 22, 0);
    p.set.argsz = 20;
    p.set.count = UINT32_MAX;
    REFUSED(DEVICE_SET_IRQS, &p, 20, 0);
}

static void test_set_irqs_flags(void)
{
    Payload p = { .set = { 20, 0, 0, 0, 1 } };

    for (uint32_t flags = 0; flags < 128; flags++) {
        bool has_one_each = ctpop32(flags & 7) == 1 && ctpop32(flags & 0x38) == 1 && flags < 64;

        p.set.flags = flags;
        p.set.argsz = 20 + !!(flags & VFIO_IRQ_SET_DATA_BOOL);
        g_assert_cmpint(check(VFIO_USER_DEVICE_SET_IRQS, &p, p.set.argsz, 0), ==,
                        has_one_each ? 0 : -EINVAL);
    }
}

static void test_set_irqs_disable(void)
{
    Payload p = { .set = { 20, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0, 0 } };

    ACCEPTED(DEVICE_SET_IRQS, &p, 20, 0);
    p.set.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK;
    REFUSED(DEVICE_SET_IRQS, &p, 20, 0);
    p.set.start = UINT32_MAX;
    p.set.count = 1;
    REFUSED(DEVICE_SET_IRQS, &p, 20, 0);
}

static void test_region_accesses(void)
{
    Payload p = { .access = { .offset = 0x10, .region = 0, .count = 4 } };

    ACCEPTED(REGION_READ, &p, 16, 0);
    ACCEPTED(REGION_WRITE, &p, 20, 0);
    REFUSED(REGION_READ, &p, 20, 0);
    REFUSED(REGION_WRITE, &p, 16, 0);
    REFUSED(REGION_WRITE, &p, 21, 0);
    REFUSED(REGION_READ, &p, 16, 1);
    REFUSED(REGION_READ, &p, 15, 0);
    p.access.count = 0;
    ACCEPTED(REGION_READ, &p, 16, 0);
    ACCEPTED(REGION_WRITE, &p, 16, 0);
    p.access.count = VFIO_USER_XFER_MAX + 1;
    REFUSED(REGION_READ, &p, 16, 0);
    p.access.count = VFIO_USER_XFER_MAX;
    ACCEPTED(REGION_READ, &p, 16, 0);
    p.access.offset = UINT64_MAX - 1;
    REFUSED(REGION_READ, &p, 16, 0);
}

static void test_write_multi(void)
{
    Payload p = { .count = 2 };
    VFIOUserMultiWrite *writes = (void *)&p.bytes[8];

    writes[0] = (VFIOUserMultiWrite) { .offset = 0, .count = 8 };
    writes[1] = (VFIOUserMultiWrite) { .offset = 8, .count = 1 };
    ACCEPTED(REGION_WRITE_MULTI, &p, 8 + 48, 0);
    REFUSED(REGION_WRITE_MULTI, &p, 8 + 24, 0);
    REFUSED(REGION_WRITE_MULTI, &p, 8 + 72, 0);
    writes[1].count = 9;
    REFUSED(REGION_WRITE_MULTI, &p, 8 + 48, 0);
    p.count = UINT64_MAX / 24 + 2; /* its size wraps around to 2 records */
    REFUSED(REGION_WRITE_MULTI, &p, 8 + 48, 0);
    REFUSED(REGION_WRITE_MULTI, &p, 7, 0);
}

static void test_dma_accesses(void)
{
    Payload p = { .dma = { 0x1000, 4 } };

    ACCEPTED(DMA_READ, &p, 16, 0);
    ACCEPTED(DMA_WRITE, &p, 20, 0);
    REFUSED(DMA_READ, &p, 20, 0);
    REFUSED(DMA_WRITE, &p, 19, 0);
    p.dma.count = 0;
    REFUSED(DMA_READ, &p, 16, 0);
    p.dma.count = UINT64_MAX;
    REFUSED(DMA_READ, &p, 16, 0);
    REFUSED(DMA_WRITE, &p, 15, 0);
}

/* -- replies --------------------------------------------------------------------------------- */

static int reply_check(uint16_t command, const void *request, const void *payload, size_t size)
{
    VFIOUserMsg reply = {
        .header = { .command = command, .flags = VFIO_USER_FLAGS_REPLY },
        .payload = payload, .size = size,
    };

    return vfio_user_validate_reply(&reply, command, request);
}

static void test_reply_header(void)
{
    VFIOUserMsg reply = { .header = { .command = VFIO_USER_DEVICE_RESET,
                                      .flags = VFIO_USER_FLAGS_REPLY } };

    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_RESET, NULL), ==, 0);
    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_VERSION, NULL), ==, -EPROTO);
    reply.num_fds = 1;
    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_RESET, NULL), ==, -EPROTO);
    reply.num_fds = 0;
    reply.header.flags = 0;
    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_RESET, NULL), ==, -EPROTO);
}

static void test_reply_errors(void)
{
    VFIOUserMsg reply = { .header = { .command = VFIO_USER_DEVICE_GET_INFO, .flags = 0x21,
                                      .error = ENOENT } };

    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_GET_INFO, NULL), ==, -ENOENT);
    reply.header.error = 0;
    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_GET_INFO, NULL), ==, -EIO);
    reply.header.error = UINT32_MAX;
    g_assert_cmpint(vfio_user_validate_reply(&reply, VFIO_USER_DEVICE_GET_INFO, NULL), ==, -EIO);
}

static void test_reply_region_access(void)
{
    Payload asked = { .access = { 0x10, 1, 4 } }, p = asked;

    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 20), ==, 0);
    g_assert_cmpint(reply_check(VFIO_USER_REGION_WRITE, &asked, &p, 16), ==, 0);
    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 16), ==, -EPROTO);
    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 0), ==, -EPROTO);
    p.access.region = 0;
    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 20), ==, -EPROTO);
    p.access = (VFIOUserRegionAccess) { 0x10, 1, 5 };
    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 20), ==, -EPROTO);
    asked.access.count = 0;
    g_assert_cmpint(reply_check(VFIO_USER_REGION_READ, &asked, &p, 0), ==, 0);
}

static void test_reply_dma_access(void)
{
    Payload asked = { .dma = { 0x1000, 4 } }, p = asked;

    g_assert_cmpint(reply_check(VFIO_USER_DMA_READ, &asked, &p, 20), ==, 0);
    g_assert_cmpint(reply_check(VFIO_USER_DMA_READ, &asked, &p, 19), ==, -EPROTO);
    g_assert_cmpint(reply_check(VFIO_USER_DMA_WRITE, &asked, &p, 16), ==, 0);
    g_assert_cmpint(reply_check(VFIO_USER_DMA_WRITE, &asked, &p, 0), ==, 0);
    p.dma.iova = 0;
    g_assert_cmpint(reply_check(VFIO_USER_DMA_READ, &asked, &p, 20), ==, -EPROTO);
}

/* Region 0, 16 KiB, with a sparse-mmap capability of one area. */
typedef struct SparseInfo {
    VFIOUserRegionInfo info;
    struct vfio_region_info_cap_sparse_mmap cap;
    struct vfio_region_sparse_mmap_area area;
} SparseInfo;

static const VFIOUserRegionInfo region_asked = { .argsz = 32, .index = 2 };
static const SparseInfo sparse_info = {
    .info = { .argsz = sizeof(SparseInfo), .index = 2, .size = 0x4000, .cap_offset = 32,
              .flags = VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS },
    .cap = { .header = { VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0 }, .nr_areas = 1 },
    .area = { 0x1000, 0x1000 },
};

static int region_check(const SparseInfo *info, size_t size)
{
    return reply_check(VFIO_USER_DEVICE_GET_REGION_INFO, &region_asked, info, size);
}

static void test_reply_region_info(void)
{
    SparseInfo info = sparse_info;

    g_assert_cmpint(region_check(&info, sizeof(info)), ==, 0);
    info.info.index = 1;
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info = sparse_info;
    info.info.offset = UINT64_MAX - 1;
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info = sparse_info;
    info.info.flags = 0;
    g_assert_cmpint(region_check(&info, 32), ==, 0);
    g_assert_cmpint(region_check(&info, 31), ==, -EPROTO);
}

static void test_reply_region_caps(void)
{
    SparseInfo info = sparse_info;

    for (size_t size = 32; size < sizeof(info); size++) {
        g_assert_cmpint(region_check(&info, size), ==, -EPROTO);
    }
    info.cap.nr_areas = UINT32_MAX;
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info = sparse_info;
    info.cap.header.next = 32; /* a loop */
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info = sparse_info;
    info.info.cap_offset = 8; /* inside the fixed part */
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info.info.cap_offset = UINT32_MAX & ~7;
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, -EPROTO);
    info.info.cap_offset = 0; /* they did not fit */
    g_assert_cmpint(region_check(&info, sizeof(info)), ==, 0);
}

/* -- VERSION --------------------------------------------------------------------------------- */

static bool version_parse(const char *json, bool is_reply, VFIOUserCaps *caps)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    VFIOUserVersion version = { 0, 1 };
    VFIOUserMsg msg = { .header.flags = is_reply, .num_fds = is_reply };

    g_byte_array_append(bytes, (void *)&version, sizeof(version));
    if (json) {
        g_byte_array_append(bytes, (const void *)json, strlen(json) + 1);
    }
    msg.payload = bytes->data;
    msg.size = bytes->len;
    return vfio_user_version_parse(&msg, caps, NULL);
}

static void test_version_defaults(void)
{
    static const char *const texts[] = { NULL, "{}", "{\"capabilities\":{}}",
                                         "{\"capabilities\":{\"migration\":{\"pgsize\":4096}}}" };
    VFIOUserCaps caps;

    for (int i = 0; i < ARRAY_SIZE(texts); i++) {
        g_assert_true(version_parse(texts[i], false, &caps));
        g_assert_cmpint(caps.minor, ==, 1);
        g_assert_cmpint(caps.max_msg_fds, ==, 1);
        g_assert_cmpint(caps.max_data_xfer_size, ==, 1048576);
        g_assert_cmpint(caps.max_dma_maps, ==, 65535);
        g_assert_cmpint(caps.pgsizes, ==, 4096);
        g_assert_false(caps.twin_socket || caps.write_multiple || caps.dt_node_wanted);
    }
}

static void test_version_refused(void)
{
    static const char *const texts[] = {
        "", "[", "{\"capabilities\":1}", "{\"capabilities\":{\"max_msg_fds\":-1}}",
        "{\"capabilities\":{\"max_msg_fds\":\"8\"}}", "{\"capabilities\":{\"max_msg_fds\":1.5}}",
        "{\"capabilities\":{\"max_msg_fds\":4294967296}}",
        "{\"capabilities\":{\"max_data_xfer_size\":0}}", "{\"capabilities\":{\"pgsizes\":0}}",
        "{\"capabilities\":{\"twin_socket\":true}}", "{\"capabilities\":{\"write_multiple\":1}}",
    };
    VFIOUserCaps caps;

    for (int i = 0; i < ARRAY_SIZE(texts); i++) {
        g_assert_false(version_parse(texts[i], false, &caps));
        vfio_user_caps_clear(&caps);
    }
}

static void test_version_without_nul(void)
{
    VFIOUserMsg msg = { .payload = "\0\0\0\0{}", .size = 6 };
    VFIOUserCaps caps;

    g_assert_false(vfio_user_version_parse(&msg, &caps, NULL));
    msg.size = 7;
    g_assert_true(vfio_user_version_parse(&msg, &caps, NULL));
    msg.size = 3;
    g_assert_false(vfio_user_version_parse(&msg, &caps, NULL));
}

static void test_version_round_trip(void)
{
    static uint8_t node[] = "a tree";
    g_autoptr(GByteArray) bytes = NULL;
    VFIOUserMsg msg = { .header.flags = VFIO_USER_FLAGS_REPLY, .num_fds = 1 };
    VFIOUserCaps caps, again;

    vfio_user_caps_init_ours(&caps);
    caps.pgsizes = 0x11000;
    caps.max_data_xfer_size = UINT64_MAX;
    caps.twin_socket = caps.write_multiple = true;
    caps.dt_node = node;
    caps.dt_node_size = sizeof(node);
    bytes = vfio_user_version_pack(&caps, true);
    msg.payload = bytes->data;
    msg.size = bytes->len;
    g_assert_true(vfio_user_version_parse(&msg, &again, NULL));
    g_assert_cmpint(again.max_msg_fds, ==, VFIO_USER_MSG_FDS_MAX);
    g_assert_cmphex(again.pgsizes, ==, 0x11000);
    g_assert_cmphex(again.max_data_xfer_size, ==, UINT64_MAX);
    g_assert_true(again.twin_socket && again.write_multiple);
    g_assert_cmpmem(again.dt_node, again.dt_node_size, node, sizeof(node));
    vfio_user_caps_clear(&again);
}

static void test_version_request_wants(void)
{
    g_autoptr(GByteArray) bytes = NULL;
    VFIOUserMsg msg = { 0 };
    VFIOUserCaps caps, again;

    vfio_user_caps_init_ours(&caps);
    caps.twin_socket = caps.dt_node_wanted = true;
    bytes = vfio_user_version_pack(&caps, false);
    msg.payload = bytes->data;
    msg.size = bytes->len;
    g_assert_true(vfio_user_version_parse(&msg, &again, NULL));
    g_assert_true(again.twin_socket && again.dt_node_wanted);
    g_assert_null(again.dt_node);
}

static void test_version_twin_index(void)
{
    VFIOUserCaps caps;

    g_assert_true(version_parse("{\"capabilities\":{\"twin_socket\":{\"supported\":true,"
                                "\"fd_index\":0}}}", true, &caps));
    g_assert_true(caps.twin_socket);
    g_assert_false(version_parse("{\"capabilities\":{\"twin_socket\":{\"supported\":true,"
                                 "\"fd_index\":1}}}", true, &caps));
    g_assert_true(version_parse("{\"capabilities\":{\"twin_socket\":{\"supported\":true}}}", true,
                                &caps));
    g_assert_false(caps.twin_socket);
}

static void dt_node_try(size_t size, bool is_good)
{
    g_autofree uint8_t *node = g_malloc0(size + 1);
    g_autofree char *text = g_base64_encode(node, size);
    g_autofree char *json = g_strdup_printf("{\"capabilities\":{\"gantry.dt-node\":\"%s\"}}", text);
    VFIOUserCaps caps;

    g_assert_cmpint(version_parse(json, true, &caps), ==, is_good);
    g_assert_cmpint(caps.dt_node_size <= VFIO_USER_DT_NODE_MAX + 2, ==, true);
    vfio_user_caps_clear(&caps);
}

static void test_version_dt_node_size(void)
{
    dt_node_try(0, false);
    dt_node_try(1, true);
    dt_node_try(VFIO_USER_DT_NODE_MAX, true);
    dt_node_try(VFIO_USER_DT_NODE_MAX + 1, false);
    dt_node_try(4 * VFIO_USER_DT_NODE_MAX, false);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vfio-user/proto/command/unknown-is-not-supported", test_unknown_commands);
    g_test_add_func("/vfio-user/proto/command/flags-of-header", test_header_flags);
    g_test_add_func("/vfio-user/proto/dma-map/size-and-fds", test_dma_map);
    g_test_add_func("/vfio-user/proto/dma-map/flags", test_dma_map_flags);
    g_test_add_func("/vfio-user/proto/dma-map/ranges-do-not-wrap", test_dma_map_ranges);
    g_test_add_func("/vfio-user/proto/dma-unmap/one-or-all", test_dma_unmap);
    g_test_add_func("/vfio-user/proto/infos/size-and-argsz", test_infos);
    g_test_add_func("/vfio-user/proto/set-irqs/eventfds-match-count", test_set_irqs_eventfds);
    g_test_add_func("/vfio-user/proto/set-irqs/bools-match-count", test_set_irqs_bools);
    g_test_add_func("/vfio-user/proto/set-irqs/one-data-one-action", test_set_irqs_flags);
    g_test_add_func("/vfio-user/proto/set-irqs/nothing-disables-trigger-only",
                    test_set_irqs_disable);
    g_test_add_func("/vfio-user/proto/region/accesses", test_region_accesses);
    g_test_add_func("/vfio-user/proto/region/write-multi", test_write_multi);
    g_test_add_func("/vfio-user/proto/dma/accesses", test_dma_accesses);
    g_test_add_func("/vfio-user/proto/reply/of-that-command", test_reply_header);
    g_test_add_func("/vfio-user/proto/reply/errors", test_reply_errors);
    g_test_add_func("/vfio-user/proto/reply/region-access-repeats-request",
                    test_reply_region_access);
    g_test_add_func("/vfio-user/proto/reply/dma-access-repeats-request", test_reply_dma_access);
    g_test_add_func("/vfio-user/proto/reply/region-info", test_reply_region_info);
    g_test_add_func("/vfio-user/proto/reply/region-capabilities-stay-inside",
                    test_reply_region_caps);
    g_test_add_func("/vfio-user/proto/version/unsaid-is-default", test_version_defaults);
    g_test_add_func("/vfio-user/proto/version/nonsense-is-refused", test_version_refused);
    g_test_add_func("/vfio-user/proto/version/text-ends-with-nul", test_version_without_nul);
    g_test_add_func("/vfio-user/proto/version/reply-round-trip", test_version_round_trip);
    g_test_add_func("/vfio-user/proto/version/request-says-wishes", test_version_request_wants);
    g_test_add_func("/vfio-user/proto/version/twin-socket-index", test_version_twin_index);
    g_test_add_func("/vfio-user/proto/version/dt-node-is-capped", test_version_dt_node_size);
    return g_test_run();
}
