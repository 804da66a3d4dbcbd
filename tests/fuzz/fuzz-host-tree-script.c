/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees from fuzzer bytes; see fuzz-host-tree-script.h. */
#include "fuzz-host-tree-script.h"
#include <libfdt.h>
#include "qemu/bswap.h"

#define DEPTH_MAX 12

static const char *const node_names[] = {
    "device", "ethernet@1000", "soc", "clocks", "clk", "phy@3", "mdio", "regulator", "intc",
    "__overlay__", "fragment@0", "__symbols__", "__fixups__", "__local_fixups__", "target", "a@1",
};

static const char *const properties[] = {
    "compatible", "reg", "interrupts", "interrupts-extended", "interrupt-parent", "clocks",
    "clock-names", "ranges", "phandle", "name", "interrupt-names", "dma-coherent",
    "assigned-clocks", "assigned-clock-rates", "#interrupt-cells", "phy-mode", "dma-noncoherent",
    "#size-cells", "#address-cells", "#clock-cells", "#gpio-cells", "syscon", "status", "resets",
    "regulator-name", "regulator-min-microvolt", "reg-names", "power-domains", "phys",
    "phy-handle", "nvmem-cells", "iommus", "memory-region", "gpios", "reset-gpios", "dmas",
    "dma-names", "clock-frequency", "clock-output-names", "mac-address", "linux,phandle",
    "target", "target-path", "vdd-supply", "pinctrl-0", "pinctrl-names",
    "amd,per-channel-interrupt", "virtual-reg", "label", "vendor,anything",
};

static const char *const strings[] = {
    "vendor,device", "fixed-clock", "regulator-fixed", "simple-bus", "ok", "okay", "disabled",
    "amd,xgbe-seattle-v1a", "dma_clk", "ptp_clk", "/", "/soc/device", "/device", "&none", "sgmii",
    "device:clocks:0", "/fragment@0/__overlay__:clocks:4", "", "\xff\xfe", "calxeda,hb-xgmac",
};

typedef struct Script {
    const uint8_t *at;
    size_t left;
} Script;

static uint8_t take(Script *script)
{
    if (!script->left) {
        return 0;
    }
    script->left--;
    return *script->at++;
}

/* Cells are small numbers, mostly: counts, indices and phandles. */
static void cells_write(void *fdt, Script *script, const char *name, uint8_t how)
{
    uint32_t cells[16];
    unsigned int n = how % ARRAY_SIZE(cells);

    for (unsigned int i = 0; i < n; i++) {
        uint8_t byte = take(script);

        cells[i] = cpu_to_be32(byte < 0xc0 ? byte % 16 : byte < 0xe0 ? byte << 12 :
                               byte < 0xf0 ? 0xffffffff - byte % 16 : byte << 24);
    }
    fdt_property(fdt, name, cells, n * sizeof(cells[0]));
}

static void strings_write(void *fdt, Script *script, const char *name, uint8_t how)
{
    g_autoptr(GByteArray) value = g_byte_array_new();

    for (unsigned int n = how % 4; n; n--) {
        const char *text = strings[take(script) % ARRAY_SIZE(strings)];

        g_byte_array_append(value, (const guint8 *)text, strlen(text) + 1);
    }
    if (how & 4 && value->len) {
        g_byte_array_set_size(value, value->len - 1); /* without its end */
    }
    fdt_property(fdt, name, value->data ?: (const guint8 *)"", value->len);
}

static void bytes_write(void *fdt, Script *script, const char *name, uint8_t how)
{
    uint8_t bytes[32];
    unsigned int n = how % ARRAY_SIZE(bytes);

    for (unsigned int i = 0; i < n; i++) {
        bytes[i] = take(script);
    }
    fdt_property(fdt, name, bytes, n);
}

static void property_write(void *fdt, Script *script, uint8_t what)
{
    const char *name = properties[take(script) % ARRAY_SIZE(properties)];
    uint8_t how = take(script);

    switch (what % 4) {
    case 0:
    case 1:
        cells_write(fdt, script, name, how);
        break;
    case 2:
        strings_write(fdt, script, name, how);
        break;
    default:
        bytes_write(fdt, script, name, how);
        break;
    }
}

size_t host_tree_script(const uint8_t *data, size_t size, bool is_overlay, void *to, size_t room)
{
    Script script = { data, size };
    unsigned int depth = 1;

    fdt_create(to, room);
    fdt_finish_reservemap(to);
    fdt_begin_node(to, "");
    if (is_overlay) {
        fdt_begin_node(to, "fragment@0");
        fdt_property_string(to, "target-path", "/");
        fdt_begin_node(to, "__overlay__");
        depth += 2;
    }
    while (script.left) {
        uint8_t what = take(&script);

        if (what < 0xa0) {
            property_write(to, &script, what);
        } else if (what < 0xd0 && depth < DEPTH_MAX) {
            fdt_begin_node(to, node_names[what % ARRAY_SIZE(node_names)]);
            depth++;
        } else if (depth > 1) {
            fdt_end_node(to);
            depth--;
        }
    }
    for (; depth; depth--) {
        fdt_end_node(to);
    }
    return fdt_finish(to) ? 0 : fdt_totalsize(to);
}
