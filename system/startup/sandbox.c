/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -sandbox: a system call filter for the whole process through libseccomp.
 * "on" kills the process at calls that no part of the emulator makes; the
 * parameters extend that to groups of calls, or let a group through. Groups:
 * obsolete calls (on top of the basic set unless obsolete=allow), changing
 * user or group ids, starting programs, and changing scheduling or affinity.
 * The filter covers all threads; it goes in when the machine is built, before
 * the guest or a monitor's client can do anything.
 */
#include "qemu/osdep.h"
#include "config-host.h"
#include "qapi/error.h"
#include "startup-internal.h"

#ifdef CONFIG_SECCOMP
#include <sys/prctl.h>
#include <seccomp.h>

typedef enum SandboxGroup {
    GROUP_BASIC = 1 << 0,
    GROUP_OBSOLETE = 1 << 1,
    GROUP_PRIVILEGES = 1 << 2,
    GROUP_SPAWN = 1 << 3,
    GROUP_RESOURCES = 1 << 4,
} SandboxGroup;

static const struct {
    int number;
    SandboxGroup group;
} sandbox_calls[] = {
    { SCMP_SYS(reboot), GROUP_BASIC },
    { SCMP_SYS(swapon), GROUP_BASIC },
    { SCMP_SYS(swapoff), GROUP_BASIC },
    { SCMP_SYS(syslog), GROUP_BASIC },
    { SCMP_SYS(mount), GROUP_BASIC },
    { SCMP_SYS(umount), GROUP_BASIC },
    { SCMP_SYS(umount2), GROUP_BASIC },
    { SCMP_SYS(pivot_root), GROUP_BASIC },
    { SCMP_SYS(kexec_load), GROUP_BASIC },
    { SCMP_SYS(kexec_file_load), GROUP_BASIC },
    { SCMP_SYS(init_module), GROUP_BASIC },
    { SCMP_SYS(finit_module), GROUP_BASIC },
    { SCMP_SYS(delete_module), GROUP_BASIC },
    { SCMP_SYS(quotactl), GROUP_BASIC },
    { SCMP_SYS(acct), GROUP_BASIC },
    { SCMP_SYS(vhangup), GROUP_BASIC },
    { SCMP_SYS(lookup_dcookie), GROUP_BASIC },
    { SCMP_SYS(add_key), GROUP_BASIC },
    { SCMP_SYS(request_key), GROUP_BASIC },
    { SCMP_SYS(keyctl), GROUP_BASIC },
    { SCMP_SYS(settimeofday), GROUP_BASIC },
    { SCMP_SYS(clock_settime), GROUP_BASIC },
    { SCMP_SYS(adjtimex), GROUP_BASIC },
    { SCMP_SYS(clock_adjtime), GROUP_BASIC },
    { SCMP_SYS(sethostname), GROUP_BASIC },
    { SCMP_SYS(setdomainname), GROUP_BASIC },
    { SCMP_SYS(personality), GROUP_BASIC },
    { SCMP_SYS(process_vm_readv), GROUP_BASIC },
    { SCMP_SYS(process_vm_writev), GROUP_BASIC },
    { SCMP_SYS(ptrace), GROUP_BASIC },
    { SCMP_SYS(bpf), GROUP_BASIC },

    { SCMP_SYS(readdir), GROUP_OBSOLETE },
    { SCMP_SYS(_sysctl), GROUP_OBSOLETE },
    { SCMP_SYS(bdflush), GROUP_OBSOLETE },
    { SCMP_SYS(create_module), GROUP_OBSOLETE },
    { SCMP_SYS(get_kernel_syms), GROUP_OBSOLETE },
    { SCMP_SYS(query_module), GROUP_OBSOLETE },
    { SCMP_SYS(sysfs), GROUP_OBSOLETE },
    { SCMP_SYS(uselib), GROUP_OBSOLETE },
    { SCMP_SYS(ustat), GROUP_OBSOLETE },
    { SCMP_SYS(nfsservctl), GROUP_OBSOLETE },

    { SCMP_SYS(setuid), GROUP_PRIVILEGES },
    { SCMP_SYS(setgid), GROUP_PRIVILEGES },
    { SCMP_SYS(setpgid), GROUP_PRIVILEGES },
    { SCMP_SYS(setsid), GROUP_PRIVILEGES },
    { SCMP_SYS(setreuid), GROUP_PRIVILEGES },
    { SCMP_SYS(setregid), GROUP_PRIVILEGES },
    { SCMP_SYS(setresuid), GROUP_PRIVILEGES },
    { SCMP_SYS(setresgid), GROUP_PRIVILEGES },
    { SCMP_SYS(setfsuid), GROUP_PRIVILEGES },
    { SCMP_SYS(setfsgid), GROUP_PRIVILEGES },

    { SCMP_SYS(fork), GROUP_SPAWN },
    { SCMP_SYS(vfork), GROUP_SPAWN },
    { SCMP_SYS(execve), GROUP_SPAWN },
    { SCMP_SYS(execveat), GROUP_SPAWN },

    { SCMP_SYS(setpriority), GROUP_RESOURCES },
    { SCMP_SYS(sched_setparam), GROUP_RESOURCES },
    { SCMP_SYS(sched_setscheduler), GROUP_RESOURCES },
    { SCMP_SYS(sched_setaffinity), GROUP_RESOURCES },
};

/* The groups to forbid, and whether gaining privileges by execve must end. */
static unsigned int sandbox_groups(const SandboxConfig *config)
{
    unsigned int groups = GROUP_BASIC;

    groups |= config->obsolete_is_allowed ? 0 : GROUP_OBSOLETE;
    groups |= config->privileges_are_denied ? GROUP_PRIVILEGES : 0;
    groups |= config->spawn_is_denied ? GROUP_SPAWN : 0;
    groups |= config->resources_are_denied ? GROUP_RESOURCES : 0;
    return groups;
}

static int sandbox_rules_add(scmp_filter_ctx ctx, unsigned int groups)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sandbox_calls); i++) {
        int rc = 0;

        if (sandbox_calls[i].group & groups) {
            rc = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, sandbox_calls[i].number, 0);
        }
        /* EDOM: this architecture has no such call, so nothing is to be forbidden. */
        if (rc < 0 && rc != -EDOM) {
            return rc;
        }
    }
    return 0;
}

bool sandbox_install(const SandboxConfig *config, Error **errp)
{
    scmp_filter_ctx ctx;
    int rc;

    if (!config->is_on) {
        return true;
    }
    if (config->children_get_no_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        error_setg_errno(errp, errno, "sandbox: giving up privileges of child programs failed");
        return false;
    }
    ctx = seccomp_init(SCMP_ACT_ALLOW);
    if (!ctx) {
        error_setg(errp, "sandbox: the system call filter could not be created");
        return false;
    }
    rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
    if (rc == 0) {
        rc = sandbox_rules_add(ctx, sandbox_groups(config));
    }
    if (rc == 0) {
        rc = seccomp_load(ctx);
    }
    seccomp_release(ctx);
    if (rc < 0) {
        error_setg_errno(errp, -rc, "sandbox: the system call filter could not be installed");
        return false;
    }
    return true;
}

#else

bool sandbox_install(const SandboxConfig *config, Error **errp)
{
    if (config->is_on) {
        error_setg(errp, "this program was built without the sandbox; "
                   "configure it with --enable-seccomp");
        return false;
    }
    return true;
}

#endif
