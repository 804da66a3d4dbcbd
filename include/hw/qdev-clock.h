/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named clock inputs and outputs of devices.
 */
#ifndef HW_QDEV_CLOCK_H
#define HW_QDEV_CLOCK_H

#include "hw/clock.h"
#include "hw/qdev-core.h"

/*
 * Add the input @name. @cb may be NULL; else it is called with @opaque for the
 * ClockEvents in @events. The device owns the clock.
 */
Clock *qdev_init_clock_in(DeviceState *dev, const char *name, ClockCallback *cb, void *opaque,
                          unsigned int events);

/* Add the output @name. The device owns the clock. */
Clock *qdev_init_clock_out(DeviceState *dev, const char *name);

/* The clock of that name and direction (borrowed). It must exist. */
Clock *qdev_get_clock_in(DeviceState *dev, const char *name);
Clock *qdev_get_clock_out(DeviceState *dev, const char *name);

/* Feed input @name from @source. Only before the device is realized. */
void qdev_connect_clock_in(DeviceState *dev, const char *name, Clock *source);

/* Make @alias_dev's @alias_name another name for a clock of its part @dev. */
Clock *qdev_alias_clock(DeviceState *dev, const char *name, DeviceState *alias_dev,
                        const char *alias_name);

/* Used by qdev when the device goes away. */
void qdev_finalize_clocklist(DeviceState *dev);

/* A table for qdev_init_clocks(), made of QDEV_CLOCK_IN/OUT and QDEV_CLOCK_END. */
struct ClockPortInitElem {
    const char *name;
    bool is_output;
    ClockCallback *callback;
    unsigned int callback_events;
    size_t offset;
};
typedef struct ClockPortInitElem ClockPortInitArray[];

#define clock_offset_value(devstate, field) \
    (offsetof(devstate, field) + type_check(Clock *, typeof_field(devstate, field)))

#define QDEV_CLOCK(out_not_in, devstate, field, cb, cbevents) { \
    .name = (stringify(field)), \
    .is_output = out_not_in, \
    .callback = cb, \
    .callback_events = cbevents, \
    .offset = clock_offset_value(devstate, field), \
}
#define QDEV_CLOCK_IN(devstate, field, callback, cbevents) \
    QDEV_CLOCK(false, devstate, field, callback, cbevents)
#define QDEV_CLOCK_OUT(devstate, field) QDEV_CLOCK(true, devstate, field, NULL, 0)
#define QDEV_CLOCK_END { .name = NULL }

/* Create every port of @clocks and store it in the device's field. */
void qdev_init_clocks(DeviceState *dev, const ClockPortInitArray clocks);

#endif
