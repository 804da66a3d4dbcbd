/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams between devices: whoever has data pushes them into a sink, which may be
 * full, such as a DMA engine into a network card's transmitter. The sink is found by
 * a link property of type TYPE_STREAM_SINK. All of it runs with the BQL held.
 */
#ifndef HW_STREAM_H
#define HW_STREAM_H

#include "qom/object.h"

#define TYPE_STREAM_SINK "stream-sink"

typedef struct StreamSinkClass StreamSinkClass;
DECLARE_CLASS_CHECKERS(StreamSinkClass, STREAM_SINK, TYPE_STREAM_SINK)
#define STREAM_SINK(obj) INTERFACE_CHECK(StreamSink, (obj), TYPE_STREAM_SINK)

typedef struct StreamSink StreamSink;

/* Tells a pusher, once, that the sink that refused it takes data again. */
typedef void (*StreamCanPushNotifyFn)(void *opaque);

/*
 * @can_push: whether the sink takes data now. If not, it keeps @notify (unless NULL)
 *   and @notify_opaque and calls it, once, when it does. Optional: it always does.
 * @push: takes up to @len bytes of @buf, which stays the caller's, and returns how many;
 *   fewer than @len only if the sink became full. @eop: the last of them ends a packet.
 */
struct StreamSinkClass {
    InterfaceClass parent;
    bool (*can_push)(StreamSink *obj, StreamCanPushNotifyFn notify, void *notify_opaque);
    size_t (*push)(StreamSink *obj, unsigned char *buf, size_t len, bool eop);
};

/* Call the method of that name, or do what its absence means. */
size_t stream_push(StreamSink *sink, uint8_t *buf, size_t len, bool eop);
bool stream_can_push(StreamSink *sink, StreamCanPushNotifyFn notify, void *notify_opaque);

#endif
