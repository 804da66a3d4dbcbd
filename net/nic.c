/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network cards: queues, MAC addresses, receive filters, what -nic asked for (net/net.h). */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "net-internal.h"

int nb_nics;
NICInfo nd_table[MAX_NICS];

/* ---- cards ------------------------------------------------------------------------ */

NICState *qemu_new_nic(NetClientInfo *info, NICConf *conf, const char *model, const char *name,
                       MemReentrancyGuard *reentrancy_guard, void *opaque)
{
    int queues = MAX(1, conf->peers.queues);
    NICState *nic;

    g_assert(info->type == NET_CLIENT_DRIVER_NIC);
    g_assert(info->size >= sizeof(NICState));
    nic = g_malloc0(info->size + sizeof(NetClientState) * queues);
    nic->ncs = (void *)nic + info->size;
    nic->conf = conf;
    nic->reentrancy_guard = reentrancy_guard;
    nic->opaque = opaque;
    for (int i = 0; i < queues; i++) {
        net_client_setup(&nic->ncs[i], info, conf->peers.ncs[i], model,
                         i == 0 ? name : nic->ncs[0].name, NULL, true);
        nic->ncs[i].queue_index = i;
    }
    return nic;
}

NetClientState *qemu_get_subqueue(NICState *nic, int queue_index)
{
    return nic->ncs + queue_index;
}

NetClientState *qemu_get_queue(NICState *nic)
{
    return qemu_get_subqueue(nic, 0);
}

NICState *qemu_get_nic(NetClientState *nc)
{
    NetClientState *first = nc - nc->queue_index;

    return (NICState *)((void *)first - nc->info->size);
}

void *qemu_get_nic_opaque(NetClientState *nc)
{
    return qemu_get_nic(nc)->opaque;
}

void qemu_foreach_nic(qemu_nic_foreach func, void *opaque)
{
    NetClientState *nc;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        if (nc->info->type == NET_CLIENT_DRIVER_NIC && nc->queue_index == 0) {
            func(qemu_get_nic(nc), opaque);
        }
    }
}

void qemu_del_nic(NICState *nic)
{
    int queues = MAX(1, nic->conf->peers.queues);

    net_macaddr_release(&nic->conf->macaddr);
    for (int i = 0; i < queues; i++) {
        NetClientState *nc = qemu_get_subqueue(nic, i);

        if (nic->peer_deleted && nc->peer) {
            net_client_free(nc->peer);
        } else if (nc->peer) {
            /* Its backend must not wait for a card that is gone. */
            qemu_net_queue_purge(nc->incoming_queue, nc->peer);
        }
    }
    for (int i = queues - 1; i >= 0; i--) {
        NetClientState *nc = qemu_get_subqueue(nic, i);

        net_client_detach(nc);
        net_client_free(nc);
    }
    g_free(nic);
}

/* ---- addresses ------------------------------------------------------------------------ */

/* The last byte of 52:54:00:12:34:xx; how many cards have it. */
static uint8_t macaddr_users[256];
#define MACADDR_FIRST 0x56

static const uint8_t macaddr_prefix[5] = { 0x52, 0x54, 0x00, 0x12, 0x34 };

static bool macaddr_is_ours(const MACAddr *macaddr)
{
    return memcmp(macaddr->a, macaddr_prefix, sizeof(macaddr_prefix)) == 0;
}

void net_macaddr_release(MACAddr *macaddr)
{
    if (macaddr_is_ours(macaddr) && macaddr_users[macaddr->a[5]] > 0) {
        macaddr_users[macaddr->a[5]]--;
    }
}

static void macaddr_claim(const MACAddr *macaddr)
{
    if (macaddr_is_ours(macaddr) && macaddr_users[macaddr->a[5]] < UINT8_MAX) {
        macaddr_users[macaddr->a[5]]++;
    }
}

void qemu_macaddr_default_if_unset(MACAddr *macaddr)
{
    static const MACAddr unset;
    uint8_t last = MACADDR_FIRST;

    if (memcmp(macaddr, &unset, sizeof(unset)) != 0) {
        macaddr_claim(macaddr);
        return;
    }
    /* All 256 in use: share one rather than have none. */
    for (unsigned i = 0; i < 256; i++) {
        if (macaddr_users[(uint8_t)(MACADDR_FIRST + i)] == 0) {
            last = MACADDR_FIRST + i;
            break;
        }
    }
    memcpy(macaddr->a, macaddr_prefix, sizeof(macaddr_prefix));
    macaddr->a[5] = last;
    macaddr_claim(macaddr);
}

int net_parse_macaddr(uint8_t *macaddr, const char *p)
{
    uint8_t parsed[6];

    for (int i = 0; i < 6; i++, p += 3) {
        if (!g_ascii_isxdigit(p[0]) || !g_ascii_isxdigit(p[1]) ||
            (i < 5 ? p[2] != ':' && p[2] != '-' : p[2] != '\0')) {
            return -1;
        }
        parsed[i] = g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]);
    }
    memcpy(macaddr, parsed, sizeof(parsed));
    return 0;
}

#define CRC32_POLYNOMIAL_BE 0x04c11db6
#define CRC32_POLYNOMIAL_LE 0xedb88320

uint32_t net_crc32(const uint8_t *p, int len)
{
    uint32_t crc = UINT32_MAX;

    for (int i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            uint32_t carry = (crc >> 31) ^ (p[i] >> bit & 1);

            crc <<= 1;
            if (carry) {
                crc = (crc ^ CRC32_POLYNOMIAL_BE) | carry;
            }
        }
    }
    return crc;
}

uint32_t net_crc32_le(const uint8_t *p, int len)
{
    uint32_t crc = UINT32_MAX;

    for (int i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL_LE : 0);
        }
    }
    return crc;
}

/* ---- what clients can --------------------------------------------------------------------- */

bool qemu_has_ufo(NetClientState *nc)
{
    return nc && nc->info->has_ufo && nc->info->has_ufo(nc);
}

bool qemu_has_uso(NetClientState *nc)
{
    return nc && nc->info->has_uso && nc->info->has_uso(nc);
}

bool qemu_has_vnet_hdr(NetClientState *nc)
{
    return nc && nc->info->has_vnet_hdr && nc->info->has_vnet_hdr(nc);
}

bool qemu_has_vnet_hdr_len(NetClientState *nc, int len)
{
    return nc && nc->info->has_vnet_hdr_len && nc->info->has_vnet_hdr_len(nc, len);
}

bool qemu_get_using_vnet_hdr(NetClientState *nc)
{
    return nc && nc->info->get_using_vnet_hdr && nc->info->get_using_vnet_hdr(nc);
}

void qemu_using_vnet_hdr(NetClientState *nc, bool enable)
{
    if (nc && nc->info->using_vnet_hdr) {
        nc->info->using_vnet_hdr(nc, enable);
    }
}

void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn, int ufo,
                      int uso4, int uso6)
{
    if (nc && nc->info->set_offload) {
        nc->info->set_offload(nc, csum, tso4, tso6, ecn, ufo, uso4, uso6);
    }
}

int qemu_get_vnet_hdr_len(NetClientState *nc)
{
    return nc && nc->info->get_vnet_hdr_len ? nc->info->get_vnet_hdr_len(nc) : 0;
}

void qemu_set_vnet_hdr_len(NetClientState *nc, int len)
{
    if (nc && nc->info->set_vnet_hdr_len) {
        nc->vnet_hdr_len = len;
        nc->info->set_vnet_hdr_len(nc, len);
    }
}

int qemu_set_vnet_le(NetClientState *nc, bool is_le)
{
    if (!HOST_BIG_ENDIAN) {
        return 0;               /* a header without saying is in the host's order */
    }
    return nc && nc->info->set_vnet_le ? nc->info->set_vnet_le(nc, is_le) : -ENOSYS;
}

int qemu_set_vnet_be(NetClientState *nc, bool is_be)
{
    if (HOST_BIG_ENDIAN) {
        return 0;
    }
    return nc && nc->info->set_vnet_be ? nc->info->set_vnet_be(nc, is_be) : -ENOSYS;
}

/* ---- asking ------------------------------------------------------------ */

void qemu_set_info_str(NetClientState *nc, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(nc->info_str, sizeof(nc->info_str), fmt, ap);
    va_end(ap);
}

void qemu_format_nic_info_str(NetClientState *nc, uint8_t macaddr[6])
{
    qemu_set_info_str(nc, "model=%s,macaddr=" MAC_FMT, nc->model, MAC_ARG(macaddr));
}

static void client_append(GString *text, const char *indent, NetClientState *nc)
{
    g_string_append_printf(text, "%s%s: index=%u,type=%s,%s%s\n", indent, nc->name,
                           nc->queue_index, NetClientDriver_str(nc->info->type), nc->info_str,
                           nc->link_down ? ",link=down" : "");
}

char *net_info_text(void)
{
    GString *text = g_string_new(NULL);
    NetClientState *nc;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        bool is_nic = nc->info->type == NET_CLIENT_DRIVER_NIC;

        /* A backend is listed below its card. */
        if (is_nic || !nc->peer || nc->peer->info->type != NET_CLIENT_DRIVER_NIC) {
            client_append(text, "", nc);
        }
        if (is_nic && nc->peer) {
            client_append(text, " \\ ", nc->peer);
        }
    }
    return g_string_free(text, false);
}

RxFilterInfoList *net_rx_filters_query(const char *name, Error **errp)
{
    RxFilterInfoList *list = NULL, **tail = &list;
    NetClientState *nc;
    bool is_found = false;

    QTAILQ_FOREACH(nc, &net_clients, next) {
        RxFilterInfo *info;

        if ((name && strcmp(nc->name, name) != 0) || nc->queue_index != 0) {
            continue;
        }
        if (nc->info->type != NET_CLIENT_DRIVER_NIC || !nc->info->query_rx_filter) {
            if (name && nc->info->type == NET_CLIENT_DRIVER_NIC) {
                error_setg(errp, "net client '%s' has no receive filter to ask for", name);
                return NULL;
            }
            continue;
        }
        is_found = true;
        info = nc->info->query_rx_filter(nc);
        QAPI_LIST_APPEND(tail, info);
    }
    if (name && !is_found) {
        error_setg(errp, "invalid net client name: %s", name);
    }
    return list;
}

/* ---- -nic ------------------------------------------------------------ */

int qemu_find_nic_model(NICInfo *nd, const char *const *models, const char *default_model)
{
    g_autofree char *known = NULL;

    if (!nd->model) {
        nd->model = g_strdup(default_model);
    }
    for (int i = 0; models[i]; i++) {
        if (strcmp(nd->model, models[i]) == 0) {
            return i;
        }
    }
    known = g_strjoinv(", ", (char **)models);
    error_report("-nic model=%s: this board has no such card; it has %s", nd->model, known);
    return -1;
}

void qemu_check_nic_model(NICInfo *nd, const char *default_model)
{
    if (nd->model && strcmp(nd->model, default_model) != 0) {
        error_setg(&error_fatal, "-nic model=%s: this board has no such card; it has %s",
                   nd->model, default_model);
    }
    if (!nd->model) {
        nd->model = g_strdup(default_model);
    }
}

void net_nics_clear(void)
{
    for (int i = 0; i < MAX_NICS; i++) {
        g_free(nd_table[i].model);
        g_free(nd_table[i].name);
        g_free(nd_table[i].devaddr);
    }
    memset(nd_table, 0, sizeof(nd_table));
    nb_nics = 0;
}
