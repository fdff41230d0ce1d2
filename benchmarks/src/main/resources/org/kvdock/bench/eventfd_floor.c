/* The floor under a task's round trip: two threads wake each other through two eventfds and poll, nothing else.
   Prints p50 and p99 of one round trip in microseconds. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { TRIPS = 100000 };

static int ping, pong;
static uint64_t nanos[TRIPS];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void post(int fd) {
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) != sizeof one) die("write");
}

static void await(int fd) {
    uint64_t value;
    for (;;) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (poll(&waiting, 1, -1) < 0 && errno != EINTR) die("poll");
        if (read(fd, &value, sizeof value) == sizeof value) return;
        if (errno != EAGAIN) die("read");
    }
}

static void *answer(void *unused) {
    (void)unused;
    for (int i = 0; i < TRIPS; i++) {
        await(ping);
        post(pong);
    }
    return NULL;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int main(void) {
    ping = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pong = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (ping < 0 || pong < 0) die("eventfd");
    pthread_t other;
    if (pthread_create(&other, NULL, answer, NULL) != 0) die("pthread_create");
    for (int i = 0; i < TRIPS; i++) {
        uint64_t start = now();
        post(ping);
        await(pong);
        nanos[i] = now() - start;
    }
    qsort(nanos, TRIPS, sizeof nanos[0], ascending);
    printf("%.2f %.2f\n", nanos[TRIPS / 2] / 1e3, nanos[TRIPS / 100 * 99] / 1e3);
    return 0;
}
