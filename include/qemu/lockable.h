/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scoped locking of any lock type:
 *
 *   QEMU_LOCK_GUARD(&s->lock);             until the end of the block
 *   WITH_QEMU_LOCK_GUARD(&s->lock) { }     for the following block
 *
 * The first accepts NULL and then locks nothing; the second needs a lock.
 */
#ifndef QEMU_LOCKABLE_H
#define QEMU_LOCKABLE_H

#include "qemu/thread.h"

typedef void QemuLockUnlockFunc(void *);

struct QemuLockable {
    void *object;
    QemuLockUnlockFunc *lock;
    QemuLockUnlockFunc *unlock;
};

static inline QemuLockable *qemu_lockable_unless_null_(void *x, QemuLockable *lockable)
{
    return x ? lockable : NULL;
}

/* A QemuLockable that lives until the end of the enclosing block; NULL for NULL. */
#define QML_OBJ_(x, name) qemu_lockable_unless_null_((x), &(QemuLockable) { \
        .object = (x),                                                    \
        .lock = (QemuLockUnlockFunc *)(void *)qemu_##name##_lock,         \
        .unlock = (QemuLockUnlockFunc *)(void *)qemu_##name##_unlock,     \
    })

#define QEMU_MAKE_LOCKABLE(x) _Generic((x),                               \
        QemuLockable *: (x),                                              \
        void *: (QemuLockable *)NULL,                                     \
        QemuMutex *: QML_OBJ_(x, mutex),                                  \
        QemuRecMutex *: QML_OBJ_(x, rec_mutex),                           \
        QemuSpin *: QML_OBJ_(x, spin))
#define QEMU_MAKE_LOCKABLE_NONNULL(x) QEMU_MAKE_LOCKABLE(x)

static inline void qemu_lockable_lock(QemuLockable *x)
{
    x->lock(x->object);
}

static inline void qemu_lockable_unlock(QemuLockable *x)
{
    x->unlock(x->object);
}

static inline QemuLockable *qemu_lockable_auto_lock(QemuLockable *x)
{
    if (x) {
        qemu_lockable_lock(x);
    }
    return x;
}

static inline void qemu_lockable_auto_unlock(QemuLockable *x)
{
    if (x) {
        qemu_lockable_unlock(x);
    }
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuLockable, qemu_lockable_auto_unlock)

#define WITH_QEMU_LOCK_GUARD_(x, var)                                     \
    for (g_autoptr(QemuLockable) var = qemu_lockable_auto_lock(QEMU_MAKE_LOCKABLE(x)); \
         var; qemu_lockable_auto_unlock(var), var = NULL)
#define WITH_QEMU_LOCK_GUARD(x) \
    WITH_QEMU_LOCK_GUARD_((x), glue(qemu_lockable_auto_, __COUNTER__))

#define QEMU_LOCK_GUARD(x)                                                \
    g_autoptr(QemuLockable) glue(qemu_lockable_auto_, __COUNTER__) G_GNUC_UNUSED = \
        qemu_lockable_auto_lock(QEMU_MAKE_LOCKABLE((x)))

#endif
