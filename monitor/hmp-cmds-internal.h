/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers of human monitor commands, in the order of the files they are in. */
#ifndef MONITOR_HMP_CMDS_INTERNAL_H
#define MONITOR_HMP_CMDS_INTERNAL_H

#include "hmp-internal.h"

#define HMP_HANDLER(name) \
    void hmp_##name(Monitor *mon, const HmpArgs *args, Error **errp)

/* hmp-cmds.c: things to do */
HMP_HANDLER(help);
HMP_HANDLER(quit);
HMP_HANDLER(stop);
HMP_HANDLER(cont);
HMP_HANDLER(system_reset);
HMP_HANDLER(system_powerdown);
HMP_HANDLER(set_action);
HMP_HANDLER(device_add);
HMP_HANDLER(device_del);
HMP_HANDLER(object_add);
HMP_HANDLER(object_del);
HMP_HANDLER(qom_list);
HMP_HANDLER(qom_get);
HMP_HANDLER(qom_set);
HMP_HANDLER(getfd);
HMP_HANDLER(closefd);
HMP_HANDLER(block_resize);
HMP_HANDLER(chardev_add);
HMP_HANDLER(chardev_remove);
HMP_HANDLER(trace_event);
HMP_HANDLER(trace_file);
HMP_HANDLER(log);
HMP_HANDLER(logfile);

/* hmp-cmds-memory.c: CPUs and memory */
HMP_HANDLER(cpu);
HMP_HANDLER(x);
HMP_HANDLER(xp);
HMP_HANDLER(print);
HMP_HANDLER(sum);
HMP_HANDLER(memsave);
HMP_HANDLER(pmemsave);
HMP_HANDLER(dumpdtb);
HMP_HANDLER(info_cpus);
HMP_HANDLER(info_registers);
HMP_HANDLER(info_jit);
HMP_HANDLER(info_tlb);

/* hmp-cmds-info.c: things to know */
HMP_HANDLER(info_block);
HMP_HANDLER(info_blockstats);
HMP_HANDLER(info_chardev);
HMP_HANDLER(info_irq);
HMP_HANDLER(info_kvm);
HMP_HANDLER(info_memdev);
HMP_HANDLER(info_memory_size_summary);
HMP_HANDLER(info_mtree);
HMP_HANDLER(info_name);
HMP_HANDLER(info_qom_tree);
HMP_HANDLER(info_qtree);
HMP_HANDLER(info_roms);
HMP_HANDLER(info_status);
HMP_HANDLER(info_trace_events);
HMP_HANDLER(info_version);
HMP_HANDLER(info_vfio);

/* cmds-migrate.c: saved states */
HMP_HANDLER(migrate);
HMP_HANDLER(migrate_cancel);
HMP_HANDLER(migrate_incoming);
HMP_HANDLER(info_migrate);

/* cmds-net.c: networks */
HMP_HANDLER(netdev_add);
HMP_HANDLER(netdev_del);
HMP_HANDLER(set_link);
HMP_HANDLER(hostfwd_add);
HMP_HANDLER(hostfwd_remove);
HMP_HANDLER(info_network);
HMP_HANDLER(info_usernet);

#endif
