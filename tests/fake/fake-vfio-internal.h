/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fake kernel's files share.
 */
#ifndef TESTS_FAKE_VFIO_INTERNAL_H
#define TESTS_FAKE_VFIO_INTERNAL_H

#include "fake-vfio.h"
#include "hw/vfio/abi-internal.h"
#include "hw/vfio/sys-internal.h"

typedef enum FakeFileKind {
    FAKE_GROUP,
    FAKE_CONTAINER,
    FAKE_IOMMUFD,
    FAKE_DEVICE,
    FAKE_TEXT,
} FakeFileKind;

/* An open descriptor of the program. */
typedef struct FakeFile {
    FakeFileKind kind;
    int fd;
    int group;
    int container_fd;   /* of a group: where it is, 0 if nowhere */
    unsigned users;     /* of a container: groups in it */
    unsigned long iommu_type;
    FakeDevice *dev;
} FakeFile;

typedef struct FakeDMA {
    int owner_fd;
    uint32_t ioas_id;
    uint64_t iova, size, host;
    bool writable;
} FakeDMA;

/* What the program has mapped. */
typedef struct FakeMapping {
    uintptr_t address;
    size_t size;
    FakeDevice *dev;
    uint64_t position;  /* in the device's descriptor */
} FakeMapping;

typedef struct FakeState {
    GPtrArray *files;
    GPtrArray *devices;
    GArray *dma;
    int maps;
    GArray *mappings;   /* of FakeMapping; @lock */
    uint32_t last_id;
    QemuMutex lock;     /* of all devices' interrupts, and of mappings */
} FakeState;

FakeState *fake_state(void);
FakeDevice *fake_device_find(const char *name, size_t len);
int fake_device_open(FakeDevice *dev);
void fake_device_closed(FakeDevice *dev);
void fake_device_free(FakeDevice *dev);
bool fake_group_is_viable(int group);
bool fake_ioas_is_used(uint32_t id);
int fake_device_ioctl(FakeDevice *dev, unsigned long request, void *argument);
bool fake_device_read(FakeDevice *dev, uint64_t position, unsigned size, void *data);
bool fake_device_write(FakeDevice *dev, uint64_t position, unsigned size, const void *data);

#endif
