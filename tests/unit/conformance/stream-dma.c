/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DMA engine of stream-dma.h: register API, bottom half, mapped guest memory, a sink
 * that may refuse data.
 */
#include "qemu/osdep.h"
#include "stream-dma.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/dma.h"

REG32(CTRL, 0x00)
    FIELD(CTRL, RUN, 0, 1)
REG32(ISR, 0x04)
    FIELD(ISR, DONE, 0, 1)
    FIELD(ISR, ERROR, 1, 1)
REG32(IMR, 0x08)
REG32(IEN, 0x0c)
REG32(IDIS, 0x10)
REG32(HEAD, 0x14)
REG32(COUNT, 0x18)

#define DESC_LAST 1
#define DESC_EOP 2

static void stream_dma_update(StreamDMA *s)
{
    qemu_set_irq(s->irq, !!(s->regs[R_ISR] & ~s->regs[R_IMR]));
}

static void stream_dma_stop(StreamDMA *s, uint32_t reason)
{
    ARRAY_FIELD_DP32(s->regs, CTRL, RUN, 0);
    s->regs[R_ISR] |= reason;
    stream_dma_update(s);
}

static void stream_dma_wake(void *opaque)
{
    StreamDMA *s = STREAM_DMA(opaque);

    qemu_bh_schedule(s->bh);
}

static bool stream_dma_fetch(StreamDMA *s)
{
    if (dma_memory_read(&s->dma_as, s->next, &s->desc, sizeof(s->desc), s->attrs)) {
        return false;
    }
    s->desc.addr = le64_to_cpu(s->desc.addr);
    le32_to_cpus(&s->desc.len);
    le32_to_cpus(&s->desc.flags);
    s->next += sizeof(s->desc);
    return true;
}

/* Pushes some of the current descriptor; false if its memory cannot be read. */
static bool stream_dma_push(StreamDMA *s)
{
    dma_addr_t len = MIN(s->desc.len, STREAM_DMA_BURST);
    size_t taken;
    void *data;

    if (!dma_memory_valid(&s->dma_as, s->desc.addr, len, DMA_DIRECTION_TO_DEVICE, s->attrs)) {
        return false;
    }
    data = dma_memory_map(&s->dma_as, s->desc.addr, &len, DMA_DIRECTION_TO_DEVICE, s->attrs);
    if (!data) {
        return false;
    }
    taken = stream_push(s->sink, data, len, len == s->desc.len && (s->desc.flags & DESC_EOP));
    dma_memory_unmap(&s->dma_as, data, len, DMA_DIRECTION_TO_DEVICE, taken);
    s->desc.addr += taken;
    s->desc.len -= taken;
    return true;
}

static void stream_dma_run(void *opaque)
{
    StreamDMA *s = opaque;

    while (ARRAY_FIELD_EX32(s->regs, CTRL, RUN)) {
        if (!s->desc.len && !stream_dma_fetch(s)) {
            stream_dma_stop(s, R_ISR_ERROR_MASK);
            return;
        }
        while (s->desc.len) {
            if (!stream_can_push(s->sink, stream_dma_wake, s)) {
                return;
            }
            if (!stream_dma_push(s)) {
                stream_dma_stop(s, R_ISR_ERROR_MASK);
                return;
            }
        }
        s->regs[R_COUNT]++;
        if (s->desc.flags & DESC_LAST) {
            stream_dma_stop(s, R_ISR_DONE_MASK);
        }
    }
}

static uint64_t stream_dma_ctrl_pre_write(RegisterInfo *reg, uint64_t val)
{
    StreamDMA *s = STREAM_DMA(reg->opaque);

    if (FIELD_EX32(val, CTRL, RUN) && !ARRAY_FIELD_EX32(s->regs, CTRL, RUN)) {
        s->next = s->regs[R_HEAD];
        s->desc.len = 0;
        qemu_bh_schedule(s->bh);
    }
    return val;
}

static void stream_dma_isr_post_write(RegisterInfo *reg, uint64_t val)
{
    stream_dma_update(STREAM_DMA(reg->opaque));
}

static uint64_t stream_dma_ien_pre_write(RegisterInfo *reg, uint64_t val)
{
    StreamDMA *s = STREAM_DMA(reg->opaque);

    s->regs[R_IMR] &= ~val;
    stream_dma_update(s);
    return 0;
}

static uint64_t stream_dma_idis_pre_write(RegisterInfo *reg, uint64_t val)
{
    StreamDMA *s = STREAM_DMA(reg->opaque);

    s->regs[R_IMR] |= val & (R_ISR_DONE_MASK | R_ISR_ERROR_MASK);
    stream_dma_update(s);
    return 0;
}

static const RegisterAccessInfo stream_dma_regs_info[] = {
    { .name = "CTRL", .addr = A_CTRL, .rsvd = ~R_CTRL_RUN_MASK,
      .pre_write = stream_dma_ctrl_pre_write },
    { .name = "ISR", .addr = A_ISR, .w1c = 3, .rsvd = ~3u,
      .post_write = stream_dma_isr_post_write },
    { .name = "IMR", .addr = A_IMR, .reset = 3, .ro = ~0u },
    { .name = "IEN", .addr = A_IEN, .pre_write = stream_dma_ien_pre_write },
    { .name = "IDIS", .addr = A_IDIS, .pre_write = stream_dma_idis_pre_write },
    { .name = "HEAD", .addr = A_HEAD },
    { .name = "COUNT", .addr = A_COUNT, .ro = ~0u, .cor = ~0u },
};

static const MemoryRegionOps stream_dma_ops = {
    .read = register_read_memory,
    .write = register_write_memory,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void stream_dma_reset_enter(Object *obj, ResetType type)
{
    StreamDMA *s = STREAM_DMA(obj);

    for (size_t i = 0; i < ARRAY_SIZE(s->regs_info); i++) {
        register_reset(&s->regs_info[i]);
    }
    s->next = 0;
    s->desc = (StreamDesc) { };
    qemu_bh_cancel(s->bh);
}

static void stream_dma_reset_hold(Object *obj)
{
    stream_dma_update(STREAM_DMA(obj));
}

static void stream_dma_realize(DeviceState *dev, Error **errp)
{
    StreamDMA *s = STREAM_DMA(dev);

    if (!s->dma_mr || !s->sink) {
        error_setg(errp, TYPE_STREAM_DMA " '%s' link not set", s->dma_mr ? "sink" : "dma");
        return;
    }
    address_space_init(&s->dma_as, s->dma_mr, TYPE_STREAM_DMA "-dma");
    s->attrs = (MemTxAttrs) { .requester_id = 7 };
    s->bh = qemu_bh_new_guarded(stream_dma_run, s, &dev->mem_reentrancy_guard);
}

static void stream_dma_unrealize(DeviceState *dev)
{
    StreamDMA *s = STREAM_DMA(dev);

    qemu_bh_delete(s->bh);
    address_space_destroy(&s->dma_as);
}

static void stream_dma_init(Object *obj)
{
    StreamDMA *s = STREAM_DMA(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init(&s->iomem, obj, TYPE_STREAM_DMA, 0x100);
    s->reg_array = register_init_block32(DEVICE(obj), stream_dma_regs_info,
                                         ARRAY_SIZE(stream_dma_regs_info), s->regs_info,
                                         s->regs, &stream_dma_ops, false, sizeof(s->regs));
    memory_region_add_subregion(&s->iomem, 0, &s->reg_array->mem);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
    object_property_add_link(obj, "dma", TYPE_MEMORY_REGION, (Object **)&s->dma_mr,
                             qdev_prop_allow_set_link_before_realize, OBJ_PROP_LINK_STRONG);
}

static void stream_dma_finalize(Object *obj)
{
    register_finalize_block(STREAM_DMA(obj)->reg_array);
}

static int stream_dma_post_load(void *opaque, int version_id)
{
    StreamDMA *s = opaque;

    qemu_bh_schedule(s->bh);
    return 0;
}

static const VMStateDescription vmstate_stream_desc = {
    .name = "stream-dma/desc",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (VMStateField[]) {
        VMSTATE_UINT64(addr, StreamDesc),
        VMSTATE_UINT32(len, StreamDesc),
        VMSTATE_UINT32(flags, StreamDesc),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription vmstate_stream_dma = {
    .name = TYPE_STREAM_DMA,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = stream_dma_post_load,
    .fields = (VMStateField[]) {
        VMSTATE_UINT32(next, StreamDMA),
        VMSTATE_STRUCT(desc, StreamDMA, 1, vmstate_stream_desc, StreamDesc),
        VMSTATE_UINT32_ARRAY(regs, StreamDMA, STREAM_DMA_REGS),
        VMSTATE_END_OF_LIST()
    }
};

static Property stream_dma_properties[] = {
    DEFINE_PROP_LINK("sink", StreamDMA, sink, TYPE_STREAM_SINK, StreamSink *),
    DEFINE_PROP_END_OF_LIST(),
};

static void stream_dma_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = stream_dma_realize;
    dc->unrealize = stream_dma_unrealize;
    dc->vmsd = &vmstate_stream_dma;
    rc->phases.enter = stream_dma_reset_enter;
    rc->phases.hold = stream_dma_reset_hold;
    device_class_set_props(dc, stream_dma_properties);
}

static const TypeInfo stream_dma_info = {
    .name = TYPE_STREAM_DMA,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(StreamDMA),
    .instance_init = stream_dma_init,
    .instance_finalize = stream_dma_finalize,
    .class_init = stream_dma_class_init,
};

static void stream_dma_register_types(void)
{
    type_register_static(&stream_dma_info);
}

type_init(stream_dma_register_types)
