/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gantry-host prints about devices. Names come from the host's files, which may be a
 * stranger's recording: control characters and broken UTF-8 do not reach the terminal.
 */
#include "qemu/osdep.h"
#include "host-print.h"

const char *host_verdict(const VFIOHostDevice *dev)
{
    VFIOHostSeverity worst = vfio_host_verdict(dev);

    return worst == VFIO_HOST_BLOCKER ? "blocked" : worst == VFIO_HOST_STEP ? "assignable" :
           "ready";
}

/* ---- text -------------------------------------------------------- */

void host_put(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (g_unichar_iscntrl(c) && c != '\n') {
            putchar('?');
        } else {
            fwrite(at, 1, g_utf8_next_char(at) - at, stdout);
        }
    }
}

static void put_column(const char *text, int width)
{
    host_put(text);
    printf("%*s", MAX(1, width - (int)g_utf8_strlen(text, -1)), "");
}

void host_print_list(const GPtrArray *devices)
{
    printf("BUS       GROUP  DRIVER              STATE       NAME\n");
    for (guint i = 0; i < devices->len; i++) {
        const VFIOHostDevice *dev = g_ptr_array_index(devices, i);
        g_autofree char *group = dev->group < 0 ? g_strdup("-") :
                                 g_strdup_printf("%d", dev->group);

        put_column(vfio_host_bus_name(dev->bus), 10);
        put_column(group, 7);
        put_column(dev->driver ?: "-", 20);
        put_column(host_verdict(dev), 12);
        host_put(dev->name);
        putchar('\n');
    }
}

static void put_fact(const char *label, const char *value)
{
    if (value) {
        printf("  %-16s", label);
        host_put(value);
        putchar('\n');
    }
}

static void put_facts(const char *label, char *const *values)
{
    for (int i = 0; values && values[i]; i++) {
        put_fact(i ? "" : label, values[i]);
    }
}

static void print_group(const VFIOHostDevice *dev)
{
    g_autofree char *group = g_strdup_printf("%d%s", dev->group,
                                             dev->noiommu ? " (no IOMMU)" : "");

    put_fact("IOMMU group", dev->group >= 0 ? group :
             dev->group_at_binding ? "made when the device is bound" : "none");
    for (guint i = 0; i < dev->members->len; i++) {
        const VFIOHostMember *member = g_ptr_array_index(dev->members, i);
        g_autofree char *line = g_strdup_printf("%s %s (%s)", vfio_host_bus_name(member->bus),
                                                member->name, member->driver ?: "no driver");

        put_fact(i ? "" : "members", line);
    }
    put_fact("IOMMU", dev->iommu);
    if (dev->cdev) {
        g_autofree char *node = g_strconcat("/dev/vfio/devices/", dev->cdev, NULL);

        put_fact("device node", node);
    }
}

static void print_regions(const VFIOHostDevice *dev)
{
    for (guint i = 0; i < dev->regions->len; i++) {
        const VFIOHostRegion *region = &g_array_index(dev->regions, VFIOHostRegion, i);
        bool is_seen = region->cpu_address != VFIO_HOST_NO_ADDRESS;
        g_autofree char *bus = is_seen && region->cpu_address == region->address ? g_strdup("") :
                               g_strdup_printf(" (0x%" PRIx64 " on its bus)", region->address);
        g_autofree char *cpu = is_seen ? g_strdup_printf("0x%" PRIx64, region->cpu_address) :
                               g_strdup("not for the CPU");
        g_autofree char *line = g_strdup_printf("%u: %s size 0x%" PRIx64 "%s", i, cpu,
                                                region->size, bus);

        put_fact(i ? "" : "regions", line);
    }
}

static void print_findings(const VFIOHostDevice *dev)
{
    for (guint i = 0; i < dev->findings->len; i++) {
        const VFIOHostFinding *finding = g_ptr_array_index(dev->findings, i);
        g_auto(GStrv) lines = g_strsplit(finding->command ?: "", "\n", -1);

        printf("%s: ", vfio_host_severity_name(finding->severity));
        host_put(finding->text);
        putchar('\n');
        for (int k = 0; lines[k]; k++) {
            printf("    ");
            host_put(lines[k]);
            putchar('\n');
        }
    }
}

static void print_option(const VFIOHostDevice *dev)
{
    g_autofree char *option = vfio_host_option(dev);

    if (vfio_host_verdict(dev) != VFIO_HOST_BLOCKER) {
        printf("option%s:\n    -device ", vfio_host_is_supported(dev) ? "" :
               " (not yet supported by gantry: it has no vfio-pci)");
        host_put(option);
        putchar('\n');
    }
}

void host_print_device(const VFIOHostDevice *dev)
{
    host_put(dev->name);
    printf(": %s\n", host_verdict(dev));
    put_fact("bus", vfio_host_bus_name(dev->bus));
    put_fact("path", dev->path);
    put_fact("driver", dev->driver ?: "none");
    put_fact("driver_override", dev->driver_override);
    put_facts("compatible", dev->compatible);
    put_fact("modalias", dev->modalias);
    put_fact("tree node", dev->node);
    print_group(dev);
    put_fact("reset", vfio_host_reset_name(dev->reset));
    if (dev->node) {
        put_fact("dma-coherent", dev->dma_coherent ? "yes" : "no");
    }
    put_fact("power", dev->power);
    print_regions(dev);
    if (dev->num_interrupts) {
        g_autofree char *count = g_strdup_printf("%u", dev->num_interrupts);

        put_fact("interrupts", count);
    }
    put_facts("interrupt names", dev->interrupt_names);
    print_findings(dev);
    print_option(dev);
}

void host_print_outcome(const VFIOHostDevice *dev)
{
    printf("# ");
    host_put(dev->name);
    printf(" is bound to ");
    host_put(dev->driver ?: "no driver");
    putchar('\n');
    if (vfio_host_driver_is_vfio(dev->driver)) {
        print_findings(dev);
        print_option(dev);
    }
}

char *host_write_line(const VFIOHostWrite *step)
{
    g_autofree char *path = vfio_host_quote(step->path);
    g_autofree char *text = *step->text ? vfio_host_quote(step->text) : NULL;

    return g_strdup_printf("echo%s%s > %s", text ? " " : "", text ?: "", path);
}

/* ---- JSON -------------------------------------------------------- */

static void json_str(JSONWriter *json, const char *name, const char *value)
{
    if (value) {
        json_writer_str(json, name, value);
    } else {
        json_writer_null(json, name);
    }
}

static void json_strings(JSONWriter *json, const char *name, char *const *values)
{
    json_writer_start_array(json, name);
    for (int i = 0; values && values[i]; i++) {
        json_writer_str(json, NULL, values[i]);
    }
    json_writer_end_array(json);
}

static void json_group(JSONWriter *json, const VFIOHostDevice *dev)
{
    if (dev->group < 0) {
        json_writer_null(json, "group");
        return;
    }
    json_writer_start_object(json, "group");
    json_writer_int64(json, "id", dev->group);
    json_writer_bool(json, "noiommu", dev->noiommu);
    json_writer_start_array(json, "members");
    for (guint i = 0; i < dev->members->len; i++) {
        const VFIOHostMember *member = g_ptr_array_index(dev->members, i);

        json_writer_start_object(json, NULL);
        json_writer_str(json, "name", member->name);
        json_writer_str(json, "bus", vfio_host_bus_name(member->bus));
        json_str(json, "driver", member->driver);
        json_writer_end_object(json);
    }
    json_writer_end_array(json);
    json_writer_end_object(json);
}

static void json_regions(JSONWriter *json, const VFIOHostDevice *dev)
{
    json_writer_start_array(json, "regions");
    for (guint i = 0; i < dev->regions->len; i++) {
        const VFIOHostRegion *region = &g_array_index(dev->regions, VFIOHostRegion, i);

        json_writer_start_object(json, NULL);
        json_writer_uint64(json, "address", region->address);
        if (region->cpu_address == VFIO_HOST_NO_ADDRESS) {
            json_writer_null(json, "cpu-address");
        } else {
            json_writer_uint64(json, "cpu-address", region->cpu_address);
        }
        json_writer_uint64(json, "size", region->size);
        json_writer_end_object(json);
    }
    json_writer_end_array(json);
}

static void json_findings(JSONWriter *json, const VFIOHostDevice *dev)
{
    json_writer_start_array(json, "findings");
    for (guint i = 0; i < dev->findings->len; i++) {
        const VFIOHostFinding *finding = g_ptr_array_index(dev->findings, i);

        json_writer_start_object(json, NULL);
        json_writer_str(json, "severity", vfio_host_severity_name(finding->severity));
        json_writer_str(json, "id", finding->id);
        json_writer_str(json, "text", finding->text);
        json_str(json, "command", finding->command);
        json_writer_end_object(json);
    }
    json_writer_end_array(json);
}

void host_json_device(JSONWriter *json, const char *name, const VFIOHostDevice *dev)
{
    bool is_blocked = vfio_host_verdict(dev) == VFIO_HOST_BLOCKER;
    g_autofree char *option = is_blocked ? NULL : vfio_host_option(dev);

    json_writer_start_object(json, name);
    json_writer_str(json, "name", dev->name);
    json_writer_str(json, "bus", vfio_host_bus_name(dev->bus));
    json_writer_str(json, "path", dev->path);
    json_writer_str(json, "state", host_verdict(dev));
    json_str(json, "driver", dev->driver);
    json_str(json, "driver-override", dev->driver_override);
    json_strings(json, "compatible", dev->compatible);
    json_str(json, "modalias", dev->modalias);
    json_str(json, "node", dev->node);
    json_group(json, dev);
    json_str(json, "iommu", dev->iommu);
    json_str(json, "cdev", dev->cdev);
    json_writer_str(json, "reset", vfio_host_reset_name(dev->reset));
    json_writer_bool(json, "dma-coherent", dev->dma_coherent);
    json_str(json, "power", dev->power);
    json_regions(json, dev);
    json_writer_uint64(json, "interrupts", dev->num_interrupts);
    json_strings(json, "interrupt-names", dev->interrupt_names);
    json_findings(json, dev);
    json_str(json, "device-option", option);
    json_writer_bool(json, "supported", vfio_host_is_supported(dev));
    json_writer_end_object(json);
}

/* ---- carve-outs -------------------------------------------------------- */

static bool is_usable(const VFIOHostCarveOut *it)
{
    return it->state == VFIO_HOST_CARVE_OUT_USABLE;
}

/* The options that make @it the guest's RAM; free it. */
static char *carve_out_option(const VFIOHostCarveOut *it)
{
    return g_strdup_printf("-object memory-backend-file,id=ram0,mem-path=/dev/mem,offset=0x%" PRIx64
                           ",size=0x%" PRIx64 ",share=on -M virt,ram-base=0x%" PRIx64
                           ",memory-backend=ram0", it->address, it->size, it->address);
}

void host_print_carve_outs(const GPtrArray *list)
{
    printf("ADDRESS             SIZE                STATE         NODE\n");
    for (guint i = 0; i < list->len; i++) {
        const VFIOHostCarveOut *it = g_ptr_array_index(list, i);

        printf("0x%-18" PRIx64 "0x%-18" PRIx64 "%-14s", it->address, it->size,
               vfio_host_carve_out_state_name(it->state));
        host_put(it->node);
        putchar('\n');
    }
    for (guint i = 0; i < list->len; i++) {
        const VFIOHostCarveOut *it = g_ptr_array_index(list, i);
        g_autofree char *option = carve_out_option(it);

        if (is_usable(it)) {
            printf("option:\n    %s\n", option);
        }
    }
}

void host_json_carve_outs(JSONWriter *json, const GPtrArray *list)
{
    json_writer_start_array(json, "carve-outs");
    for (guint i = 0; i < list->len; i++) {
        const VFIOHostCarveOut *it = g_ptr_array_index(list, i);
        g_autofree char *option = is_usable(it) ? carve_out_option(it) : NULL;

        json_writer_start_object(json, NULL);
        json_writer_str(json, "node", it->node);
        json_writer_uint64(json, "address", it->address);
        json_writer_uint64(json, "size", it->size);
        json_writer_str(json, "state", vfio_host_carve_out_state_name(it->state));
        json_str(json, "option", option);
        json_writer_end_object(json);
    }
    json_writer_end_array(json);
}
