/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device tests drive a whole emulator through this library: it starts the
 * binary named by QTEST_QEMU_BINARY (default: the build's own) under the qtest
 * accelerator, listens on two sockets that the binary connects to, and speaks
 * the qtest line protocol on one and QMP on the other. The function names are
 * the ones device tests of this family of emulators use, so that such a test
 * compiles unchanged (it may also include "libqtest.h"). Left out: in-process
 * runs, RTAS and Windows.
 *
 * Interface in short:
 * - qtest_init() starts an emulator, qtest_quit() ends it and fails the test
 *   when its exit status is not the expected one (0 unless told otherwise);
 * - a request that the emulator refuses, a timeout or a dead emulator fails
 *   the test at once with what was sent and what came back;
 * - a QDict that a function returns belongs to the caller (qobject_unref());
 * - nothing here may be used from two threads at once for one QTestState.
 */
#ifndef TESTS_QTEST_LIBGANTRYTEST_H
#define TESTS_QTEST_LIBGANTRYTEST_H

#include "qapi/qmp/qobject.h"
#include "qapi/qmp/qdict.h"

typedef struct QTestState QTestState;

/* ---- start and end ---------------------------------------------------- */

/*
 * Start the emulator with @extra_args, split like a shell does, after the
 * harness' own (-qtest, -qmp chardev, -display none, -audio none, -accel qtest)
 * and negotiate QMP. Never returns NULL: a failed start fails the test.
 */
QTestState *qtest_init(const char *extra_args);
QTestState *qtest_initf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
QTestState *qtest_vinitf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);

/* As qtest_init(), with the binary named by environment variable @var. */
QTestState *qtest_init_with_env(const char *var, const char *extra_args);

/* As qtest_init(), leaving greeting and qmp_capabilities to the caller. */
QTestState *qtest_init_without_qmp_handshake(const char *extra_args);

/*
 * As qtest_init(), with serial port 0 on a socket; *@sock_fd is its near end
 * and belongs to the caller.
 */
QTestState *qtest_init_with_serial(const char *extra_args, int *sock_fd);

/* End the emulator, check its exit status, free @s. NULL is ignored. */
void qtest_quit(QTestState *s);

/* Wait up to 30 s until the emulator ended by itself; its status is checked. */
void qtest_wait_qemu(QTestState *s);

/* Send SIGTERM and wait; the status is checked. @s stays valid. */
void qtest_kill_qemu(QTestState *s);

/* True while the emulator runs; a status found is kept for the checks above. */
bool qtest_probe_child(QTestState *s);

/* The exit status that qtest_quit() and friends shall accept. */
void qtest_set_expected_status(QTestState *s, int status);

pid_t qtest_pid(QTestState *s);

/* The path of the binary that tests start. */
const char *qtest_qemu_binary(const char *var);

/* Bind and listen on @socket_path; the caller owns the descriptor. */
int qtest_socket_server(const char *socket_path);

/* What to call when an assertion ends the test while an emulator runs. */
void qtest_add_abrt_handler(GHookFunc fn, const void *data);
void qtest_remove_abrt_handler(void *data);

/* ---- QMP --------------------------------------------------------------- */

/*
 * Formats are JSON with %s %d %i %u %ld %lld %f %p (a QObject, whose reference
 * is taken) standing for whole values.
 */
QDict *qtest_qmp(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
QDict *qtest_vqmp(QTestState *s, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);

/* As qtest_qmp(), passing @fds_num descriptors with the message. */
QDict *qtest_qmp_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, ...)
    G_GNUC_PRINTF(4, 5);
QDict *qtest_vqmp_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, va_list ap)
    G_GNUC_PRINTF(4, 0);

/* Only send; the answer is read with qtest_qmp_receive(). */
void qtest_qmp_send(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qtest_qmp_vsend(QTestState *s, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
void qtest_qmp_vsend_fds(QTestState *s, int *fds, size_t fds_num, const char *fmt, va_list ap)
    G_GNUC_PRINTF(4, 0);

/* Send text as it is, without a newline added and without JSON checks. */
void qtest_qmp_send_raw(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qtest_qmp_vsend_raw(QTestState *s, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);

/* The next answer (events met on the way are kept), or the next message of any kind. */
QDict *qtest_qmp_receive(QTestState *s);
QDict *qtest_qmp_receive_dict(QTestState *s);

/* Send and fail the test unless the answer is a "return"; _ref gives its value. */
void qtest_qmp_assert_success(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qtest_vqmp_assert_success(QTestState *s, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
QDict *qtest_qmp_assert_success_ref(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
QDict *qtest_vqmp_assert_success_ref(QTestState *s, const char *fmt, va_list ap)
    G_GNUC_PRINTF(2, 0);

/* Send and fail the test unless the answer is an "error"; gives that dictionary. */
QDict *qtest_qmp_assert_failure_ref(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
QDict *qtest_vqmp_assert_failure_ref(QTestState *s, const char *fmt, va_list ap)
    G_GNUC_PRINTF(2, 0);

/* Fails the test unless @rsp (freed) is an error of class GenericError or @class. */
void qmp_expect_error_and_unref(QDict *rsp, const char *class);
void qmp_assert_error_class(QDict *rsp, const char *class);
bool qmp_rsp_is_err(QDict *rsp);

/* Wait for an event: kept ones first. The plain form drops it. */
void qtest_qmp_eventwait(QTestState *s, const char *event);
QDict *qtest_qmp_eventwait_ref(QTestState *s, const char *event);

/* A kept event of that name, or NULL: does not wait. */
QDict *qtest_qmp_event_ref(QTestState *s, const char *event);

/* human-monitor-command; the text belongs to the caller. */
char *qtest_hmp(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
char *qtest_vhmp(QTestState *s, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);

/* device_add / device_del; the latter waits for DEVICE_DELETED. */
void qtest_qmp_device_add_qdict(QTestState *s, const char *drv, const QDict *arguments);
void qtest_qmp_device_add(QTestState *s, const char *driver, const char *id, const char *fmt, ...)
    G_GNUC_PRINTF(4, 5);
void qtest_qmp_device_del_send(QTestState *s, const char *id);
void qtest_qmp_device_del(QTestState *s, const char *id);

void qtest_qom_set_bool(QTestState *s, const char *path, const char *property, bool value);
bool qtest_qom_get_bool(QTestState *s, const char *path, const char *property);

/* ---- interrupts --------------------------------------------------------- */

/*
 * From now on level changes of the lines of the device at @qom_path are also
 * reported to the test. One device per emulator.
 */
void qtest_irq_intercept_in(QTestState *s, const char *qom_path);
void qtest_irq_intercept_out(QTestState *s, const char *qom_path);
void qtest_irq_intercept_out_named(QTestState *s, const char *qom_path, const char *name);

/* Drive input @num of gpio list @name (NULL: the unnamed one) of a device. */
void qtest_set_irq_in(QTestState *s, const char *qom_path, const char *name, int num, int level);

/* The last reported level of line @num. */
bool qtest_get_irq(QTestState *s, int num);

/* ---- memory and I/O ------------------------------------------------------ */

void qtest_outb(QTestState *s, uint16_t addr, uint8_t value);
void qtest_outw(QTestState *s, uint16_t addr, uint16_t value);
void qtest_outl(QTestState *s, uint16_t addr, uint32_t value);
uint8_t qtest_inb(QTestState *s, uint16_t addr);
uint16_t qtest_inw(QTestState *s, uint16_t addr);
uint32_t qtest_inl(QTestState *s, uint16_t addr);
void qtest_writeb(QTestState *s, uint64_t addr, uint8_t value);
void qtest_writew(QTestState *s, uint64_t addr, uint16_t value);
void qtest_writel(QTestState *s, uint64_t addr, uint32_t value);
void qtest_writeq(QTestState *s, uint64_t addr, uint64_t value);
uint8_t qtest_readb(QTestState *s, uint64_t addr);
uint16_t qtest_readw(QTestState *s, uint64_t addr);
uint32_t qtest_readl(QTestState *s, uint64_t addr);
uint64_t qtest_readq(QTestState *s, uint64_t addr);

/* Blocks in hexadecimal (mem*) or base64 (buf*) text, any size. */
void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size);
void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size);
void qtest_bufread(QTestState *s, uint64_t addr, void *data, size_t size);
void qtest_bufwrite(QTestState *s, uint64_t addr, const void *data, size_t size);
void qtest_memset(QTestState *s, uint64_t addr, uint8_t pattern, size_t size);

/* ---- clock ---------------------------------------------------------------- */

/* Each returns the new virtual time in ns. */
int64_t qtest_clock_step_next(QTestState *s);
int64_t qtest_clock_step(QTestState *s, int64_t step);
int64_t qtest_clock_set(QTestState *s, int64_t val);

/* ---- the rest of the protocol ---------------------------------------------- */

bool qtest_big_endian(QTestState *s);
void qtest_module_load(QTestState *s, const char *prefix, const char *libname);

/* Which CPU's view later accesses take; needs a machine with that CPU. */
void qtest_cpu_select(QTestState *s, unsigned int cpu);
uint64_t qtest_sysreg_read(QTestState *s, unsigned int cpu, uint32_t encoding);
void qtest_sysreg_write(QTestState *s, unsigned int cpu, uint32_t encoding, uint64_t value);

/*
 * Send one line of any content and give the answer line, "OK ..." or
 * "FAIL ..." alike, for tests of the protocol itself. The caller owns it.
 */
char *qtest_request_raw(QTestState *s, const char *line, size_t len);

/* ---- what the binary has ----------------------------------------------------- */

const char *qtest_get_arch(void);
bool qtest_has_accel(const char *accel_name);
bool qtest_has_machine(const char *machine);
bool qtest_has_device(const char *device);
void qtest_cb_for_every_machine(void (*cb)(const char *machine), bool skip_old_versioned);

/* ---- registering tests: paths get the architecture in front -------------------- */

void qtest_add_func(const char *str, void (*fn)(void));
void qtest_add_data_func(const char *str, const void *data, void (*fn)(const void *));
void qtest_add_data_func_full(const char *str, void *data, void (*fn)(const void *),
                              GDestroyNotify data_free_func);

#define qtest_add(testpath, Fixture, tdata, fsetup, ftest, fteardown)                         \
    do {                                                                                      \
        g_autofree char *qtest_path_ = g_strdup_printf("/%s/%s", qtest_get_arch(), testpath); \
        g_test_add(qtest_path_, Fixture, tdata, fsetup, ftest, fteardown);                    \
    } while (0)

#endif
