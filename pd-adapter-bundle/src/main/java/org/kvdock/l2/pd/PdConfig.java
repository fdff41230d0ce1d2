package org.kvdock.l2.pd;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What configuration tools show for {@value PdComponent#PID}. Read by bnd only: two underscores in a method's name are one
 * in the key. Bounds are checked, and named in the message, by {@link PdSettings}.
 */
@ObjectClassDefinition(name = "kvdock PD adapter", description = "pushes KV chunks from a prefill host to a decode host")
@interface PdConfig {
    @AttributeDefinition(description = "the adapter instance's name")
    String name();

    @AttributeDefinition(
            description = "sender on the prefill side, receiver on the decode side",
            options = {@Option(label = "sender", value = "sender"), @Option(label = "receiver", value = "receiver")})
    String role();

    @AttributeDefinition(description = "sender: where the receiver is; receiver: where it listens; off loopback with security_dir")
    String peer__host() default "127.0.0.1";

    @AttributeDefinition(description = "transfer port of each TP rank; a receiver takes a free one for 0")
    int[] peer__init__port() default {};

    @AttributeDefinition(description = "ZeroMQ port of each TP rank, as many as transfer ports")
    int[] peer__alloc__port() default {};

    @AttributeDefinition(required = false, description = "who is told that a request has arrived; off loopback with proxy_key")
    String proxy__host();

    @AttributeDefinition(required = false, description = "the proxy's ZeroMQ port, PULL or, with proxy_acknowledges, ROUTER")
    int proxy__port();

    @AttributeDefinition(description = "whether proxy_port is a ROUTER socket that answers each notification; it is repeated until then")
    boolean proxy__acknowledges() default false;

    @AttributeDefinition(required = false, description = "directory with this end's key files, made by ./kvdock keys; needed off loopback")
    String security__dir();

    @AttributeDefinition(required = false, description = "sender: which peer in security_dir is the receiver")
    String peer__key();

    @AttributeDefinition(required = false, description = "which peer in security_dir is the proxy")
    String proxy__key();

    @AttributeDefinition(description = "start off loopback without security too, and warn at every start")
    boolean allow__insecure() default false;

    @AttributeDefinition(description = "bytes of staging on a receiver and of a mock_memory sender")
    long buffer__size() default 256 << 20;

    @AttributeDefinition(
            required = false,
            description = "receiver: directory of staging that outlives its process; without it staging is its process's")
    String staging__dir();

    @AttributeDefinition(description = "where staging lives", options = @Option(label = "cpu", value = "cpu"))
    String buffer__device() default "cpu";

    @AttributeDefinition(
            description = "how bytes travel",
            options = {
                @Option(label = "auto", value = "auto"),
                @Option(label = "shm", value = "shm"),
                @Option(label = "tcp", value = "tcp"),
                @Option(label = "ucx", value = "ucx"),
                @Option(label = "mock_memory", value = "mock_memory")
            })
    String transfer__channel() default "auto";

    @AttributeDefinition(description = "how long reserved room outlives its sender's last sign of life")
    long reservation__lease__ms() default 10_000;

    @AttributeDefinition(description = "how long a request's chunks wait for their reader")
    long request__lease__ms() default 300_000;

    @AttributeDefinition(description = "time between signs of life on a link")
    long heartbeat__ms() default 1_000;

    @AttributeDefinition(description = "first pause before connecting, or opening a channel, again")
    long reconnect__min__ms() default 50;

    @AttributeDefinition(description = "longest pause before connecting, or opening a channel, again")
    long reconnect__max__ms() default 5_000;

    @AttributeDefinition(description = "accepted tasks whose result was not fetched")
    int max__tasks__in__flight() default 4096;

    @AttributeDefinition(description = "bytes of accepted tasks that have not completed")
    long max__bytes__in__flight() default 1 << 30;

    @AttributeDefinition(description = "longest chunk in bytes")
    int max__object__bytes() default 64 << 20;

    @AttributeDefinition(description = "most keys in one task")
    int max__keys__per__task() default 4096;

    @AttributeDefinition(description = "deadline of a store")
    long store__timeout__ms() default 30_000;

    @AttributeDefinition(description = "deadline of a lookup")
    long lookup__timeout__ms() default 5_000;

    @AttributeDefinition(description = "deadline of a load")
    long load__timeout__ms() default 30_000;

    @AttributeDefinition(description = "how long close waits before it cancels")
    long close__grace__ms() default 3_000;

    @AttributeDefinition(description = "how long an object stays locked at the most")
    long lock__lease__ms() default 300_000;

    @AttributeDefinition(description = "threads that move bytes")
    int workers() default 2;
}
