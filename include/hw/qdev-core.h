/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices and buses: DeviceState, DeviceClass, BusState, BusClass. A device is
 * created (instance_init), gets properties, is realized onto a bus (or none),
 * works, is unrealized and freed; each bus belongs to a device and holds
 * devices. All functions are called with the BQL held.
 */
#ifndef HW_QDEV_CORE_H
#define HW_QDEV_CORE_H

#include "qemu/queue.h"
#include "qemu/bitmap.h"
#include "qemu/mem-reentrancy.h"
#include "qom/object.h"
#include "hw/hotplug.h"
#include "hw/irq.h"
#include "hw/resettable.h"

enum {
    DEV_NVECTORS_UNSPECIFIED = -1,
};

#define TYPE_DEVICE "device"
OBJECT_DECLARE_TYPE(DeviceState, DeviceClass, DEVICE)

/* How `-device help` groups devices. */
typedef enum DeviceCategory {
    DEVICE_CATEGORY_BRIDGE,
    DEVICE_CATEGORY_USB,
    DEVICE_CATEGORY_STORAGE,
    DEVICE_CATEGORY_NETWORK,
    DEVICE_CATEGORY_INPUT,
    DEVICE_CATEGORY_DISPLAY,
    DEVICE_CATEGORY_SOUND,
    DEVICE_CATEGORY_MISC,
    DEVICE_CATEGORY_CPU,
    DEVICE_CATEGORY_WATCHDOG,
    DEVICE_CATEGORY_MAX
} DeviceCategory;

typedef void (*DeviceRealize)(DeviceState *dev, Error **errp);
typedef void (*DeviceUnrealize)(DeviceState *dev);
typedef void (*DeviceReset)(DeviceState *dev);
typedef void (*BusRealize)(BusState *bus, Error **errp);
typedef void (*BusUnrealize)(BusState *bus);

/*
 * @fw_name: name in device paths, if not the type's; @props_: set it with
 * device_class_set_props(). @user_creatable: -device may make one (true by default;
 * for sysbus devices false: a board must wire them); @hotpluggable: may come and
 * go while the machine runs.
 * @reset: one-phase reset, for models that do not use the Resettable phases.
 * @realize may fail; then it has undone what it did. @unrealize is its mirror
 * image and runs for realized devices only. @vmsd: the saved state, or NULL.
 * @bus_type: type of the bus that it plugs into, or NULL for none.
 */
struct DeviceClass {
    /* private: */
    ObjectClass parent_class;

    /* public: */
    DECLARE_BITMAP(categories, DEVICE_CATEGORY_MAX);
    const char *fw_name;
    const char *desc;
    Property *props_;
    bool user_creatable;
    bool hotpluggable;
    DeviceReset reset;
    DeviceRealize realize;
    DeviceUnrealize unrealize;
    const VMStateDescription *vmsd;
    const char *bus_type;
};

/*
 * One list of GPIO lines of a device; the unnamed one has name NULL. @out are
 * the places where the device keeps its outputs' lines.
 */
typedef struct NamedGPIOList NamedGPIOList;
struct NamedGPIOList {
    char *name;
    qemu_irq *in;
    qemu_irq **out;
    int num_in;
    int num_out;
    QLIST_ENTRY(NamedGPIOList) node;
};

typedef struct NamedClockList NamedClockList;
struct NamedClockList {
    char *name;
    Clock *clock;
    bool output;
    bool alias;
    QLIST_ENTRY(NamedClockList) node;
};

typedef QLIST_HEAD(, NamedGPIOList) NamedGPIOListHead;
typedef QLIST_HEAD(, NamedClockList) NamedClockListHead;
typedef QLIST_HEAD(, BusState) BusStateHead;

/*
 * @id: the user's name, or NULL; @canonical_path: valid while realized;
 * @opts: the device_add arguments it was made from, or NULL;
 * @hotplugged: was created after the machine was ready.
 */
struct DeviceState {
    /* private: */
    Object parent_obj;

    /* public: */
    char *id;
    char *canonical_path;
    bool realized;
    bool pending_deleted_event;
    int64_t pending_deleted_expires_ms;
    QDict *opts;
    int hotplugged;
    bool allow_unplug_during_migration;
    BusState *parent_bus;
    NamedGPIOListHead gpios;
    NamedClockListHead clocks;
    BusStateHead child_bus;
    int num_child_bus;
    int instance_id_alias;
    int alias_required_for_version;
    ResettableState reset;
    GSList *unplug_blockers;
    MemReentrancyGuard mem_reentrancy_guard;
};

/*
 * Told of every device. @realize runs after the device was realized,
 * @unrealize before it is unrealized. @hide_device: true keeps the device_add
 * with these options from creating anything; false with an error set fails it.
 */
typedef struct DeviceListener DeviceListener;
struct DeviceListener {
    void (*realize)(DeviceListener *listener, DeviceState *dev);
    void (*unrealize)(DeviceListener *listener, DeviceState *dev);
    bool (*hide_device)(DeviceListener *listener, const QDict *device_opts, bool from_json,
                        Error **errp);
    QTAILQ_ENTRY(DeviceListener) link;
};

#define TYPE_BUS "bus"
DECLARE_OBJ_CHECKERS(BusState, BusClass, BUS, TYPE_BUS)

/*
 * @append_dev_text: adds lines about @dev to the text of `info qtree`, each
 *   indented by @indent spaces. @get_dev_path: stable name of @dev in saved
 *   states; @get_fw_dev_path: its component of a firmware device path (both are
 *   freed by the caller). @check_address: refuses a device whose address is taken.
 * @max_dev: how many devices fit, 0 for no limit; @automatic_ids: counter for names.
 */
struct BusClass {
    ObjectClass parent_class;

    void (*append_dev_text)(DeviceState *dev, GString *out, int indent);
    char *(*get_dev_path)(DeviceState *dev);
    char *(*get_fw_dev_path)(DeviceState *dev);
    bool (*check_address)(BusState *bus, DeviceState *dev, Error **errp);
    BusRealize realize;
    BusUnrealize unrealize;
    int max_dev;
    int automatic_ids;
};

typedef struct BusChild {
    DeviceState *child;
    int index;
    QTAILQ_ENTRY(BusChild) sibling;
} BusChild;

typedef QTAILQ_HEAD(, BusChild) BusChildHead;

/* @children: newest first; @full: takes no more devices, whatever max_dev says. */
struct BusState {
    /* private: */
    Object obj;

    /* public: */
    DeviceState *parent;
    char *name;
    HotplugHandler *hotplug_handler;
    int max_index;
    bool realized;
    bool full;
    int num_children;
    BusChildHead children;
    QLIST_ENTRY(BusState) sibling;
    ResettableState reset;
};

/* ---- life of a device ---- */

/*
 * A new device of type @name, with default properties; the caller owns the
 * reference. qdev_new() insists that the type exists and is a device;
 * qdev_try_new() returns NULL if not.
 */
DeviceState *qdev_new(const char *name);
DeviceState *qdev_try_new(const char *name);

static inline bool qdev_is_realized(DeviceState *dev)
{
    return qatomic_load_acquire(&dev->realized);
}

/*
 * Plug @dev into @bus (NULL for a device without bus) and realize it. On failure
 * it is unplugged again. The bus holds a reference of its own.
 */
bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp);

/* The same, and drop the caller's reference, success or not. */
bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp);

/* Undo qdev_realize(), except for the plugging; object_unparent() ends it all. */
void qdev_unrealize(DeviceState *dev);

/* Move a device to another bus of the same kind. */
bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp);

void qdev_set_legacy_instance_id(DeviceState *dev, int alias_id, int required_for_version);

/*
 * Give the device the name @id (taken over; NULL for none) and make it a child
 * of /machine/peripheral, or of peripheral-anon. NULL and an error if the
 * name is taken, the id is freed then.
 */
const char *qdev_set_id(DeviceState *dev, char *id, Error **errp);

/* ---- hotplug ---- */

/* The bus' handler if it has one, else the machine's; NULL when nobody handles it. */
HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev);
HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev);
HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev);
bool qdev_hotplug_allowed(DeviceState *dev, Error **errp);

/*
 * Start the removal of @dev as device_del does. The device is gone when its
 * DEVICE_DELETED event is sent, maybe before this returns. False and an error if it
 * cannot be removed: its bus or type does not allow it, it is blocked, or the
 * machine has no handler for it.
 */
bool qdev_unplug(DeviceState *dev, Error **errp);

/* True (and @errp set to the first blocker's reason) if something keeps it. */
bool qdev_unplug_blocked(DeviceState *dev, Error **errp);

/* @reason stays the caller's and must live until it is removed. */
void qdev_add_unplug_blocker(DeviceState *dev, Error *reason);
void qdev_del_unplug_blocker(DeviceState *dev, Error *reason);

/* A HotplugHandler.unplug that just unrealizes the device. */
void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp);

void device_listener_register(DeviceListener *listener);
void device_listener_unregister(DeviceListener *listener);

/* Ask the listeners whether to hide a device_add; see DeviceListener. */
bool qdev_should_hide_device(const QDict *opts, bool from_json, Error **errp);

/* ---- phases of building the machine ---- */

typedef enum MachineInitPhase {
    PHASE_NO_MACHINE,
    PHASE_MACHINE_CREATED,
    PHASE_ACCEL_CREATED,
    PHASE_LATE_BACKENDS_CREATED,
    PHASE_MACHINE_INITIALIZED,
    PHASE_MACHINE_READY,
} MachineInitPhase;

/* True when @phase has been reached. */
bool phase_check(MachineInitPhase phase);

/* Enter @phase, which must be the next one. */
void phase_advance(MachineInitPhase phase);

/* Devices created from now on are hotplugged; system startup calls it once. */
void qdev_machine_creation_done(void);
bool qdev_machine_modified(void);

/* ---- GPIO lines ---- */

/*
 * Input @n (of list @name, NULL for the unnamed one): what to connect to.
 * The line must exist.
 */
qemu_irq qdev_get_gpio_in(DeviceState *dev, int n);
qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n);

/* Connect output @n to @pin; NULL disconnects. The output must exist. */
void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin);
void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq input_pin);

/* What output @n is connected to (borrowed), or NULL. */
qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n);

/* Redirect output @n to @icpt and return where it went before. */
qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n);

BusState *qdev_get_child_bus(DeviceState *dev, const char *name);

/* Add @n inputs; @handler gets @dev (or @opaque) and the number in its list. */
void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n);
void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n);

static inline void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler,
                                           const char *name, int n)
{
    qdev_init_gpio_in_named_with_opaque(dev, handler, dev, name, n);
}

/* Add @n outputs whose lines are stored in @pins[]. */
void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n);
void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n);

/* @container shows @dev's list @name as its own. */
void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name);

/* ---- buses ---- */

BusState *qdev_get_parent_bus(const DeviceState *dev);

typedef int (qbus_walkerfn)(BusState *bus, void *opaque);
typedef int (qdev_walkerfn)(DeviceState *dev, void *opaque);

/* The device with @id at or below @bus, or NULL. */
DeviceState *qdev_find_recursive(BusState *bus, const char *id);

/*
 * A bus of type @typename for @parent (NULL: the main system bus only), either in
 * memory of the caller or new (the parent owns it). @name NULL: one is made from
 * the parent's id or the type, and a number.
 */
void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent,
               const char *name);
BusState *qbus_new(const char *typename, DeviceState *parent, const char *name);
bool qbus_realize(BusState *bus, Error **errp);
void qbus_unrealize(BusState *bus);

/*
 * Call the functions (each may be NULL) for the tree: pre before a node's
 * children, post after. A pre function that returns < 0 stops the walk, > 0 skips the
 * node's children; a post function stops it with anything but 0. Returns
 * the value that stopped it, or 0.
 */
int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);
int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);

/* Reset the device or bus and everything below, through all three phases. */
void device_cold_reset(DeviceState *dev);
void bus_cold_reset(BusState *bus);
bool device_is_in_reset(DeviceState *dev);
bool bus_is_in_reset(BusState *bus);

/* The main system bus, made when first asked for. */
BusState *sysbus_get_default(void);

void qbus_set_hotplug_handler(BusState *bus, Object *handler);
void qbus_set_bus_hotplug_handler(BusState *bus);

static inline bool qbus_is_hotpluggable(BusState *bus)
{
    return bus->hotplug_handler != NULL;
}

static inline void qbus_mark_full(BusState *bus)
{
    bus->full = true;
}

/* ---- class helpers ---- */

void device_class_set_props(DeviceClass *dc, Property *props);
/* Ours: what help says of properties that the class has. @texts ends with an empty one. */
void device_class_describe_props(DeviceClass *dc, const PropertyText *texts);

/* Install a one-phase reset / realize / unrealize and keep the former for the subclass. */
void device_class_set_parent_reset(DeviceClass *dc, DeviceReset dev_reset,
                                   DeviceReset *parent_reset);
void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize);
void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize);
const VMStateDescription *qdev_get_vmsd(DeviceState *dev);

/* ---- names ---- */

const char *qdev_fw_name(DeviceState *dev);

/* Firmware path of the device; the caller frees it. */
char *qdev_get_fw_dev_path(DeviceState *dev);

/* Name of the device for saved states, from its bus; NULL if the bus has no idea. */
char *qdev_get_dev_path(DeviceState *dev);

/* The id, or else the canonical path, for messages (borrowed; never NULL). */
const char *qdev_get_printable_name(DeviceState *dev);

/* The machine, or a container object in its place while there is none. */
Object *qdev_get_machine(void);

#endif
