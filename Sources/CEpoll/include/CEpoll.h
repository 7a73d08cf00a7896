#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Glibc's epoll_event holds a union that Swift imports awkwardly: these wrappers carry the 64-bit tag and nothing else.
static inline int portal_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event = { .events = events, .data = { .u64 = tag } };
    return epoll_ctl(epoll, operation, descriptor, &event);
}
static inline uint64_t portal_epoll_tag(const struct epoll_event *event) { return event->data.u64; }
