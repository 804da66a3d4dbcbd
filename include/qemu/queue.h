/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intrusive lists under the names of the QEMU 8.2 API.
 *
 *   QLIST     doubly linked, head is one pointer; removal needs no head
 *   QSLIST    singly linked stack, with lock-free insertion at the head
 *   QSIMPLEQ  singly linked queue, insertion at both ends
 *   QTAILQ    doubly linked queue, walks both ways
 *
 * An element that is on no QLIST/QTAILQ and whose entry is zero can be told by
 * *_IN_USE. The _SAFE loops allow the removal of the current element. Nothing
 * here locks; see rcu_queue.h for readers without a lock.
 */
#ifndef QEMU_QUEUE_H
#define QEMU_QUEUE_H

#include "qemu/atomic.h"

/* ---- QLIST ---------------------------------------------------------------- */

#define QLIST_HEAD(name, type) struct name { struct type *lh_first; }
#define QLIST_HEAD_INITIALIZER(head) { NULL }
#define QLIST_ENTRY(type) struct { struct type *le_next; struct type **le_prev; }

#define QLIST_INIT(head) do { (head)->lh_first = NULL; } while (0)
#define QLIST_EMPTY(head) ((head)->lh_first == NULL)
#define QLIST_EMPTY_ATOMIC(head) (qatomic_read(&(head)->lh_first) == NULL)
#define QLIST_FIRST(head) ((head)->lh_first)
#define QLIST_NEXT(elm, field) ((elm)->field.le_next)
#define QLIST_IS_INSERTED(elm, field) ((elm)->field.le_prev != NULL)

/* Moves all of @srcelm's list, starting at @srcelm itself, under @dsthead. */
#define QLIST_SWAP(dsthead, srchead, field) do {                          \
        void *qlist_tmp_ = (srchead)->lh_first;                           \
        (srchead)->lh_first = (dsthead)->lh_first;                        \
        if ((srchead)->lh_first) {                                        \
            (srchead)->lh_first->field.le_prev = &(srchead)->lh_first;    \
        }                                                                 \
        (dsthead)->lh_first = qlist_tmp_;                                 \
        if ((dsthead)->lh_first) {                                        \
            (dsthead)->lh_first->field.le_prev = &(dsthead)->lh_first;    \
        }                                                                 \
    } while (0)

#define QLIST_INSERT_HEAD(head, elm, field) do {                          \
        (elm)->field.le_next = (head)->lh_first;                          \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;  \
        }                                                                 \
        (head)->lh_first = (elm);                                         \
        (elm)->field.le_prev = &(head)->lh_first;                         \
    } while (0)

#define QLIST_INSERT_AFTER(listelm, elm, field) do {                      \
        (elm)->field.le_next = (listelm)->field.le_next;                  \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;  \
        }                                                                 \
        (listelm)->field.le_next = (elm);                                 \
        (elm)->field.le_prev = &(listelm)->field.le_next;                 \
    } while (0)

#define QLIST_INSERT_BEFORE(listelm, elm, field) do {                     \
        (elm)->field.le_prev = (listelm)->field.le_prev;                  \
        (elm)->field.le_next = (listelm);                                 \
        *(listelm)->field.le_prev = (elm);                                \
        (listelm)->field.le_prev = &(elm)->field.le_next;                 \
    } while (0)

#define QLIST_REMOVE(elm, field) do {                                     \
        if ((elm)->field.le_next) {                                       \
            (elm)->field.le_next->field.le_prev = (elm)->field.le_prev;   \
        }                                                                 \
        *(elm)->field.le_prev = (elm)->field.le_next;                     \
        (elm)->field.le_next = NULL;                                      \
        (elm)->field.le_prev = NULL;                                      \
    } while (0)

/* Does nothing for an element that is on no list. */
#define QLIST_SAFE_REMOVE(elm, field) do {                                \
        if ((elm)->field.le_prev) {                                       \
            QLIST_REMOVE(elm, field);                                     \
        }                                                                 \
    } while (0)

#define QLIST_FOREACH(var, head, field) \
    for ((var) = (head)->lh_first; (var); (var) = (var)->field.le_next)
#define QLIST_FOREACH_SAFE(var, head, field, next_var)                    \
    for ((var) = (head)->lh_first;                                        \
         (var) && ((next_var) = (var)->field.le_next, 1);                 \
         (var) = (next_var))

/* ---- QSLIST --------------------------------------------------------------- */

#define QSLIST_HEAD(name, type) struct name { struct type *slh_first; }
#define QSLIST_HEAD_INITIALIZER(head) { NULL }
#define QSLIST_ENTRY(type) struct { struct type *sle_next; }

#define QSLIST_INIT(head) do { (head)->slh_first = NULL; } while (0)
#define QSLIST_EMPTY(head) ((head)->slh_first == NULL)
#define QSLIST_FIRST(head) ((head)->slh_first)
#define QSLIST_NEXT(elm, field) ((elm)->field.sle_next)

#define QSLIST_INSERT_AFTER(slistelm, elm, field) do {                    \
        (elm)->field.sle_next = (slistelm)->field.sle_next;               \
        (slistelm)->field.sle_next = (elm);                               \
    } while (0)
#define QSLIST_INSERT_HEAD(head, elm, field) do {                         \
        (elm)->field.sle_next = (head)->slh_first;                        \
        (head)->slh_first = (elm);                                        \
    } while (0)
/* Safe against other threads that insert or take the whole list. */
#define QSLIST_INSERT_HEAD_ATOMIC(head, elm, field) do {                  \
        __typeof__(elm) qslist_old_ = qatomic_read(&(head)->slh_first);   \
        do {                                                              \
            (elm)->field.sle_next = qslist_old_;                          \
        } while (!__atomic_compare_exchange_n(&(head)->slh_first, &qslist_old_, (elm), true, \
                                              __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)); \
    } while (0)
/* Takes everything from @src; @dest is overwritten. */
#define QSLIST_MOVE_ATOMIC(dest, src) do {                                \
        (dest)->slh_first = qatomic_xchg(&(src)->slh_first, NULL);        \
    } while (0)
#define QSLIST_REMOVE_HEAD(head, field) do {                              \
        __typeof__((head)->slh_first) qslist_elm_ = (head)->slh_first;    \
        (head)->slh_first = qslist_elm_->field.sle_next;                  \
        qslist_elm_->field.sle_next = NULL;                               \
    } while (0)
#define QSLIST_REMOVE_AFTER(slistelm, field) do {                         \
        __typeof__((slistelm)->field.sle_next) qslist_elm_ = (slistelm)->field.sle_next; \
        (slistelm)->field.sle_next = qslist_elm_->field.sle_next;         \
        qslist_elm_->field.sle_next = NULL;                               \
    } while (0)
#define QSLIST_REMOVE(head, elm, type, field) do {                        \
        struct type **qslist_pos_ = &(head)->slh_first;                   \
        while (*qslist_pos_ != (elm)) {                                   \
            qslist_pos_ = &(*qslist_pos_)->field.sle_next;                \
        }                                                                 \
        *qslist_pos_ = (elm)->field.sle_next;                             \
        (elm)->field.sle_next = NULL;                                     \
    } while (0)
#define QSLIST_FOREACH(var, head, field) \
    for ((var) = (head)->slh_first; (var); (var) = (var)->field.sle_next)
#define QSLIST_FOREACH_SAFE(var, head, field, tvar)                       \
    for ((var) = (head)->slh_first;                                       \
         (var) && ((tvar) = (var)->field.sle_next, 1);                    \
         (var) = (tvar))

/* ---- QSIMPLEQ ------------------------------------------------------------- */

#define QSIMPLEQ_HEAD(name, type) \
    struct name { struct type *sqh_first; struct type **sqh_last; }
#define QSIMPLEQ_HEAD_INITIALIZER(head) { NULL, &(head).sqh_first }
#define QSIMPLEQ_ENTRY(type) struct { struct type *sqe_next; }

#define QSIMPLEQ_INIT(head) do {                                          \
        (head)->sqh_first = NULL;                                         \
        (head)->sqh_last = &(head)->sqh_first;                            \
    } while (0)
#define QSIMPLEQ_EMPTY(head) ((head)->sqh_first == NULL)
#define QSIMPLEQ_EMPTY_ATOMIC(head) (qatomic_read(&(head)->sqh_first) == NULL)
#define QSIMPLEQ_FIRST(head) ((head)->sqh_first)
#define QSIMPLEQ_NEXT(elm, field) ((elm)->field.sqe_next)
#define QSIMPLEQ_LAST(head, type, field)                                  \
    (QSIMPLEQ_EMPTY(head) ? NULL                                          \
     : (struct type *)(void *)((char *)(head)->sqh_last                   \
                               - offsetof(struct type, field.sqe_next)))

#define QSIMPLEQ_INSERT_HEAD(head, elm, field) do {                       \
        (elm)->field.sqe_next = (head)->sqh_first;                        \
        if (!(elm)->field.sqe_next) {                                     \
            (head)->sqh_last = &(elm)->field.sqe_next;                    \
        }                                                                 \
        (head)->sqh_first = (elm);                                        \
    } while (0)
#define QSIMPLEQ_INSERT_TAIL(head, elm, field) do {                       \
        (elm)->field.sqe_next = NULL;                                     \
        *(head)->sqh_last = (elm);                                        \
        (head)->sqh_last = &(elm)->field.sqe_next;                        \
    } while (0)
#define QSIMPLEQ_INSERT_AFTER(head, listelm, elm, field) do {             \
        (elm)->field.sqe_next = (listelm)->field.sqe_next;                \
        if (!(elm)->field.sqe_next) {                                     \
            (head)->sqh_last = &(elm)->field.sqe_next;                    \
        }                                                                 \
        (listelm)->field.sqe_next = (elm);                                \
    } while (0)
#define QSIMPLEQ_REMOVE_HEAD(head, field) do {                            \
        __typeof__((head)->sqh_first) qsimpleq_elm_ = (head)->sqh_first;  \
        (head)->sqh_first = qsimpleq_elm_->field.sqe_next;                \
        if (!(head)->sqh_first) {                                         \
            (head)->sqh_last = &(head)->sqh_first;                        \
        }                                                                 \
        qsimpleq_elm_->field.sqe_next = NULL;                             \
    } while (0)
/* Drops everything up to and including @elm. */
#define QSIMPLEQ_SPLIT_AFTER(head, elm, field, removed) do {              \
        QSIMPLEQ_INIT(removed);                                           \
        (removed)->sqh_first = (head)->sqh_first;                         \
        (head)->sqh_first = (elm)->field.sqe_next;                        \
        (removed)->sqh_last = &(elm)->field.sqe_next;                     \
        (elm)->field.sqe_next = NULL;                                     \
        if (!(head)->sqh_first) {                                         \
            (head)->sqh_last = &(head)->sqh_first;                        \
        }                                                                 \
    } while (0)
#define QSIMPLEQ_REMOVE(head, elm, type, field) do {                      \
        struct type **qsimpleq_pos_ = &(head)->sqh_first;                 \
        while (*qsimpleq_pos_ != (elm)) {                                 \
            qsimpleq_pos_ = &(*qsimpleq_pos_)->field.sqe_next;            \
        }                                                                 \
        *qsimpleq_pos_ = (elm)->field.sqe_next;                           \
        if (!*qsimpleq_pos_) {                                            \
            (head)->sqh_last = qsimpleq_pos_;                             \
        }                                                                 \
        (elm)->field.sqe_next = NULL;                                     \
    } while (0)
/* Appends all of @head2 to @head1; @head2 becomes empty. */
#define QSIMPLEQ_CONCAT(head1, head2) do {                                \
        if (!QSIMPLEQ_EMPTY(head2)) {                                     \
            *(head1)->sqh_last = (head2)->sqh_first;                      \
            (head1)->sqh_last = (head2)->sqh_last;                        \
            QSIMPLEQ_INIT(head2);                                         \
        }                                                                 \
    } while (0)
/* Puts all of @head2 before @head1's elements; @head2 becomes empty. */
#define QSIMPLEQ_PREPEND(head1, head2) do {                               \
        if (!QSIMPLEQ_EMPTY(head2)) {                                     \
            *(head2)->sqh_last = (head1)->sqh_first;                      \
            if (!(head1)->sqh_first) {                                    \
                (head1)->sqh_last = (head2)->sqh_last;                    \
            }                                                             \
            (head1)->sqh_first = (head2)->sqh_first;                      \
            QSIMPLEQ_INIT(head2);                                         \
        }                                                                 \
    } while (0)
#define QSIMPLEQ_FOREACH(var, head, field) \
    for ((var) = (head)->sqh_first; (var); (var) = (var)->field.sqe_next)
#define QSIMPLEQ_FOREACH_SAFE(var, head, field, next)                     \
    for ((var) = (head)->sqh_first;                                       \
         (var) && ((next) = (var)->field.sqe_next, 1);                    \
         (var) = (next))

/* ---- QTAILQ --------------------------------------------------------------- */

/*
 * Head and entries share this layout: a pointer to the next element and one to
 * the link before, so code that knows only an offset can walk a queue too.
 */
typedef struct QTailQLink {
    void *tql_next;
    struct QTailQLink *tql_prev;
} QTailQLink;

#define QTAILQ_HEAD(name, type) \
    union name { struct type *tqh_first; QTailQLink tqh_circ; }
#define QTAILQ_HEAD_INITIALIZER(head) { .tqh_circ = { NULL, &(head).tqh_circ } }
#define QTAILQ_ENTRY(type) \
    union { struct type *tqe_next; QTailQLink tqe_circ; }

#define QTAILQ_INIT(head) do {                                            \
        (head)->tqh_first = NULL;                                         \
        (head)->tqh_circ.tql_prev = &(head)->tqh_circ;                    \
    } while (0)
#define QTAILQ_EMPTY(head) ((head)->tqh_first == NULL)
#define QTAILQ_FIRST(head) ((head)->tqh_first)
#define QTAILQ_NEXT(elm, field) ((elm)->field.tqe_next)
#define QTAILQ_IN_USE(elm, field) ((elm)->field.tqe_circ.tql_prev != NULL)
#define QTAILQ_LINK_PREV(link) ((link).tql_prev->tql_prev->tql_next)
#define QTAILQ_LAST(head) \
    ((__typeof__((head)->tqh_first))QTAILQ_LINK_PREV((head)->tqh_circ))
#define QTAILQ_PREV(elm, field) \
    ((__typeof__((elm)->field.tqe_next))QTAILQ_LINK_PREV((elm)->field.tqe_circ))

#define QTAILQ_INSERT_HEAD(head, elm, field) do {                         \
        (elm)->field.tqe_next = (head)->tqh_first;                        \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ; \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;           \
        }                                                                 \
        (head)->tqh_first = (elm);                                        \
        (elm)->field.tqe_circ.tql_prev = &(head)->tqh_circ;               \
    } while (0)
#define QTAILQ_INSERT_TAIL(head, elm, field) do {                         \
        (elm)->field.tqe_next = NULL;                                     \
        (elm)->field.tqe_circ.tql_prev = (head)->tqh_circ.tql_prev;       \
        (head)->tqh_circ.tql_prev->tql_next = (elm);                      \
        (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;               \
    } while (0)
#define QTAILQ_INSERT_AFTER(head, listelm, elm, field) do {               \
        (elm)->field.tqe_next = (listelm)->field.tqe_next;                \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ; \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = &(elm)->field.tqe_circ;           \
        }                                                                 \
        (listelm)->field.tqe_next = (elm);                                \
        (elm)->field.tqe_circ.tql_prev = &(listelm)->field.tqe_circ;      \
    } while (0)
#define QTAILQ_INSERT_BEFORE(listelm, elm, field) do {                    \
        (elm)->field.tqe_circ.tql_prev = (listelm)->field.tqe_circ.tql_prev; \
        (elm)->field.tqe_next = (listelm);                                \
        (listelm)->field.tqe_circ.tql_prev->tql_next = (elm);             \
        (listelm)->field.tqe_circ.tql_prev = &(elm)->field.tqe_circ;      \
    } while (0)
#define QTAILQ_REMOVE(head, elm, field) do {                              \
        if ((elm)->field.tqe_next) {                                      \
            (elm)->field.tqe_next->field.tqe_circ.tql_prev =              \
                (elm)->field.tqe_circ.tql_prev;                           \
        } else {                                                          \
            (head)->tqh_circ.tql_prev = (elm)->field.tqe_circ.tql_prev;   \
        }                                                                 \
        (elm)->field.tqe_circ.tql_prev->tql_next = (elm)->field.tqe_next; \
        (elm)->field.tqe_circ.tql_prev = NULL;                            \
        (elm)->field.tqe_circ.tql_next = NULL;                            \
    } while (0)
#define QTAILQ_FOREACH(var, head, field) \
    for ((var) = (head)->tqh_first; (var); (var) = (var)->field.tqe_next)
#define QTAILQ_FOREACH_SAFE(var, head, field, next_var)                   \
    for ((var) = (head)->tqh_first;                                       \
         (var) && ((next_var) = (var)->field.tqe_next, 1);                \
         (var) = (next_var))
#define QTAILQ_FOREACH_REVERSE(var, head, field) \
    for ((var) = QTAILQ_LAST(head); (var); (var) = QTAILQ_PREV(var, field))
#define QTAILQ_FOREACH_REVERSE_SAFE(var, head, field, prev_var)           \
    for ((var) = QTAILQ_LAST(head);                                       \
         (var) && ((prev_var) = QTAILQ_PREV(var, field), 1);              \
         (var) = (prev_var))

/*
 * The same queue seen through the byte offset @entry of the link inside its
 * elements, for code (saved state) that does not know the element type.
 */
#define QTAILQ_RAW_LINK_(elm, entry) ((QTailQLink *)(void *)((char *)(elm) + (entry)))
#define QTAILQ_RAW_FIRST(head) (((QTailQLink *)(void *)(head))->tql_next)
#define QTAILQ_RAW_NEXT(elm, entry) (QTAILQ_RAW_LINK_(elm, entry)->tql_next)
#define QTAILQ_RAW_TQH_CIRC(head) ((QTailQLink *)(void *)(head))
#define QTAILQ_RAW_TQE_CIRC(elm, entry) QTAILQ_RAW_LINK_(elm, entry)
#define QTAILQ_RAW_FOREACH(elm, head, entry) \
    for ((elm) = QTAILQ_RAW_FIRST(head); (elm); (elm) = QTAILQ_RAW_NEXT(elm, entry))
#define QTAILQ_RAW_INSERT_TAIL(head, elm, entry) do {                     \
        QTailQLink *qtailq_head_ = QTAILQ_RAW_TQH_CIRC(head);             \
        QTailQLink *qtailq_link_ = QTAILQ_RAW_LINK_(elm, entry);          \
        qtailq_link_->tql_next = NULL;                                    \
        qtailq_link_->tql_prev = qtailq_head_->tql_prev;                  \
        qtailq_head_->tql_prev->tql_next = (elm);                         \
        qtailq_head_->tql_prev = qtailq_link_;                            \
    } while (0)

/* And for QLISTs. */
#define QLIST_RAW_FIRST(head) (*(void **)(void *)(head))
#define QLIST_RAW_NEXT(elm, entry) (*(void **)(void *)((char *)(elm) + (entry)))
#define QLIST_RAW_PREVIOUS(elm, entry) \
    (*(void **)(void *)((char *)(elm) + (entry) + sizeof(void *)))
#define QLIST_RAW_FOREACH(elm, head, entry) \
    for ((elm) = QLIST_RAW_FIRST(head); (elm); (elm) = QLIST_RAW_NEXT(elm, entry))
#define QLIST_RAW_INSERT_AFTER(head, prev, elm, entry) do {               \
        QLIST_RAW_NEXT(prev, entry) = (elm);                              \
        QLIST_RAW_PREVIOUS(elm, entry) = (char *)(prev) + (entry);        \
        QLIST_RAW_NEXT(elm, entry) = NULL;                                \
    } while (0)
#define QLIST_RAW_INSERT_HEAD(head, elm, entry) do {                      \
        void *qlist_first_ = QLIST_RAW_FIRST(head);                       \
        QLIST_RAW_FIRST(head) = (elm);                                    \
        QLIST_RAW_PREVIOUS(elm, entry) = (void *)(head);                  \
        QLIST_RAW_NEXT(elm, entry) = qlist_first_;                        \
        if (qlist_first_) {                                               \
            QLIST_RAW_PREVIOUS(qlist_first_, entry) = (char *)(elm) + (entry); \
        }                                                                 \
    } while (0)
/* Turns a list built by inserting at the head into insertion order. */
#define QLIST_RAW_REVERSE(head, elm, entry) do {                          \
        void *qlist_iter_ = QLIST_RAW_FIRST(head), *qlist_prev_ = NULL, *qlist_next_; \
        while (qlist_iter_) {                                             \
            qlist_next_ = QLIST_RAW_NEXT(qlist_iter_, entry);             \
            QLIST_RAW_NEXT(qlist_iter_, entry) = qlist_prev_;             \
            QLIST_RAW_PREVIOUS(qlist_iter_, entry) =                      \
                qlist_next_ ? (char *)qlist_next_ + (entry) : (char *)(head); \
            qlist_prev_ = qlist_iter_;                                    \
            qlist_iter_ = qlist_next_;                                    \
        }                                                                 \
        QLIST_RAW_FIRST(head) = qlist_prev_;                              \
        (elm) = qlist_prev_;                                              \
    } while (0)

#endif
