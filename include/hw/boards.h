/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines. A board is a subclass of TYPE_MACHINE; DEFINE_MACHINE() makes a
 * simple one. The command line sets properties of the machine object, then startup
 * calls the class' init, which creates the board's devices.
 */
#ifndef HW_BOARDS_H
#define HW_BOARDS_H

#include "exec/memory.h"
#include "qapi/qapi-types-machine.h"
#include "sysemu/blockdev.h"
#include "sysemu/hostmem.h"
#include "qemu/module.h"
#include "qom/object.h"
#include "hw/core/cpu.h"
#include "hw/qdev-core.h"
#include "sysemu/runstate.h"

#define TYPE_MACHINE_SUFFIX "-machine"
#define MACHINE_TYPE_NAME(machinename) (machinename TYPE_MACHINE_SUFFIX)

#define TYPE_MACHINE "machine"
#undef MACHINE /* some BSDs define it */
OBJECT_DECLARE_TYPE(MachineState, MachineClass, MACHINE)

extern MachineState *current_machine;

/* Which topology levels besides sockets, cores and threads a board knows. */
typedef struct {
    bool prefer_sockets;
    bool dies_supported;
    bool clusters_supported;
    bool has_clusters;
} SMPCompatProps;

/* maxcpus = sockets * dies * clusters * cores * threads; cpus of them present. */
typedef struct CpuTopology {
    unsigned int cpus;
    unsigned int sockets;
    unsigned int dies;
    unsigned int clusters;
    unsigned int cores;
    unsigned int threads;
    unsigned int max_cpus;
} CpuTopology;

/* The values of -smp as given; 0 stands for "not given". */
typedef struct MachineSmpConfig {
    uint64_t cpus;
    uint64_t sockets;
    uint64_t dies;
    uint64_t clusters;
    uint64_t cores;
    uint64_t threads;
    uint64_t maxcpus;
} MachineSmpConfig;

/*
 * One possible CPU. @arch_id: the architecture's number (MPIDR affinity);
 * @vcpus_count: how many vCPUs it provides; @cpu: the CPU when it is there.
 */
typedef struct CPUArchId {
    uint64_t arch_id;
    int64_t vcpus_count;
    CpuInstanceProperties props;
    CPUState *cpu;
    const char *type;
} CPUArchId;

typedef struct {
    int len;
    CPUArchId cpus[];
} CPUArchIdList;

/*
 * @init builds the board; @build the same for boards where that may fail (one of
 * them is set, or none). @finish, when all devices exist and the platform bus has
 * placed them, does what needs to know them all: device tree, boot loader. False with
 * an error ends the program. @reset replaces the default, qemu_devices_reset().
 * @get_hotplug_handler: who handles devices that sit on no bus with a handler.
 * @hotplug_allowed: may refuse a particular device. @possible_cpu_arch_ids:
 * fills MachineState.possible_cpus once and returns it. @kvm_type: the VM type
 * argument for the kernel. @default_ram_id: name of the RAM block; boards that
 * set it find their memory in MachineState.ram. @compat_props: GlobalProperty.
 */
struct MachineClass {
    /*< private >*/
    ObjectClass parent_class;
    /*< public >*/

    const char *family;
    char *name;
    const char *alias;
    const char *desc;
    const char *deprecation_reason;

    void (*init)(MachineState *state);
    bool (*build)(MachineState *state, Error **errp);
    bool (*finish)(MachineState *state, Error **errp);
    void (*reset)(MachineState *state, ShutdownCause reason);
    void (*wakeup)(MachineState *state);
    int (*kvm_type)(MachineState *machine, const char *arg);

    BlockInterfaceType block_default_type;
    int units_per_default_bus;
    int max_cpus;
    int min_cpus;
    int default_cpus;
    unsigned int no_serial:1, no_parallel:1, no_floppy:1, no_cdrom:1, no_sdcard:1,
        pci_allow_0_address:1, legacy_fw_cfg_order:1;
    bool is_default;
    const char *default_machine_opts;
    const char *default_boot_order;
    const char *default_display;
    const char *default_nic;
    GPtrArray *compat_props;
    const char *hw_version;
    ram_addr_t default_ram_size;
    const char *default_cpu_type;
    bool default_kernel_irqchip_split;
    bool option_rom_has_mr;
    bool rom_file_has_mr;
    int minimum_page_bits;
    bool has_hotpluggable_cpus;
    bool ignore_memory_transaction_failures;
    int numa_mem_align_shift;
    const char *const *valid_cpu_types;
    strList *allowed_dynamic_sysbus_devices; /* type names, owned */
    bool auto_enable_numa_with_memhp;
    bool auto_enable_numa_with_memdev;
    bool ignore_boot_device_suffixes;
    bool smbus_no_migration_support;
    bool nvdimm_supported;
    bool numa_mem_supported;
    bool auto_enable_numa;
    bool cpu_cluster_has_numa_boundary;
    SMPCompatProps smp_props;
    const char *default_ram_id;

    HotplugHandler *(*get_hotplug_handler)(MachineState *machine, DeviceState *dev);
    bool (*hotplug_allowed)(MachineState *state, DeviceState *dev, Error **errp);
    CpuInstanceProperties (*cpu_index_to_instance_props)(MachineState *machine,
                                                         unsigned cpu_index);
    const CPUArchIdList *(*possible_cpu_arch_ids)(MachineState *machine);
    int64_t (*get_default_cpu_node_id)(const MachineState *ms, int idx);
    ram_addr_t (*fixup_ram_size)(ram_addr_t size);
};

/*
 * @fdt: the device tree that init made, or NULL. @ram: the machine's memory,
 * made by startup before init from @memdev or a default backend. @accelerator: the
 * one in use. @mem_shared: RAM is made of a shared memory file.
 */
struct MachineState {
    /*< private >*/
    Object parent_obj;

    /*< public >*/
    void *fdt;
    char *dtb;
    char *dumpdtb;
    int phandle_start;
    uint32_t phandle_next; /* 0: none was given out yet */
    char *dt_compatible;
    bool dump_guest_core;
    bool mem_merge;
    bool mem_shared;
    bool usb;
    bool usb_disabled;
    char *firmware;
    bool iommu;
    bool suppress_vmdesc;
    bool enable_graphics;
    HostMemoryBackend *memdev;
    MemoryRegion *ram;
    ram_addr_t ram_size;
    ram_addr_t maxram_size;
    uint64_t ram_slots;
    char *kernel_filename;
    char *kernel_cmdline;
    char *initrd_filename;
    const char *cpu_type;
    AccelState *accelerator;
    CPUArchIdList *possible_cpus;
    CpuTopology smp;
};

/*
 * A board with nothing but a class function:
 * DEFINE_MACHINE("name", function(MachineClass *mc)).
 */
#define DEFINE_MACHINE(namestr, machine_initfn) \
    static void machine_initfn##_class_init(ObjectClass *oc, void *data) \
    { \
        machine_initfn(MACHINE_CLASS(oc)); \
    } \
    static const TypeInfo machine_initfn##_typeinfo = { \
        .name = MACHINE_TYPE_NAME(namestr), \
        .parent = TYPE_MACHINE, \
        .class_init = machine_initfn##_class_init, \
    }; \
    static void machine_initfn##_register_types(void) \
    { \
        type_register_static(&machine_initfn##_typeinfo); \
    } \
    type_init(machine_initfn##_register_types)

/* Let -device and device_add create sysbus devices of this type (and subtypes). */
void machine_class_allow_dynamic_sysbus_dev(MachineClass *mc, const char *type);
bool device_type_is_dynamic_sysbus(MachineClass *mc, const char *type);

/* True if @dev is a sysbus device of an allowed type. */
bool device_is_dynamic_sysbus(MachineClass *mc, DeviceState *dev);

/*
 * Run the class' init, between the phases "accelerator created" and "machine
 * initialized". Creates machine->ram if the class wants it. False and an error if
 * the RAM cannot be had, or the CPU type is not one of the class' valid ones.
 */
bool machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp);

/*
 * After all devices were created: phase "machine ready", notifiers of
 * qemu_add_machine_init_done_notifier(), the class' finish, roms checked and registered
 * for reset.
 */
bool qdev_machine_finish(MachineState *machine, Error **errp);

/* The size of -smp checked against the class; sets machine->smp only if all is well. */
bool machine_smp_configure(MachineState *machine, const MachineSmpConfig *config, Error **errp);

/* Set memory size (bytes), slots and maximum as given by -m; 0 is "not given". */
bool machine_ram_configure(MachineState *machine, uint64_t size, uint64_t slots,
                           uint64_t maxsize, Error **errp);

bool machine_usb(MachineState *machine);
bool machine_dump_guest_core(MachineState *machine);
bool machine_mem_merge(MachineState *machine);
HotplugHandler *machine_get_hotplug_handler(MachineState *machine, DeviceState *dev);
const CPUArchIdList *machine_possible_cpus(MachineState *machine);

/* The class of the machine called @name (type name without suffix, or alias), or NULL. */
MachineClass *machine_class_find(const char *name);

/* The default machine's class, or NULL if no class is marked so. */
MachineClass *machine_class_get_default(void);

/* Text of `-M help`: name and description, sorted. The caller frees it. */
char *machine_list_text(void);

/* Text of `-M NAME,help`: the machine's own properties. The caller frees it. */
char *machine_help_text(MachineClass *mc);

/* Append @nelem GlobalProperty entries (static) to a class' compat_props. */
void compat_props_add(GPtrArray *arr, GlobalProperty props[], size_t nelem);

#endif
