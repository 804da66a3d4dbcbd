/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of the machine class (-smp, memory, names, allowed devices) and of
 * the loader (files that are fine, bad, too large; roms at reset).
 */
#include "hwcore-harness.h"
#include <elf.h>
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/loader.h"
#include "qemu/module.h"
#include "sysemu/reset.h"

static void smp_machine_setup(MachineClass *mc)
{
    mc->desc = "machine of the tests";
    mc->alias = "test-alias";
    mc->max_cpus = 16;
    mc->min_cpus = 2;
    mc->default_cpus = 4;
    mc->smp_props.clusters_supported = true;
    machine_class_allow_dynamic_sysbus_dev(mc, "unimplemented-device");
}

DEFINE_MACHINE("test-smp", smp_machine_setup)

/* ---- -smp ---- */

typedef struct SmpCase {
    const char *path;
    MachineSmpConfig given; /* cpus, sockets, dies, clusters, cores, threads, maxcpus */
    CpuTopology result;     /* cpus, sockets, dies, clusters, cores, threads, max */
    const char *error;
} SmpCase;

static const SmpCase smp_cases[] = {
    { "nothing-gives-default", { 0 }, { 4, 1, 1, 1, 4, 1, 4 }, NULL },
    { "cpus-become-cores", { .cpus = 8 }, { 8, 1, 1, 1, 8, 1, 8 }, NULL },
    { "cores-follow-from-sockets", { .cpus = 8, .sockets = 2 }, { 8, 2, 1, 1, 4, 1, 8 }, NULL },
    { "threads-count", { .cores = 2, .threads = 4 }, { 8, 1, 1, 1, 2, 4, 8 }, NULL },
    { "clusters-count", { .cpus = 8, .clusters = 2 }, { 8, 1, 1, 2, 4, 1, 8 }, NULL },
    { "room-for-more", { .cpus = 2, .maxcpus = 8 }, { 2, 1, 1, 1, 8, 1, 8 }, NULL },
    { "dies-unknown", { .cpus = 4, .dies = 2 }, { 0 }, "no dies" },
    { "product-wrong", { .cpus = 6, .sockets = 3, .cores = 2, .threads = 1, .maxcpus = 8 }, { 0 },
      "does not fit" },
    { "product-too-small", { .cpus = 8, .sockets = 3, .cores = 2, .threads = 1 }, { 0 },
      "less than" },
    { "more-than-max", { .cpus = 17 }, { 0 }, "at most 16" },
    { "fewer-than-min", { .cpus = 1 }, { 0 }, "at least 2" },
    { "maxcpus-less", { .cpus = 8, .maxcpus = 4 }, { 0 }, "less than" },
    { "overflow", { .cpus = UINT64_MAX, .cores = UINT64_MAX, .sockets = 3, .threads = 2 }, { 0 },
      "at most 16" },
};

static void test_smp(gconstpointer data)
{
    const SmpCase *c = data;
    MachineState *ms = MACHINE(object_new(MACHINE_TYPE_NAME("test-smp")));
    CpuTopology before = ms->smp;
    Error *err = NULL;
    bool ok = machine_smp_configure(ms, &c->given, &err);

    g_assert_cmpint(ok, ==, c->error == NULL);
    if (c->error) {
        harness_error_contains(err, c->error);
    }
    g_assert_cmpmem(&ms->smp, sizeof(ms->smp), c->error ? &before : &c->result, sizeof(before));
    object_unref(OBJECT(ms));
}

static void test_machines_are_found(void)
{
    MachineClass *mc = machine_class_find("test-alias");

    g_assert_true(mc == machine_class_find("test-smp"));
    g_assert_cmpstr(mc->name, ==, "test-smp");
    g_assert_nonnull(machine_class_find("none"));
    g_assert_null(machine_class_find("test-smp-machine"));
}

static void test_dynamic_sysbus_list(void)
{
    MachineClass *mc = machine_class_find("test-smp");

    g_assert_true(device_type_is_dynamic_sysbus(mc, "unimplemented-device"));
    g_assert_false(device_type_is_dynamic_sysbus(mc, "platform-bus-device"));
    g_assert_false(device_type_is_dynamic_sysbus(mc, "no-such-type"));
}

static void test_memory_size(void)
{
    MachineState *ms = MACHINE(object_new(MACHINE_TYPE_NAME("test-smp")));
    Error *err = NULL;

    g_assert_true(machine_ram_configure(ms, 1000, 0, 0, &error_abort));
    g_assert_cmpuint(ms->ram_size, ==, 8192);
    g_assert_false(machine_ram_configure(ms, UINT64_MAX, 0, 0, &err));
    harness_error_contains(err, "too large");
    err = NULL;
    g_assert_false(machine_ram_configure(ms, 8192, 2, 16384, &err));
    harness_error_contains(err, "no memory hotplug");
    g_assert_cmpuint(ms->ram_size, ==, 8192);
    object_unref(OBJECT(ms));
}

/* ---- loader ---- */

static char *file_make(const void *data, size_t size)
{
    g_autofree char *name = NULL;
    int fd = g_file_open_tmp("gantry-loader-XXXXXX", &name, NULL);

    g_assert_cmpint(write(fd, data, size), ==, size);
    close(fd);
    return g_steal_pointer(&name);
}

static void file_remove(char *name)
{
    g_unlink(name);
    g_free(name);
}

static void test_bad_files_name_what_is_wrong(void)
{
    char *empty = file_make("", 0);
    char *large = file_make("0123456789", 10);
    Error *err = NULL;

    g_assert_cmpint(image_load("/nonexistent/kernel", 0, 100, NULL, &err), ==, -1);
    harness_error_contains(err, "/nonexistent/kernel");
    err = NULL;
    g_assert_cmpint(image_load("/", 0, 100, NULL, &err), ==, -1);
    harness_error_contains(err, "not a file");
    err = NULL;
    g_assert_cmpint(image_load(empty, 0, 100, NULL, &err), ==, -1);
    harness_error_contains(err, "empty");
    err = NULL;
    g_assert_cmpint(image_load(large, 0, 9, NULL, &err), ==, -1);
    harness_error_contains(err, "10 bytes, but there is room for 9");
    file_remove(empty);
    file_remove(large);
}

typedef struct TestElf {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    char data[8];
} TestElf;

static TestElf elf_make(void)
{
    return (TestElf){
        .header = {
            .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB },
            .e_machine = EM_AARCH64, .e_entry = 0x4004, .e_phoff = sizeof(Elf64_Ehdr),
            .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
        },
        .segment = {
            .p_type = PT_LOAD, .p_offset = offsetof(TestElf, data), .p_paddr = 0x4000,
            .p_filesz = 8, .p_memsz = 16,
        },
        .data = "segment",
    };
}

static ssize_t elf_load(const TestElf *elf, uint64_t *entry)
{
    char *name = file_make(elf, sizeof(*elf));
    ssize_t ret = load_elf(name, NULL, NULL, NULL, entry, NULL, NULL, NULL, 0, EM_AARCH64, 0, 0);

    file_remove(name);
    return ret;
}

static void test_damaged_elf_is_refused(void)
{
    TestElf elf = elf_make();
    uint64_t entry = 1;

    elf.header.e_ident[0] = 'x';
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_NOT_ELF);
    elf = elf_make();
    elf.header.e_machine = EM_386;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_WRONG_ARCH);
    elf = elf_make();
    elf.header.e_ident[EI_DATA] = ELFDATA2MSB;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_WRONG_ENDIAN);
    elf = elf_make();
    elf.header.e_phoff = UINT64_MAX - 8;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_FAILED);
    elf = elf_make();
    elf.segment.p_offset = UINT64_MAX - 4;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_FAILED);
    elf = elf_make();
    elf.segment.p_filesz = 17;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_FAILED);
    elf = elf_make();
    elf.segment.p_memsz = UINT64_MAX;
    g_assert_cmpint(elf_load(&elf, &entry), ==, ELF_LOAD_TOO_BIG);
    g_assert_cmpuint(entry, ==, 1);
    g_assert_null(rom_ptr(0x4000, 1));
}

static void test_roms_come_back_at_reset(void)
{
    static MemoryRegion ram;
    TestElf elf = elf_make();
    char *raw = file_make("raw", 3);
    char back[16];
    uint64_t entry;

    memory_region_init_ram(&ram, NULL, "test.ram", 0x10000, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, &ram);
    g_assert_cmpint(elf_load(&elf, &entry), ==, 16);
    g_assert_cmphex(entry, ==, 0x4004);
    g_assert_cmpint(image_load(raw, 0x5000, 0x1000, NULL, &error_abort), ==, 3);
    g_assert_cmpmem(rom_ptr(0x5001, 2), 2, "aw", 2);
    g_assert_null(rom_ptr(0x5001, 3));
    g_assert_true(rom_registry_seal(&error_abort));

    memset(memory_region_get_ram_ptr(&ram), 0xff, 0x10000);
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    memcpy(back, (char *)memory_region_get_ram_ptr(&ram) + 0x4000, sizeof(back));
    g_assert_cmpmem(back, 16, "segment\0\0\0\0\0\0\0\0", 16);
    g_assert_cmpmem((char *)memory_region_get_ram_ptr(&ram) + 0x5000, 4, "raw\xff", 4);
    memset(memory_region_get_ram_ptr(&ram), 0, 0x10000);
    qemu_devices_reset(SHUTDOWN_CAUSE_NONE);
    g_assert_cmpmem((char *)memory_region_get_ram_ptr(&ram) + 0x5000, 3, "raw", 3);
    file_remove(raw);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    for (int i = 0; i < ARRAY_SIZE(smp_cases); i++) {
        g_autofree char *path = g_strdup_printf("/machine/smp/%s", smp_cases[i].path);

        g_test_add_data_func(path, &smp_cases[i], test_smp);
    }
    g_test_add_func("/machine/name/type-suffix-and-alias", test_machines_are_found);
    g_test_add_func("/machine/dynamic-sysbus/only-listed-types", test_dynamic_sysbus_list);
    g_test_add_func("/machine/memory/size-is-checked", test_memory_size);
    g_test_add_func("/loader/file/bad-ones-name-what-is-wrong", test_bad_files_name_what_is_wrong);
    g_test_add_func("/loader/elf/damaged-is-refused-and-leaves-nothing",
                    test_damaged_elf_is_refused);
    g_test_add_func("/loader/rom/comes-back-at-reset", test_roms_come_back_at_reset);
    return g_test_run();
}
