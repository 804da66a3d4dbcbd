/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives an assigned device through VFIO, in a guest (without an IOMMU) or in the host itself, and
 * counts and times its interrupts.
 *
 *   lab-irq [OPTION]... DEVICE      a name in /sys/bus/platform/devices, or a pattern for one
 *     -n COUNT   interrupts to count: each is raised, waited for and ended; none may be lost [1000]
 *     -t COUNT   interrupts to time, raise to eventfd, with a quiet device between them [0]
 *     -r COUNT   register reads to time, right after the interrupts [0]
 *     -s         register accesses by read() and write() instead of a mapping
 *     -i INDEX   the device's interrupt of this number, of those of one kind [0]
 *     -p MS      a pause before each interrupt
 *     -h         the line is high already: that interrupt must come first
 *     -a COUNT   interrupts 0 to COUNT - 1 at once, each with a process on a CPU of its own
 *     -k         at last raise one more, take it, and stay without ending it
 *
 * Prints "irq: ..." lines; status 0 when nothing was lost.
 */
#include <glob.h>
#include <sched.h>
#include <sys/wait.h>
#include "lab-vfio.h"

#define MAX_INTERRUPTS 8

struct options {
    long count, timed, reads, pause_ms;
    unsigned index, all;
    int by_call, is_high, keeps;
};

/*
 * Raises the interrupt and waits for an event; a device that did not raise is asked again. @begin:
 * when the device was asked the last time.
 */
static int raise_and_wait(struct device *dev, uint64_t *begin)
{
    *begin = now_ns();
    dev->model->raise(dev);
    for (int attempt = 0; attempt < 10; attempt++) {
        if (event_wait(dev, 1000)) {
            return 1;
        }
        if (dev->model->may_miss && !dev->model->is_raised(dev)) {
            *begin = now_ns();
            dev->model->raise(dev);
        }
    }
    return 0;
}

/* The same, but events that find the device idle are spurious, and not what is waited for. */
static int take_interrupt(struct device *dev, long *spurious)
{
    uint64_t begin;

    while (raise_and_wait(dev, &begin)) {
        if (dev->model->is_raised(dev)) {
            return 1;
        }
        /*
         * A line that fell between the host's look at it and ours, as a resampled line does: the
         * event was of the last interrupt. The device is idle, so nothing of this one is lost.
         */
        ++*spurious;
        irq_unmask(dev);
    }
    return 0;
}

/*
 * Takes what is still on its way, until nothing comes for two milliseconds. Each event is answered
 * as a driver does, by looking at the device: a host that takes the access for the end of the
 * interrupt holds the line until there is one.
 */
static void settle(struct device *dev, long *spurious)
{
    irq_unmask(dev);
    while (event_wait(dev, 2)) {
        ++*spurious;
        if (dev->model->is_raised(dev)) {
            dev->model->end(dev);
        }
        irq_unmask(dev);
    }
}

static int count_interrupts(struct device *dev, const struct options *options)
{
    long got = 0, spurious = 0;
    uint64_t begin = now_ns();

    for (long i = 0; i < options->count; i++) {
        if (options->pause_ms) {
            usleep(options->pause_ms * 1000);
        }
        if (!take_interrupt(dev, &spurious)) {
            printf("irq: number %ld of %ld did not come\n", i + 1, options->count);
            break;
        }
        got++;
        dev->model->end(dev);
        irq_unmask(dev);
    }
    printf("irq: device=%s index=%u count=%ld lost=%ld spurious=%ld mean_us=%.1f\n", dev->name,
           dev->index, got, options->count - got, spurious,
           got ? (now_ns() - begin) / 1e3 / got : 0.0);
    return got == options->count;
}

static int time_interrupts(struct device *dev, const struct options *options)
{
    uint64_t total = 0, least = UINT64_MAX, most = 0;
    long spurious = 0;

    settle(dev, &spurious);
    for (long i = 0; i < options->timed; i++) {
        uint64_t begin, spent;

        if (options->pause_ms) {
            usleep(options->pause_ms * 1000);
        }
        if (!raise_and_wait(dev, &begin)) {
            printf("irq: timed number %ld of %ld did not come\n", i + 1, options->timed);
            return 0;
        }
        spent = now_ns() - begin;
        total += spent;
        least = spent < least ? spent : least;
        most = spent > most ? spent : most;
        dev->model->end(dev);
        settle(dev, &spurious);
    }
    printf("irq: raise_ns=%" PRIu64 " least=%" PRIu64 " most=%" PRIu64 " spurious=%ld\n",
           total / options->timed, least, most, spurious);
    return 1;
}

static void time_reads(struct device *dev, const struct options *options)
{
    uint64_t begin = now_ns();

    for (long i = 0; i < options->reads; i++) {
        read_register(dev, 0);
    }
    printf("irq: read_ns=%" PRIu64 "\n", (now_ns() - begin) / options->reads);
}

/* The interrupt of a line that was high before anyone listened. */
static int take_first(struct device *dev)
{
    if (!event_wait(dev, 10000) || !dev->model->is_raised(dev)) {
        printf("irq: the line is high and no interrupt came\n");
        return 0;
    }
    dev->model->end(dev);
    irq_unmask(dev);
    printf("irq: the line was high\n");
    return 1;
}

static void keep_forever(struct device *dev)
{
    uint64_t begin;

    if (raise_and_wait(dev, &begin)) {
        printf("irq: kept\n");
    }
    for (;;) {
        pause();
    }
}

/* Everything that the options ask of one interrupt. */
static int use_interrupt(struct device *dev, const struct options *options)
{
    int good = 1;

    if (options->is_high) {
        good = take_first(dev);
    }
    if (good && options->count) {
        good = count_interrupts(dev, options);
    }
    if (good && options->timed) {
        good = time_interrupts(dev, options);
    }
    if (good && options->reads) {
        time_reads(dev, options);
    }
    if (good && options->keeps) {
        keep_forever(dev);
    }
    dev->model->quiet(dev);
    return good;
}

/* Sends the interrupt of /proc/irq that is VFIO's number @index to @cpu. */
static void route(unsigned index, int cpu)
{
    char path[64];
    int found = -1;

    for (int irq = 0; irq < 1024; irq++) {
        glob_t names;

        snprintf(path, sizeof(path), "/proc/irq/%d/vfio-irq*", irq);
        if (glob(path, 0, NULL, &names) == 0) {
            globfree(&names);
            if (index-- == 0) {
                found = irq;
                break;
            }
        }
    }
    snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", found);
    FILE *file = fopen(path, "w");

    if (!file || fprintf(file, "%d\n", cpu) < 0 || fclose(file) != 0) {
        DIE("%s", path);
    }
}

/* A process and a CPU for each of the device's interrupts; they share its file and mapping. */
static int use_all(struct device *dev, const struct options *options)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct device one[MAX_INTERRUPTS];
    int good = 1, status;

    for (unsigned i = 0; i < options->all; i++) {
        one[i] = *dev;
        if (i != dev->index) { /* which has been set up already */
            device_listen(&one[i], i);
        }
        one[i].model->quiet(&one[i]);
    }
    for (unsigned i = 0; i < options->all; i++) {
        pid_t child = fork();

        if (child < 0) {
            DIE("fork");
        }
        if (child == 0) {
            cpu_set_t set;

            CPU_ZERO(&set);
            CPU_SET(i % cpus, &set);
            sched_setaffinity(0, sizeof(set), &set);
            route(i, i % cpus);
            exit(use_interrupt(&one[i], options) ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < options->all; i++) {
        if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            good = 0;
        }
    }
    return good;
}

int main(int argc, char **argv)
{
    struct options options = { .count = 1000 };
    struct device dev;
    int letter;

    setvbuf(stdout, NULL, _IOLBF, 0);
    while ((letter = getopt(argc, argv, "n:t:r:i:p:a:shk")) != -1) {
        switch (letter) {
        case 'n': options.count = atol(optarg); break;
        case 't': options.timed = atol(optarg); break;
        case 'r': options.reads = atol(optarg); break;
        case 'i': options.index = atoi(optarg); break;
        case 'p': options.pause_ms = atol(optarg); break;
        case 'a': options.all = atoi(optarg); break;
        case 's': options.by_call = 1; break;
        case 'h': options.is_high = 1; break;
        case 'k': options.keeps = 1; break;
        default: return 2;
        }
    }
    if (optind != argc - 1 || options.all > MAX_INTERRUPTS) {
        fprintf(stderr, "usage: lab-irq [-n N] [-t N] [-r N] [-i INDEX] [-p MS] [-a N] [-shk] "
                "DEVICE\n");
        return 2;
    }
    device_open(&dev, argv[optind], options.index, (options.by_call ? DEVICE_BY_CALL : 0) |
                (options.is_high ? DEVICE_AS_IT_IS : 0));
    return (options.all ? use_all(&dev, &options) : use_interrupt(&dev, &options)) ? 0 : 1;
}
