/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lists of queue.h for readers inside rcu_read_lock(): writers (who still
 * exclude each other by a lock) publish elements so that a concurrent walk
 * sees either the old or the new list. A removed element keeps its forward
 * link, and may be freed or reinserted only after a grace period.
 */
#ifndef QEMU_RCU_QUEUE_H
#define QEMU_RCU_QUEUE_H

#include "qemu/queue.h"
#include "qemu/atomic.h"

#define QLIST_EMPTY_RCU(head) (qatomic_read(&(head)->lh_first) == NULL)
#define QLIST_FIRST_RCU(head) (qatomic_rcu_read(&(head)->lh_first))
#define QLIST_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.le_next))

#define QLIST_INSERT_AFTER_RCU(listelm, elm, field) do {                  \
        (elm)->field.le_next = (listelm)->field.le_next;                  \
        (elm)->field.le_prev = &(listelm)->field.le_next;                 \
        qatomic_rcu_set(&(listelm)->field.le_next, (elm));                \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;  \
        }                                                                 \
    } while (0)
#define QLIST_INSERT_BEFORE_RCU(listelm, elm, field) do {                 \
        (elm)->field.le_prev = (listelm)->field.le_prev;                  \
        (elm)->field.le_next = (listelm);                                 \
        qatomic_rcu_set((listelm)->field.le_prev, (elm));                 \
        (listelm)->field.le_prev = &(elm)->field.le_next;                 \
    } while (0)
#define QLIST_INSERT_HEAD_RCU(head, elm, field) do {                      \
        (elm)->field.le_prev = &(head)->lh_first;                         \
        (elm)->field.le_next = (head)->lh_first;                          \
        qatomic_rcu_set(&(head)->lh_first, (elm));                        \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;  \
        }                                                                 \
    } while (0)
#define QLIST_REMOVE_RCU(elm, field) do {                                 \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = (elm)->field.le_prev;   \
        }                                                                 \
        qatomic_rcu_set((elm)->field.le_prev, (elm)->field.le_next);      \
    } while (0)
#define QLIST_FOREACH_RCU(var, head, field)                               \
    for ((var) = QLIST_FIRST_RCU(head); (var); (var) = QLIST_NEXT_RCU(var, field))
#define QLIST_FOREACH_SAFE_RCU(var, head, field, next_var)                \
    for ((var) = QLIST_FIRST_RCU(head);                                   \
         (var) && ((next_var) = QLIST_NEXT_RCU(var, field), 1);           \
         (var) = (next_var))

#define QSIMPLEQ_EMPTY_RCU(head) (qatomic_read(&(head)->sqh_first) == NULL)
#define QSIMPLEQ_FIRST_RCU(head) (qatomic_rcu_read(&(head)->sqh_first))
#define QSIMPLEQ_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.sqe_next))
#define QSIMPLEQ_INSERT_HEAD_RCU(head, elm, field) do {                   \
        (elm)->field.sqe_next = (head)->sqh_first;                        \
        if (!(elm)->field.sqe_next) {                                     \
            (head)->sqh_last = &(elm)->field.sqe_next;                    \
        }                                                                 \
        qatomic_rcu_set(&(head)->sqh_first, (elm));                       \
    } while (0)
#define QSIMPLEQ_INSERT_TAIL_RCU(head, elm, field) do {                   \
        (elm)->field.sqe_next = NULL;                                     \
        qatomic_rcu_set((head)->sqh_last, (elm));                         \
        (head)->sqh_last = &(elm)->field.sqe_next;                        \
    } while (0)
#define QSIMPLEQ_INSERT_AFTER_RCU(head, listelm, elm, field) do {         \
        (elm)->field.sqe_next = (listelm)->field.sqe_next;                \
        if (!(elm)->field.sqe_next) {                                     \
            (head)->sqh_last = &(elm)->field.sqe_next;                    \
        }                                                                 \
        qatomic_rcu_set(&(listelm)->field.sqe_next, (elm));               \
    } while (0)
#define QSIMPLEQ_REMOVE_HEAD_RCU(head, field) do {                        \
        qatomic_rcu_set(&(head)->sqh_first, (head)->sqh_first->field.sqe_next); \
        if (!(head)->sqh_first) {                                         \
            (head)->sqh_last = &(head)->sqh_first;                        \
        }                                                                 \
    } while (0)
#define QSIMPLEQ_REMOVE_RCU(head, elm, type, field) do {                  \
        struct type **qsimpleq_pos_ = &(head)->sqh_first;                 \
        while (*qsimpleq_pos_ != (elm)) {                                 \
            qsimpleq_pos_ = &(*qsimpleq_pos_)->field.sqe_next;            \
        }                                                                 \
        qatomic_rcu_set(qsimpleq_pos_, (elm)->field.sqe_next);            \
        if (!*qsimpleq_pos_) {                                            \
            (head)->sqh_last = qsimpleq_pos_;                             \
        }                                                                 \
    } while (0)
#define QSIMPLEQ_FOREACH_RCU(var, head, field)                            \
    for ((var) = QSIMPLEQ_FIRST_RCU(head); (var); (var) = QSIMPLEQ_NEXT_RCU(var, field))
#define QSIMPLEQ_FOREACH_SAFE_RCU(var, head, field, next)                 \
    for ((var) = QSIMPLEQ_FIRST_RCU(head);                                \
         (var) && ((next) = QSIMPLEQ_NEXT_RCU(var, field), 1);            \
         (var) = (next))

#define QTAILQ_EMPTY_RCU(head) (qatomic_read(&(head)->tqh_first) == NULL)
#define QTAILQ_FIRST_RCU(head) (qatomic_rcu_read(&(head)->tqh_first))
#define QTAILQ_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.tqe_next))
#define QTAILQ_INSERT_HEAD_RCU(head, elm, field) do {                     \
        (elm)->field.tqe_next = (head)->tqh_first;                        \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ; \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;           \
        }                                                                 \
        (elm)->field.tqe_circ.tql_prev = &(head)->tqh_circ;               \
        qatomic_rcu_set(&(head)->tqh_first, (elm));                       \
    } while (0)
#define QTAILQ_INSERT_TAIL_RCU(head, elm, field) do {                     \
        (elm)->field.tqe_next = NULL;                                     \
        (elm)->field.tqe_circ.tql_prev = (head)->tqh_circ.tql_prev;       \
        qatomic_rcu_set(&(head)->tqh_circ.tql_prev->tql_next, (void *)(elm)); \
        (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;               \
    } while (0)
#define QTAILQ_INSERT_AFTER_RCU(head, listelm, elm, field) do {           \
        (elm)->field.tqe_next = (listelm)->field.tqe_next;                \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ; \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;           \
        }                                                                 \
        (elm)->field.tqe_circ.tql_prev = &(listelm)->field.tqe_circ;      \
        qatomic_rcu_set(&(listelm)->field.tqe_next, (elm));               \
    } while (0)
#define QTAILQ_INSERT_BEFORE_RCU(listelm, elm, field) do {                \
        (elm)->field.tqe_circ.tql_prev = (listelm)->field.tqe_circ.tql_prev; \
        (elm)->field.tqe_next = (listelm);                                \
        qatomic_rcu_set(&(listelm)->field.tqe_circ.tql_prev->tql_next, (void *)(elm)); \
        (listelm)->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;      \
    } while (0)
#define QTAILQ_REMOVE_RCU(head, elm, field) do {                          \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev =              \
                (elm)->field.tqe_circ.tql_prev;                           \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = (elm)->field.tqe_circ.tql_prev;   \
        }                                                                 \
        qatomic_rcu_set(&(elm)->field.tqe_circ.tql_prev->tql_next,        \
                        (void *)(elm)->field.tqe_next);                   \
        (elm)->field.tqe_circ.tql_prev = NULL;                            \
    } while (0)
#define QTAILQ_FOREACH_RCU(var, head, field)                              \
    for ((var) = QTAILQ_FIRST_RCU(head); (var); (var) = QTAILQ_NEXT_RCU(var, field))
#define QTAILQ_FOREACH_SAFE_RCU(var, head, field, next)                   \
    for ((var) = QTAILQ_FIRST_RCU(head);                                  \
         (var) && ((next) = QTAILQ_NEXT_RCU(var, field), 1);              \
         (var) = (next))

#define QSLIST_EMPTY_RCU(head) (qatomic_read(&(head)->slh_first) == NULL)
#define QSLIST_FIRST_RCU(head) (qatomic_rcu_read(&(head)->slh_first))
#define QSLIST_NEXT_RCU(elm, field) (qatomic_rcu_read(&(elm)->field.sle_next))
#define QSLIST_INSERT_HEAD_RCU(head, elm, field) do {                     \
        (elm)->field.sle_next = (head)->slh_first;                        \
        qatomic_rcu_set(&(head)->slh_first, (elm));                       \
    } while (0)
#define QSLIST_INSERT_AFTER_RCU(listelm, elm, field) do {                 \
        (elm)->field.sle_next = (listelm)->field.sle_next;                \
        qatomic_rcu_set(&(listelm)->field.sle_next, (elm));               \
    } while (0)
#define QSLIST_REMOVE_HEAD_RCU(head, field) \
    qatomic_rcu_set(&(head)->slh_first, (head)->slh_first->field.sle_next)
#define QSLIST_REMOVE_AFTER_RCU(listelm, field)                           \
    qatomic_rcu_set(&(listelm)->field.sle_next,                           \
                    (listelm)->field.sle_next->field.sle_next)
#define QSLIST_REMOVE_RCU(head, elm, type, field) do {                    \
        struct type **qslist_pos_ = &(head)->slh_first;                   \
        while (*qslist_pos_ != (elm)) {                                   \
            qslist_pos_ = &(*qslist_pos_)->field.sle_next;                \
        }                                                                 \
        qatomic_rcu_set(qslist_pos_, (elm)->field.sle_next);              \
    } while (0)
#define QSLIST_FOREACH_RCU(var, head, field)                              \
    for ((var) = QSLIST_FIRST_RCU(head); (var); (var) = QSLIST_NEXT_RCU(var, field))
#define QSLIST_FOREACH_SAFE_RCU(var, head, field, next)                   \
    for ((var) = QSLIST_FIRST_RCU(head);                                  \
         (var) && ((next) = QSLIST_NEXT_RCU(var, field), 1);              \
         (var) = (next))

#endif
