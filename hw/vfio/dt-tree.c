/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device tree of the host in memory, checked once so that libfdt can be used on it without
 * further care: from a flattened tree, or from a folder as /proc/device-tree. A tree may come
 * from a peer that means harm.
 */
#include "qemu/osdep.h"
#include <dirent.h>
#include <sys/stat.h>
#include "dt-internal.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/suggest.h"

/* Larger than what arm64's Linux boots with (2 MiB). */
#define TREE_SIZE_MAX (4 * 1024 * 1024)

/* ---- checks --------------------------------------------------------------------------------- */

bool dt_is_strings(const char *text, size_t size)
{
    if (!size || text[size - 1] || !text[0]) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bool is_end = !text[i] && text[i - 1];

        if (!is_end && !g_ascii_isprint(text[i])) {
            return false;
        }
    }
    return true;
}

bool dt_name_is_valid(const char *name)
{
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return false;
    }
    for (; *name; name++) {
        if (!g_ascii_isalnum(*name) && !strchr(",._+-?#@", *name)) {
            return false;
        }
    }
    return true;
}

static bool tree_index(VFIOHostTree *tree, Error **errp)
{
    int depth = 0;

    for (int node = 0; node >= 0; node = fdt_next_node(tree->fdt, node, &depth)) {
        uint32_t phandle = fdt_get_phandle(tree->fdt, node);

        if (depth < 0) {
            break;
        }
        if (depth > DT_DEPTH_MAX) {
            error_setg(errp, "nodes are nested more than %d deep", DT_DEPTH_MAX);
            return false;
        }
        if (phandle && phandle != UINT32_MAX &&
            !g_hash_table_contains(tree->phandles, GUINT_TO_POINTER(phandle))) {
            g_hash_table_insert(tree->phandles, GUINT_TO_POINTER(phandle),
                                GINT_TO_POINTER(node + 1));
        }
    }
    return true;
}

/* Takes ownership of @fdt, of @size bytes. */
static VFIOHostTree *tree_new(void *fdt, size_t size, Error **errp)
{
    g_autoptr(VFIOHostTree) tree = g_new0(VFIOHostTree, 1);
    int ret;

    tree->fdt = fdt;
    tree->phandles = g_hash_table_new(NULL, NULL);
    ret = device_tree_check(fdt, size);
    if (ret) {
        error_setg(errp, "not a flattened device tree: %s", fdt_strerror(ret));
        return NULL;
    }
    return tree_index(tree, errp) ? g_steal_pointer(&tree) : NULL;
}

void vfio_host_tree_free(VFIOHostTree *tree)
{
    if (tree) {
        g_free(tree->fdt);
        g_hash_table_destroy(tree->phandles);
        g_free(tree);
    }
}

VFIOHostTree *vfio_host_tree_from_blob(const void *blob, size_t size, Error **errp)
{
    if (size > VFIO_DT_BLOB_MAX) {
        error_setg(errp, "device tree of %zu bytes, at most %d are accepted", size,
                   VFIO_DT_BLOB_MAX);
        return NULL;
    }
    return tree_new(g_memdup2(blob, size), size, errp);
}

/* ---- a folder -------------------------------------------------------------------------------- */

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **folder_names(int folder)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    DIR *dir = fdopendir(folder);
    struct dirent *entry;

    if (!dir) {
        close(folder);
        return NULL;
    }
    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) {
            g_ptr_array_add(names, g_strdup(entry->d_name));
        }
    }
    closedir(dir);
    qsort(names->pdata, names->len, sizeof(char *), name_compare);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* Bytes of a file, or NULL: none that this program may read. */
static void *file_read(int folder, const char *name, size_t *size)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    uint8_t buffer[4096];
    ssize_t n = -1;

    if (fd < 0) {
        return NULL;
    }
    while (bytes->len <= TREE_SIZE_MAX && (n = read(fd, buffer, sizeof(buffer))) > 0) {
        g_byte_array_append(bytes, buffer, n);
    }
    close(fd);
    if (n != 0) {
        return NULL;
    }
    *size = bytes->len;
    /* An empty array has no data. */
    return bytes->len ? g_byte_array_free(g_steal_pointer(&bytes), FALSE) : g_malloc(1);
}

static int folder_put_property(int folder, const char *name, void *fdt)
{
    size_t size;
    g_autofree void *value = file_read(folder, name, &size);

    /* "name" is the kernel's addition. What cannot be read is a secret of the firmware's. */
    return !value || strcmp(name, "name") == 0 ? 0 : fdt_property(fdt, name, value, size);
}

static int folder_put(int folder, const char *name, void *fdt, int depth)
{
    int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    g_auto(GStrv) names = copy < 0 ? NULL : folder_names(copy);
    int ret = !names || depth > DT_DEPTH_MAX ? -FDT_ERR_BADSTRUCTURE
                                             : fdt_begin_node(fdt, name);
    g_autoptr(GPtrArray) folders = g_ptr_array_new();

    for (int i = 0; !ret && names[i]; i++) {
        struct stat st;

        if (fstatat(folder, names[i], &st, AT_SYMLINK_NOFOLLOW)) {
            ret = -FDT_ERR_NOTFOUND;
        } else if (S_ISDIR(st.st_mode)) {
            g_ptr_array_add(folders, names[i]);
        } else if (S_ISREG(st.st_mode)) {
            ret = folder_put_property(folder, names[i], fdt);
        }
    }
    /* Nodes come after all properties. */
    for (unsigned i = 0; !ret && i < folders->len; i++) {
        const char *child = folders->pdata[i];
        int fd = openat(folder, child, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        ret = fd < 0 ? -FDT_ERR_NOTFOUND : folder_put(fd, child, fdt, depth + 1);
        if (fd >= 0) {
            close(fd);
        }
    }
    return ret ?: fdt_end_node(fdt);
}

static VFIOHostTree *tree_load_folder(int folder, Error **errp)
{
    g_autofree void *fdt = g_malloc0(TREE_SIZE_MAX);
    size_t size;
    int ret = fdt_create(fdt, TREE_SIZE_MAX) ?: fdt_finish_reservemap(fdt);

    ret = ret ?: folder_put(folder, "", fdt, 0);
    ret = ret ?: fdt_finish(fdt);
    if (ret == -FDT_ERR_NOSPACE) {
        error_setg(errp, "larger than %d MiB", TREE_SIZE_MAX >> 20);
        return NULL;
    }
    if (ret) {
        error_setg(errp, "cannot be read as a device tree: %s", fdt_strerror(ret));
        return NULL;
    }
    size = fdt_totalsize(fdt);
    fdt = g_realloc(fdt, size);
    return tree_new(g_steal_pointer(&fdt), size, errp);
}

static VFIOHostTree *tree_load_file(const char *path, off_t size, Error **errp)
{
    g_autofree char *blob = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    if (size > TREE_SIZE_MAX) {
        error_setg(errp, "larger than %d MiB", TREE_SIZE_MAX >> 20);
        return NULL;
    }
    if (!g_file_get_contents(path, &blob, &length, &error)) {
        error_setg(errp, "%s", error->message);
        return NULL;
    }
    return tree_new(g_steal_pointer(&blob), length, errp);
}

VFIOHostTree *vfio_host_tree_load(const char *path, Error **errp)
{
    ERRP_GUARD();
    VFIOHostTree *tree = NULL;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st)) {
        error_setg_errno(errp, errno, "device tree '%s'", path);
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    if (S_ISDIR(st.st_mode)) {
        tree = tree_load_folder(fd, errp);
    } else if (S_ISREG(st.st_mode)) {
        tree = tree_load_file(path, st.st_size, errp);
    } else {
        error_setg(errp, "neither a file nor a folder");
    }
    close(fd);
    if (!tree) {
        error_prepend(errp, "device tree '%s': ", path);
    }
    return tree;
}

/* ---- looking things up ------------------------------------------------------------------ */

int dt_host_by_phandle(const VFIOHostTree *tree, uint32_t phandle)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(tree->phandles, GUINT_TO_POINTER(phandle))) - 1;
}

uint32_t dt_host_cell(const VFIOHostTree *tree, int node, const char *name, uint32_t missing)
{
    int size;
    const void *value = fdt_getprop(tree->fdt, node, name, &size);

    return value && size >= 4 ? ldl_be_p(value) : missing;
}

const char *dt_host_string(const VFIOHostTree *tree, int node, const char *name, int i)
{
    int size;
    const char *text = fdt_getprop(tree->fdt, node, name, &size);
    const char *end = text + MAX(size, 0);

    if (!text || !dt_is_strings(text, size)) {
        return NULL;
    }
    while (i-- > 0 && text < end) {
        text += strlen(text) + 1;
    }
    return text < end ? text : NULL;
}

const char *vfio_host_tree_strings(const VFIOHostTree *tree, const char *path, const char *name,
                                   size_t *size)
{
    int node = fdt_path_offset(tree->fdt, path);
    int length = 0;
    const char *text = node < 0 ? NULL : fdt_getprop(tree->fdt, node, name, &length);

    if (!text || !dt_is_strings(text, length)) {
        return NULL;
    }
    *size = length;
    return text;
}

int dt_host_interrupt_parent(const VFIOHostTree *tree, int node)
{
    /* A controller without #interrupt-cells is none; the chain of a broken tree may be a ring. */
    for (int steps = 0; node >= 0 && steps < 2 * DT_DEPTH_MAX; steps++) {
        uint32_t phandle = dt_host_cell(tree, node, "interrupt-parent", 0);

        node = phandle ? dt_host_by_phandle(tree, phandle) : fdt_parent_offset(tree->fdt, node);
        if (node >= 0 && fdt_getprop(tree->fdt, node, "#interrupt-cells", NULL)) {
            return node;
        }
    }
    return -1;
}

/* ---- finding the device's node ------------------------------------------------------------ */

/* The alias "device", else the first node of the root; NULL if there is neither. */
static char *tree_device_path(const VFIOHostTree *tree)
{
    const char *alias = fdt_get_alias(tree->fdt, "device");
    int node;

    if (alias && alias[0] == '/' && fdt_path_offset(tree->fdt, alias) > 0) {
        return g_strdup(alias);
    }
    node = fdt_first_subnode(tree->fdt, 0);
    return node < 0 ? NULL : g_strconcat("/", fdt_get_name(tree->fdt, node, NULL), NULL);
}

/* Path in the live tree that the device's of_node leads to. */
static char *of_node_path(const char *sysroot, const char *sysfsdev, Error **errp)
{
    ERRP_GUARD();
    g_autofree char *link = g_strconcat(sysroot, sysfsdev, "/of_node", NULL);
    g_autofree char *target = realpath(link, NULL);
    const char *base = target ? strstr(target, "/devicetree/base") : NULL;

    if (!base) {
        error_setg(errp, "no device tree node of the host's: '%s' %s", link,
                   target ? "leads elsewhere" : "is not there");
        error_append_hint(errp, "Give one with dt-node=FILE.dtb:/PATH or dt-overlay=FILE.dtbo.\n");
        return NULL;
    }
    base += strlen("/devicetree/base");
    return g_strdup(*base ? base : "/");
}

static bool path_is_file(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* Path of the node whose name is nearest to the end of @path; NULL: none is near. Free it. */
static char *nearest_node(const void *fdt, const char *path)
{
    const char *slash = strrchr(path, '/');
    char text[1024];
    int best = -1;
    Suggest suggest;

    suggest_init(&suggest, slash ? slash + 1 : path);
    for (int node = fdt_next_node(fdt, 0, NULL); node >= 0; node = fdt_next_node(fdt, node, NULL)) {
        const char *before = suggest.best;

        suggest_offer(&suggest, fdt_get_name(fdt, node, NULL));
        best = suggest.best == before ? best : node;
    }
    return best >= 0 && fdt_get_path(fdt, best, text, sizeof(text)) == 0 ? g_strdup(text) : NULL;
}

/* @name: what messages call the tree. @node: from the user, or NULL. */
static void no_node_setg(const VFIOHostTree *tree, const char *name, const char *node,
                         bool is_peers, Error **errp)
{
    /* Names in a peer's tree are not repeated: they may be anything. */
    g_autofree char *nearest = node && !is_peers ? nearest_node(tree->fdt, node) : NULL;

    error_setg(errp, "the device tree %s has no node '%s'%s%s%s", name, node ?: "of a device",
               nearest ? "; did you mean '" : "", nearest ?: "", nearest ? "'?" : "");
}

VFIOHostTree *vfio_host_tree_find(const VFIODTWhere *where, char **path, Error **errp)
{
    const char *sysroot = where->sysroot ?: "";
    const char *node = where->dt_node ? strrchr(where->dt_node, ':') : NULL;
    g_autofree char *file = node ? g_strndup(where->dt_node, node - where->dt_node)
        : where->dt_node && path_is_file(where->dt_node) ? g_strdup(where->dt_node) : NULL;
    g_autofree char *found = node ? g_strdup(node + 1) : file ? NULL : g_strdup(where->dt_node);
    g_autofree char *live = g_strconcat(sysroot, "/sys/firmware/devicetree/base", NULL);
    g_autoptr(VFIOHostTree) tree = NULL;

    if (!file && found && found[0] != '/') {
        error_setg(errp, "dt-node=%s is neither a file nor the path of a node, which begins with "
                   "'/'", where->dt_node);
        return NULL;
    }
    if (!found && !file && !where->blob && where->sysfsdev &&
        !(found = of_node_path(sysroot, where->sysfsdev, errp))) {
        return NULL;
    }
    tree = file ? vfio_host_tree_load(file, errp)
        : where->blob ? vfio_host_tree_from_blob(where->blob, where->blob_size, errp)
        : vfio_host_tree_load(live, errp);
    if (!tree) {
        return NULL;
    }
    if (!found) {
        found = tree_device_path(tree);
    }
    if (!found || found[0] != '/' || fdt_path_offset(tree->fdt, found) < 0) {
        no_node_setg(tree, file ? file : where->blob ? "of the vfio-user server" : live, found,
                     !file && where->blob, errp);
        return NULL;
    }
    *path = g_steal_pointer(&found);
    return g_steal_pointer(&tree);
}
