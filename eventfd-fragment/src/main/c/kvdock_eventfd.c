/*
 * The native half of org.kvdock.l2.event: system calls and nothing else. What is legal when, and which thread may
 * do it, is decided in Java. Every function returns its result, or a negative errno.
 */
#include <errno.h>
#include <jni.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Changes with every signature in this file: Java refuses a library of another generation (Native.ABI). */
#define ABI 1

/* Most events that one epoll_wait takes; bounds the stack, not the caller's array. */
#define MAX_EVENTS 256

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_org_kvdock_l2_event_Native_##name

NATIVE(jint, abi)(JNIEnv *env, jclass cls) {
    (void) env, (void) cls;
    return ABI;
}

NATIVE(jint, eventfdCreate)(JNIEnv *env, jclass cls) {
    (void) env, (void) cls;
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

NATIVE(jint, eventfdWrite)(JNIEnv *env, jclass cls, jint fd, jlong count) {
    (void) env, (void) cls;
    uint64_t value = (uint64_t) count;
    return write(fd, &value, sizeof value) < 0 ? -errno : 0;
}

NATIVE(jlong, eventfdRead)(JNIEnv *env, jclass cls, jint fd) {
    (void) env, (void) cls;
    uint64_t value;
    if (read(fd, &value, sizeof value) < 0)
        return errno == EAGAIN ? 0 : -errno;
    return value > INT64_MAX ? -EOVERFLOW : (jlong) value;
}

NATIVE(jint, closeFd)(JNIEnv *env, jclass cls, jint fd) {
    (void) env, (void) cls;
    /* Linux frees the number even when close fails: never repeat it. */
    return close(fd) < 0 ? -errno : 0;
}

NATIVE(jint, epollCreate)(JNIEnv *env, jclass cls) {
    (void) env, (void) cls;
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

NATIVE(jint, epollAdd)(JNIEnv *env, jclass cls, jint epoll, jint fd, jlong token) {
    (void) env, (void) cls;
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t) token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

NATIVE(jint, epollRemove)(JNIEnv *env, jclass cls, jint epoll, jint fd) {
    (void) env, (void) cls;
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) < 0 ? -errno : 0;
}

/* Fills tokens with those of the ready fds; returns how many. */
NATIVE(jint, epollWait)(JNIEnv *env, jclass cls, jint epoll, jlongArray tokens, jint timeoutMillis) {
    (void) cls;
    struct epoll_event events[MAX_EVENTS];
    jlong ready[MAX_EVENTS];
    jsize room = (*env)->GetArrayLength(env, tokens);
    int n = epoll_wait(epoll, events, room < MAX_EVENTS ? room : MAX_EVENTS, timeoutMillis);
    if (n < 0)
        return -errno;
    for (int i = 0; i < n; i++)
        ready[i] = (jlong) events[i].data.u64;
    (*env)->SetLongArrayRegion(env, tokens, 0, n, ready);
    return n;
}

NATIVE(jstring, errorText)(JNIEnv *env, jclass cls, jint error) {
    (void) cls;
    return (*env)->NewStringUTF(env, strerror(error));
}
