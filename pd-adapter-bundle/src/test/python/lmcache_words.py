"""Speaks LMCache's words to a receiver's alloc port with libzmq and another MessagePack library.

Argument: the alloc port. The first line of output is the port on which this listens as a proxy. Each line on standard input is a JSON object to
send (bytes as they are: text stays text); each answer is one line of JSON. The word "proxy" waits for a notification.
"""

import json
import sys

import msgpack
import zmq


def main():
    context = zmq.Context()
    proxy = context.socket(zmq.PULL)
    proxy.bind("tcp://127.0.0.1:*")
    print(proxy.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0").rpartition(":")[2], flush=True)
    sockets = {}
    for line in sys.stdin:
        line = line.strip()
        if line == "proxy":
            print(json.dumps(msgpack.unpackb(proxy.recv())), flush=True)
            continue
        kind, _, text = line.partition(" ")
        if kind not in sockets:
            sockets[kind] = context.socket(zmq.REQ if kind == "req" else zmq.DEALER)
            sockets[kind].connect("tcp://127.0.0.1:" + sys.argv[1])
        sockets[kind].send(bytes.fromhex(text[4:]) if text.startswith("raw ") else msgpack.packb(json.loads(text)))
        if "CancelNotif" not in text:
            print(json.dumps(msgpack.unpackb(sockets[kind].recv())), flush=True)


main()
