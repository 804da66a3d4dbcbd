/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a property of the host's node in the guest's, by its name. A flattened tree has
 * no types: that a number is a reference shows only in the names that the bindings use
 * (Devicetree Specification, Linux' Documentation/devicetree/bindings). A name that is unknown and
 * whose first cell is some node's phandle is taken for a reference, unless it sounds like a number.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qemu/bswap.h"

typedef struct DTRule {
    const char *pattern; /* one '*' stands for anything */
    DTPolicy policy;
    const char *detail;  /* DT_REF: cells_name; DT_COMPANION: of */
} DTRule;

/* The first that matches holds. */
static const DTRule rules[] = {
    { "phandle", DT_SKIP }, { "linux,phandle", DT_SKIP }, { "name", DT_SKIP },
    { "reg", DT_KEEP }, { "compatible", DT_KEEP }, { "status", DT_KEEP }, { "ngpios", DT_KEEP },
    { "linux,*", DT_KEEP }, { "cell-index", DT_KEEP }, { "virtual-reg", DT_KEEP },
    { "dma-requests", DT_KEEP },
    { "clocks", DT_CLOCKS }, { "clock-names", DT_COMPANION, "clocks" },
    { "interrupts", DT_INTERRUPTS }, { "interrupts-extended", DT_INTERRUPTS },
    { "interrupt-parent", DT_INTERRUPTS }, { "interrupt-names", DT_INTERRUPTS },
    { "interrupt-map", DT_REF }, { "interrupt-map-mask", DT_COMPANION, "interrupt-map" },
    { "interrupt-affinity", DT_REF },
    { "*-supply", DT_SUPPLY },
    { "resets", DT_HOST }, { "reset-names", DT_COMPANION, "resets" },
    { "power-domains", DT_HOST }, { "power-domain-names", DT_COMPANION, "power-domains" },
    { "pinctrl-names", DT_COMPANION, "pinctrl-0" }, { "pinctrl-*", DT_HOST },
    { "iommus", DT_HOST }, { "iommu-map", DT_HOST },
    { "iommu-map-mask", DT_COMPANION, "iommu-map" },
    { "dmas", DT_HOST }, { "dma-names", DT_COMPANION, "dmas" },
    { "assigned-clocks", DT_HOST }, { "assigned-clock-parents", DT_COMPANION, "assigned-clocks" },
    { "assigned-clock-rates", DT_COMPANION, "assigned-clocks" },
    { "assigned-clock-rates-u64", DT_COMPANION, "assigned-clocks" },
    { "phys", DT_REF, "#phy-cells" }, { "phy-names", DT_COMPANION, "phys" },
    { "mboxes", DT_REF, "#mbox-cells" }, { "mbox-names", DT_COMPANION, "mboxes" },
    { "interconnects", DT_REF, "#interconnect-cells" },
    { "interconnect-names", DT_COMPANION, "interconnects" },
    { "nvmem-cells", DT_REF }, { "nvmem-cell-names", DT_COMPANION, "nvmem-cells" },
    { "memory-region", DT_REF }, { "memory-region-names", DT_COMPANION, "memory-region" },
    { "io-channels", DT_REF, "#io-channel-cells" },
    { "io-channel-names", DT_COMPANION, "io-channels" },
    { "hwlocks", DT_REF, "#hwlock-cells" }, { "hwlock-names", DT_COMPANION, "hwlocks" },
    { "pwms", DT_REF, "#pwm-cells" }, { "pwm-names", DT_COMPANION, "pwms" },
    { "thermal-sensors", DT_REF, "#thermal-sensor-cells" },
    { "sound-dai", DT_REF, "#sound-dai-cells" },
    { "msi-parent", DT_REF, "#msi-cells" }, { "msi-map", DT_REF },
    { "msi-map-mask", DT_COMPANION, "msi-map" },
    { "gpio-ranges", DT_REF, "#gpio-range-cells" },
    { "gpios", DT_REF, "#gpio-cells" }, { "*-gpios", DT_REF, "#gpio-cells" },
    { "*-gpio", DT_REF, "#gpio-cells" },
    { "operating-points-v2", DT_REF }, { "required-opps", DT_REF }, { "cooling-device", DT_REF },
    { "access-controllers", DT_REF, "#access-controller-cells" },
    { "remote-endpoint", DT_REF }, { "extcon", DT_REF }, { "power-supplies", DT_REF },
    { "backlight", DT_REF }, { "panel", DT_REF }, { "ddc-i2c-bus", DT_REF },
    { "i2c-parent", DT_REF }, { "mdio-parent-bus", DT_REF }, { "next-level-cache", DT_REF },
    { "sram", DT_REF }, { "phy", DT_REF }, { "*-handle", DT_REF }, { "*-phandle", DT_REF },
    { "syscon", DT_REF }, { "*-syscon", DT_REF }, { "*,syscon", DT_REF }, { "*,syscon-*", DT_REF },
};

/* Whole words of names, between '-', ',' and '_', whose values are numbers. */
static const char *const number_words[] = {
    "num", "number", "count", "max", "min", "width", "depth", "size", "len", "length", "queues",
    "channels", "ports", "lanes", "delay", "timeout", "period", "ms", "us", "ns", "ps", "hz", "khz",
    "mhz", "frequency", "speed", "rate", "percent", "microvolt", "microamp", "ohms", "id",
    "index", "bits", "bytes", "burst", "threshold", "level", "mask", "offset", "shift", "priority",
    "weight", "ratio", "div", "divider", "mult", "address", "addr", "version", "revision", "cells",
    "pbl", "txpbl", "rxpbl", "skew", "amp", "tap", "gain", "cs", "nr", "mtu", "latency",
    "watermark",
    "value", "limit", "cycles", "interval", "cpha", "cpol", "polarity", "bit", "wait",
    "strength", "blen", "code", "set", "enable", "entries", "bins", "frequencies", "rates", "lines",
    "widths", "ranges", "lmt", "osr", "step", "start", "tuning", "phase", "sizes", "delays",
};

static bool matches(const char *pattern, const char *name)
{
    const char *star = strchr(pattern, '*');
    size_t front, back, size = strlen(name);

    if (!star) {
        return strcmp(pattern, name) == 0;
    }
    front = star - pattern;
    back = strlen(star + 1);
    return size >= front + back && strncmp(name, pattern, front) == 0 &&
           strcmp(name + size - back, star + 1) == 0;
}

static bool sounds_like_number(const char *name)
{
    g_auto(GStrv) words = g_strsplit_set(name, "-,_", -1);

    if (name[0] == '#') {
        return true;
    }
    for (int i = 0; words[i]; i++) {
        for (size_t n = 0; n < G_N_ELEMENTS(number_words); n++) {
            if (strcmp(words[i], number_words[n]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* "foos" or "foo", when the target has "#foo-cells". */
static bool target_wants_cells(const VFIOHostTree *tree, int target, const char *name,
                               char storage[64])
{
    int size = strlen(name);

    if (size > 48) {
        return false;
    }
    for (int drop = 0; drop <= 2 && drop < size; drop++) {
        if (drop && name[size - drop] != (drop == 1 ? 's' : 'e')) {
            break;
        }
        snprintf(storage, 64, "#%.*s-cells", size - drop, name);
        if (fdt_getprop(tree->fdt, target, storage, NULL)) {
            return true;
        }
    }
    return false;
}

DTVerdict dt_policy(const VFIOHostTree *tree, const char *name, const void *value, int size,
                    char storage[64])
{
    int target;

    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const DTRule *rule = &rules[i];

        if (matches(rule->pattern, name)) {
            return (DTVerdict) {
                .policy = rule->policy,
                .cells_name = rule->policy == DT_REF ? rule->detail : NULL,
                .of = rule->policy == DT_COMPANION ? rule->detail : NULL,
            };
        }
    }
    if (size < 4 || size % 4 || (target = dt_host_by_phandle(tree, ldl_be_p(value))) < 0) {
        return (DTVerdict) { .policy = DT_KEEP };
    }
    if (target_wants_cells(tree, target, name, storage)) {
        return (DTVerdict) { .policy = DT_REF, .cells_name = storage };
    }
    /* "vendor,what = <&syscon OFFSET BIT>" is how drivers reach foreign registers. */
    if (size > 4 && strchr(name, ',') &&
        fdt_node_check_compatible(tree->fdt, target, "syscon") == 0) {
        return (DTVerdict) { .policy = DT_REF };
    }
    return (DTVerdict) { .policy = sounds_like_number(name) ? DT_KEEP : DT_REF };
}
