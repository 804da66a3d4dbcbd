/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user protocol: what stands in its messages, and the checks that make it safe to read
 * them. How messages travel on a socket is in user-msg.h. Both ends use these files. All numbers
 * are in the host's byte order; payloads begin 8-byte aligned.
 */
#ifndef HW_VFIO_USER_PROTO_H
#define HW_VFIO_USER_PROTO_H

#include "hw/vfio/vfio-io.h"
#include "qapi/error.h"

/* -- messages ------------------------------------------------------------------------------ */

typedef enum VFIOUserCommand {
    VFIO_USER_VERSION = 1,
    VFIO_USER_DMA_MAP = 2,
    VFIO_USER_DMA_UNMAP = 3,
    VFIO_USER_DEVICE_GET_INFO = 4,
    VFIO_USER_DEVICE_GET_REGION_INFO = 5,
    VFIO_USER_DEVICE_GET_REGION_IO_FDS = 6,
    VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
    VFIO_USER_DEVICE_SET_IRQS = 8,
    VFIO_USER_REGION_READ = 9,
    VFIO_USER_REGION_WRITE = 10,
    VFIO_USER_DMA_READ = 11,  /* server to client */
    VFIO_USER_DMA_WRITE = 12, /* server to client */
    VFIO_USER_DEVICE_RESET = 13,
    VFIO_USER_REGION_WRITE_MULTI = 15,
    VFIO_USER_DEVICE_FEATURE = 16,
    VFIO_USER_MIG_DATA_READ = 17,
    VFIO_USER_MIG_DATA_WRITE = 18,
} VFIOUserCommand;

#define VFIO_USER_FLAGS_TYPE 0xfu
#define VFIO_USER_FLAGS_COMMAND 0x0u
#define VFIO_USER_FLAGS_REPLY 0x1u
#define VFIO_USER_FLAGS_NO_REPLY 0x10u
#define VFIO_USER_FLAGS_ERROR 0x20u

/* @size is that of header and payload. @error is an errno value, valid with FLAGS_ERROR. */
typedef struct VFIOUserHeader {
    uint16_t id;
    uint16_t command;
    uint32_t size;
    uint32_t flags;
    uint32_t error;
} VFIOUserHeader;

/* Followed by the capabilities as JSON, ended by a NUL. */
typedef struct VFIOUserVersion {
    uint16_t major;
    uint16_t minor;
} VFIOUserVersion;

#define VFIO_USER_DMA_READABLE (1u << 0)
#define VFIO_USER_DMA_WRITABLE (1u << 1)
#define VFIO_USER_DMA_MMAP (1u << 2)
#define VFIO_USER_DMA_FILE_IO (1u << 3)

typedef struct VFIOUserDMAMap {
    uint32_t argsz;
    uint32_t flags;
    uint64_t offset; /* in the descriptor */
    uint64_t iova;
    uint64_t size;
} VFIOUserDMAMap;

#define VFIO_USER_DMA_UNMAP_DIRTY (1u << 0)
#define VFIO_USER_DMA_UNMAP_ALL (1u << 1)

typedef struct VFIOUserDMAUnmap {
    uint32_t argsz;
    uint32_t flags;
    uint64_t iova;
    uint64_t size;
} VFIOUserDMAUnmap;

/* The same as the kernel's struct vfio_device_info without the fields that came later. */
typedef struct VFIOUserDeviceInfo {
    uint32_t argsz;
    uint32_t flags;
    uint32_t num_regions;
    uint32_t num_irqs;
} VFIOUserDeviceInfo;

/* Laid out as struct vfio_region_info; its capabilities follow in replies. */
typedef struct VFIOUserRegionInfo {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t cap_offset;
    uint64_t size;
    uint64_t offset;
} VFIOUserRegionInfo;

typedef struct VFIOUserRegionIOFDs {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t count;
} VFIOUserRegionIOFDs;

/* struct vfio_irq_info. */
typedef struct VFIOUserIRQInfo {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t count;
} VFIOUserIRQInfo;

/* struct vfio_irq_set; eventfds travel beside the message, never in the data. */
typedef struct VFIOUserIRQSet {
    uint32_t argsz;
    uint32_t flags;
    uint32_t index;
    uint32_t start;
    uint32_t count;
} VFIOUserIRQSet;

/* REGION_READ and REGION_WRITE, followed by @count bytes in a read's reply and a write. */
typedef struct VFIOUserRegionAccess {
    uint64_t offset;
    uint32_t region;
    uint32_t count;
} VFIOUserRegionAccess;

typedef struct VFIOUserMultiWrite {
    uint64_t offset;
    uint32_t region;
    uint32_t count;
    uint8_t data[8];
} VFIOUserMultiWrite;

/* DMA_READ and DMA_WRITE, followed by @count bytes in a read's reply and a write. */
typedef struct VFIOUserDMAAccess {
    uint64_t iova;
    uint64_t count;
} VFIOUserDMAAccess;

QEMU_BUILD_BUG_ON(sizeof(VFIOUserHeader) != 16);
QEMU_BUILD_BUG_ON(offsetof(VFIOUserHeader, flags) != 8);
QEMU_BUILD_BUG_ON(offsetof(VFIOUserHeader, error) != 12);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserVersion) != 4);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserDMAMap) != 32);
QEMU_BUILD_BUG_ON(offsetof(VFIOUserDMAMap, iova) != 16);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserDMAUnmap) != 24);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserDeviceInfo) != 16);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserRegionInfo) != 32);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserRegionInfo) != sizeof(struct vfio_region_info));
QEMU_BUILD_BUG_ON(sizeof(VFIOUserRegionIOFDs) != 16);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserIRQInfo) != 16);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserIRQSet) != 20);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserIRQSet) != sizeof(struct vfio_irq_set));
QEMU_BUILD_BUG_ON(sizeof(VFIOUserRegionAccess) != 16);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserMultiWrite) != 24);
QEMU_BUILD_BUG_ON(sizeof(VFIOUserDMAAccess) != 16);

/* -- limits ------------------------------------------------------------------------------ */

#define VFIO_USER_MAJOR 0
#define VFIO_USER_MINOR 1
#define VFIO_USER_MSG_FDS_MAX 16          /* in one message, either way */
#define VFIO_USER_XFER_MAX (1024 * 1024)  /* bytes of data in one message; also the default */
#define VFIO_USER_MSG_MAX (VFIO_USER_XFER_MAX + 4096)
#define VFIO_USER_DT_NODE_MAX (256 * 1024) /* bytes of a flattened tree, before base64 */
#define VFIO_USER_DMA_MAPS_DEFAULT 65535
#define VFIO_USER_PGSIZES_DEFAULT 4096

/* A message that was received, or that is to be sent. @fds[] are owned by a received one. */
typedef struct VFIOUserMsg {
    VFIOUserHeader header;
    const void *payload;
    size_t size; /* of the payload */
    int fds[VFIO_USER_MSG_FDS_MAX];
    unsigned int num_fds;
} VFIOUserMsg;

static inline bool vfio_user_msg_is_reply(const VFIOUserMsg *msg)
{
    return (msg->header.flags & VFIO_USER_FLAGS_TYPE) == VFIO_USER_FLAGS_REPLY;
}

/* "REGION_READ"; "unknown" for a number that is no command. */
const char *vfio_user_command_name(uint16_t command);

/* -- VERSION ----------------------------------------------------------------------------- */

/*
 * What one end said in VERSION; the values of the protocol where it said nothing.
 * @max_msg_fds, @max_data_xfer_size, @max_dma_maps, @pgsizes: what the sender can take.
 * @twin_socket: request: the client can; reply: there is one, at @twin_fd_index of the fds.
 * @dt_node_wanted: request: capability "gantry.dt-node": true. @dt_node: reply: the tree (owned).
 */
typedef struct VFIOUserCaps {
    uint16_t major;
    uint16_t minor;
    uint32_t max_msg_fds;
    uint64_t max_data_xfer_size;
    uint32_t max_dma_maps;
    uint64_t pgsizes;
    bool twin_socket;
    unsigned int twin_fd_index;
    bool write_multiple;
    bool dt_node_wanted;
    uint8_t *dt_node;
    size_t dt_node_size;
} VFIOUserCaps;

/* The protocol's values for what is not said. */
void vfio_user_caps_init(VFIOUserCaps *caps);
void vfio_user_caps_clear(VFIOUserCaps *caps);

/* What this program can: version 0.1, VFIO_USER_MSG_FDS_MAX and so on. */
void vfio_user_caps_init_ours(VFIOUserCaps *caps);

/* The payload of VERSION, as request or reply. */
GByteArray *vfio_user_version_pack(const VFIOUserCaps *caps, bool is_reply);

/*
 * Read the payload of VERSION into @caps, which need not be initialized and must be cleared
 * also after a failure. Unknown capabilities are ignored. False with @errp set if it is
 * malformed or says what cannot be worked with. Does not judge the version numbers.
 */
bool vfio_user_version_parse(const VFIOUserMsg *msg, VFIOUserCaps *caps, Error **errp);

/* -- checks ------------------------------------------------------------------------------ */

/*
 * Whether a command is well formed: known, of the right size, with argsz, flags and counts that
 * agree with it and no descriptors where none belong. 0, or -EINVAL, -EOPNOTSUPP for
 * commands not served. After 0, the payload may be read as the command's structure with the
 * data it announces. The device's limits (indices, sizes of regions) are not looked at here.
 */
int vfio_user_validate_command(const VFIOUserMsg *msg);

/* The same for one command each; the payload is looked at, not the header. */
int vfio_user_validate_version(const VFIOUserMsg *msg);
int vfio_user_validate_dma_map(const VFIOUserMsg *msg);
int vfio_user_validate_dma_unmap(const VFIOUserMsg *msg);
int vfio_user_validate_device_info(const VFIOUserMsg *msg);
int vfio_user_validate_region_info(const VFIOUserMsg *msg);
int vfio_user_validate_region_io_fds(const VFIOUserMsg *msg);
int vfio_user_validate_irq_info(const VFIOUserMsg *msg);
int vfio_user_validate_set_irqs(const VFIOUserMsg *msg);
int vfio_user_validate_region_read(const VFIOUserMsg *msg);
int vfio_user_validate_region_write(const VFIOUserMsg *msg);
int vfio_user_validate_region_write_multi(const VFIOUserMsg *msg);
int vfio_user_validate_device_reset(const VFIOUserMsg *msg);
int vfio_user_validate_dma_read(const VFIOUserMsg *msg);
int vfio_user_validate_dma_write(const VFIOUserMsg *msg);

/*
 * Whether @reply may be read as the answer to @command with the payload @request (of the size
 * that vfio_user_validate_command() accepts). 0; -errno as the peer says (-EIO if it says
 * none); -EPROTO if the answer is malformed: of another command or size, of another region,
 * address or count, with capabilities that lead out of it, or with descriptors where none belong.
 */
int vfio_user_validate_reply(const VFIOUserMsg *reply, uint16_t command, const void *request);

#endif
