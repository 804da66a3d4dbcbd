/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-blk as a device: features, configuration space, status, reset, saved
 * state, properties (OASIS virtio 1.2, section 5.2). Requests are in
 * virtio-blk-req.c. Left out: zoned disks, secure erase, lifetime, SIZE_MAX
 * (there is no such limit), joining neighbouring requests.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file-types.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "sysemu/blockdev.h"
#include "sysemu/runstate.h"
#include "trace.h"
#include "virtio-blk-internal.h"

/* Segments of a request that is as long as the queue allows: all but header and status. */
#define SEG_OVERHEAD 2
/* What drivers were told before the number followed from the queue's size. */
#define SEG_MAX_FIXED 126

#define CYLS_MAX 65535
#define HEADS_MAX 255
#define SECS_MAX 255

static const VirtIOFeature config_features[] = {
    { BIT_ULL(VIRTIO_BLK_F_DISCARD), endof(struct virtio_blk_config, discard_sector_alignment) },
    { BIT_ULL(VIRTIO_BLK_F_WRITE_ZEROES),
      endof(struct virtio_blk_config, write_zeroes_may_unmap) },
    { }
};

static const VirtIOConfigSizeParams config_size = {
    .min_size = offsetof(struct virtio_blk_config, max_discard_sectors),
    .max_size = sizeof(struct virtio_blk_config),
    .feature_sizes = config_features,
};

/* ---- features -------------------------------------------------------------------- */

static uint64_t virtio_blk_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);
    bool has_switch = virtio_has_feature(s->host_features, VIRTIO_BLK_F_CONFIG_WCE);

    features |= s->host_features;
    virtio_add_feature(&features, VIRTIO_BLK_F_SEG_MAX);
    virtio_add_feature(&features, VIRTIO_BLK_F_GEOMETRY);
    virtio_add_feature(&features, VIRTIO_BLK_F_TOPOLOGY);
    virtio_add_feature(&features, VIRTIO_BLK_F_BLK_SIZE);
    if (blk_enable_write_cache(s->blk) || (s->conf.x_enable_wce_if_config_wce && has_switch)) {
        virtio_add_feature(&features, VIRTIO_BLK_F_FLUSH);
    }
    if (!blk_is_writable(s->blk)) {
        virtio_add_feature(&features, VIRTIO_BLK_F_RO);
    }
    if (s->conf.num_queues > 1) {
        virtio_add_feature(&features, VIRTIO_BLK_F_MQ);
    }
    return features;
}

/* ---- configuration space --------------------------------------------------------- */

static void config_limits_fill(VirtIOBlock *s, struct virtio_blk_config *c)
{
    BlockConf *conf = &s->conf.conf;
    uint32_t granularity = conf->logical_block_size;

    if (s->conf.report_discard_granularity && conf->discard_granularity != UINT32_MAX &&
        conf->discard_granularity) {
        granularity = conf->discard_granularity;
    }
    stl_le_p(&c->max_discard_sectors, s->conf.max_discard_sectors);
    stl_le_p(&c->max_discard_seg, 1);
    stl_le_p(&c->discard_sector_alignment, granularity >> BDRV_SECTOR_BITS);
    stl_le_p(&c->max_write_zeroes_sectors, s->conf.max_write_zeroes_sectors);
    stl_le_p(&c->max_write_zeroes_seg, 1);
    c->write_zeroes_may_unmap = 1;
}

static void virtio_blk_get_config(VirtIODevice *vdev, uint8_t *config)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);
    BlockConf *conf = &s->conf.conf;
    uint32_t block_bytes = conf->logical_block_size;
    struct virtio_blk_config c = { 0 };
    uint64_t capacity;

    blk_get_geometry(s->blk, &capacity);
    /* Whole blocks only. */
    stq_le_p(&c.capacity, capacity & ~(uint64_t)s->sector_mask);
    stl_le_p(&c.seg_max, s->conf.seg_max_adjust ? s->conf.queue_size - SEG_OVERHEAD
                                                : SEG_MAX_FIXED);
    stw_le_p(&c.geometry.cylinders, conf->cyls);
    c.geometry.heads = conf->heads;
    c.geometry.sectors = conf->secs;
    stl_le_p(&c.blk_size, block_bytes);
    c.physical_block_exp = get_physical_block_exp(conf);
    stw_le_p(&c.min_io_size, conf->min_io_size / block_bytes);
    stl_le_p(&c.opt_io_size, conf->opt_io_size / block_bytes);
    c.wce = blk_enable_write_cache(s->blk);
    stw_le_p(&c.num_queues, s->conf.num_queues);
    config_limits_fill(s, &c);
    memcpy(config, &c, vdev->config_len);
}

/* The driver may turn the write cache on and off (5.2.5.2), and change nothing else. */
static void virtio_blk_set_config(VirtIODevice *vdev, const uint8_t *config)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    if (virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_CONFIG_WCE)) {
        blk_set_enable_write_cache(s->blk, config[offsetof(struct virtio_blk_config, wce)] != 0);
    }
}

static void virtio_blk_resize(void *opaque)
{
    virtio_notify_config(opaque);
}

static const BlockDevOps virtio_blk_dev_ops = {
    .resize_cb = virtio_blk_resize,
};

/* ---- status, reset, run state ---------------------------------------------------- */

static void virtio_blk_set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    /*
     * A driver without the switch that does not know flushes either needs each write on the
     * disk when it is done (5.2.5.2).
     */
    if ((status & VIRTIO_CONFIG_S_DRIVER_OK) && !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
        !virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_CONFIG_WCE)) {
        blk_set_enable_write_cache(s->blk, virtio_vdev_has_feature(vdev, VIRTIO_BLK_F_FLUSH));
    }
}

static void virtio_blk_reset(VirtIODevice *vdev)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    virtio_blk_requests_end(s, NULL);
    blk_set_enable_write_cache(s->blk, s->original_wce);
}

static void virtio_blk_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    virtio_blk_requests_end(VIRTIO_BLK(vdev), virtio_get_queue(vdev, queue_index));
}

static void restart_bh_run(void *opaque)
{
    virtio_blk_restart(opaque);
}

static void virtio_blk_vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIOBlock *s = opaque;

    /* Later: the transport and others may not know yet that the machine goes on. */
    if (running) {
        qemu_bh_schedule(s->restart_bh);
    }
}

/* ---- saved state ----------------------------------------------------------------- */

static void virtio_blk_save(VirtIODevice *vdev, QEMUFile *f)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    qemu_put_byte(f, blk_enable_write_cache(s->blk));
    virtio_blk_failed_save(s, f);
}

static int virtio_blk_load(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    VirtIOBlock *s = VIRTIO_BLK(vdev);

    /* What the device was doing before is not part of that state. */
    virtio_blk_requests_end(s, NULL);
    blk_set_enable_write_cache(s->blk, qemu_get_byte(f) != 0);
    return virtio_blk_failed_load(s, f);
}

static const VMStateDescription vmstate_virtio_blk = {
    .name = "virtio-blk",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VIRTIO_DEVICE,
        VMSTATE_END_OF_LIST()
    },
};

/* ---- realize --------------------------------------------------------------------- */

static bool drive_check(VirtIOBlkConf *conf, Error **errp)
{
    if (!conf->conf.blk) {
        error_setg(errp, "property 'drive' is missing");
        return false;
    }
    if (!blk_is_inserted(conf->conf.blk)) {
        error_setg(errp, "drive '%s' is empty; this device needs a medium",
                   blk_name(conf->conf.blk));
        return false;
    }
    return true;
}

static bool queues_check(VirtIOBlkConf *conf, Error **errp)
{
    if (conf->num_queues == VIRTIO_BLK_AUTO_NUM_QUEUES) {
        conf->num_queues = 1;
    }
    if (conf->num_queues < 1 || conf->num_queues > VIRTIO_QUEUE_MAX) {
        error_setg(errp, "num-queues=%u must be from 1 to %d", conf->num_queues,
                   VIRTIO_QUEUE_MAX);
        return false;
    }
    if (!is_power_of_2(conf->queue_size) || conf->queue_size <= SEG_OVERHEAD ||
        conf->queue_size > VIRTQUEUE_MAX_SIZE) {
        error_setg(errp, "queue-size=%u must be a power of two from %d to %d", conf->queue_size,
                   2 * SEG_OVERHEAD, VIRTQUEUE_MAX_SIZE);
        return false;
    }
    return true;
}

static bool limit_check(VirtIOBlock *s, unsigned feature, const char *name, uint32_t sectors,
                        Error **errp)
{
    if (virtio_has_feature(s->host_features, feature) &&
        (!sectors || sectors > BDRV_REQUEST_MAX_SECTORS)) {
        error_setg(errp, "%s=%" PRIu32 " must be from 1 to %d", name, sectors,
                   (int)BDRV_REQUEST_MAX_SECTORS);
        return false;
    }
    return true;
}

static bool conf_check(VirtIOBlock *s, Error **errp)
{
    VirtIOBlkConf *conf = &s->conf;

    return drive_check(conf, errp) && queues_check(conf, errp) &&
           limit_check(s, VIRTIO_BLK_F_DISCARD, "max-discard-sectors", conf->max_discard_sectors,
                       errp) &&
           limit_check(s, VIRTIO_BLK_F_WRITE_ZEROES, "max-write-zeroes-sectors",
                       conf->max_write_zeroes_sectors, errp) &&
           blkconf_blocksizes(&conf->conf, errp) &&
           blkconf_geometry(&conf->conf, NULL, CYLS_MAX, HEADS_MAX, SECS_MAX, errp) &&
           blkconf_apply_backend_options(&conf->conf, !blk_supports_write_perm(conf->conf.blk),
                                         true, errp);
}

static void virtio_blk_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOBlock *s = VIRTIO_BLK(dev);

    if (!conf_check(s, errp)) {
        return;
    }
    s->blk = s->conf.conf.blk;
    s->original_wce = blk_enable_write_cache(s->blk);
    s->sector_mask = (s->conf.conf.logical_block_size >> BDRV_SECTOR_BITS) - 1;
    QSIMPLEQ_INIT(&s->failed);
    virtio_init(vdev, VIRTIO_ID_BLOCK, virtio_get_config_size(&config_size, s->host_features));
    s->queues = g_new0(VirtIOBlockQueue, s->conf.num_queues);
    for (unsigned i = 0; i < s->conf.num_queues; i++) {
        s->queues[i].s = s;
        s->queues[i].vq = virtio_add_queue(vdev, s->conf.queue_size, virtio_blk_handle_output);
    }
    s->restart_bh = virtio_bh_new_guarded(dev, restart_bh_run, s);
    s->change = qdev_add_vm_change_state_handler(dev, virtio_blk_vm_state_change, s);
    blk_set_dev_ops(s->blk, &virtio_blk_dev_ops, s);
    blk_iostatus_enable(s->blk);
}

static void virtio_blk_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOBlock *s = VIRTIO_BLK(dev);

    virtio_blk_requests_end(s, NULL);
    blk_iostatus_disable(s->blk);
    blk_set_dev_ops(s->blk, NULL, NULL);
    blockdev_mark_auto_del(s->blk);
    qemu_del_vm_change_state_handler(s->change);
    qemu_bh_delete(s->restart_bh);
    for (unsigned i = 0; i < s->conf.num_queues; i++) {
        virtio_del_queue(vdev, i);
    }
    g_free(s->queues);
    s->queues = NULL;
    virtio_cleanup(vdev);
}

/* ---- type ------------------------------------------------------------------------ */

static Property virtio_blk_properties[] = {
    DEFINE_BLOCK_PROPERTIES(VirtIOBlock, conf.conf),
    DEFINE_BLOCK_ERROR_PROPERTIES(VirtIOBlock, conf.conf),
    DEFINE_BLOCK_CHS_PROPERTIES(VirtIOBlock, conf.conf),
    DEFINE_PROP_STRING("serial", VirtIOBlock, conf.serial),
    DEFINE_PROP_BIT64("config-wce", VirtIOBlock, host_features, VIRTIO_BLK_F_CONFIG_WCE, true),
    DEFINE_PROP_UINT16("num-queues", VirtIOBlock, conf.num_queues, VIRTIO_BLK_AUTO_NUM_QUEUES),
    DEFINE_PROP_UINT16("queue-size", VirtIOBlock, conf.queue_size, 256),
    DEFINE_PROP_BOOL("seg-max-adjust", VirtIOBlock, conf.seg_max_adjust, true),
    DEFINE_PROP_BIT64("discard", VirtIOBlock, host_features, VIRTIO_BLK_F_DISCARD, true),
    DEFINE_PROP_BOOL("report-discard-granularity", VirtIOBlock, conf.report_discard_granularity,
                     true),
    DEFINE_PROP_BIT64("write-zeroes", VirtIOBlock, host_features, VIRTIO_BLK_F_WRITE_ZEROES,
                      true),
    DEFINE_PROP_UINT32("max-discard-sectors", VirtIOBlock, conf.max_discard_sectors,
                       BDRV_REQUEST_MAX_SECTORS),
    DEFINE_PROP_UINT32("max-write-zeroes-sectors", VirtIOBlock, conf.max_write_zeroes_sectors,
                       BDRV_REQUEST_MAX_SECTORS),
    DEFINE_PROP_BOOL("x-enable-wce-if-config-wce", VirtIOBlock, conf.x_enable_wce_if_config_wce,
                     true),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_blk_texts[] = {
    { "backend_defaults", "on: block sizes are those of the host's device" },
    { "logical_block_size", "bytes, a power of two between 512 and 2M; 0: 512" },
    { "physical_block_size", "bytes, a power of two between 512 and 2M; 0: 512" },
    { "min_io_size", "bytes, a hint for the guest" },
    { "opt_io_size", "bytes, a hint for the guest" },
    { "discard_granularity", "bytes, unit of discards that the guest is told; -1: a block" },
    { "write-cache", "off: every write is flushed; auto: as the drive says" },
    { "share-rw", "others may write to the same node" },
    { "account-invalid", "accepted, without effect here" },
    { "account-failed", "accepted, without effect here" },
    { "rerror", "when the host cannot read: report/ignore/enospc/stop/auto" },
    { "werror", "when the host cannot write: report/ignore/enospc/stop/auto" },
    { "cyls", "cylinders; 0: guessed" },
    { "heads", "heads; 0: guessed" },
    { "secs", "sectors of a track; 0: guessed" },
    { "lcyls", "logical cylinders, without effect here" },
    { "lheads", "logical heads, without effect here" },
    { "lsecs", "logical sectors of a track, without effect here" },
    { "serial", "what the guest reads as serial number, up to 20 characters" },
    { "config-wce", "the guest may switch the write cache" },
    { "num-queues", "number of queues; 65535: one" },
    { "queue-size", "descriptors: a power of two from 4 to 1024" },
    { "seg-max-adjust", "tell as many segments as fit a queue, else 126" },
    { "discard", "offer discards" },
    { "report-discard-granularity", "tell the unit of discards" },
    { "write-zeroes", "offer the writing of zeroes" },
    { "max-discard-sectors", "most sectors of one discard" },
    { "max-write-zeroes-sectors", "most sectors of one writing of zeroes" },
    { "x-enable-wce-if-config-wce", "config-wce brings the write cache with it" },
    { }
};

static void virtio_blk_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    dc->desc = "virtio disk";
    dc->vmsd = &vmstate_virtio_blk;
    device_class_set_props(dc, virtio_blk_properties);
    device_class_describe_props(dc, virtio_blk_texts);
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
    vdc->realize = virtio_blk_realize;
    vdc->unrealize = virtio_blk_unrealize;
    vdc->get_features = virtio_blk_get_features;
    vdc->get_config = virtio_blk_get_config;
    vdc->set_config = virtio_blk_set_config;
    vdc->set_status = virtio_blk_set_status;
    vdc->reset = virtio_blk_reset;
    vdc->queue_reset = virtio_blk_queue_reset;
    vdc->save = virtio_blk_save;
    vdc->load = virtio_blk_load;
}

static const TypeInfo virtio_blk_types[] = {
    {
        .name = TYPE_VIRTIO_BLK,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIOBlock),
        .class_init = virtio_blk_class_init,
    },
};

DEFINE_TYPES(virtio_blk_types)
