/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a host below its sysroot, and the parts of hw/vfio/vfio-host.h that need each other.
 * Paths are absolute as the host sees them.
 */
#ifndef HW_VFIO_HOST_INTERNAL_H
#define HW_VFIO_HOST_INTERNAL_H

#include "hw/vfio/vfio-host.h"

/* The live device tree; paths of its nodes here begin with it. */
#define VFIO_HOST_TREE "/sys/firmware/devicetree/base"

/* What one file may hold: sysfs gives a page, device tree properties can be larger. */
#define VFIO_HOST_FILE_BYTES_MAX (64 * 1024)

/* Whether @path is there. */
bool vfio_host_exists(const VFIOHost *host, const char *path);

/*
 * Contents of the regular file @path, at most VFIO_HOST_FILE_BYTES_MAX, or NULL with errno set. A
 * NUL that @size does not count follows. vfio_host_text() strips white space at the end.
 */
char *vfio_host_bytes(const VFIOHost *host, const char *path, size_t *size);
char *vfio_host_text(const VFIOHost *host, const char *path);

/* A file with "Y" or "1" is true. A file that cannot be read is @otherwise. */
bool vfio_host_flag(const VFIOHost *host, const char *path, bool otherwise);

/* Where the link @path points, as it is written; and its last component. NULL if it is none. */
char *vfio_host_link(const VFIOHost *host, const char *path);
char *vfio_host_link_name(const VFIOHost *host, const char *path);

/* Whether @path is a folder. */
bool vfio_host_is_folder(const VFIOHost *host, const char *path);

/* What is known of the tree's interrupt controllers: phandle to #interrupt-cells. Of the host. */
GHashTable *vfio_host_controllers(const VFIOHost *host);

/* Sorted names in a folder; never NULL. */
char **vfio_host_names(const VFIOHost *host, const char *path);

/* Write @text into the existing regular file @path in one piece. 0 or -errno. */
int vfio_host_write(const VFIOHost *host, const char *path, const char *text);

/* Whether this user may read and write @path, which is there. */
bool vfio_host_may_open(const VFIOHost *host, const char *path);

/* Whether it is another host than the one we run on. */
bool vfio_host_is_recorded(const VFIOHost *host);

/* Fill @regions, an empty one of VFIOHostRegion, with what "reg" of the tree's @node names. */
void vfio_host_node_regions(const VFIOHost *host, const char *node, GArray *regions);

/* Fill in what the device tree says of @dev. */
void vfio_host_read_node(const VFIOHost *host, VFIOHostDevice *dev);

/* Fill in @dev->findings. */
void vfio_host_find(const VFIOHost *host, VFIOHostDevice *dev);

#endif
