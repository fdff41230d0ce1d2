"""The submit/poll/pop pattern of LMCache's L2 adapters, as small as it gets, for comparison.

An event loop on a thread of its own completes each task at once: result into a dict under a lock, then one to an
eventfd. Prints one JSON line: round trip of a single task in microseconds, and tasks a second with 64 in flight.
"""

import asyncio
import json
import os
import select
import sys
import threading
import time


class Adapter:
    def __init__(self):
        self.fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self.lock = threading.Lock()
        self.next_id = 0
        self.completed = {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def submit(self, keys, objects):
        with self.lock:
            task_id = self.next_id
            self.next_id += 1
        asyncio.run_coroutine_threadsafe(self.store(task_id, keys, objects), self.loop)
        return task_id

    async def store(self, task_id, keys, objects):
        with self.lock:
            self.completed[task_id] = True
        os.eventfd_write(self.fd, 1)

    def pop(self):
        with self.lock:
            completed, self.completed = self.completed, {}
        return completed


def drain(fd):
    try:
        os.eventfd_read(fd)
    except BlockingIOError:
        pass


def round_trips(adapter, poll, keys, count):
    times = []
    for _ in range(count):
        start = time.perf_counter_ns()
        task_id = adapter.submit(keys, keys)
        done = {}
        while task_id not in done:
            poll.poll(1000)
            drain(adapter.fd)
            done = adapter.pop()
        times.append(time.perf_counter_ns() - start)
    return sorted(times)


def throughput(adapter, poll, keys, count, window):
    sent = done = 0
    start = time.perf_counter()
    while done < count:
        while sent < count and sent - done < window:
            adapter.submit(keys, keys)
            sent += 1
        poll.poll(1000)
        drain(adapter.fd)
        done += len(adapter.pop())
    return count / (time.perf_counter() - start)


def main():
    count = int(sys.argv[1])
    adapter = Adapter()
    poll = select.poll()
    poll.register(adapter.fd, select.POLLIN)
    keys = [b"k%d" % i for i in range(3)]
    round_trips(adapter, poll, keys, count // 4)
    times = round_trips(adapter, poll, keys, count)
    rate = throughput(adapter, poll, keys, count * 2, 64)
    print(json.dumps({
        "p50_us": times[len(times) // 2] / 1000,
        "p99_us": times[len(times) * 99 // 100] / 1000,
        "tasks_per_s": rate,
    }))


main()
