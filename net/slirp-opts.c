/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of "-netdev user" as libslirp's configuration. Each address is
 * checked against the network it must be in, since libslirp does not.
 */
#include "qemu/osdep.h"
#include <arpa/inet.h>
#include "qemu/cutils.h"
#include "slirp-internal.h"

#define HOSTNAME_MAX 32         /* libslirp cuts longer ones off */

static bool ipv4_parse(const char *key, const char *text, struct in_addr *addr, Error **errp)
{
    if (!inet_aton(text, addr)) {
        error_setg(errp, "%s=%s is not an IPv4 address", key, text);
        return false;
    }
    return true;
}

static bool ipv6_parse(const char *key, const char *text, struct in6_addr *addr, Error **errp)
{
    if (inet_pton(AF_INET6, text, addr) != 1) {
        error_setg(errp, "%s=%s is not an IPv6 address", key, text);
        return false;
    }
    return true;
}

/* ---- IPv4 -------------------------------------------------------------------- */

/* Masks of networks given without one: private blocks (RFC 1918, 2544), then the old classes. */
static const struct {
    uint32_t network, network_mask, mask;
} default_masks[] = {
    { 0xac100000, 0xfff00000, 0xfff00000 },     /* 172.16/12 */
    { 0xc0a80000, 0xffff0000, 0xffff0000 },     /* 192.168/16 */
    { 0xc6120000, 0xfffe0000, 0xfffe0000 },     /* 198.18/15 */
    { 0x00000000, 0x80000000, 0xff000000 },     /* A */
    { 0x80000000, 0xc0000000, 0xffff0000 },     /* B */
    { 0x00000000, 0x00000000, 0xffffff00 },     /* the rest */
};

static uint32_t mask_of_network(uint32_t addr)
{
    size_t i = 0;

    while ((addr & default_masks[i].network_mask) != default_masks[i].network) {
        i++;
    }
    return default_masks[i].mask;
}

/* "ADDRESS[/BITS or /MASK]" into network and mask, both in host order. */
static bool net_parse(const char *text, uint32_t *network, uint32_t *mask, Error **errp)
{
    const char *slash = strchr(text, '/');
    g_autofree char *address = slash ? g_strndup(text, slash - text) : g_strdup(text);
    struct in_addr addr;
    int64_t bits;

    if (!ipv4_parse("net", address, &addr, errp)) {
        return false;
    }
    if (!slash) {
        *mask = mask_of_network(ntohl(addr.s_addr));
    } else if (qemu_strtoi64(slash + 1, NULL, 10, &bits) == 0) {
        if (bits < 4 || bits > 30) {
            error_setg(errp, "net=%s: a prefix has 4 to 30 bits", text);
            return false;
        }
        *mask = UINT32_MAX << (32 - bits);
    } else {
        struct in_addr value;

        if (!ipv4_parse("net", slash + 1, &value, errp)) {
            return false;
        }
        *mask = ntohl(value.s_addr);
        if (~*mask & (~*mask + 1)) {
            error_setg(errp, "net=%s: the mask's one bits must all be in front", text);
            return false;
        }
    }
    *network = ntohl(addr.s_addr) & *mask;
    return true;
}

/* Number @offset of the network unless @text says another one. */
static bool member_parse(const SlirpConfig *config, const char *key, const char *text,
                         uint32_t offset, struct in_addr *addr, Error **errp)
{
    uint32_t network = ntohl(config->vnetwork.s_addr);
    uint32_t mask = ntohl(config->vnetmask.s_addr);
    uint32_t value = network | (offset & ~mask);
    g_autofree char *network_text = g_strdup(inet_ntoa(config->vnetwork));

    addr->s_addr = htonl(value);
    if (text && !ipv4_parse(key, text, addr, errp)) {
        return false;
    }
    value = ntohl(addr->s_addr);
    if ((value & mask) != network || value == network || value == (network | ~mask)) {
        error_setg(errp, "%s=%s%s is not an address of a machine in the network %s", key,
                   inet_ntoa(*addr), text ? "" : " (the default)", network_text);
        return false;
    }
    return true;
}

static bool ipv4_fill(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp)
{
    uint32_t network = 0x0a000200, mask = 0xffffff00;   /* 10.0.2.0/24 */

    if (opts->net && !net_parse(opts->net, &network, &mask, errp)) {
        return false;
    }
    config->vnetwork.s_addr = htonl(network);
    config->vnetmask.s_addr = htonl(mask);
    if (!member_parse(config, "host", opts->host, 0x0202, &config->vhost, errp) ||
        !member_parse(config, "dns", opts->dns, 0x0203, &config->vnameserver, errp) ||
        !member_parse(config, "dhcpstart", opts->dhcpstart, 0x020f, &config->vdhcp_start, errp)) {
        return false;
    }
    if (config->vhost.s_addr == config->vnameserver.s_addr) {
        error_setg(errp, "host= and dns= are the same address %s", inet_ntoa(config->vhost));
        return false;
    }
    return true;
}

/* ---- IPv6 -------------------------------------------------------------------- */

static bool ipv6_member_parse(const SlirpConfig *config, const char *key, const char *text,
                              uint8_t last, struct in6_addr *addr, Error **errp)
{
    unsigned bits = config->vprefix_len;

    if (!text) {
        *addr = config->vprefix_addr6;
        addr->s6_addr[15] |= last;
        return true;
    }
    if (!ipv6_parse(key, text, addr, errp)) {
        return false;
    }
    for (unsigned i = 0; i < bits; i++) {
        uint8_t difference = addr->s6_addr[i / 8] ^ config->vprefix_addr6.s6_addr[i / 8];

        if (difference & 0x80 >> i % 8) {
            error_setg(errp, "%s=%s is not in the network of ipv6-prefix=", key, text);
            return false;
        }
    }
    return true;
}

static bool ipv6_fill(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp)
{
    int64_t bits = opts->has_ipv6_prefixlen ? opts->ipv6_prefixlen : 64;

    if (!ipv6_parse("ipv6-prefix", opts->ipv6_prefix ? opts->ipv6_prefix : "fec0::",
                    &config->vprefix_addr6, errp)) {
        return false;
    }
    if (bits < 0 || bits > 126) {
        error_setg(errp, "ipv6-prefixlen=%" PRId64 " is not a length from 0 to 126", bits);
        return false;
    }
    config->vprefix_len = bits;
    return ipv6_member_parse(config, "ipv6-host", opts->ipv6_host, 2, &config->vhost6, errp) &&
           ipv6_member_parse(config, "ipv6-dns", opts->ipv6_dns, 3, &config->vnameserver6, errp);
}

/* ---- the rest ------------------------------------------------------------------ */

/* The families that are on: those asked for, or both. */
static bool families_choose(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp)
{
    /* Naming only one asks for that one alone, or for the other one if it is switched off. */
    config->in_enabled = opts->has_ipv4 ? opts->ipv4 : !(opts->has_ipv6 && opts->ipv6);
    config->in6_enabled = opts->has_ipv6 ? opts->ipv6 : !(opts->has_ipv4 && opts->ipv4);
    if (!config->in_enabled && !config->in6_enabled) {
        error_setg(errp, "ipv4=off and ipv6=off leave no network");
        return false;
    }
    if (!config->in_enabled &&
        (opts->net || opts->host || opts->dns || opts->dhcpstart || opts->hostfwd ||
         opts->guestfwd)) {
        error_setg(errp, "net=, host=, dns=, dhcpstart=, hostfwd= and guestfwd= need ipv4=on");
        return false;
    }
    if (!config->in6_enabled && (opts->ipv6_prefix || opts->has_ipv6_prefixlen ||
                                 opts->ipv6_host || opts->ipv6_dns)) {
        error_setg(errp, "ipv6-prefix=, ipv6-prefixlen=, ipv6-host= and ipv6-dns= need ipv6=on");
        return false;
    }
    return true;
}

static bool names_fill(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp)
{
    struct stat st;
    size_t n = 0;

    if (opts->hostname && strlen(opts->hostname) > HOSTNAME_MAX) {
        error_setg(errp, "hostname=%s is longer than %d bytes", opts->hostname, HOSTNAME_MAX);
        return false;
    }
    if (opts->tftp && (stat(opts->tftp, &st) < 0 || !S_ISDIR(st.st_mode))) {
        error_setg(errp, "tftp=%s is not a folder", opts->tftp);
        return false;
    }
    if (opts->domainname && strlen(opts->domainname) > UINT8_MAX) {
        error_setg(errp, "domainname= is longer than %d bytes", UINT8_MAX);
        return false;
    }
    if (opts->tftp_server_name && strlen(opts->tftp_server_name) > UINT8_MAX) {
        error_setg(errp, "tftp-server-name= is longer than %d bytes", UINT8_MAX);
        return false;
    }
    config->vhostname = opts->hostname;
    config->tftp_path = opts->tftp;
    config->bootfile = opts->bootfile;
    config->vdomainname = opts->domainname;
    config->tftp_server_name = opts->tftp_server_name;
    for (StringList *el = opts->dnssearch; el; el = el->next) {
        n++;
    }
    if (n) {
        config->vdnssearch = g_new0(const char *, n + 1);
        n = 0;
        for (StringList *el = opts->dnssearch; el; el = el->next) {
            config->vdnssearch[n++] = el->value->str;
        }
    }
    return true;
}

bool slirp_config_fill(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp)
{
    *config = (SlirpConfig) {
        .version = 4,
        .restricted = opts->has_restrict && opts->q_restrict,
    };
    return families_choose(config, opts, errp) && ipv4_fill(config, opts, errp) &&
           ipv6_fill(config, opts, errp) && names_fill(config, opts, errp);
}

/* ---- forwards ------------------------------------------------------------------- */

/* Cuts what is before @separator off *@text; NULL if there is none. Caller frees. */
static char *field_take(const char **text, char separator)
{
    const char *end = strchr(*text, separator);
    char *field = end ? g_strndup(*text, end - *text) : NULL;

    *text = end ? end + 1 : *text;
    return field;
}

static bool port_parse(const char *text, uint16_t *port)
{
    int64_t value;

    if (qemu_strtoi64(text, NULL, 10, &value) < 0 || value < 0 || value > UINT16_MAX) {
        return false;
    }
    *port = value;
    return true;
}

/* "", "tcp" or "udp" up to ':'. */
static bool protocol_parse(const char **text, bool *is_udp)
{
    g_autofree char *protocol = field_take(text, ':');

    *is_udp = g_strcmp0(protocol, "udp") == 0;
    return protocol && (*is_udp || !*protocol || strcmp(protocol, "tcp") == 0);
}

bool slirp_hostfwd_parse(SlirpHostFwd *fwd, const char *text, struct in_addr default_guest,
                         bool with_guest, Error **errp)
{
    const char *p = text;
    g_autofree char *host = NULL, *port = NULL, *guest = NULL;

    *fwd = (SlirpHostFwd) { .host_addr.s_addr = INADDR_ANY, .guest_addr = default_guest };
    if (!protocol_parse(&p, &fwd->is_udp) || !(host = field_take(&p, ':'))) {
        goto malformed;
    }
    port = with_guest || strchr(p, '-') ? field_take(&p, '-') : g_strdup(p);
    if ((*host && !inet_aton(host, &fwd->host_addr)) || !port ||
        !port_parse(port, &fwd->host_port)) {
        goto malformed;
    }
    if (with_guest) {
        guest = field_take(&p, ':');
        if (!guest || (*guest && !inet_aton(guest, &fwd->guest_addr)) ||
            !port_parse(p, &fwd->guest_port) || !fwd->guest_port) {
            goto malformed;
        }
    }
    return true;

malformed:
    error_setg(errp, "'%s' is not a forward [tcp|udp]:[HOSTADDR]:HOSTPORT%s", text,
               with_guest ? "-[GUESTADDR]:GUESTPORT" : "");
    return false;
}

bool slirp_guestfwd_parse(SlirpGuestFwd *fwd, const char *text, Error **errp)
{
    const char *p = text;
    g_autofree char *server = NULL, *port = NULL;
    bool is_udp;

    *fwd = (SlirpGuestFwd) { };
    if (!protocol_parse(&p, &is_udp) || is_udp || !(server = field_take(&p, ':')) ||
        !inet_aton(server, &fwd->server) || !(port = field_take(&p, '-')) ||
        !port_parse(port, &fwd->port) || !fwd->port) {
        error_setg(errp, "'%s' is not a forward [tcp]:SERVER:PORT-cmd:COMMAND or -unix:PATH", text);
        return false;
    }
    if (strstart(p, "cmd:", &fwd->command) && *fwd->command) {
        return true;
    }
    fwd->command = NULL;
    if (strstart(p, "unix:", &fwd->unix_path) && *fwd->unix_path) {
        return true;
    }
    error_setg(errp, "guestfwd=%s: only cmd:COMMAND and unix:PATH can be at the other end, no "
               "chardev", text);
    return false;
}
