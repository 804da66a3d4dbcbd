/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of device properties: one table of every kind with texts that are
 * taken and texts that are refused, defaults, arrays, links, and the rule that
 * nothing changes after realize.
 */
#include "hwcore-harness.h"
#include "hw/qdev-properties-system.h"
#include "net/net.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-dma.h"
#include "chardev/char-fe.h"
#include "qapi/qapi-types-common.h"
#include "qapi/qapi-types-machine.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qemu/uuid.h"
#include "qom/qom-qobject.h"

#define TYPE_ALL "test-all-properties"
OBJECT_DECLARE_SIMPLE_TYPE(All, ALL)

/* Stand for what net and hw/pci define. */
typedef struct TestMac {
    uint8_t a[6];
} TestMac;

struct All {
    DeviceState parent_obj;
    uint32_t bits;
    uint64_t bits64;
    bool boolean;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    uint64_t masked;
    int32_t i32;
    int64_t i64;
    uint64_t size;
    uint32_t size32;
    uint64_t dma;
    char *string;
    OnOffAuto on_off_auto;
    OffAutoPCIBAR bar;
    LostTickPolicy lost;
    int speed;
    int width;
    int32_t devfn;
    PCIHostDeviceAddress host;
    QemuUUID uuid;
    QemuUUID uuid_unset;
    ReservedRegion region;
    TestMac mac;
    uint32_t blocksize;
    CharBackend chr;
    BlockBackend *drive;
    NICPeers netdev;
    uint32_t num_numbers;
    uint32_t *numbers;
    uint32_t num_names;
    char **names;
    DeviceState *link;
};

static Property all_properties[] = {
    DEFINE_PROP_BIT("bit", All, bits, 5, true),
    DEFINE_PROP_BIT64("bit64", All, bits64, 40, false),
    DEFINE_PROP_BOOL("bool", All, boolean, true),
    DEFINE_PROP_UINT8("u8", All, u8, 200),
    DEFINE_PROP_UINT16("u16", All, u16, 60000),
    DEFINE_PROP_UINT32("u32", All, u32, 4000000000u),
    DEFINE_PROP_UINT64("u64", All, u64, UINT64_MAX),
    DEFINE_PROP_UINT64_CHECKMASK("masked", All, masked, 0xff),
    DEFINE_PROP_INT32("i32", All, i32, -5),
    DEFINE_PROP_INT64("i64", All, i64, INT64_MIN),
    DEFINE_PROP_SIZE("size", All, size, 4 * KiB),
    DEFINE_PROP_SIZE32("size32", All, size32, 2 * MiB),
    DEFINE_PROP_DMAADDR("dma", All, dma, 16),
    DEFINE_PROP_STRING("string", All, string),
    DEFINE_PROP_ON_OFF_AUTO("auto", All, on_off_auto, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_OFF_AUTO_PCIBAR("bar", All, bar, OFF_AUTOPCIBAR_AUTO),
    DEFINE_PROP_LOSTTICKPOLICY("lost", All, lost, LOST_TICK_POLICY_DELAY),
    DEFINE_PROP_SIGNED("speed", All, speed, 2, qdev_prop_pcie_link_speed, int),
    DEFINE_PROP_SIGNED("width", All, width, 12, qdev_prop_pcie_link_width, int),
    DEFINE_PROP_PCI_DEVFN("devfn", All, devfn, -1),
    DEFINE_PROP_PCI_HOST_DEVADDR("host", All, host),
    DEFINE_PROP_UUID("uuid", All, uuid),
    DEFINE_PROP_UUID_NODEFAULT("uuid-unset", All, uuid_unset),
    DEFINE_PROP_RESERVED_REGION("region", All, region),
    DEFINE_PROP("mac", All, mac, qdev_prop_macaddr, TestMac),
    DEFINE_PROP_BLOCKSIZE("blocksize", All, blocksize),
    DEFINE_PROP_CHR("chr", All, chr),
    DEFINE_PROP_DRIVE("drive", All, drive),
    DEFINE_PROP_NETDEV("netdev", All, netdev),
    DEFINE_PROP_ARRAY("numbers", All, num_numbers, numbers, qdev_prop_uint32, uint32_t),
    DEFINE_PROP_ARRAY("names", All, num_names, names, qdev_prop_string, char *),
    DEFINE_PROP_LINK("link", All, link, TYPE_DEVICE, DeviceState *),
    DEFINE_PROP_END_OF_LIST(),
};

static void all_class_init(ObjectClass *klass, void *data)
{
    device_class_set_props(DEVICE_CLASS(klass), all_properties);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_ALL,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(All),
        .class_init = all_class_init,
    },
};

DEFINE_TYPES(test_types)

/* What a property is after setting @text; NULL @result: the text is refused. */
typedef struct Case {
    const char *name;
    const char *text;
    const char *result;
} Case;

static const Case cases[] = {
    { "bit", NULL, "true" }, { "bit", "off", "false" }, { "bit", "maybe", NULL },
    { "bit64", NULL, "false" }, { "bit64", "on", "true" },
    { "bool", NULL, "true" }, { "bool", "no", "false" }, { "bool", "", NULL },
    { "u8", NULL, "200" }, { "u8", "255", "255" }, { "u8", "256", NULL }, { "u8", "-1", NULL },
    { "u16", NULL, "60000" }, { "u16", "0xffff", "65535" }, { "u16", "65536", NULL },
    { "u32", NULL, "4000000000" }, { "u32", "4294967296", NULL }, { "u32", "x", NULL },
    { "u64", NULL, "18446744073709551615" }, { "u64", "18446744073709551616", NULL },
    { "masked", NULL, "0" }, { "masked", "0xff", "255" }, { "masked", "0x100", NULL },
    { "i32", NULL, "-5" }, { "i32", "-2147483648", "-2147483648" }, { "i32", "2147483648", NULL },
    { "i64", NULL, "-9223372036854775808" }, { "i64", "7", "7" },
    { "size", NULL, "4096" }, { "size", "3M", "3145728" }, { "size", "3Q", NULL },
    { "size32", NULL, "2097152" }, { "size32", "4G", NULL }, { "size32", "1K", "1024" },
    { "dma", NULL, "16" },
    { "string", NULL, "" }, { "string", "a b", "a b" },
    { "auto", NULL, "auto" }, { "auto", "on", "on" }, { "auto", "perhaps", NULL },
    { "bar", NULL, "auto" }, { "bar", "bar3", "bar3" }, { "bar", "bar6", NULL },
    { "lost", NULL, "delay" }, { "lost", "slew", "slew" },
    { "speed", NULL, "5" }, { "speed", "16", "16" }, { "speed", "3", NULL },
    { "width", NULL, "12" }, { "width", "32", "32" }, { "width", "3", NULL },
    { "devfn", NULL, "-1" }, { "devfn", "1f.7", "255" }, { "devfn", "2", "16" },
    { "devfn", "20", NULL }, { "devfn", "1.8", NULL }, { "devfn", "1.", NULL },
    { "host", "04:10.3", "0000:04:10.3" }, { "host", "12:34:1f.0", "0012:34:1f.0" },
    { "host", "04:20.0", NULL }, { "host", "4", NULL }, { "host", "1:2:3:4.0", NULL },
    { "uuid-unset", NULL, "00000000-0000-0000-0000-000000000000" },
    { "uuid-unset", "550e8400-e29b-41d4-a716-446655440000",
      "550e8400-e29b-41d4-a716-446655440000" },
    { "uuid", "550e8400", NULL },
    { "region", "0x10:0x1f:3", "0x10:0x1f:3" }, { "region", "0x1f:0x10:3", NULL },
    { "region", "16", NULL },
    { "mac", NULL, "00:00:00:00:00:00" }, { "mac", "52-54-00-AB-cd-01", "52:54:00:ab:cd:01" },
    { "mac", "52:54:00:12:34", NULL }, { "mac", "52:54:00:12:34:5g", NULL },
    { "mac", "52:54:00:12:34:56:78", NULL }, { "mac", "", NULL },
    { "blocksize", NULL, "0" }, { "blocksize", "4K", "4096" }, { "blocksize", "513", NULL },
    { "blocksize", "4M", NULL },
    { "chr", NULL, "" }, { "chr", "nobody", NULL },
    { "drive", NULL, "" }, { "drive", "disk0", NULL },
    { "netdev", NULL, "" }, { "netdev", "net0", NULL },
};

/* The value as text without quotes. */
static char *value_text(Object *obj, const char *name)
{
    g_autofree char *text = object_property_print(obj, name, false, &error_abort);
    size_t len = strlen(text);

    return len >= 2 && text[0] == '"' ? g_strndup(text + 1, len - 2) : g_steal_pointer(&text);
}

static void test_kind(gconstpointer data)
{
    const Case *c = data;
    Object *obj = object_new(TYPE_ALL);
    Error *err = NULL;
    g_autofree char *before = value_text(obj, c->name);
    g_autofree char *after = NULL;

    if (c->text) {
        g_assert_cmpint(object_property_parse(obj, c->name, c->text, &err), ==,
                        c->result != NULL);
        if (!c->result) {
            g_assert_nonnull(err);
            error_free(err);
        }
    }
    after = value_text(obj, c->name);
    g_assert_cmpstr(after, ==, c->result ? c->result : before);
    object_unref(obj);
}

static void test_random_uuid_is_the_default(void)
{
    All *a = ALL(object_new(TYPE_ALL));
    All *b = ALL(object_new(TYPE_ALL));

    g_assert_false(qemu_uuid_is_null(&a->uuid));
    g_assert_false(qemu_uuid_is_equal(&a->uuid, &b->uuid));
    object_unref(OBJECT(a));
    object_unref(OBJECT(b));
}

static void test_bits_leave_the_others_alone(void)
{
    All *a = ALL(object_new(TYPE_ALL));

    a->bits = 0xffffffff;
    qdev_prop_set_bit(DEVICE(a), "bit", false);
    g_assert_cmphex(a->bits, ==, 0xffffffdf);
    qdev_prop_set_bit(DEVICE(a), "bit64", true);
    g_assert_cmphex(a->bits64, ==, 1ULL << 40);
    object_unref(OBJECT(a));
}

static void test_c_setters(void)
{
    static const uint8_t mac[6] = { 1, 2, 3, 4, 5, 0xfe };
    All *a = ALL(object_new(TYPE_ALL));
    DeviceState *dev = DEVICE(a);

    qdev_prop_set_uint8(dev, "u8", 1);
    qdev_prop_set_uint16(dev, "u16", 2);
    qdev_prop_set_uint32(dev, "u32", 3);
    qdev_prop_set_uint64(dev, "u64", UINT64_MAX - 1);
    qdev_prop_set_int32(dev, "i32", -7);
    qdev_prop_set_string(dev, "string", "s");
    qdev_prop_set_enum(dev, "auto", ON_OFF_AUTO_OFF);
    qdev_prop_set_macaddr(dev, "mac", mac);
    qdev_prop_set_chr(dev, "chr", NULL);
    g_assert_cmpuint(a->u8, ==, 1);
    g_assert_cmpuint(a->u16, ==, 2);
    g_assert_cmpuint(a->u32, ==, 3);
    g_assert_cmpuint(a->u64, ==, UINT64_MAX - 1);
    g_assert_cmpint(a->i32, ==, -7);
    g_assert_cmpstr(a->string, ==, "s");
    g_assert_cmpint(a->on_off_auto, ==, ON_OFF_AUTO_OFF);
    g_assert_cmpmem(a->mac.a, 6, mac, 6);
    object_unref(OBJECT(a));
}

static void test_array_holds_numbers_and_strings(void)
{
    All *a = ALL(object_new(TYPE_ALL));
    QList *numbers = qlist_new();
    QList *names = qlist_new();
    g_autoptr(QObject) read = NULL;

    qlist_append_int(numbers, 7);
    qlist_append_int(numbers, 8);
    qdev_prop_set_array(DEVICE(a), "numbers", numbers);
    qlist_append_str(names, "x");
    qdev_prop_set_array(DEVICE(a), "names", names);
    g_assert_cmpuint(a->num_numbers, ==, 2);
    g_assert_cmpuint(a->numbers[1], ==, 8);
    g_assert_cmpuint(a->num_names, ==, 1);
    g_assert_cmpstr(a->names[0], ==, "x");
    read = object_property_get_qobject(OBJECT(a), "numbers", &error_abort);
    g_assert_cmpuint(qlist_size(qobject_to(QList, read)), ==, 2);
    object_unref(OBJECT(a));
}

static void test_bad_array_changes_nothing(void)
{
    All *a = ALL(object_new(TYPE_ALL));
    g_autoptr(QList) names = qlist_new();
    Error *err = NULL;

    qlist_append_str(names, "kept only if all are good");
    qlist_append_int(names, 5);
    g_assert_false(object_property_set_qobject(OBJECT(a), "names", QOBJECT(names), &err));
    error_free(err);
    g_assert_cmpuint(a->num_names, ==, 0);
    g_assert_null(a->names);
    object_unref(OBJECT(a));
}

static void test_array_is_set_once(void)
{
    All *a = ALL(object_new(TYPE_ALL));
    g_autoptr(QList) numbers = qlist_new();
    Error *err = NULL;

    qlist_append_int(numbers, 7);
    g_assert_true(object_property_set_qobject(OBJECT(a), "numbers", QOBJECT(numbers),
                                              &error_abort));
    g_assert_false(object_property_set_qobject(OBJECT(a), "numbers", QOBJECT(numbers), &err));
    harness_error_contains(err, "set already");
    object_unref(OBJECT(a));
}

static void test_nothing_changes_after_realize(void)
{
    All *a = ALL(object_new(TYPE_ALL));

    qdev_realize(DEVICE(a), NULL, &error_abort);
    for (Property *p = all_properties; p->name; p++) {
        Error *err = NULL;

        if (p->info == &qdev_prop_link) {
            g_assert_false(object_property_set_link(OBJECT(a), p->name, OBJECT(a), &err));
        } else {
            g_assert_false(object_property_parse(OBJECT(a), p->name, "1", &err));
        }
        harness_error_contains(err, p->name);
    }
    object_unparent(OBJECT(a));
    object_unref(OBJECT(a));
}

static void test_link_holds_a_reference(void)
{
    All *a = ALL(object_new(TYPE_ALL));
    All *b = ALL(object_new(TYPE_ALL));

    qdev_realize(DEVICE(b), NULL, &error_abort);
    object_property_set_link(OBJECT(a), "link", OBJECT(b), &error_abort);
    g_assert_true(a->link == DEVICE(b));
    object_unparent(OBJECT(b));
    object_unref(OBJECT(b));
    g_assert_cmpuint(OBJECT(b)->ref, ==, 1);
    object_unref(OBJECT(a));
}

/* As an object that makes the device its part does it: the part first. */
static void test_alias_passes_through(void)
{
    Object *whole = object_new(TYPE_CONTAINER);
    All *part = ALL(object_new(TYPE_ALL));

    qdev_alias_all_properties(DEVICE(part), whole);
    object_property_set_int(whole, "u32", 77, &error_abort);
    g_assert_cmpuint(part->u32, ==, 77);
    g_assert_cmpuint(object_property_get_uint(whole, "u32", &error_abort), ==, 77);
    object_unref(whole);
    object_unref(OBJECT(part));
}

static void test_alias_leaves_own_properties(void)
{
    DeviceState *whole = qdev_new("or-irq"), *part = qdev_new("split-irq");

    qdev_alias_all_properties(part, OBJECT(whole));
    qdev_prop_set_uint16(whole, "num-lines", 5);
    g_assert_cmpuint(object_property_get_uint(OBJECT(whole), "num-lines", &error_abort), ==, 5);
    g_assert_cmpuint(object_property_get_uint(OBJECT(part), "num-lines", &error_abort), !=, 5);
    object_unref(OBJECT(whole));
    object_unref(OBJECT(part));
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    for (int i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/property/kind/%s/%d-%s", cases[i].name, i,
                            !cases[i].text ? "default" : cases[i].result ? "taken" : "refused");

        g_test_add_data_func(path, &cases[i], test_kind);
    }
    g_test_add_func("/property/uuid/default-is-random", test_random_uuid_is_the_default);
    g_test_add_func("/property/bit/leaves-the-others-alone", test_bits_leave_the_others_alone);
    g_test_add_func("/property/set/from-c", test_c_setters);
    g_test_add_func("/property/array/holds-numbers-and-strings",
                    test_array_holds_numbers_and_strings);
    g_test_add_func("/property/array/bad-one-changes-nothing", test_bad_array_changes_nothing);
    g_test_add_func("/property/array/is-set-once", test_array_is_set_once);
    g_test_add_func("/property/realized/nothing-changes", test_nothing_changes_after_realize);
    g_test_add_func("/property/link/holds-a-reference", test_link_holds_a_reference);
    g_test_add_func("/property/alias/passes-through", test_alias_passes_through);
    g_test_add_func("/property/alias/leaves-own-properties", test_alias_leaves_own_properties);
    return g_test_run();
}
